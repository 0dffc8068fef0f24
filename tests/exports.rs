//! Exports, checked by an independent witness: tshark opens what we write.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, bundled, recording, run, stderr, stdout, tool, variations};
use socket_lab::recording::Event;
use std::process::Command;

fn tshark(file: &str, arguments: &[&str]) -> Option<String> {
    let program = tool("tshark")?;
    let output = Command::new(program).args(["-n", "-r", file]).args(arguments).output().expect("tshark starts");
    assert!(output.status.success(), "{}", stderr(&output));
    Some(stdout(&output))
}

#[test]
fn tshark_opens_every_variation_with_nothing_malformed_and_no_frame_missing_or_doubled() {
    let folder = Folder::new("pcapng");
    for (lesson, variation) in variations() {
        let lines = bundled(&lesson, &variation);
        let packets = folder.file("run.pcapng").to_string_lossy().into_owned();
        let output = run(User::Self_, &["replay", &lines.to_string_lossy(), "--export", &packets]);
        assert!(output.status.success(), "{lesson} {variation}\n{}", stderr(&output));
        let recording = recording(&lines);
        let frames = recording.events.iter().filter(|event| matches!(event, Event::Frame(_))).count();
        let Some(listed) = tshark(&packets, &["-T", "fields", "-e", "frame.number", "-e", "frame.comment"]) else {
            return;
        };
        assert_eq!(listed.lines().count(), frames, "{lesson} {variation}");
        assert!(listed.lines().all(|line| line.contains('>')), "a frame without its name\n{listed}");
        // What a cable does to frames is not the recording's fault.
        let wrong = match recording.header.cable.is_empty() {
            true => "_ws.malformed || tcp.analysis.lost_segment || tcp.analysis.duplicate_ack",
            false => "_ws.malformed || tcp.analysis.ack_lost_segment",
        };
        assert_eq!(tshark(&packets, &["-Y", wrong]).unwrap_or_default(), "", "{lesson} {variation}");
        if recording.header.wire.kind == "cable" {
            // Nothing is left for a card to compute: the checksums are the ones that the kernels at both ends compute.
            let check =
                ["-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"];
            let bad = "tcp.checksum.status == 0 || udp.checksum.status == 0 || ip.checksum.status == 0";
            let bad = tshark(&packets, &[&check[..], &["-Y", bad]].concat());
            assert_eq!(bad.unwrap_or_default(), "", "{lesson} {variation}: a checksum is wrong");
        }
    }
}

#[test]
fn a_frames_comment_names_the_call_that_caused_it() {
    let folder = Folder::new("comments");
    let packets = folder.file("run.pcapng").to_string_lossy().into_owned();
    assert!(run(User::Self_, &["05", "--export", &packets]).status.success());
    let Some(comments) = tshark(&packets, &["-Y", "tcp.len > 0", "-T", "fields", "-e", "frame.comment"]) else {
        return;
    };
    for (line, send) in comments.lines().zip(1..) {
        assert!(line.contains(&format!("client.send[{send}]")), "{line}");
    }
    assert_eq!(comments.lines().count(), 3);
}

#[test]
fn the_text_export_is_the_view_without_colours() {
    let folder = Folder::new("text");
    let lines = folder.file("run.jsonl").to_string_lossy().into_owned();
    let text = folder.file("run.txt").to_string_lossy().into_owned();
    assert!(run(User::Self_, &["05", "--export", &lines]).status.success());
    let shown = run(User::Self_, &["replay", &lines, "--width", "100", "--color", "always", "--export", &text]);
    let plain = run(User::Self_, &["replay", &lines, "--width", "100", "--color", "never"]);
    assert!(stdout(&shown).contains('\x1b'), "colours were asked for");
    assert_eq!(std::fs::read_to_string(&text).unwrap(), stdout(&plain));
}
