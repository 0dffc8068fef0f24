//! What a frame is besides its kind, and where nobody can tell.

use super::run::datagram;
use super::*;
use crate::notation::Quality;
use crate::recording::{Changed, TcpInfo};

fn connected() -> (Run, Link) {
    let (mut run, link) = (Run::on_cable(), Link::cable());
    run.connected(&link);
    (run, link)
}

fn hello(run: &mut Run, link: &Link, seq: u64) {
    let send = run.enter_send("client", 1, b"hello");
    run.segment(link, CLIENT, "PSH,ACK", seq, 1, b"hello");
    run.exit(send, 5);
}

/// The words that are true of a frame; those of which nobody knows have a question mark.
fn qualities(timeline: &Timeline, name: &str) -> String {
    let frame = frame(timeline, name);
    let words = Quality::ALL.iter().filter_map(|&quality| match timeline.frame_is(frame, quality) {
        Some(true) => Some(quality.as_str().to_string()),
        Some(false) => None,
        None => Some(format!("{}?", quality.as_str())),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_frame_that_is_not_there_is_nothing_that_could_be_told() {
    let (run, _) = connected();
    assert_eq!(run.timeline().frame_is(99, Quality::Dropped), None);
}

#[test]
fn what_the_cable_did_is_told_by_the_fate() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    hello(&mut run, &link, 6);
    run.lost();
    hello(&mut run, &link, 11);
    let late = run.under_way();
    run.arrives(late, &["delay 50ms"]);
    hello(&mut run, &link, 16);
    let changed = run.under_way();
    run.fate(changed, |fate| {
        fate.rules = vec!["corrupt client>server data[4]".into()];
        fate.changed = Some(Changed { at: 58, was: b'o', is: b'n' });
    });
    hello(&mut run, &link, 21);
    run.copied();
    let timeline = run.timeline();
    let of = |number: u32| qualities(&timeline, &format!("client>server data[{number}]"));
    assert_eq!([1, 2, 3, 4, 5].map(of), ["", "dropped", "late", "changed", ""]);
    assert_eq!(qualities(&timeline, "client>server data[5] again"), "copy", "the kernel repeated nothing");
}

#[test]
fn nothing_is_dropped_or_late_on_a_loopback() {
    let mut run = Run::new();
    run.connected(&Link::new());
    hello(&mut run, &Link::new(), 1);
    assert_eq!(qualities(&run.timeline(), "client>server data[1]"), "");
}

#[test]
fn a_frame_on_the_cable_at_the_end_was_not_dropped_and_one_without_an_end_is_a_riddle() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.under_way();
    assert_eq!(qualities(&run.timeline(), "client>server data[1]"), "dropped? late? changed?");
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.under_way();
    run.end();
    assert_eq!(qualities(&run.timeline(), "client>server data[1]"), "");
}

#[test]
fn why_a_segment_came_again_is_told_by_the_kernel_alone() {
    let of = |held: Option<fn(&mut TcpInfo)>| {
        let (mut run, link) = connected();
        hello(&mut run, &link, 1);
        run.lost();
        run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
        if let Some(change) = held {
            run.held_by(1, |_, info| change(info));
        }
        qualities(&run.timeline(), "client>server data[1] again")
    };
    assert_eq!(of(Some(|info| info.retransmits = 1)), "again timeout");
    assert_eq!(of(Some(|info| info.ca_state = "Recovery".into())), "again fast-retransmit");
    assert_eq!(of(Some(|_| {})), "again tail-loss-probe");
    assert_eq!(of(None), "again timeout? fast-retransmit? tail-loss-probe?");
}

#[test]
fn only_a_timer_repeats_a_syn() {
    let mut run = Run::new();
    run.enter("client", "connect", 1);
    run.segment(&Link::new(), CLIENT, "SYN", 0, 0, b"");
    run.again(&Link::new(), CLIENT, "SYN", 0, 0, b"");
    assert_eq!(qualities(&run.timeline(), "client>server SYN[1] again"), "again timeout");
}

#[test]
fn a_closed_window_is_asked_about_and_opens() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.window(0);
    run.segment(&link, CLIENT, "ACK", 5, 1, b"");
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.window(0);
    run.call("server", "recv", 2);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    let timeline = run.timeline();
    let of = |number: u32| qualities(&timeline, &format!("server>client ACK[{number}]"));
    assert_eq!([1, 2, 3].map(of), ["zero-window", "zero-window", "window-update"]);
    assert_eq!(qualities(&timeline, "client>server ACK[2]"), "window-probe");
}

#[test]
fn windows_are_compared_in_bytes_and_that_of_a_syn_is_not_scaled() {
    let of = |options: [&[u8]; 2]| {
        let (mut run, link) = (Run::on_cable(), Link::cable());
        for (side, flags, ack, options) in [(CLIENT, "SYN", 0, options[0]), (SERVER, "SYN,ACK", 1, options[1])] {
            run.segment(&link, side, flags, 0, ack, b"");
            run.window(65_160);
            run.options(options);
        }
        run.segment(&link, SERVER, "ACK", 1, 1, b"");
        run.window(510);
        qualities(&run.timeline(), "server>client ACK[1]")
    };
    let scale: &[u8] = &[1, 3, 3, 7];
    assert_eq!(of([scale, scale]), "window-update", "128 times 510 bytes are more than 65 160");
    assert_eq!(of([&[], scale]), "delayed-ACK?", "510 bytes are less");
}

#[test]
fn an_acknowledgment_repeated_while_more_is_under_way_says_that_something_is_missing() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    // Nothing is under way: it repeats itself for another reason.
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    hello(&mut run, &link, 6);
    run.lost();
    hello(&mut run, &link, 11);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    hello(&mut run, &link, 16);
    // With payload it is no acknowledgment and nothing else.
    run.segment(&link, SERVER, "PSH,ACK", 1, 6, b"?");
    // Another window is news of another kind.
    run.segment(&link, SERVER, "ACK", 2, 6, b"");
    run.window(600);
    run.copied();
    let timeline = run.timeline();
    let of = |number: u32| qualities(&timeline, &format!("server>client ACK[{number}]"));
    assert_eq!([1, 2, 3, 4].map(of), ["", "delayed-ACK?", "duplicate-ACK", "window-update"]);
    assert_eq!(qualities(&timeline, "server>client data[1]"), "");
    assert_eq!(qualities(&timeline, "server>client ACK[4] again"), "copy");
}

#[test]
fn an_acknowledgment_that_reports_more_beyond_a_gap_repeats_itself_though_the_window_grew() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    for (seq, sacked) in [(6, 5u32), (11, 10), (16, 10)] {
        hello(&mut run, &link, seq);
        run.segment(&link, SERVER, "ACK", 1, 1, b"");
        run.sack(1006, sacked);
        run.window(512 + sacked as u16);
    }
    let timeline = run.timeline();
    let of = |number: u32| qualities(&timeline, &format!("server>client ACK[{number}]"));
    assert_eq!([1, 2, 3].map(of), ["duplicate-ACK"; 3]);
}

#[test]
fn a_datagram_is_none_of_what_segments_are() {
    let mut run = Run::on_cable();
    run.frame("client", "server", datagram("192.0.2.2:1", "192.0.2.1:2", 1, b"x"));
    assert_eq!(qualities(&run.timeline(), "client>server datagram[1]"), "");
}
