//! A lot of bytes: all of them arrive, and the recorder loses none of their frames.

use crate::common::{User, recording, run, stderr, stdout};
use crate::harness::{folder, program};
use socket_lab::recording::{Event, Reason};
use std::collections::HashMap;

#[test]
fn twenty_mebibytes_arrive_whole_and_the_cable_drops_nothing() {
    let programs = ["serve {server}", "pour {server} 20971520"].map(|words| program("peer.py", words));
    let [Some(server), Some(client)] = programs else { return };
    let folder = folder();
    let file = folder.file("run.jsonl");
    let path = file.to_string_lossy().into_owned();
    let fixed = ["trace", "--wire", "cable", "--hex", "none", "--color", "never", "--export", &path];
    let output = run(User::Self_, &[&fixed[..], &["--server", &server, "--client", &client]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).lines().count() > 1000, "the view shows what happened");
    let mut sent = HashMap::new();
    let mut printed = Vec::new();
    for event in recording(&file).events {
        match event {
            Event::Frame(frame) => {
                assert!(frame.copy_of.is_none(), "{} {}[{}] is a copy", frame.len, frame.kind, frame.nth);
                sent.insert(frame.frame, frame.kind);
            }
            Event::Fate(fate) => {
                assert!(!fate.dropped && fate.rules.is_empty() && fate.changed.is_none(), "{fate:?}");
                assert!(sent.remove(&fate.frame).is_some(), "{fate:?} of no frame, or a second one");
            }
            Event::Output(output) => printed.push(output.text),
            Event::End(end) => assert_eq!((end.reason, end.lost), (Reason::Done, 0)),
            _ => {}
        }
    }
    assert!(sent.is_empty(), "frames without a fate: {sent:?}");
    assert!(printed[0].starts_with("20971520 "), "{printed:?}");
    assert_eq!(printed[0], printed[1], "what came is not what was sent");
}
