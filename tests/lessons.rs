//! Every lesson in every variation shows what it promises, for root and for somebody without any privilege.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, bundled, recording, run, stderr, stdout, timeline, users, variations};
use socket_lab::recording::Event;
use std::time::Instant;

#[test]
fn every_variation_shows_what_its_lesson_expects() {
    for user in users() {
        for (lesson, variation) in variations() {
            let output = run(user, &[&lesson, "--variation", &variation, "--color", "never", "--width", "80"]);
            let text = stdout(&output);
            assert!(output.status.success(), "{lesson} {variation} as {user:?}\n{text}\n{}", stderr(&output));
            assert!(!text.contains('✘') && text.contains('✔'), "{lesson} {variation}\n{text}");
        }
    }
}

#[test]
fn no_line_is_wider_than_asked_and_none_has_escapes_without_colour() {
    for (lesson, variation) in variations() {
        let recorded = bundled(&lesson, &variation).to_string_lossy().into_owned();
        for width in [80usize, 100, 160] {
            let columns = width.to_string();
            let arguments = ["replay", &recorded, "--color", "never", "--width", &columns];
            let text = stdout(&run(User::Self_, &arguments));
            for line in text.lines() {
                let wide = unicode_width::UnicodeWidthStr::width(line);
                assert!(wide <= width, "{lesson} {variation} at {width}: {wide} columns\n{line}");
                assert!(!line.contains('\x1b'), "{lesson} {variation}: an escape\n{line}");
            }
        }
    }
}

#[test]
fn every_byte_has_a_provenance_and_no_frame_is_lost() {
    let folder = Folder::new("provenance");
    for (lesson, variation) in variations() {
        let (timeline, _) = timeline(User::Self_, &[&lesson, "--variation", &variation], &folder);
        let end = timeline.end.as_ref().unwrap_or_else(|| panic!("{lesson} {variation} has no end"));
        assert_eq!(end.lost, 0, "{lesson} {variation} lost frames");
        for call in timeline.calls.iter().filter(|call| matches!(call.enter.name.as_str(), "recv" | "recvfrom")) {
            let Some(data) = call.exit.as_ref().and_then(|exit| exit.data.as_ref()) else { continue };
            let known: usize = call.sources.iter().map(|span| span.here.len()).sum();
            assert_eq!(known, data.0.len(), "{lesson} {variation}: {}", call.name());
        }
        for frame in timeline.frames.iter().filter(|frame| matches!(frame.record.kind.as_str(), "data" | "datagram")) {
            let known: usize = frame.sources.iter().map(|span| span.here.len()).sum();
            assert_eq!(known, frame.packet.payload.len(), "{lesson} {variation}: {}", frame.name());
        }
    }
}

#[test]
fn a_replayed_recording_gives_the_same_view_as_the_run() {
    let folder = Folder::new("replay");
    let file = folder.file("run.jsonl").to_string_lossy().into_owned();
    let live = run(User::Self_, &["05", "--width", "100", "--export", &file]);
    let again = run(User::Self_, &["replay", &file, "--width", "100"]);
    assert_eq!(stdout(&live), stdout(&again));
}

#[test]
fn a_run_that_does_not_show_what_is_expected_exits_1_and_withholds_the_explanation() {
    // The schedule makes the reader prompt, so that the default variation's expectation cannot come true.
    let output = run(
        User::Self_,
        &["05", "--color", "never", "--timeout", "2", "--schedule", "client.send[2] after server.recv[1]"],
    );
    let text = stdout(&output);
    let shown = stdout(&run(User::Self_, &["05", "--color", "never"]));
    assert!(shown.contains("No packets stuck together"), "the words that are to be withheld: {shown}");
    assert_eq!(output.status.code(), Some(1), "{text}\n{}", stderr(&output));
    assert!(text.contains('✘'), "{text}");
    assert!(text.contains("its explanation is"), "{text}");
    assert!(!text.contains("No packets stuck together"), "{text}");
}

#[test]
fn a_schedule_that_can_never_be_met_ends_at_the_deadline_with_what_was_awaited() {
    let started = Instant::now();
    let folder = Folder::new("deadline");
    let file = folder.file("run.jsonl");
    let path = file.to_string_lossy().into_owned();
    let rule = "server.recv[1] after client.send[99]";
    let output = run(User::Self_, &["05", "--color", "never", "--timeout", "1", "--schedule", rule, "--export", &path]);
    let text = stdout(&output);
    assert!(started.elapsed().as_secs() < 30, "the deadline did not end it");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(rule), "{text}");
    let recording = recording(&file);
    let Some(Event::End(end)) = recording.events.last() else { panic!("no end") };
    assert!(end.awaited.iter().any(|awaited| awaited == rule), "{end:?}");
    let server = end.standing.iter().find(|standing| standing.role == "server").expect("where the server stood");
    assert!(server.held && server.call.is_some(), "{server:?}");
}

/// A held call has begun and has not gone. In this lesson `server.recv[1]` is held until `client.send[3]` has returned.
#[test]
fn a_call_goes_when_it_is_let_go_and_not_when_it_begins() {
    let folder = Folder::new("goes");
    let with = |rule: &str| timeline(User::Self_, &["05", "--timeout", "2", "--schedule", rule], &folder).0;
    let awaited = |run: &socket_lab::timeline::Timeline| run.end.as_ref().expect("its end").awaited.clone();
    let begun = with("client.send[3] after server.recv[1] enters");
    assert!(awaited(&begun).is_empty(), "{:?}", awaited(&begun));
    let circular = with("client.send[3] after server.recv[1] goes");
    assert_eq!(awaited(&circular).len(), 2, "{:?}", awaited(&circular));
    // One that nothing holds goes at once, also where it then waits in the kernel.
    let blocked = with("client.send[1] after server.accept[1] goes");
    assert!(awaited(&blocked).is_empty(), "{:?}", awaited(&blocked));
    let shown: Vec<bool> =
        ["server.accept[1] goes before client.send[1] goes", "client.send[3] before server.recv[1] goes"]
            .iter()
            .map(|that| socket_lab::expectations::evaluate(&that.parse().unwrap(), &blocked).seen)
            .collect();
    assert_eq!(shown, [true, true]);
    let never =
        socket_lab::expectations::evaluate(&"server.recv[1] goes before client.exit".parse().unwrap(), &circular);
    assert!(never.instead.is_some_and(|instead| instead.contains("was never let go")));
}
