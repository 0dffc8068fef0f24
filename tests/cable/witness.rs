//! A run on a cable, checked by an independent witness: tshark opens it and finds every header whole and every sum right.

use crate::common::{User, stderr, stdout, tool};
use crate::harness::{Run, lesson, trace};
use std::path::PathBuf;
use std::process::Command;

/// The frames that a filter of Wireshark takes, one a line; all sums are checked.
fn tshark(program: &PathBuf, run: &Run, filter: &str) -> Vec<String> {
    let checked = ["ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"];
    let options = checked.iter().flat_map(|name| ["-o".to_string(), format!("{name}:TRUE")]);
    let output =
        Command::new(program).arg("-n").arg("-r").arg(run.packets()).args(options).args(["-Y", filter]).output();
    let output = output.expect("tshark starts");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(str::to_string).collect()
}

#[test]
fn tshark_finds_nothing_wrong_with_the_frames_of_a_cable() {
    let Some(tshark_) = tool("tshark") else { return };
    // Over both versions of IP: a connection, whole datagrams and fragments; who has that address, and ports without anybody.
    let Some(run) = trace(User::Self_, "everything {server} {server6}", "all {server} {server6}", &[]) else { return };
    run.assert_sound();
    let found = |filter: &str| tshark(&tshark_, &run, filter);
    let count = |filter: &str| found(filter).len();
    assert_eq!(count("frame"), run.timeline.frames.len());
    assert_eq!(found("_ws.malformed || _ws.expert.severity >= error"), [""; 0]);
    assert_eq!(
        found("ip.checksum.status != Good || tcp.checksum.status != Good || icmpv6.checksum.status != Good"),
        [""; 0]
    );
    // Only the frame that completes a fragmented datagram has a sum that can be checked.
    assert_eq!(found("udp.checksum.status == Bad || udp.checksum.status == Illegal"), [""; 0]);
    for kind in ["arp", "icmpv6.type == 135", "icmpv6.type == 136", "ip.flags.mf == 1", "ipv6.fraghdr"] {
        assert!(count(kind) > 0, "no {kind}\n{}", run.text());
    }
    for version in ["ip", "ipv6"] {
        for kind in ["tcp.len > 0", "tcp.flags.syn == 1", "udp.checksum.status == Good", "udp.length == 4008"] {
            assert!(count(&format!("{version} && {kind}")) > 0, "no {kind} of {version}\n{}", run.text());
        }
    }
    assert_eq!(count("icmp.type == 3"), 1, "{}", run.text());
    // What a busy machine answers late a kernel repeats, and nothing forbids it to. The witness must see the same repetitions
    // as the recording, and neither a gap nor a segment that came before an earlier one.
    assert_eq!(found("tcp.analysis.lost_segment || tcp.analysis.out_of_order"), [""; 0], "{}", run.text());
    let repeated: Vec<String> = found("tcp.analysis.retransmission || tcp.analysis.spurious_retransmission")
        .iter()
        .filter_map(|line| line.split_whitespace().next().map(str::to_string))
        .collect();
    let numbered = (1..).zip(&run.timeline.frames);
    let again: Vec<String> = numbered.filter(|(_, frame)| frame.record.again).map(|(at, _)| at.to_string()).collect();
    assert_eq!(repeated, again, "{}", run.text());
}

#[test]
fn the_one_byte_that_the_cable_changed_is_the_one_sum_that_is_wrong() {
    let Some(tshark_) = tool("tshark") else { return };
    // The frame is exported as it was sent; its copy, which is made of what arrived, has the changed byte.
    let rules = ["corrupt client>server data[1]", "duplicate client>server data[1]"];
    let run = lesson(User::Self_, "late-reader", &rules);
    let copy = run.timeline.frames.iter().find(|frame| frame.record.copy_of.is_some()).expect("a copy").record.frame;
    let wrong = tshark(&tshark_, &run, "tcp.checksum.status == Bad");
    assert_eq!(wrong.len(), 1, "{wrong:?}\n{}", run.text());
    assert!(wrong[0].trim_start().starts_with(&format!("{copy} ")), "{wrong:?}");
    assert_eq!(tshark(&tshark_, &run, "ip.checksum.status == Bad").len(), 0);
}
