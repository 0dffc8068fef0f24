//! `--step`: a person lets every call and frame go, a line at a time. What they did becomes rules that do it again.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, lab, recording, stderr, stdout, told, users};
use socket_lab::expectations::evaluate;
use socket_lab::timeline::{Mark, Timeline};
use std::path::Path;
use std::process::Output;

/// The server listens and accepts; the client is connected and about to send.
const CONNECTED: &str = "server\nserver\nserver\nserver\nserver\nclient\nclient\nserver\n";

fn stepped(user: User, arguments: &[&str], lines: &str) -> Output {
    let mut command = lab(user, arguments);
    command.args(["--step", "--color", "never", "--width", "100"]);
    told(command, lines)
}

/// Steps through a run to its end; the recording.
fn run(folder: &Folder, arguments: &[&str], lines: &str) -> (Timeline, String) {
    let file = folder.file("run.jsonl");
    let mut all = arguments.to_vec();
    let path = file.to_string_lossy().into_owned();
    all.extend(["--export", &path]);
    let output = stepped(User::Self_, &all, lines);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
    (Timeline::new(recording(&file)), stdout(&output))
}

#[track_caller]
fn shows(run: &Timeline, text: &str, that: &str) {
    let verdict = evaluate(&that.parse().unwrap(), run);
    assert!(verdict.seen, "{that}: {:?}\n{text}", verdict.instead);
}

/// Calls as they go and return, frames as they are sent and arrive, ends: by name, in the order of their stamps.
fn order(run: &Timeline) -> Vec<String> {
    let mut all: Vec<(u64, String)> = Vec::new();
    for call in &run.calls {
        all.extend(call.gone().map(|t| (t, format!("{} goes", call.name()))));
        all.extend(call.exit.as_ref().map(|exit| (exit.t, call.name())));
    }
    // By a timer the kernel may acknowledge sooner or later; and on the loopback a frame's place beside the call that it meets
    // is a matter of microseconds.
    for frame in run.frames.iter().filter(|it| it.record.kind != "ACK" && run.header.wire.kind == "cable") {
        all.push((frame.record.t, frame.name()));
        all.extend(frame.arrived().map(|t| (t, format!("{} arrives", frame.name()))));
    }
    for mark in &run.marks {
        if let Mark::Ended(ended) = mark {
            all.push((ended.t, format!("{} ends", ended.role)));
        }
    }
    all.sort();
    all.into_iter().map(|(_, what)| what).collect()
}

#[test]
fn the_learner_decides_whether_messages_come_glued_or_separate() {
    let folder = Folder::new("step-outcomes");
    let glued = format!("{CONNECTED}client\nclient\nclient\nserver\ngo\n");
    let (it, text) = run(&folder, &["05"], &glued);
    shows(&it, &text, "server.recv[1] = 14");
    shows(&it, &text, "server.recv[1] returns client.send[1..3]");
    assert!(text.contains("server  is about to recv[1] 1024: 14 bytes are queued"), "{text}");
    // What the lesson promises of its own order was seen, so it says what follows.
    assert!(text.contains("No packets stuck together"), "{text}");

    let separate = format!("{CONNECTED}client\nserver\nclient\nserver\nclient\nserver\ngo\n");
    let (it, text) = run(&folder, &["05"], &separate);
    shows(&it, &text, "server.recv[1] returns client.send[1]");
    shows(&it, &text, "server.recv[2] returns client.send[2]");
    shows(&it, &text, "server.recv[3] returns client.send[3]");
    assert!(!text.contains('✘') && !text.contains("No packets stuck together"), "{text}");
}

#[test]
fn what_was_done_becomes_rules_that_do_it_again() {
    let folder = Folder::new("step-rules");
    let rules = folder.file("my.rules");
    let lines = format!("{CONNECTED}server\nclient\nclient\nserver\nclient\nsave {}\ngo\n", rules.display());
    let (by_hand, text) = run(&folder, &["05"], &lines);
    assert!(text.contains("rules in") && rules.with_extension("rules.jsonl").is_file(), "{text}");
    let file = rules.to_string_lossy().into_owned();
    let again = folder.file("again.jsonl");
    for _ in 0..3 {
        let arguments = ["05", "--schedule-file", &file, "--export", &again.to_string_lossy()];
        let output = lab(User::Self_, &arguments).output().unwrap();
        assert!(stdout(&output).contains("server.recv"), "{}{}", stdout(&output), stderr(&output));
        let again = Timeline::new(recording(&again));
        assert!(again.end.as_ref().unwrap().awaited.is_empty(), "{:?}", again.end);
        assert_eq!(order(&again), order(&by_hand), "{}", std::fs::read_to_string(&rules).unwrap());
    }
    // The lesson's own order is another: the rules of the file stand in its place.
    let own = folder.file("own.jsonl");
    assert!(lab(User::Self_, &["05", "--export", &own.to_string_lossy()]).output().unwrap().status.success());
    assert_ne!(order(&Timeline::new(recording(&own))), order(&by_hand));
}

