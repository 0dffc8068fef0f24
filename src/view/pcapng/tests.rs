//! The file is read back by a small reader of these tests, and by tshark where it is installed.

use super::write;
use crate::recording::{self, Changed, Enter, Fate, Header, Hex, Recording, Role, Wire};
use crate::timeline::{Call, Carried, Cause, Frame, Signs, Span, Timeline, Timer};
use crate::wire::Packet;
use std::process::Command;

const EPOCH: u64 = 1_700_000_000_000_000_000;

/// Frames a kernel sent over a private loopback.
const SYN: &str = "00000000000000000000000008004500003cb7eb4000400684ce7f0000017f000001\
    94f41f902b8eb0ae00000000a002ffd7fe3000000204ffd70402080a7356b913000000000103030a";
const SYN_ACK: &str = "00000000000000000000000008004500003c0000400040063cba7f0000017f000001\
    1f9094f471fcffcb2b8eb0afa012ffcbfe3000000204ffd70402080acab8c53f7356b9130103030a";
const DATA: &str = "000000000000000000000000080045000039b7ed4000400684cf7f0000017f000001\
    94f41f902b8eb0af71fcffcc80180040fe2d00000101080a7356b913cab8c53f68656c6c6f";
const DATAGRAM_V6: &str = "00000000000000000000000086dd600104ed000b114000000000000000000000000000000001\
    00000000000000000000000000000001df910009000b001e686936";

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().map(|digit| (digit as char).to_digit(16).unwrap() as u8).collect();
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn frame(number: u64, bytes: Vec<u8>, direction: (&str, &str), cause: Cause) -> Frame {
    let packet = Packet::parse(&bytes);
    let record = recording::Frame {
        copy_of: None,
        t: number * 1_000 + 7,
        frame: number,
        from: Some(direction.0.into()),
        to: Some(direction.1.into()),
        kind: packet.kind().into(),
        nth: 1,
        again: false,
        len: bytes.len() as u32,
        bytes: Hex(bytes),
    };
    Frame {
        record,
        packet,
        seq: None,
        ack: None,
        sources: Vec::new(),
        cause,
        signs: Signs::default(),
        repeats: None,
        provoked_by: None,
        carried: None,
    }
}

fn call(name: &str, nth: u32) -> Call {
    Call {
        enter: Enter { role: "client".into(), name: name.into(), nth, ..Enter::default() },
        exit: None,
        restarts: Vec::new(),
        hold: None,
        sources: Vec::new(),
        carried_by: Vec::new(),
        badge: None,
    }
}

fn span(call: usize) -> Span {
    Span { here: 0..1, call, there: 0..1 }
}

/// A handshake, data that two sends put there, its retransmission, and an IPv6 datagram of which 3 bytes were cut off.
fn timeline() -> Timeline {
    let (up, down) = (("client", "server"), ("server", "client"));
    let call_cause = |call, later, inferred| Cause::Call { call, later, inferred };
    let mut data = frame(3, bytes(DATA), up, call_cause(2, true, true));
    data.sources = vec![span(1), span(2)];
    let mut again = frame(4, bytes(DATA), up, Cause::Timer(Timer::Unknown));
    again.repeats = Some(2);
    again.sources = vec![span(1), span(1), span(2), span(3)];
    let mut datagram = frame(5, bytes(DATAGRAM_V6), up, Cause::Unknown);
    datagram.record.bytes.0.truncate(62);
    datagram.packet = Packet::parse(&datagram.record.bytes.0);
    let header = Header {
        cable: Vec::new(),
        version: 1,
        lab: "0.1.0".into(),
        title: "05-sticky-packets · late-reader".into(),
        epoch_ns: EPOCH,
        kernel: "6.18".into(),
        tier: 0,
        wire: Wire {
            kind: "loopback".into(),
            mtu: 65536,
            captured: true,
            note: None,
            private: true,
            hosts: Vec::new(),
        },
        roles: vec![Role { name: "client".into(), argv: Vec::new(), host: None }],
        schedule: Vec::new(),
        turns: true,
        deadline_ns: 0,
        story: None,
    };
    let mut timeline = Timeline::new(Recording { header, events: Vec::new() });
    timeline.calls = vec![call("connect", 1), call("send", 1), call("send", 2), call("send", 3)];
    timeline.frames = vec![
        frame(1, bytes(SYN), up, call_cause(0, false, false)),
        frame(2, bytes(SYN_ACK), down, Cause::Frame(0)),
        data,
        again,
        datagram,
    ];
    timeline
}

