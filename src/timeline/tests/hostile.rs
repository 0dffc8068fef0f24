//! Any sequence of events gives a timeline: contradictions, missing halves and absurd numbers included.

use super::run::{datagram, ip, udp, unreachable};
use super::*;
use crate::notation::Quality;
use crate::recording::{Changed, End, Event, Hex, Interrupted, Reason, Recording, Resumed};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::HashSet;

const NEAR: &str = "127.0.0.1:5000";
const FAR: &str = "127.0.0.1:7000";

/// A run with a bit of everything.
fn rich() -> Vec<Event> {
    let mut run = Run::new();
    let link = Link::new();
    run.connected(&link);
    for (seq, data) in [(1, b"hello"), (6, b"world")] {
        let send = run.enter_send("client", 1, data);
        run.segment(&link, CLIENT, "PSH,ACK", seq, 1, data);
        run.exit(send, 5);
    }
    run.recv_flags("server", 2, "MSG_PEEK", b"hel");
    run.segment(&link, SERVER, "ACK", 1, 11, b"");
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.recv("server", 2, b"helloworld");
    run.enter_send("client", 1, b"blocked");
    run.segment(&link, CLIENT, "PSH,ACK", 11, 1, b"blo");
    let close = run.enter("server", "close", 2);
    run.segment(&link, SERVER, "FIN,ACK", 1, 11, b"");
    run.segment(&link, SERVER, "RST", 1, 0, b"");
    run.exit(close, 0);
    run.socket(4, "client", "inet dgram", "0.0.0.0:5000", "");
    run.socket(5, "server", "inet dgram", FAR, "");
    run.sendto("client", 4, FAR, b"gram");
    run.frame("client", "server", datagram(NEAR, FAR, 1, b"gram"));
    run.frame("client", "server", datagram(NEAR, FAR, 1, b"gram"));
    run.recvfrom("server", 5, 4, b"gram", NEAR);
    let host = "127.0.0.1".parse().unwrap();
    let whole = udp(NEAR, FAR, &[7; 100]);
    run.frame("client", "server", ip(host, host, 17, 3, 6, &whole[48..]));
    run.frame("client", "server", ip(host, host, 17, 3, 0x2000, &whole[..48]));
    run.frame("", "client", unreachable("127.0.0.1", "127.0.0.1", &datagram(NEAR, FAR, 1, b"gram")));
    run.socket_with(6, "client", "unix stream", "unix:", "", |socket| socket.peer = Some(7));
    run.socket_with(7, "client", "unix stream", "unix:", "", |socket| socket.peer = Some(6));
    run.send("client", 6, b"unix");
    let recv = run.enter("client", "recv", 7);
    run.held(recv, "client.recv[1] after client.send[1]");
    run.events.push(Event::Interrupted(Interrupted { t: run.t, call: recv }));
    run.events.push(Event::Resumed(Resumed { t: run.t, call: recv }));
    run.released(recv, "client.send[1]");
    run.exit(recv, 4);
    run.ended("client", |_| {});
    let end = End {
        t: run.t,
        reason: Reason::Done,
        awaited: Vec::new(),
        standing: Vec::new(),
        frames: 0,
        lost: 0,
        clock_step_ns: 0,
    };
    run.events.push(Event::End(end));
    run.events
}

