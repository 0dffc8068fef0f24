//! Frames on a cable: when they arrive, what they cause when they have, and what caused those that came again.

use super::run::{datagram, unreachable};
use super::*;
use crate::recording::{Changed, Event};
use crate::timeline::Moment;

fn connected() -> (Run, Link) {
    let (mut run, link) = (Run::on_cable(), Link::cable());
    run.connected(&link);
    (run, link)
}

fn arrivals(timeline: &Timeline) -> Vec<String> {
    let late = timeline.moments.iter().filter_map(|moment| match *moment {
        Moment::Arrival(frame) => Some(timeline.frames[frame].name()),
        _ => None,
    });
    late.collect()
}

/// The client sends 5 bytes in one segment.
fn hello(run: &mut Run, link: &Link, seq: u64) {
    let send = run.enter_send("client", 1, b"hello");
    run.segment(link, CLIENT, "PSH,ACK", seq, 1, b"hello");
    run.exit(send, 5);
}

#[test]
fn a_frame_that_arrives_undisturbed_is_one_moment() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    // The sender goes on meanwhile: nobody can tell.
    let frame = run.under_way();
    hello(&mut run, &link, 6);
    run.arrives(frame, &[]);
    assert_eq!(arrivals(&run.timeline()), [""; 0]);
}

#[test]
fn a_frame_that_a_rule_kept_arrives_later_whatever_happens_meanwhile() {
    for rule in ["delay 50ms", "jitter 10ms", "rate 1mbit", "hold client>server data[1] until client.exit"] {
        let (mut run, link) = connected();
        hello(&mut run, &link, 1);
        let frame = run.under_way();
        run.arrives(frame, &[rule]);
        assert_eq!(arrivals(&run.timeline()), ["client>server data[1]"], "{rule}");
    }
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    let frame = run.under_way();
    run.arrives(frame, &["corrupt client>server data[1]"]);
    assert_eq!(arrivals(&run.timeline()), [""; 0], "a changed frame is not late for that");
}

#[test]
fn a_frame_during_which_the_other_end_did_something_arrives_later() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    let frame = run.under_way();
    run.enter("server", "recv", 2);
    run.arrives(frame, &[]);
    let timeline = run.timeline();
    assert_eq!(arrivals(&timeline), ["client>server data[1]"]);
    assert!(matches!(timeline.moments.last(), Some(Moment::Arrival(_))));
}

#[test]
fn a_dropped_frame_and_one_that_was_under_way_at_the_end_do_not_arrive() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    hello(&mut run, &link, 6);
    run.under_way();
    run.end();
    let timeline = run.timeline();
    assert_eq!(arrivals(&timeline), [""; 0]);
    let arrived = |name| timeline.frames[frame(&timeline, name)].arrived();
    assert_eq!(["client>server data[1]", "client>server data[2]"].map(arrived), [None, None]);
    assert!(timeline.frames[frame(&timeline, "client>server data[1]")].dropped());
}

#[test]
fn an_arrival_before_the_sending_counts_as_one_at_once() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    let last = run.under_way();
    run.fate(last, |fate| (fate.t, fate.rules) = (1, vec!["delay 50ms".into()]));
    let timeline = run.timeline();
    let sent = timeline.frames[frame(&timeline, "client>server data[1]")].record.t;
    assert_eq!(timeline.frames[frame(&timeline, "client>server data[1]")].arrived(), Some(sent));
    assert_eq!(arrivals(&timeline), ["client>server data[1]"]);
}

#[test]
fn an_acknowledgment_answers_what_had_arrived_and_not_what_was_sent() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    hello(&mut run, &link, 6);
    let second = run.under_way();
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.arrives(second, &[]);
    run.segment(&link, SERVER, "ACK", 1, 11, b"");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server data[1]");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server data[2]");
}

#[test]
fn a_dropped_frame_causes_nothing_at_the_other_end() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.segment(&link, SERVER, "RST", 1, 0, b"");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "unknown", "it says that it had what never came");
    // What arrived last is the handshake's.
    assert_eq!(cause(&timeline, "server>client RST[1]"), "client>server ACK[1]");
}

#[test]
fn an_acknowledgment_that_comes_when_a_gap_is_filled_answers_what_filled_it() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    hello(&mut run, &link, 6);
    run.segment(&link, SERVER, "ACK", 1, 1, b"");
    hello(&mut run, &link, 11);
    run.segment(&link, SERVER, "ACK", 1, 1, b"");
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    let again = run.t;
    run.segment(&link, SERVER, "ACK", 1, 16, b"");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server data[2]");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server data[3]");
    let Cause::Frame(answered) = timeline.frames[frame(&timeline, "server>client ACK[3]")].cause else { panic!() };
    assert_eq!(timeline.frames[answered].arrived(), Some(again));
}