#[test]
fn a_syn_ack_is_dropped_by_hand_and_dropped_again_by_the_rule() {
    for user in users() {
        let folder = Folder::new("step-cable");
        let rules = folder.file("lost.rules");
        let (file, export) = (rules.to_string_lossy().into_owned(), folder.file("run.jsonl"));
        // The SYN arrives; its answer does not.
        let lines = format!("server\nserver\nserver\nserver\nserver\nclient\nclient\n1\ndrop 1\nsave {file}\ngo\n");
        let path = export.to_string_lossy().into_owned();
        let output = stepped(user, &["05", "--wire", "cable", "--export", &path], &lines);
        let text = stdout(&output);
        assert!(output.status.success(), "{text}{}", stderr(&output));
        assert!(text.contains("wire    1 · server>client SYN,ACK[1]"), "{text}");
        let by_hand = Timeline::new(recording(&export));
        shows(&by_hand, &text, "server>client SYN,ACK[1] is dropped");
        shows(&by_hand, &text, "client.connect[1] succeeds");
        let saved = std::fs::read_to_string(&rules).unwrap();
        assert!(saved.contains("\ndrop server>client SYN,ACK[1]\n"), "{saved}");
        let output =
            lab(user, &["05", "--wire", "cable", "--schedule-file", &file, "--export", &path]).output().unwrap();
        let again = Timeline::new(recording(&export));
        shows(&again, &stdout(&output), "server>client SYN,ACK[1] is dropped");
        assert!(again.frames[..].iter().any(|frame| frame.record.again), "{}", stdout(&output));
    }
}

#[test]
fn frames_overtake_one_another_and_arrive_twice_as_the_person_likes() {
    let folder = Folder::new("step-frames");
    let rules = folder.file("frames.rules");
    let server = "/usr/bin/python3 -c \"import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(('{server}', 9)); \
                  [print(s.recv(9)) for _ in range(3)]\"";
    let client = "/usr/bin/python3 -c \"import socket; s = socket.socket(type=socket.SOCK_DGRAM); \
                  [s.sendto(text, ('{server}', 9)) for text in (b'one', b'two')]\"";
    let trace = [
        "trace",
        "--wire",
        "cable",
        "--server",
        &server.replace(", 9", ", 9999"),
        "--client",
        &client.replace(", 9)", ", 9999)"),
    ];
    let start = "server\nserver\nserver\nclient\nclient\nclient\n";
    let lines = format!("{start}2\ndouble 1\nsave {}\ngo\n", rules.display());
    let (by_hand, text) = run(&folder, &trace, &lines);
    shows(&by_hand, &text, "client>server datagram[2] arrives before client>server datagram[1] arrives");
    shows(&by_hand, &text, "client>server datagram is copy");
    shows(&by_hand, &text, "server.recv[1] returns client.sendto[2]");
    let saved = std::fs::read_to_string(&rules).unwrap();
    assert!(saved.contains("\nhold client>server datagram[1] until "), "{saved}");
    assert!(saved.contains("\nduplicate client>server datagram[1]\n"), "{saved}");
    let (file, export) = (rules.to_string_lossy().into_owned(), folder.file("again.jsonl"));
    let mut again = trace.to_vec();
    let path = export.to_string_lossy().into_owned();
    again.extend(["--schedule-file", &file, "--export", &path]);
    let output = lab(User::Self_, &again).output().unwrap();
    let again = Timeline::new(recording(&export));
    shows(&again, &stdout(&output), "server.recv[1] returns client.sendto[2]");
    shows(&again, &stdout(&output), "client>server datagram is copy");
}

/// The kernel keeps back a small segment while another is under way (Nagle): that is seen, since the other is kept.
#[test]
fn what_a_person_keeps_on_the_cable_changes_what_the_kernel_sends() {
    let folder = Folder::new("step-nagle");
    let open = "server\nserver\nserver\nserver\nserver\nclient\nclient\n1\n1\n1\nserver\n";
    let (it, text) = run(&folder, &["05", "--wire", "cable"], &format!("{open}client\nclient\nclient\n1\n1\nquit\n"));
    shows(&it, &text, "client>server data[2] carries client.send[2..3]");
    // What each kernel held is told between the steps.
    for held in [
        "kernel: SYN-SENT",
        "kernel: SYN-RECEIVED",
        "kernel: ESTABLISHED, 8 B not acknowledged",
        "kernel: ESTABLISHED, 5 B queued",
    ] {
        assert!(text.contains(held), "{held}\n{text}");
    }
    assert!(!text.contains("client>server ARP"), "{text}");
    let (it, text) =
        run(&folder, &["05", "--wire", "cable"], &format!("{open}client\n1\n1\nclient\n1\n1\nclient\nquit\n"));
    shows(&it, &text, "client>server data[2] carries client.send[2]");
    shows(&it, &text, "count(client>server data) = 3");
}

