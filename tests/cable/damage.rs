//! Frames that no kernel sends, on a real cable: each arrives as it was sent, and the run ends well.

use crate::common::{User, is_root, recording, run, stderr};
use crate::harness::{folder, program};
use socket_lab::recording::{Event, Reason};
use std::fs;

const COUNT: &str = "3000";

/// The lines of a file in which a program kept frames in hex.
fn kept(file: &std::path::Path) -> Vec<String> {
    fs::read_to_string(file).expect("what a program kept").lines().map(str::to_string).collect()
}

#[test]
fn thousands_of_damaged_frames_arrive_unchanged_and_in_order() {
    if !is_root() {
        return assert!(std::env::var_os("LAB_REQUIRE_TOOLS").is_none(), "this test needs root");
    }
    let folder = folder();
    let [sent, took, lines] = ["sent", "took", "run.jsonl"].map(|name| folder.file(name));
    // A run waits for the end of a role that is no server. The first host has this hardware address.
    let take = program("damage.py", &format!("take {COUNT} {}", took.display()));
    let send = program("damage.py", &format!("send 02:00:00:00:00:01 {COUNT} {}", sent.display()));
    let (Some(take), Some(send)) = (take, send) else { return };
    let path = lines.to_string_lossy().into_owned();
    let fixed = ["trace", "--wire", "cable", "--tier", "1", "--hex", "all", "--layers", "--noise", "--export", &path];
    let (send, ready) = (format!("client2={send}"), ["--schedule", "start client2 after client.bind[1]"]);
    let output = run(User::Self_, &[&fixed[..], &["--client", &take, "--role", &send], &ready].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let (sent, took) = (kept(&sent), kept(&took));
    assert_eq!(sent.len(), COUNT.parse::<usize>().unwrap());
    let wrong = std::iter::zip(&sent, &took).find(|(sent, took)| sent != took);
    assert!(wrong.is_none() && sent.len() == took.len(), "{} of {COUNT} came; wrong: {wrong:?}", took.len());
    let mut recorded = Vec::new();
    for event in recording(&lines).events {
        match event {
            Event::Frame(frame) => {
                assert_eq!(frame.len as usize, frame.bytes.0.len());
                recorded.push(frame.bytes.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            }
            Event::Fate(fate) => assert!(!fate.dropped && fate.changed.is_none(), "{fate:?}"),
            Event::End(end) => assert_eq!((end.reason, end.lost), (Reason::Done, 0)),
            _ => {}
        }
    }
    let nobodys = |frame: &String| frame[12..24] == *"020000000063";
    assert!(recorded.into_iter().filter(nobodys).eq(sent), "the recording has other frames than were sent");
}