#[test]
fn a_copy_is_caused_by_the_cable_and_repeats_nothing() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.copied();
    hello(&mut run, &link, 6);
    run.segment(&link, SERVER, "ACK", 1, 11, b"");
    let timeline = run.timeline();
    let copy = &timeline.frames[frame(&timeline, "client>server data[1] again")];
    assert_eq!((&copy.cause, copy.repeats), (&Cause::Cable, None));
    assert_eq!(copy.carried.as_ref().unwrap().copy_of, Some(frame(&timeline, "client>server data[1]")));
    assert_eq!(copy.seq, Some(1), "it has its place in the stream");
    assert_eq!(sources(&timeline, "client>server data[1] again"), "0..5 client.send[1] 0..5");
    assert_eq!(timeline.frames[frame(&timeline, "client>server data[2]")].repeats, None);
}

#[test]
fn what_a_copy_provokes_answers_the_copy() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    let Some(Event::Frame(original)) = run.events.iter().rev().filter(|e| matches!(e, Event::Frame(_))).nth(1).cloned()
    else {
        panic!()
    };
    run.frame_with("client", "server", original.bytes.0, |copy| {
        (copy.again, copy.nth, copy.copy_of) = (true, original.nth, Some(original.frame));
    });
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    let timeline = run.timeline();
    let copy = frame(&timeline, "client>server data[1] again");
    assert_eq!(timeline.frames[frame(&timeline, "server>client ACK[2]")].cause, Cause::Frame(copy));
}

#[test]
fn a_copied_syn_begins_no_second_connection() {
    let (mut run, link) = (Run::on_cable(), Link::cable());
    let connect = run.enter("client", "connect", 1);
    run.segment(&link, CLIENT, "SYN", 0, 0, b"");
    run.copied();
    run.segment(&link, SERVER, "SYN,ACK", 0, 1, b"");
    run.segment(&link, CLIENT, "ACK", 1, 1, b"");
    run.exit(connect, 0);
    let timeline = run.timeline();
    let numbers: Vec<_> = timeline.frames.iter().map(|frame| (frame.seq, frame.ack)).collect();
    assert_eq!(numbers, [(Some(0), None), (Some(0), None), (Some(0), Some(1)), (Some(1), Some(1))]);
}

#[test]
fn a_frame_that_was_changed_on_the_way_is_not_answered() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    let last = run.under_way();
    run.fate(last, |fate| fate.changed = Some(Changed { at: 58, was: b'o', is: b'n' }));
    run.t += 300_000_000;
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    let timeline = run.timeline();
    let again = frame(&timeline, "client>server data[1] again");
    assert_eq!(timeline.frames[frame(&timeline, "server>client ACK[1]")].cause, Cause::Frame(again));
}

#[test]
fn a_syn_ack_is_repeated_by_the_timer_until_the_syn_comes_again() {
    let (mut run, link) = (Run::on_cable(), Link::cable());
    run.enter("client", "connect", 1);
    run.segment(&link, CLIENT, "SYN", 0, 0, b"");
    run.segment(&link, SERVER, "SYN,ACK", 0, 1, b"");
    run.lost();
    run.again(&link, SERVER, "SYN,ACK", 0, 1, b"");
    run.lost();
    run.again(&link, CLIENT, "SYN", 0, 0, b"");
    run.again(&link, SERVER, "SYN,ACK", 0, 1, b"");
    let timeline = run.timeline();
    let causes: Vec<_> = timeline.frames.iter().map(|frame| frame.cause.clone()).collect();
    let timeout = Cause::Timer(Timer::Retransmission);
    assert_eq!(causes[1..], [Cause::Frame(0), timeout.clone(), timeout, Cause::Frame(3)]);
    let repeated: Vec<_> = timeline.frames.iter().map(|frame| frame.repeats).collect();
    assert_eq!(repeated, [None, None, Some(1), Some(0), Some(1)]);
}

/// One segment is lost, two come through and are acknowledged as beyond a gap; then the client repeats.
fn repeated(change: impl FnOnce(&mut crate::recording::TcpInfo)) -> Timeline {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    hello(&mut run, &link, 6);
    run.segment(&link, SERVER, "ACK", 1, 1, b"");
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.held_by(1, |_, info| change(info));
    run.timeline()
}