#[test]
fn a_line_that_means_nothing_is_told_why_and_changes_nothing() {
    let output = stepped(User::Self_, &["05"], "peer\nclient\n3\nuntil\n?\nserver x\nquit\n");
    let text = stdout(&output);
    for told in [
        "`peer` is no word and no program here: server, client; `?` lists the words",
        "client was not started yet",
        "there is no frame 3 on a cable",
        "`until` takes a lane: server, client, wire",
        "lose this frame",
        "`server` stands alone; `x` is too much",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    assert!(!text.contains("server.socket[1] = "), "{text}");
}

#[test]
fn a_script_waits_for_what_a_kernels_timer_does() {
    let folder = Folder::new("step-wait");
    let open = "server\nserver\nserver\nserver\nserver\nclient\nclient\n";
    let (it, text) = run(&folder, &["05", "--wire", "cable"], &format!("{open}drop 1\nwait\n1\n1\n1\nquit\n"));
    assert!(text.contains("wire    1 · client>server SYN[1], again"), "{text}");
    shows(&it, &text, "client>server SYN[1] is timeout");
    shows(&it, &text, "client.connect[1] succeeds");
}

#[test]
fn who_quits_does_not_wait_for_a_program_that_never_rests() {
    let lines = "server\nserver\nquit\n";
    let spin = "/usr/bin/python3 -c \"import socket; s = socket.socket(); s.close()\nwhile True: pass\"";
    let output = stepped(User::Self_, &["trace", "--server", spin], lines);
    assert!(stdout(&output).contains("server.socket[1] = 3"), "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn looking_back_changes_nothing() {
    let output = stepped(User::Self_, &["05"], "server\nserver\nback\nback\nback\nforward\nforward\nserver\nquit\n");
    let text = stdout(&output);
    let places = [
        "> back\na step ago\nserver  is about to setsockopt[1]",
        "> back\n2 steps ago\nserver  is about to socket[1]",
        "> back\nthis is the beginning",
        "> forward\na step ago\nserver  is about to setsockopt[1]",
        "> forward\nthis is now\n\nserver  is about to bind[1]",
        "> server\n",
        "server.bind[1] = 0",
    ];
    let mut from = 0;
    for place in places {
        from += text[from..].find(place).unwrap_or_else(|| panic!("{place:?} is not there in its order\n{text}"));
    }
}

#[test]
fn it_begins_again_and_goes_on_with_the_lines_that_follow() {
    let output = stepped(User::Self_, &["05"], "server\nserver\nagain\nserver\nquit\n");
    let text = stdout(&output);
    let (first, second) = text.split_once("from the beginning").expect("a new beginning");
    assert!(first.contains("server.setsockopt[1] = 0"), "{text}");
    assert!(second.contains("server.socket[1] = 3") && !second.contains("server.setsockopt[1] = 0"), "{text}");
}

#[test]
fn rules_of_a_file_that_mean_nothing_are_named_with_their_line() {
    let folder = Folder::new("step-file");
    for (text, told) in [
        ("# mine\n\nclient.send[1] aftr server.recv[1]\n", "line 3"),
        ("drop client>server\n", "line 1"),
        ("drop client>server data[1]\n", "say --wire cable"),
    ] {
        let file = folder.file("bad.rules");
        std::fs::write(&file, text).unwrap();
        let output = lab(User::Self_, &["05", "--schedule-file", &file.to_string_lossy()]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(stderr(&output).contains(told), "{told}: {}", stderr(&output));
    }
    assert!(!Path::new("none.rules").exists());
    let output = lab(User::Self_, &["05", "--schedule-file", "none.rules"]).output().unwrap();
    assert!(stderr(&output).contains("reading none.rules"), "{}", stderr(&output));
}

#[test]
fn ctrl_c_ends_the_run_and_shows_it() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::Stdio;
    let mut command = lab(User::Self_, &["05", "--step", "--color", "never"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"server\n").unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while !text.contains("is about to setsockopt[1]") {
        assert!(output.read_line(&mut text).unwrap() > 0, "{text}");
    }
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id() as i32), nix::sys::signal::Signal::SIGINT).unwrap();
    output.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{text}");
    assert!(text.contains("held by hand before setsockopt"), "{text}");
    drop(input);
}
