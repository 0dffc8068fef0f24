//! Each rule does what it says, and the kernels do about it what TCP and UDP say.

use crate::common::{User, users};
use crate::harness::{Run, came, fate, lab, lesson, trace};
use socket_lab::timeline::Frame;

const ONE: &str = "client>server data[1]";
const TWO: &str = "client>server data[2]";
const WHOLE: &str = "server.recv[1] returns client.send[1..3]";

/// Three sends, read when all are made.
fn late_reader(rules: &[&str]) -> Run {
    lesson(User::Self_, "late-reader", rules)
}

/// One send of 10 000 bytes in seven segments.
fn segments(rules: &[&str]) -> Run {
    lesson(User::Self_, "unpack", rules)
}

/// A client that sends so many datagrams, of 1, 2 … bytes, and a server that waits for so many.
fn datagrams(rules: &[&str], sent: u32, awaited: u32) -> Option<Run> {
    let lengths: Vec<String> = (1..=sent).map(|length| length.to_string()).collect();
    trace(User::Self_, &format!("take {{server}} {awaited}"), &format!("tell {{server}} {}", lengths.join(" ")), rules)
}

fn lengths(run: &Run) -> Vec<&str> {
    run.printed("server")
}

#[test]
fn without_a_rule_every_frame_arrives_once_in_order_and_unchanged() {
    for user in users() {
        let run = lesson(user, "late-reader", &[]);
        run.assert_sound();
        run.shows(&[WHOLE, "client>server data[1] arrives before client.send[1]"]);
        assert_eq!(run.arrivals("client", "server"), ["ARP[1]", "SYN[1]", "data[1]", "data[2]", "data[3]", "FIN[1]"]);
        assert!(run.timeline.frames.iter().all(|frame| fate(frame) == "arrived"), "{}", run.text());
    }
}

#[test]
fn a_delayed_frame_arrives_after_the_call_that_sent_it_has_returned() {
    for user in users() {
        let run = lesson(user, "prompt-reader", &["delay 5ms"]);
        run.assert_sound();
        run.shows(&["client.send[1] before client>server data[1] arrives", "client>server data[1] is late"]);
        run.shows(&["server.recv[1] returns client.send[1]", "server.recv[3] returns client.send[3]"]);
        let late = |frame: &&Frame| fate(frame) == "arrived by delay 5ms";
        assert_eq!(run.timeline.frames.iter().filter(late).count(), run.timeline.frames.len(), "{}", run.text());
    }
}

#[test]
fn a_delay_of_one_direction_leaves_the_other_alone() {
    let run = lesson(User::Self_, "prompt-reader", &["delay server>client 5ms"]);
    run.shows(&["client>server data[1] arrives before client.send[1]"]);
    assert_eq!(run.fates(ONE), ["arrived"]);
    assert_eq!(run.fates("server>client SYN,ACK[1]"), ["arrived by delay server>client 5ms"]);
}

/// The numbers of the data segments, repetitions aside, in the order in which they arrived.
fn arrived(run: &Run) -> Vec<u32> {
    let mut originals: Vec<_> = run.timeline.frames.iter().filter(|frame| frame.record.kind == "data").collect();
    originals.retain(|frame| !frame.record.again && came(frame).is_some());
    originals.sort_by_key(|frame| came(frame));
    originals.iter().map(|frame| frame.record.nth).collect()
}

#[test]
fn jitter_lets_segments_overtake_and_the_receiver_puts_them_in_order() {
    let run = segments(&["jitter client>server data 20ms"]);
    let arrived = arrived(&run);
    assert!(arrived.len() == 7 && !arrived.is_sorted(), "{arrived:?}\n{}", run.text());
    assert_eq!(run.received("server", "recv"), run.sent("client", "send"), "{}", run.text());
}

#[test]
fn another_seed_gives_another_order_and_the_same_seed_the_same() {
    let order = |seed: u32| arrived(&segments(&[&format!("jitter client>server data 20ms seed {seed}")]));
    let [first, second, again] = [1, 2, 1].map(order);
    assert_eq!(first, again);
    assert_ne!(first, second);
}

#[test]
fn a_dropped_segment_never_arrives_and_its_repetition_does() {
    for user in users() {
        let run = lesson(user, "late-reader", &["drop client>server data[1]"]);
        assert_eq!(run.fates(ONE), ["dropped by drop client>server data[1]", "again arrived"], "{}", run.text());
        run.shows(&["client>server data[1] is dropped", "client>server data[1] is again", WHOLE]);
        // Nagle waited for the lost segment's acknowledgment: the lesson's claim of three segments is not seen.
        assert_eq!(run.output.status.code(), Some(1), "{}", run.text());
    }
}

