//! Claims about frames on a cable: what arrived, what was lost and repeated, and the states that frames left behind.

use super::*;
use crate::recording::{Ends, Event, Fate, Nanos};

const LOST: &str = "drop client>server data[1]";

/// A client's one send, lost on the cable and repeated by the kernel. Frames: 1 to 3 connect, 4 is the original, 5 the
/// repetition, 6 its acknowledgment.
pub(super) fn lost_once() -> Run {
    let mut run = connected();
    let link = Link::new();
    run.send("client", 1, b"hello");
    run.segment(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.recv("server", 2, b"hello");
    on_cable(run)
}

/// The same run over a cable on which each frame arrives a little after it was sent, but for the fourth.
pub(super) fn on_cable(mut run: Run) -> Run {
    run.header.wire.kind = "cable".into();
    let mut number = 0;
    for event in &mut run.events {
        if let Event::Frame(frame) = event {
            number += 1;
            frame.frame = number;
        }
    }
    for number in 1..=number {
        let sent = sent(&run, number);
        fate(&mut run, number, sent + 3);
    }
    change_fate(&mut run, 4, |fate| {
        fate.dropped = true;
        fate.rules = vec![LOST.into()];
    });
    run
}

fn sent(run: &Run, number: u64) -> Nanos {
    let frames = run.events.iter().filter_map(|event| match event {
        Event::Frame(frame) => Some(frame),
        _ => None,
    });
    frames.filter(|frame| frame.frame == number).map(|frame| frame.t).next().expect("the frame")
}

fn fate(run: &mut Run, frame: u64, t: Nanos) {
    run.events.push(Event::Fate(Fate { t, frame, dropped: false, rules: Vec::new(), changed: None }));
}

fn change_fate(run: &mut Run, number: u64, change: impl Fn(&mut Fate)) {
    for event in &mut run.events {
        match event {
            Event::Fate(fate) if fate.frame == number => change(fate),
            _ => {}
        }
    }
}

fn without_fate(mut run: Run, number: u64) -> Run {
    run.events.retain(|event| !matches!(event, Event::Fate(fate) if fate.frame == number));
    run
}

/// What both kernels held, the client's first.
fn ends(run: &mut Run, frame: u64, arrived: bool, [client, server]: [&str; 2]) {
    let t = sent(run, frame) + if arrived { 4 } else { 1 };
    let kernel = vec![kernel(1, client, 0), kernel(2, server, 0)];
    run.events.push(Event::Ends(Ends { t, frame, arrived, kernel }));
}

#[test]
fn a_frame_that_was_dropped_never_arrives_though_it_was_sent() {
    let run = lost_once().timeline();
    seen(&run, "client>server SYN[1] arrives before server.accept[1]", &["client>server SYN[1]", "server.accept[1]"]);
    seen(&run, "client>server data[1] before server.recv[1]", &["client>server data[1]", "server.recv[1]"]);
    let never = "client>server data[1] never arrived: drop client>server data[1]";
    not_seen(&run, "client>server data[1] arrives before server.recv[1]", never);
    not_seen(&run, "client.send[1] before client>server data[1] arrives", never);
    not_seen(&run, "no server.recv after client>server data arrives", never);
    not_seen(
        &run,
        "client>server data[2] arrives before server.recv[1]",
        "there is no client>server data[2]: client>server data occurs once",
    );
}

#[test]
fn a_frame_arrives_later_than_it_is_sent_and_not_before_the_run_is_over() {
    let run = without_fate(lost_once(), 6).timeline();
    seen(&run, "client>server SYN[1] before client>server SYN[1] arrives", &["client>server SYN[1]"]);
    not_seen(
        &run,
        "server>client ACK[1] arrives before client.exit",
        "server>client ACK[1] had not arrived when the run was over",
    );
    let mut run = lost_once();
    change_fate(&mut run, 1, |fate| fate.t = 100_000);
    let run = run.timeline();
    not_seen(
        &run,
        "client>server SYN[1] arrives before server.accept[1]",
        "server.accept[1] came first, client>server SYN[1] arrives after it",
    );
}

#[test]
fn without_a_cable_a_frame_arrives_as_it_is_sent() {
    let run = sticky().timeline();
    seen(&run, "client>server data arrives before server.recv[1]", &["client>server data[1..3]", "server.recv[1]"]);
    not_seen(
        &run,
        "client>server SYN[1] before client>server SYN[1] arrives",
        "client>server SYN[1] and client>server SYN[1] arrives came at the same moment",
    );
}

#[test]
fn a_frame_leaves_each_end_in_a_state_when_it_has_arrived_or_else_when_it_was_sent() {
    let mut run = lost_once();
    ends(&mut run, 2, false, ["SYN-SENT", "SYN-RECEIVED"]);
    ends(&mut run, 2, true, ["ESTABLISHED", "SYN-RECEIVED"]);
    ends(&mut run, 4, false, ["CLOSE-WAIT", "ESTABLISHED"]);
    let run = run.timeline();
    seen(&run, "server>client SYN,ACK[1] leaves client ESTABLISHED", &["server>client SYN,ACK[1]"]);
    seen(&run, "server>client SYN,ACK[1] leaves server SYN-RECEIVED", &["server>client SYN,ACK[1]"]);
    not_seen(
        &run,
        "server>client SYN,ACK[1] leaves client SYN-SENT",
        "server>client SYN,ACK[1] left the client in ESTABLISHED",
    );
    // It was dropped: what the kernels held when it was sent is the last that there is to know.
    seen(&run, "client>server data[1] leaves client CLOSE-WAIT", &["client>server data[1]"]);
    not_seen(
        &run,
        "server>client SYN,ACK[2] leaves client ESTABLISHED",
        "there is no server>client SYN,ACK[2]: server>client SYN,ACK occurs once",
    );
}

#[test]
fn a_state_that_was_not_asked_for_is_not_concluded() {
    let mut run = lost_once();
    ends(&mut run, 3, false, ["ESTABLISHED", "SYN-RECEIVED"]);
    let run = run.timeline();
    unknown(
        &run,
        "client>server ACK[1] leaves server ESTABLISHED",
        "the recording does not say what the server's kernel held when client>server ACK[1] had arrived \
         (--tcp-info asks always)",
    );
    unknown(
        &sticky().timeline(),
        "client>server ACK[1] leaves server ESTABLISHED",
        "only a cable's recording tells in which state a frame leaves a socket",
    );
}

#[test]
fn without_a_wire_nothing_is_known_of_what_frames_are() {
    let run = sticky().without_wire().timeline();
    for line in [
        "client>server data[1] is dropped",
        "no client>server data is again",
        "count(client>server data is again) = 0",
        "client>server data[1] arrives before server.recv[1]",
        "client>server SYN[1] leaves client SYN-SENT",
    ] {
        unknown(&run, line, "the wire was not recorded on this machine (tier 3)");
    }
}