#[test]
fn a_repetition_is_a_timeout_when_the_kernel_counted_one() {
    // It came right after a repeated acknowledgment, and yet the kernel says what it was.
    let timeline = repeated(|info| (info.ca_state, info.retransmits) = ("Loss".into(), 1));
    assert_eq!(cause(&timeline, "client>server data[1] again"), "Retransmission");
    assert!(!timeline.frames[frame(&timeline, "client>server data[1] again")].signs.fast_retransmit);
}

#[test]
fn a_repetition_in_recovery_is_a_fast_retransmit_that_the_acknowledgment_asked_for() {
    let timeline = repeated(|info| info.ca_state = "Recovery".into());
    assert_eq!(cause(&timeline, "client>server data[1] again"), "server>client ACK[1]");
    assert!(timeline.frames[frame(&timeline, "client>server data[1] again")].signs.fast_retransmit);
}

#[test]
fn after_a_timeout_acknowledgments_let_the_kernel_repeat_what_else_was_lost() {
    let timeline = repeated(|info| info.ca_state = "Loss".into());
    assert_eq!(cause(&timeline, "client>server data[1] again"), "server>client ACK[1]");
    assert!(!timeline.frames[frame(&timeline, "client>server data[1] again")].signs.fast_retransmit);
}

#[test]
fn the_last_segment_repeated_without_a_loss_is_a_tail_loss_probe() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.held_by(1, |_, _| {});
    assert_eq!(cause(&run.timeline(), "client>server data[1] again"), "TailLossProbe");
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    hello(&mut run, &link, 6);
    run.lost();
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.held_by(1, |_, _| {});
    assert_eq!(cause(&run.timeline(), "client>server data[1] again"), "timer", "it is not the last");
}

#[test]
fn without_the_kernel_s_word_a_repetition_is_by_a_timer_and_nobody_knows_which() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    run.t += 200_000_000;
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    assert_eq!(cause(&run.timeline(), "client>server data[1] again"), "timer");
}

#[test]
fn a_kernel_that_was_asked_after_the_answer_came_does_not_say_why_it_repeated() {
    let told = |retransmits: u8| {
        let (mut run, link) = connected();
        hello(&mut run, &link, 1);
        run.lost();
        run.t += 200_000_000;
        run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
        let again = run.last();
        run.segment(&link, SERVER, "ACK", 1, 6, b"");
        run.held_by(1, |_, info| info.retransmits = retransmits);
        if let Some(Event::Ends(ends)) = run.events.last_mut() {
            ends.frame = again;
        }
        cause(&run.timeline(), "client>server data[1] again")
    };
    assert_eq!(told(0), "timer", "the acknowledgment has set the count back");
    assert_eq!(told(1), "Retransmission", "but what it still counts has happened");
}

#[test]
fn what_a_listener_holds_is_not_taken_for_a_connection_s() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.lost();
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.held_by(1, |kernel, info| (kernel.state, info.retransmits) = ("LISTEN".into(), 3));
    assert_eq!(cause(&run.timeline(), "client>server data[1] again"), "timer");
}

#[test]
fn an_acknowledgment_long_after_its_segment_arrived_is_a_delayed_one() {
    let (mut run, link) = connected();
    let waiting = run.enter("server", "recv", 2);
    hello(&mut run, &link, 1);
    let frame = run.under_way();
    // What it spent on the cable is not the kernel's delay.
    run.t += 500_000_000;
    run.arrives(frame, &["delay 500ms"]);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    hello(&mut run, &link, 6);
    run.t += 40_000_000;
    run.segment(&link, SERVER, "ACK", 1, 11, b"");
    run.t += 40_000_000;
    run.exit(waiting, 10);
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server data[1]");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "delayed ACK of client>server data[2]");
}

#[test]
fn a_recv_that_an_acknowledgment_s_consequence_wakes_did_not_send_it() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    let first = run.enter("server", "recv", 2);
    run.exit(first, 5);
    let waiting = run.enter("server", "recv", 2);
    run.t += 40_000_000;
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    // What the acknowledgment let go arrives at once, and the recv that slept returns it.
    hello(&mut run, &link, 6);
    run.exit(waiting, 5);
    assert_eq!(cause(&run.timeline(), "server>client ACK[1]"), "delayed ACK of client>server data[1]");
}