#[test]
fn a_segment_that_is_dropped_twice_arrives_at_the_third_time_after_timeouts() {
    let run = lesson(User::Self_, "prompt-reader", &["drop client>server data[2] 2 times"]);
    let rule = "dropped by drop client>server data[2] 2 times";
    assert_eq!(run.fates(TWO), [rule, &format!("again {rule}"), "again arrived"], "{}", run.text());
    run.shows(&["client>server data[2] is timeout", "server.recv[2] returns client.send[2]"]);
    run.assert_sound();
}

#[test]
fn loss_takes_other_segments_with_another_seed_and_tcp_repairs_all_of_it() {
    let run = |seed: u32| segments(&[&format!("loss client>server data 30% seed {seed}")]);
    let lost = |run: &Run| (1..=7).filter(|nth| !arrived(run).contains(nth)).collect::<Vec<_>>();
    let runs = [1, 2, 1].map(run);
    for run in &runs {
        assert_eq!(run.received("server", "recv"), run.sent("client", "send"), "{}", run.text());
        assert!(!lost(run).is_empty() && lost(run).len() < 7, "{}", run.text());
    }
    let [first, second, again] = [&runs[0], &runs[1], &runs[2]].map(lost);
    assert_eq!(first, again);
    assert_ne!(first, second);
}

#[test]
fn a_duplicated_segment_arrives_twice_and_its_bytes_once() {
    for user in users() {
        let run = lesson(user, "late-reader", &["duplicate client>server data[1]"]);
        run.assert_sound();
        assert_eq!(run.fates(ONE), ["arrived", "copy arrived by duplicate client>server data[1]"], "{}", run.text());
        run.shows(&["client>server data[1] is copy", "count(client>server data) = 3", "server.recv[1] = 14", WHOLE]);
        // The receiving kernel says of both that it has them.
        let acknowledges = |name: &str| run.transmissions(name)[0].ack;
        assert_eq!(acknowledges("server>client ACK[1]"), acknowledges("server>client ACK[2]"), "{}", run.text());
        let [original, copy] = run.transmissions(ONE)[..] else { panic!("{}", run.text()) };
        assert_eq!(copy.record.copy_of, Some(original.record.frame));
        assert_eq!(copy.record.bytes, original.record.bytes);
    }
}

#[test]
fn a_duplicated_datagram_is_received_twice() {
    let Some(run) = datagrams(&["duplicate client>server datagram[1]"], 2, 3) else { return };
    run.assert_sound();
    assert_eq!(lengths(&run), ["1", "1", "2"], "{}", run.text());
}

#[test]
fn swapped_segments_arrive_in_the_other_order_and_are_read_in_the_right_one() {
    let rule = "swap client>server data[1] client>server data[2]";
    for user in users() {
        let run = lesson(user, "late-reader", &[rule]);
        run.shows(&["client>server data[2] arrives before client>server data[1] arrives", WHOLE]);
        run.shows(&["client>server data[1] before client>server data[2]", "client>server data[1] is late"]);
        assert_eq!(run.fates(ONE)[0], format!("arrived by {rule}"), "{}", run.text());
        let data = run.arrivals("client", "server").into_iter().filter(|name| name.starts_with("data"));
        assert_eq!(data.take(2).collect::<Vec<_>>(), ["data[2]", "data[1]"], "{}", run.text());
    }
}

#[test]
fn swapped_datagrams_are_received_in_the_other_order() {
    let Some(run) = datagrams(&["swap client>server datagram[1] client>server datagram[2]"], 3, 3) else { return };
    run.assert_sound();
    assert_eq!(lengths(&run), ["2", "1", "3"], "{}", run.text());
    run.shows(&["server.recvfrom[1] returns client.sendto[2]", "server.recvfrom[2] returns client.sendto[1]"]);
}

#[test]
fn a_frame_held_until_a_call_arrives_after_the_call_returned() {
    for user in users() {
        let run = lesson(user, "late-reader", &["hold client>server data[1] until client.send[3]"]);
        assert_eq!(run.fates(ONE), ["arrived by hold client>server data[1] until client.send[3]"], "{}", run.text());
        run.shows(&["client.send[3] before client>server data[1] arrives", WHOLE]);
        assert!(run.timeline.end.as_ref().is_some_and(|end| end.awaited.is_empty()), "{}", run.text());
    }
}