const COMMENTS: [&str; 5] = [
    "client>server SYN[1]; from client to server; caused by client.connect[1]",
    "server>client SYN,ACK[1]; from server to client; the kernel's answer to client>server SYN[1]",
    "client>server data[1]; from client to server; caused by client.send[2], sent later than the call (inferred); \
     bytes from client.send[1], client.send[2]",
    "client>server data[1]; from client to server; kernel timer: repeats client>server data[1]; \
     bytes from client.send[1..3]",
    "client>server datagram[1]; from client to server; cause not known; the capture kept 62 of 65 bytes",
];

/// One block: its type and its content.
type Block = (u32, Vec<u8>);

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Splits a file into blocks and holds it to what the format demands of every block.
fn blocks(mut file: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::new();
    while !file.is_empty() {
        let length = u32_at(file, 4) as usize;
        assert_eq!(length % 4, 0);
        assert_eq!(u32_at(file, length - 4) as usize, length, "the length stands at both ends");
        blocks.push((u32_at(file, 0), file[8..length - 4].to_vec()));
        file = &file[length..];
    }
    blocks
}

fn options(mut bytes: &[u8]) -> Vec<(u16, Vec<u8>)> {
    let mut options = Vec::new();
    loop {
        let code = u16::from_le_bytes([bytes[0], bytes[1]]);
        let length = usize::from(u16::from_le_bytes([bytes[2], bytes[3]]));
        if code == 0 {
            assert_eq!(bytes.len(), 4, "nothing follows the end of the options");
            return options;
        }
        options.push((code, bytes[4..4 + length].to_vec()));
        bytes = &bytes[4 + length.next_multiple_of(4)..];
    }
}

#[test]
fn the_section_names_the_run_and_the_interface_counts_nanoseconds() {
    let blocks = blocks(&write(&timeline()));
    let (kind, section) = &blocks[0];
    assert_eq!((*kind, u32_at(section, 0)), (0x0a0d_0d0a, 0x1a2b_3c4d));
    let texts: Vec<_> =
        options(&section[16..]).into_iter().map(|(code, text)| (code, String::from_utf8(text).unwrap())).collect();
    let expected = [(1, "05-sticky-packets · late-reader"), (3, "Linux 6.18"), (4, "socket-lab 0.1.0")];
    assert_eq!(texts, expected.map(|(code, text)| (code, text.to_string())));
    let (kind, interface) = &blocks[1];
    assert_eq!((*kind, u32_at(interface, 0)), (1, 1));
    assert_eq!(options(&interface[8..]), [(2, b"lo".to_vec()), (9, vec![9])]);
}

#[test]
fn every_frame_has_its_bytes_its_stamp_and_its_comment() {
    let timeline = timeline();
    let blocks = blocks(&write(&timeline));
    assert_eq!(blocks.len(), 2 + timeline.frames.len());
    for (((kind, block), frame), comment) in blocks[2..].iter().zip(&timeline.frames).zip(COMMENTS) {
        let stamp = u64::from(u32_at(block, 4)) << 32 | u64::from(u32_at(block, 8));
        assert_eq!((*kind, stamp), (6, EPOCH + frame.record.t));
        let captured = u32_at(block, 12) as usize;
        assert_eq!(&block[20..20 + captured], &frame.record.bytes.0[..]);
        assert_eq!(u32_at(block, 16), frame.record.len);
        let options = options(&block[20 + captured.next_multiple_of(4)..]);
        assert_eq!(options, [(1, comment.as_bytes().to_vec())]);
    }
}

#[test]
fn a_comment_too_long_for_the_format_is_cut_between_characters() {
    let mut timeline = timeline();
    timeline.header.title = "粘".repeat(30_000);
    let (_, section) = &blocks(&write(&timeline))[0];
    let (_, title) = &options(&section[16..])[0];
    // Three bytes a character: 65,535 is 21,845 of them.
    assert_eq!(String::from_utf8(title.clone()).unwrap().chars().count(), 21_845);
}

#[test]
fn links_that_lead_nowhere_give_a_poorer_comment() {
    let mut timeline = timeline();
    let frame = &mut timeline.frames[0];
    frame.cause = Cause::Frame(99);
    frame.sources = vec![span(99)];
    (frame.repeats, frame.provoked_by) = (Some(99), Some(98));
    assert_eq!(
        super::comment(&timeline, &timeline.frames[0]),
        "client>server SYN[1]; from client to server; cause not known"
    );
}

#[test]
fn damage_is_told_where_the_capture_is_whole() {
    let mut timeline = timeline();
    timeline.frames[0] = frame(1, bytes(&SYN[..60]), ("client", "server"), Cause::Unknown);
    let comment = super::comment(&timeline, &timeline.frames[0]);
    assert!(comment.ends_with("; damaged: IPv4 header needs 20 bytes, 16 are there"), "{comment}");
}