#[test]
fn an_acknowledgment_that_a_late_reader_s_recv_may_have_sent_is_not_called_delayed() {
    let (mut run, link) = connected();
    hello(&mut run, &link, 1);
    run.t += 100_000_000;
    let recv = run.enter("server", "recv", 2);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.exit(recv, 5);
    hello(&mut run, &link, 6);
    run.t += 100_000_000;
    let now = run.enter_with("server", "setsockopt", 2, |enter| enter.args.option = Some("TCP_QUICKACK".into()));
    run.segment(&link, SERVER, "ACK", 1, 11, b"");
    run.exit(now, 0);
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server data[1]");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server data[2]");
}

/// The server's window closes; the client asks.
fn probed(prepare: impl FnOnce(&mut Run), held: impl FnOnce(&mut Run), window: u16) -> Timeline {
    let (mut run, link) = connected();
    prepare(&mut run);
    hello(&mut run, &link, 1);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.window(window);
    run.segment(&link, CLIENT, "ACK", 5, 1, b"");
    held(&mut run);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    run.timeline()
}

fn keep_alive(run: &mut Run) {
    let call = run.enter_with("client", "setsockopt", 1, |enter| {
        (enter.args.option, enter.args.value) = (Some("SO_KEEPALIVE".into()), Some("1".into()));
    });
    run.exit(call, 0);
}

fn timer(run: &mut Run, kind: &str) {
    let timer = crate::recording::Timer { kind: kind.into(), left_ms: 200, tries: 1 };
    run.held_by(1, |kernel, _| kernel.timer = Some(Box::new(timer)));
}

#[test]
fn a_probe_is_named_after_the_timer_that_runs_or_the_only_one_that_can() {
    let nothing = |_: &mut Run| {};
    for (timeline, expected) in [
        (probed(keep_alive, |run| timer(run, "window-probe"), 0), "WindowProbe"),
        (probed(nothing, |run| timer(run, "keepalive"), 0), "Keepalive"),
        (probed(nothing, nothing, 0), "WindowProbe"),
        (probed(keep_alive, nothing, 512), "Keepalive"),
        // Either, or neither that is known.
        (probed(keep_alive, nothing, 0), "timer"),
        (probed(nothing, nothing, 512), "timer"),
    ] {
        assert_eq!(cause(&timeline, "client>server ACK[2]"), expected);
        assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server ACK[2]", "and it is answered");
    }
}

#[test]
fn datagrams_are_received_as_they_arrive_and_dropped_ones_never() {
    let mut run = Run::on_cable();
    let (near, far) = ("192.0.2.2:5000", "192.0.2.1:7000");
    run.socket(1, "client", "inet dgram", "0.0.0.0:5000", "");
    run.socket(2, "server", "inet dgram", far, "");
    let send = |run: &mut Run, id: u16| {
        let call = run.enter_sendto("client", 1, far, b"tick");
        run.frame("client", "server", datagram(near, far, id, b"tick"));
        run.exit(call, 4);
    };
    send(&mut run, 1);
    run.lost();
    send(&mut run, 2);
    let second = run.under_way();
    send(&mut run, 3);
    run.arrives(second, &["swap client>server datagram[2] client>server datagram[3]"]);
    run.copied();
    for _ in 0..3 {
        run.recvfrom("server", 2, 100, b"tick", near);
    }
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..4 client.sendto[3] 0..4");
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..4 client.sendto[2] 0..4");
    assert_eq!(sources(&timeline, "server.recvfrom[3]"), "0..4 client.sendto[3] 0..4");
    let copy = &timeline.frames[frame(&timeline, "client>server datagram[3] again")];
    assert_eq!((&copy.cause, copy.repeats), (&Cause::Cable, None));
    assert_eq!(cause(&timeline, "client>server datagram[1]"), "client.sendto[1]", "it was sent all the same");
}

#[test]
fn an_icmp_error_complains_about_a_datagram_that_arrived() {
    let mut run = Run::on_cable();
    let (near, far) = ("192.0.2.2:5000", "192.0.2.1:7000");
    for lost in [true, false] {
        run.frame("client", "server", datagram(near, far, 0, b"hello"));
        if lost {
            run.lost();
        }
        run.frame("server", "client", unreachable("192.0.2.1", "192.0.2.2", &datagram(near, far, 0, b"hello")));
    }
    let timeline = run.timeline();
    let provoked: Vec<_> = timeline.frames.iter().map(|frame| frame.provoked_by).collect();
    assert_eq!(provoked, [None, None, None, Some(2)]);
}