#[test]
fn a_frame_held_until_a_call_enters_arrives_before_that_call_returns() {
    let run = lesson(User::Self_, "prompt-reader", &["hold client>server data[1] until server.recv[1] enters"]);
    run.assert_sound();
    run.shows(&["server.recv[1] enters before client>server data[1] arrives"]);
    run.shows(&["client>server data[1] arrives before server.recv[1]"]);
}

#[test]
fn a_frame_held_until_another_is_sent_or_arrives_comes_after_it() {
    // The FIN waits for nothing of data[3]; without the rule it is the last that the client sends.
    for (until, claim) in [
        ("client>server FIN[1]", "client>server FIN[1] before client>server data[3] arrives"),
        ("client>server FIN[1] arrives", "client>server FIN[1] arrives before client>server data[3] arrives"),
    ] {
        let run = late_reader(&[&format!("hold client>server data[3] until {until}")]);
        run.shows(&[claim]);
        assert_eq!(run.received("server", "recv"), b"hellohaihahaha", "{}", run.text());
    }
    late_reader(&[]).refutes(&["client>server FIN[1] before client>server data[3] arrives"]);
}

#[test]
fn a_corrupted_segment_is_thrown_away_by_the_receiver_and_sent_again() {
    for user in users() {
        let run = lesson(user, "late-reader", &["corrupt client>server data[2]"]);
        assert_eq!(
            run.fates(TWO),
            ["arrived changed by corrupt client>server data[2]", "again arrived"],
            "{}",
            run.text()
        );
        run.shows(&["client>server data[2] is changed", "client>server data[2] is again"]);
        assert_eq!(run.received("server", "recv"), b"hellohaihahaha", "{}", run.text());
        let frame = run.transmissions(TWO)[0];
        let changed = frame.carried.as_ref().unwrap().fate.as_ref().unwrap().changed.unwrap();
        let last = frame.packet.payload.end - 1;
        assert_eq!((changed.at as usize, changed.was), (last, frame.record.bytes.0[last]));
        assert_ne!(changed.is, changed.was);
    }
}

#[test]
fn a_corrupted_datagram_is_thrown_away_for_good() {
    let Some(run) = datagrams(&["corrupt client>server datagram[1]"], 2, 1) else { return };
    run.assert_sound();
    assert_eq!(lengths(&run), ["2"], "{}", run.text());
}

#[test]
fn a_corrupted_segment_without_payload_is_thrown_away_too() {
    let run = lesson(User::Self_, "prompt-reader", &["corrupt client>server FIN[1]"]);
    let fates = run.fates("client>server FIN[1]");
    assert_eq!(fates, ["arrived changed by corrupt client>server FIN[1]", "again arrived"], "{}", run.text());
    run.shows(&["client>server FIN[1] is timeout", "server.recv[4] = 0"]);
    run.assert_sound();
}

#[test]
fn at_a_rate_segments_come_one_by_one_and_are_read_one_by_one() {
    let run = segments(&["rate client>server 10mbit"]);
    run.shows(&["client.send[1] before client>server data[1] arrives"]);
    for nth in 1..7 {
        let read = format!("server.recv[{nth}] before client>server data[{}] arrives", nth + 1);
        run.shows(&[&format!("server.recv[{nth}] = 1448"), &read]);
    }
    let at_once = segments(&[]);
    at_once.shows(&["server.recv[1] = 10000"]);
}

#[test]
fn a_copy_of_a_corrupted_frame_is_as_corrupt_and_a_dropped_frame_has_no_copy() {
    let both = ["duplicate client>server data[1]", "corrupt client>server data[1]"];
    let run = late_reader(&both);
    let fates = run.fates(ONE);
    let changed =
        ["arrived changed by corrupt client>server data[1]", "copy arrived by duplicate client>server data[1]"];
    assert_eq!(fates[..2], changed, "{}", run.text());
    assert_eq!(fates[2..], ["again arrived"], "{}", run.text());
    run.shows(&[WHOLE]);
    let run = late_reader(&["duplicate client>server data[1]", "drop client>server data[1]"]);
    assert_eq!(run.fates(ONE), ["dropped by drop client>server data[1]", "again arrived"], "{}", run.text());
}

#[test]
fn a_short_option_is_its_rule() {
    let run = lab(User::Self_, &["05", "--variation", "prompt-reader", "--delay", "2ms", "--duplicate", ONE]);
    run.assert_sound();
    assert_eq!(run.timeline.header.cable, ["delay 2ms", "duplicate client>server data[1]"]);
    assert_eq!(run.fates(ONE), ["arrived by delay 2ms", "copy arrived by duplicate client>server data[1]"]);
}