/// A run on a cable with a bit of everything that cables do.
fn on_cable() -> Vec<Event> {
    let (mut run, link) = (Run::on_cable(), Link::cable());
    run.connected(&link);
    for seq in [1, 6, 11] {
        let send = run.enter_send("client", 1, b"hello");
        run.segment(&link, CLIENT, "PSH,ACK", seq, 1, b"hello");
        run.exit(send, 5);
        match seq {
            1 => run.lost(),
            6 => run.copied(),
            _ => drop(run.under_way()),
        }
        run.segment(&link, SERVER, "ACK", 1, 1, b"");
        run.window(seq as u16);
    }
    run.again(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.held_by(1, |_, info| info.ca_state = "Recovery".into());
    let changed = run.under_way();
    run.fate(changed, |fate| fate.changed = Some(Changed { at: 9999, was: 1, is: 2 }));
    run.recv("server", 2, b"hello");
    let (near, far) = ("192.0.2.2:5000", "192.0.2.1:7000");
    run.socket(4, "client", "inet dgram", "0.0.0.0:5000", "");
    run.socket(5, "server", "inet dgram", far, "");
    run.sendto("client", 4, far, b"gram");
    run.frame("client", "server", datagram(near, far, 1, b"gram"));
    run.copied();
    run.recvfrom("server", 5, 4, b"gram", near);
    for operation in [1, 2] {
        let mut arp = vec![0; 42];
        (arp[12], arp[13], arp[21]) = (8, 6, operation);
        run.frame("client", "server", arp);
    }
    run.end();
    run.events
}

/// Damage done to one event.
#[derive(Debug, Clone)]
enum Damage {
    Drop,
    Double,
    Swap(Index),
    Time(u64),
    Number(u64),
    Amount(i64),
    Byte(Index, u8),
    Cut(Index),
}

fn damage() -> impl Strategy<Value = (Index, Damage)> {
    let odd = prop_oneof![Just(0), Just(1), Just(u64::MAX), Just(u64::from(u32::MAX)), 0..12u64, any::<u64>()];
    let time = prop_oneof![Just(0), Just(u64::MAX), 0..2000u64];
    let amount = prop_oneof![Just(i64::MAX), Just(i64::MIN), -2..20i64, any::<i64>()];
    let kind = prop_oneof![
        Just(Damage::Drop),
        Just(Damage::Double),
        any::<Index>().prop_map(Damage::Swap),
        time.prop_map(Damage::Time),
        odd.prop_map(Damage::Number),
        amount.prop_map(Damage::Amount),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        any::<Index>().prop_map(Damage::Cut),
    ];
    (any::<Index>(), kind)
}

fn bytes(event: &mut Event) -> Option<&mut Hex> {
    match event {
        Event::Frame(frame) => Some(&mut frame.bytes),
        Event::Enter(enter) => enter.data.as_mut(),
        Event::Exit(exit) => exit.data.as_mut(),
        _ => None,
    }
}

fn hurt(events: &mut Vec<Event>, at: Index, damage: &Damage) {
    if events.is_empty() {
        return;
    }
    let at = at.index(events.len());
    match (damage, &mut events[at]) {
        (Damage::Drop, _) => drop(events.remove(at)),
        (Damage::Double, event) => {
            let copy = event.clone();
            events.push(copy);
        }
        (Damage::Swap(other), _) => {
            let other = other.index(events.len());
            events.swap(at, other);
        }
        (Damage::Time(t), Event::Enter(enter)) => enter.t = *t,
        (Damage::Time(t), Event::Exit(exit)) => exit.t = *t,
        (Damage::Time(t), Event::Frame(frame)) => frame.t = *t,
        (Damage::Time(t), Event::Socket(socket)) => socket.t = *t,
        (Damage::Time(t), Event::Ended(ended)) => ended.t = *t,
        (Damage::Time(t), Event::Fate(fate)) => fate.t = *t,
        (Damage::Number(number), Event::Fate(fate)) => fate.frame = *number,
        (Damage::Number(number), Event::Ends(ends)) if number % 2 == 0 => ends.frame = *number,
        (Damage::Number(number), Event::Ends(ends)) => ends.kernel[0].sock = *number as u32,
        (Damage::Number(number), Event::Frame(frame)) if number % 2 == 0 => frame.frame = *number,
        (Damage::Number(number), Event::Frame(frame)) => frame.copy_of = Some(*number),
        (Damage::Number(number), Event::Enter(enter)) if number % 2 == 0 => enter.call = *number,
        (Damage::Number(number), Event::Enter(enter)) => enter.sock = Some(*number as u32),
        (Damage::Number(number), Event::Exit(exit)) if number % 2 == 0 => exit.call = *number,
        (Damage::Number(number), Event::Exit(exit)) => exit.sock = Some(*number as u32),
        (Damage::Number(number), Event::Socket(socket)) if number % 2 == 0 => socket.sock = *number as u32,
        (Damage::Number(number), Event::Socket(socket)) => socket.peer = Some(*number as u32),
        (Damage::Number(number), Event::Held(held)) => held.call = *number,
        (Damage::Amount(amount), Event::Exit(exit)) => exit.ret = *amount,
        (Damage::Amount(amount), Event::Enter(enter)) => enter.args.len = Some(*amount as u64),
        (Damage::Amount(amount), Event::Fate(fate)) => {
            fate.dropped = amount % 2 == 0;
            fate.rules = ["delay 50ms", "no rule", ""].map(str::to_string).into();
        }
        (Damage::Amount(amount), Event::Frame(frame)) => frame.len = *amount as u32,
        (Damage::Byte(place, byte), event) => {
            if let Some(bytes) = bytes(event).filter(|bytes| !bytes.0.is_empty()) {
                let place = place.index(bytes.0.len());
                bytes.0[place] = *byte;
            }
        }
        (Damage::Cut(place), event) => {
            if let Some(bytes) = bytes(event) {
                let place = place.index(bytes.0.len() + 1);
                bytes.0.truncate(place);
            }
        }
        _ => {}
    }
}

/// What every view may rely on.
fn assert_sound(timeline: &Timeline) {
    let mut seen = HashSet::new();
    let mut entered = HashSet::new();
    for moment in &timeline.moments {
        assert!(seen.insert(format!("{moment:?}")), "{moment:?} twice");
        match *moment {
            super::super::Moment::Enter(call) => assert!(entered.insert(call)),
            super::super::Moment::Exit(call) => assert!(entered.contains(&call), "an exit before its enter"),
            super::super::Moment::Frame(frame) => assert!(frame < timeline.frames.len()),
            super::super::Moment::Arrival(frame) => {
                assert!(seen.contains(&format!("{:?}", super::super::Moment::Frame(frame))))
            }
            super::super::Moment::Mark(mark) => assert!(mark < timeline.marks.len()),
        }
    }
    let exits = timeline.calls.iter().filter(|call| call.exit.is_some()).count();
    let late = timeline.moments.iter().filter(|moment| matches!(moment, super::super::Moment::Arrival(_))).count();
    let all = timeline.calls.len() + late + exits + timeline.frames.len() + timeline.marks.len();
    assert_eq!(timeline.moments.len(), all);
    for (number, frame) in timeline.frames.iter().enumerate() {
        assert!(frame.repeats.is_none_or(|repeats| repeats < number));
        assert!(frame.provoked_by.is_none_or(|by| by < number));
        assert!(!frame.dropped() || frame.arrived().is_none());
        assert!(frame.arrived().is_none_or(|arrived| arrived >= frame.record.t));
        for quality in Quality::ALL {
            let _ = timeline.frame_is(number, quality);
        }
        let payload = frame.packet.payload.len();
        for span in &frame.sources {
            assert!(span.here.start <= span.here.end && span.here.end <= payload);
            assert_eq!(span.here.len(), span.there.len());
            assert!(timeline.calls[span.call].carried_by.contains(&number));
        }
        match &frame.cause {
            Cause::Call { call, .. } => assert!(*call < timeline.calls.len()),
            Cause::Frame(frame) => assert!(*frame < number),
            Cause::Timer(Timer::DelayedAck(frame)) => assert!(*frame < number),
            Cause::Timer(_) | Cause::Cable | Cause::End(_) | Cause::Unknown => {}
        }
    }
    for call in &timeline.calls {
        let mut at = 0;
        for span in &call.sources {
            assert!(at <= span.here.start && span.here.start <= span.here.end);
            assert!(span.call < timeline.calls.len());
            at = span.here.end;
        }
    }
    for (place, socket) in timeline.sockets.iter().enumerate() {
        assert!(socket.sock == 0 || socket.sock as usize == place + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_recording_gives_a_poorer_timeline_and_never_a_panic(
        damages in prop::collection::vec(damage(), 0..12),
    ) {
        let mut events = rich();
        for (at, damage) in &damages {
            hurt(&mut events, *at, damage);
        }
        assert_sound(&Timeline::new(Recording { header: Run::new().header, events: events.clone() }));
        let mut run = Run::new();
        run.events = events;
        assert_sound(&run.without_wire().timeline());
    }

    #[test]
    fn a_damaged_recording_of_a_cable_gives_a_poorer_timeline_and_never_a_panic(
        damages in prop::collection::vec(damage(), 0..12), loopback in any::<bool>(),
    ) {
        let mut events = on_cable();
        for (at, damage) in &damages {
            hurt(&mut events, *at, damage);
        }
        let header = if loopback { Run::new().header } else { Run::on_cable().header };
        assert_sound(&Timeline::new(Recording { header, events }));
    }

    #[test]
    fn the_order_of_the_file_does_not_matter_where_stamps_differ(seed in any::<u64>()) {
        let sound = Timeline::new(Recording { header: Run::new().header, events: rich() });
        let mut events = rich();
        let mut state = seed;
        for place in (1..events.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            events.swap(place, (state >> 33) as usize % (place + 1));
        }
        let shuffled = Timeline::new(Recording { header: Run::new().header, events });
        assert_sound(&shuffled);
        let all = |timeline: &Timeline| timeline.calls.iter().map(|call| (call.name(), call.sources.clone())).collect::<Vec<_>>();
        prop_assert_eq!(all(&sound), all(&shuffled));
    }
}

#[test]
fn a_recording_with_nothing_but_a_header_is_an_empty_timeline() {
    let timeline = Run::new().timeline();
    assert!(timeline.moments.is_empty() && timeline.sockets.is_empty() && timeline.end.is_none());
    assert_eq!(timeline.socket(0), None);
    assert_eq!(timeline.socket(1), None);
}

#[test]
fn an_absurd_socket_number_takes_no_memory() {
    let mut run = Run::new();
    run.socket(u32::MAX, "client", "inet stream", NEAR, FAR);
    run.send("client", u32::MAX, b"x");
    assert!(run.timeline().sockets.is_empty());
}