#[test]
fn an_answer_to_a_frame_and_the_end_of_a_role_are_named() {
    let mut timeline = timeline();
    timeline.frames[4].cause = Cause::End("client".into());
    timeline.frames[4].provoked_by = Some(0);
    let comment = super::comment(&timeline, &timeline.frames[4]);
    assert!(
        comment.contains("the kernel closed a socket of client, which had ended; provoked by client>server SYN[1]")
    );
}

/// Needs tshark. Where it is missing the test says so and passes, unless LAB_REQUIRE_TOOLS is set.
#[test]
fn tshark_reads_every_frame_and_finds_none_malformed() {
    let path = std::env::temp_dir().join(format!("socket-lab-{}.pcapng", std::process::id()));
    std::fs::write(&path, write(&timeline())).unwrap();
    let fields = ["frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "_ws.malformed", "frame.comment"];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(&path).args(["-T", "fields", "-E", "separator=|"]);
    let output = command.args(fields.iter().flat_map(|field| ["-e", *field])).output();
    std::fs::remove_file(&path).unwrap();
    let output = match output {
        Ok(output) => output,
        Err(error) if std::env::var_os("LAB_REQUIRE_TOOLS").is_some() => panic!("tshark is required: {error}"),
        Err(error) => return println!("skipped: tshark does not start: {error}"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // Ethernet frames of 74, 74, 71, 71 bytes, and 65 of which 62 were captured.
    let lengths = [(74, 74), (74, 74), (71, 71), (71, 71), (65, 62)];
    let expected: Vec<_> = (1..)
        .zip(lengths)
        .zip(COMMENTS)
        .map(|((number, (length, captured)), comment)| {
            format!("{number}|1700000000.00000{number}007|{length}|{captured}||{comment}")
        })
        .collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_comment_tells_what_the_cable_did() {
    let fate = |frame: usize, change: fn(&mut Fate)| {
        let mut timeline = timeline();
        let mut fate = Fate { t: 51_000_000, frame: 1, dropped: false, rules: Vec::new(), changed: None };
        change(&mut fate);
        timeline.frames[frame].carried = Some(Box::new(Carried { fate: Some(fate), ..Carried::default() }));
        super::comment(&timeline, &timeline.frames[frame])
    };
    let ends = |comment: String, end: &str| assert!(comment.ends_with(end), "{comment}");
    ends(fate(0, |_| {}), "caused by client.connect[1]");
    ends(
        fate(0, |fate| (fate.dropped, fate.rules) = (true, vec!["drop client>server SYN[1]".into()])),
        "; dropped by the cable: drop client>server SYN[1]",
    );
    ends(fate(0, |fate| fate.rules = vec!["delay 50ms".into()]), "; 51.00 ms on the cable: delay 50ms");
    let changed = |fate: &mut Fate| fate.changed = Some(Changed { at: 70, was: 0x6f, is: 0x6e });
    ends(fate(3, changed), "; changed on the way: byte 70: 6f → 6e");
    let mut timeline = timeline();
    timeline.frames[3].carried = Some(Box::new(Carried { copy_of: Some(2), ..Carried::default() }));
    (timeline.frames[3].cause, timeline.frames[3].repeats) = (Cause::Cable, None);
    let comment = super::comment(&timeline, &timeline.frames[3]);
    assert!(comment.contains("; copy of client>server data[1] made by the cable; "), "{comment}");
    ends(comment, "; has not arrived");
}

#[test]
fn each_timer_has_its_name_and_says_what_it_repeats() {
    let mut timeline = timeline();
    let mut comment = |cause: Cause, fast_retransmit: bool| {
        timeline.frames[3].cause = cause;
        timeline.frames[3].signs.fast_retransmit = fast_retransmit;
        super::comment(&timeline, &timeline.frames[3])
    };
    for (cause, fast, words) in [
        (Cause::Timer(Timer::Retransmission), false, "; retransmission timeout: repeats client>server data[1]; "),
        (Cause::Timer(Timer::TailLossProbe), false, "; tail-loss probe: repeats client>server data[1]; "),
        (Cause::Timer(Timer::Keepalive), false, "; keepalive: repeats client>server data[1]; "),
        (Cause::Timer(Timer::DelayedAck(0)), false, "; delayed acknowledgment of client>server SYN[1]; "),
        (
            Cause::Frame(1),
            true,
            "; fast retransmit that server>client SYN,ACK[1] asked for; repeats client>server data[1]; ",
        ),
    ] {
        let comment = comment(cause, fast);
        assert!(comment.contains(words), "{comment}");
    }
}
