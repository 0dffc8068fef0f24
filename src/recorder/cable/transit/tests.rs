//! What rules make of frames, and in which order frames leave: by names and times alone, no interface is there.

use super::{Journey, Rules, Transit, Traveller};
use crate::notation::{EventRef, FrameRef, Nth};
use crate::recorder::frames::Name;
use crate::recording::Nanos;
use proptest::prelude::*;
use std::collections::HashSet;

const MS: Nanos = 1_000_000;

fn rules(lines: &[&str]) -> Rules {
    let lines: Vec<String> = lines.iter().map(|line| line.to_string()).collect();
    Rules::new(&lines).expect("rules")
}

/// The name that the notation writes so.
fn name(frame: &str) -> Name {
    let FrameRef { from, to, kind, nth: Nth::One(nth) } = frame.parse().expect("a frame") else { panic!("no number") };
    Name { from, to, kind: kind.as_str(), nth, again: false, probe: false }
}

fn event(event: &str) -> EventRef {
    event.parse().expect("an event")
}

/// What the rules make of the frames, each of 1250 bytes and sent at 0.
fn judge(lines: &[&str], frames: &[&str]) -> Vec<Journey> {
    let mut rules = rules(lines);
    frames.iter().map(|frame| rules.judge(&name(frame), 0, 1250)).collect()
}

fn due(lines: &[&str], frames: &[&str]) -> Vec<Nanos> {
    judge(lines, frames).iter().map(|journey| journey.due).collect()
}

fn lost(lines: &[&str], frames: &[&str]) -> Vec<bool> {
    judge(lines, frames).iter().map(|journey| journey.dropped.is_some()).collect()
}

/// Which of ten thousand data segments are lost.
fn lost_of_many(line: &str) -> Vec<bool> {
    let mut rules = rules(&[line]);
    (1..=10_000).map(|nth| rules.judge(&numbered(nth), 0, 100).dropped.is_some()).collect()
}

fn numbered(nth: u32) -> Name {
    Name { nth, ..name("client>server data[1]") }
}

fn count(of: &[bool]) -> usize {
    of.iter().filter(|it| **it).count()
}

const ONE: &str = "client>server data[1]";
const TWO: &str = "client>server data[2]";
const BACK: &str = "server>client data[1]";
const NONE: [u64; 0] = [];

#[test]
fn a_frame_that_no_rule_is_about_goes_straight_on() {
    let others =
        ["drop server>client data", "delay client>server ACK 5ms", "hold client>server data[2] until client.exit"];
    for lines in [&[][..], &others] {
        let journey = &judge(lines, &[ONE])[0];
        assert!(journey.is_straight(0), "{journey:?}");
        assert_eq!(journey.due, 0);
    }
}

#[test]
fn a_frame_that_any_rule_is_about_does_not_go_straight_on() {
    for verb in ["delay", "jitter", "loss", "rate", "drop", "duplicate", "corrupt", "hold", "swap"] {
        let line = match verb {
            "delay" | "jitter" => format!("{verb} 1us"),
            "loss" => "loss 100%".into(),
            "rate" => "rate 1gbit".into(),
            "hold" => format!("hold {ONE} until client.exit"),
            "swap" => format!("swap {ONE} {TWO}"),
            _ => format!("{verb} {ONE}"),
        };
        assert!(!judge(&[&line], &[ONE])[0].is_straight(0), "{line}");
    }
}

#[test]
fn a_delay_is_of_every_frame_of_a_direction_or_of_the_frames_named() {
    let of = |line| due(&[line], &[ONE, TWO, BACK]);
    assert_eq!(of("delay 5ms"), [5 * MS; 3]);
    assert_eq!(of("delay client>server 5ms"), [5 * MS, 5 * MS, 0]);
    assert_eq!(of("delay client>server data[2] 5ms"), [0, 5 * MS, 0]);
    assert_eq!(of("delay server>client data 5ms"), [0, 0, 5 * MS]);
    assert_eq!(judge(&["delay 5ms"], &[ONE])[0].rules, ["delay 5ms"]);
}

#[test]
fn delays_add_up() {
    let both = ["delay 5ms", "delay client>server 0.5ms"];
    assert_eq!(due(&both, &[ONE]), [5 * MS + MS / 2]);
    assert_eq!(judge(&both, &[ONE])[0].rules, both);
}

#[test]
fn jitter_is_between_nothing_and_what_the_rule_says_and_near_both() {
    for (line, most) in [("jitter 10ms", 10 * MS), ("jitter 60s", 60_000 * MS)] {
        let mut rules = rules(&[line]);
        let later: Vec<Nanos> = (1..=1000).map(|nth| rules.judge(&numbered(nth), 0, 100).due).collect();
        assert!(later.iter().all(|later| *later <= most));
        assert!(later.iter().any(|later| *later < most / 20) && later.iter().any(|later| *later > most / 20 * 19));
        let mean = later.iter().sum::<Nanos>() / 1000;
        assert!((most / 10 * 4..most / 10 * 6).contains(&mean), "{mean} of {most}");
    }
}

/// What a rule says of how many transmissions it is about, and of which of four it is then.
const REPETITIONS: [(&str, [bool; 4]); 5] = [
    ("client>server data[1]", [true, false, false, false]),
    ("client>server data[1] 2 times", [true, true, false, false]),
    ("client>server data[1] always", [true; 4]),
    ("client>server data", [true; 4]),
    ("client>server data 3 times", [true, true, true, false]),
];

#[test]
fn drop_duplicate_and_corrupt_are_about_so_many_transmissions_of_a_frame() {
    type Act = fn(&Journey) -> bool;
    let acts: [(&str, Act); 3] = [
        ("drop", |journey| journey.dropped.is_some()),
        ("duplicate", |journey| journey.copies.len() == 1),
        ("corrupt", |journey| journey.corrupted),
    ];
    for (verb, acts) in acts {
        for (frame, expected) in REPETITIONS {
            let line = format!("{verb} {frame}");
            // The other frame and the other direction are there so that counting them would be seen.
            let journeys = judge(&[&line], &[BACK, TWO, ONE, ONE, BACK, ONE, ONE]);
            let of = |places: [usize; 4]| places.map(|place| acts(&journeys[place]));
            assert_eq!(of([2, 3, 5, 6]), expected, "{line}");
            assert!(!acts(&journeys[0]) && !acts(&journeys[4]), "{line} is not about the other direction");
            assert_eq!(acts(&journeys[1]), !frame.contains('['), "{line} of another number");
        }
    }
}

#[test]
fn each_frame_of_a_range_is_dropped_once() {
    let lines = ["drop client>server data[1..2]"];
    assert_eq!(lost(&lines, &[ONE, TWO, ONE, TWO, "client>server data[3]"]), [true, true, false, false, false]);
}

#[test]
fn a_kind_is_not_another_and_frame_is_every_kind() {
    let frames = ["client>server SYN[1]", ONE, "client>server FIN[1]", BACK];
    assert_eq!(lost(&["drop client>server SYN"], &frames), [true, false, false, false]);
    assert_eq!(lost(&["drop client>server frame"], &frames), [true, true, true, false]);
}

#[test]
fn delay_jitter_loss_and_rate_of_a_numbered_frame_are_about_its_original() {
    for line in
        ["delay client>server data[1] 5ms", "jitter client>server data[1] 5ms", "rate client>server data[1] 1mbit"]
    {
        let due = due(&[line], &[ONE, ONE]);
        assert!(due[0] > 0 && due[1] == 0, "{line}: {due:?}");
    }
    assert_eq!(lost(&["loss client>server data[1] 100%"], &[ONE, ONE]), [true, false]);
    assert_eq!(lost(&["loss client>server data 100%"], &[ONE, ONE]), [true, true]);
    assert_eq!(due(&["delay client>server data 5ms"], &[ONE, ONE]), [5 * MS; 2]);
}

#[test]
fn hold_and_swap_keep_the_repetitions_of_a_frame_as_well() {
    for line in ["hold client>server data[1] until client.exit", "swap client>server data[1] client>server data[2]"] {
        let journeys = judge(&[line], &[ONE, ONE, TWO]);
        let kept: Vec<usize> = journeys.iter().map(|journey| journey.waits.len()).collect();
        assert_eq!(kept, [1, 1, 0], "{line}");
    }
}

#[test]
fn a_swap_waits_for_the_arrival_of_the_second_and_a_hold_for_its_event() {
    let waits = |line: &str| judge(&[line], &[ONE])[0].waits.iter().map(|wait| wait.0.clone()).collect::<Vec<_>>();
    assert_eq!(waits("swap client>server data[1] client>server data[2]"), [event("client>server data[2] arrives")]);
    for until in [
        "server.recv[1]",
        "server.recv[1] enters",
        "client.exit",
        "client>server FIN[1]",
        "client>server FIN[1] arrives",
    ] {
        assert_eq!(waits(&format!("hold {ONE} until {until}")), [event(until)]);
    }
}

#[test]
fn the_events_that_frames_may_wait_for_are_known_before_any_frame() {
    let rules = rules(&[
        "delay 5ms",
        "swap client>server data[1] client>server data[2]",
        "hold client>server FIN[1] until client.exit",
    ]);
    assert_eq!(rules.awaited(), [event("client>server data[2] arrives"), event("client.exit")]);
}

#[test]
fn a_share_of_frames_is_lost_near_to_what_the_rule_says() {
    for (line, percent) in [("0%", 0), ("1%", 1), ("10%", 10), ("50%", 50), ("90%", 90), ("100%", 100)] {
        for seed in ["", " seed 7", " seed 123456789"] {
            let lost = count(&lost_of_many(&format!("loss {line}{seed}")));
            // Four standard deviations of so many throws.
            let deviation = (10_000.0 * f64::from(percent) / 100.0 * (1.0 - f64::from(percent) / 100.0)).sqrt();
            let away = (lost as f64 - f64::from(percent) * 100.0).abs();
            assert!(away <= 4.0 * deviation, "{lost} of 10000 lost at {line}{seed}");
        }
    }
}

#[test]
fn whether_a_frame_is_lost_says_nothing_about_the_next_nor_about_its_repetition() {
    let lost = lost_of_many("loss 50%");
    let both = lost.windows(2).filter(|pair| pair[0] && pair[1]).count();
    assert!((2300..2700).contains(&both), "{both} of 10000 neighbours lost together, 2500 expected");
    let mut rules = rules(&["loss 50%"]);
    let mut twice = |nth| [0, 1].map(|_| rules.judge(&numbered(nth), 0, 100).dropped.is_some());
    let both = (1..=10_000).filter(|nth| twice(*nth) == [true, true]).count();
    assert!((2300..2700).contains(&both), "{both} of 10000 lost twice, 2500 expected");
}

#[test]
fn chance_is_the_same_for_the_same_seed_and_another_for_another() {
    for line in ["loss 30%", "loss 30% seed 7"] {
        assert_eq!(lost_of_many(line), lost_of_many(line));
    }
    assert_eq!(lost_of_many("loss 30%"), lost_of_many("loss 30% seed 1"), "1 is the seed where none is said");
    let same = std::iter::zip(lost_of_many("loss 50% seed 1"), lost_of_many("loss 50% seed 2"));
    let same = same.filter(|(one, other)| one == other).count();
    assert!((4700..5300).contains(&same), "{same} of 10000 have the same fate with another seed, 5000 expected");
    assert_ne!(due(&["jitter 10ms seed 1"], &[ONE]), due(&["jitter 10ms seed 2"], &[ONE]));
}

#[test]
fn chance_does_not_depend_on_what_else_is_on_the_cable() {
    let lines = ["loss 30%", "jitter 10ms"];
    let fate = |rules: &mut Rules, nth| {
        let journey = rules.judge(&numbered(nth), 0, 100);
        (journey.dropped.is_some(), journey.due)
    };
    let mut alone = rules(&lines);
    let mut beside = rules(&lines);
    for nth in 1..=1000 {
        let fate_alone = fate(&mut alone, nth);
        for other in ["client>server ACK", "server>client ACK", "server>client data"] {
            beside.judge(&name(&format!("{other}[{nth}]")), 0, 100);
        }
        assert_eq!(fate(&mut beside, nth), fate_alone, "data[{nth}]");
    }
}

#[test]
fn a_rate_lets_the_frames_of_a_direction_go_one_after_another() {
    // 1250 bytes are 10 ms at 1 mbit.
    assert_eq!(due(&["rate 1mbit"], &[ONE, TWO, BACK]), [10 * MS, 20 * MS, 10 * MS]);
    assert_eq!(due(&["rate client>server 1mbit"], &[ONE, TWO, BACK]), [10 * MS, 20 * MS, 0]);
    let mut rules = rules(&["rate 1mbit"]);
    let mut at = |t, len| rules.judge(&name(ONE), t, len).due;
    assert_eq!(at(0, 125), MS, "a tenth of the bytes");
    assert_eq!(at(MS / 2, 125), 2 * MS, "behind the one before");
    assert_eq!(at(50 * MS, 125), 51 * MS, "the line was free");
}

#[test]
fn a_frame_that_is_lost_has_taken_its_time_on_the_line() {
    for order in [["drop client>server data[1]", "rate 1mbit"], ["rate 1mbit", "drop client>server data[1]"]] {
        assert_eq!(due(&order, &[ONE, TWO])[1], 20 * MS, "{order:?}");
    }
}

#[test]
fn a_delay_comes_after_the_turn_at_the_rate() {
    for order in [["delay 5ms", "rate 1mbit"], ["rate 1mbit", "delay 5ms"]] {
        assert_eq!(due(&order, &[ONE, TWO]), [15 * MS, 25 * MS], "{order:?}");
    }
}

#[test]
fn what_is_lost_is_lost_by_the_first_rule_that_says_so() {
    let named = |lines: &[&str]| judge(lines, &[ONE])[0].dropped.clone();
    assert_eq!(named(&["loss 100%", "drop client>server data[1]"]).as_deref(), Some("loss 100%"));
    assert_eq!(named(&["drop client>server data[1]", "loss 100%"]).as_deref(), Some("drop client>server data[1]"));
}

#[test]
fn two_rules_make_two_copies() {
    let both = ["duplicate client>server data[1]", "duplicate client>server frame"];
    assert_eq!(judge(&both, &[ONE])[0].copies, both);
}

#[test]
fn mtu_is_no_affair_of_frames() {
    assert!(judge(&["mtu 576", "mtu server 100"], &[ONE])[0].is_straight(0));
}

fn traveller(frame: u64, journey: Journey) -> Traveller {
    Traveller { frame, name: name(ONE), interface: 1, bytes: Vec::new(), journey }
}

/// A cable with frames on it, numbered from 1, each with what it waits for and when it is due.
fn cable(frames: &[(&[&str], Nanos)]) -> Transit {
    let mut transit = Transit::default();
    for (number, (waits, due)) in (1..).zip(frames) {
        let waits = waits.iter().map(|wait| (event(wait), format!("hold … until {wait}"))).collect();
        transit.add(traveller(number, Journey { waits, due: *due, ..Journey::default() }));
    }
    transit
}

/// The numbers of those that may arrive by now, in their order.
fn arriving(transit: &mut Transit, now: Nanos) -> Vec<u64> {
    std::iter::from_fn(|| transit.next(now)).map(|traveller| traveller.frame).collect()
}

#[test]
fn frames_arrive_by_due_time_and_those_due_together_by_number() {
    let mut transit = cable(&[(&[], 30), (&[], 10), (&[], 30), (&[], 20), (&[], 10)]);
    assert_eq!(transit.due(), Some(10));
    assert_eq!(arriving(&mut transit, 9), NONE);
    assert_eq!(arriving(&mut transit, 10), [2, 5]);
    assert_eq!(transit.due(), Some(20));
    assert_eq!(arriving(&mut transit, 30), [4, 1, 3]);
    assert_eq!(transit.due(), None);
}

#[test]
fn a_frame_waits_for_exactly_its_event() {
    let mut transit = cable(&[(&["client.send[2]"], 0), (&["client.send[3]"], 0), (&[], 0)]);
    assert!(transit.holds());
    assert_eq!(arriving(&mut transit, 100), [3]);
    assert_eq!(transit.due(), None, "no time will come at which the others may go");
    for not_it in ["client.send[1]", "client.send[2] enters", "server.send[2]", "client>server data[2]"] {
        transit.release(100, |happened| *happened == event(not_it));
        assert_eq!(arriving(&mut transit, 100), NONE, "after {not_it}");
    }
    transit.release(100, |happened| *happened == event("client.send[3]"));
    assert_eq!(arriving(&mut transit, 100), [2]);
    transit.release(100, |happened| *happened == event("client.send[2]"));
    assert_eq!(arriving(&mut transit, 100), [1]);
    assert!(!transit.holds());
}

#[test]
fn a_frame_with_two_events_waits_for_both_whenever_they_happen() {
    let mut transit = cable(&[(&["client.send[2]", "server.exit"], 0)]);
    transit.release(5, |happened| *happened == event("server.exit"));
    assert_eq!(arriving(&mut transit, 5), NONE);
    transit.release(6, |happened| *happened == event("client.send[2]"));
    assert_eq!(arriving(&mut transit, 6), [1]);
}

#[test]
fn an_event_makes_a_frame_no_earlier_than_its_delay_and_arrives_no_earlier_than_the_event() {
    let mut transit = cable(&[(&["server.exit"], 50), (&["server.exit"], 5)]);
    transit.release(20, |_| true);
    assert_eq!(transit.due(), Some(20), "its delay was over when the event came");
    assert_eq!(arriving(&mut transit, 49), [2]);
    assert_eq!(arriving(&mut transit, 50), [1]);
}

#[test]
fn frames_that_one_event_lets_go_keep_their_order() {
    let mut transit = cable(&[(&["server.exit"], 3), (&["server.exit"], 2), (&["server.exit"], 1)]);
    transit.release(10, |_| true);
    assert_eq!(arriving(&mut transit, 10), [1, 2, 3]);
}

#[test]
fn only_rules_whose_events_did_not_come_are_named() {
    let mut rules = rules(&[
        "delay 5ms",
        "hold client>server data[1] until server.exit",
        "hold client>server data until client.send[2]",
        "swap client>server data[2] client>server data[1]",
    ]);
    let mut transit = Transit::default();
    for (number, frame) in (1..).zip([ONE, TWO, BACK]) {
        transit.add(traveller(number, rules.judge(&name(frame), 0, 100)));
    }
    transit.release(0, |happened| *happened == event("client.send[2]"));
    let stuck: Vec<&String> = transit.stuck().collect();
    assert_eq!(
        stuck,
        ["hold client>server data[1] until server.exit", "swap client>server data[2] client>server data[1]"]
    );
}

/// Lines that have something to do with the frames of [`any_frame`].
fn any_rule() -> impl Strategy<Value = String> {
    let end = || prop::sample::select(vec!["client>server", "server>client"]);
    let frame = || (end(), prop::sample::select(vec!["data", "ACK", "SYN"]), 1u32..4);
    let one = move || frame().prop_map(|(end, kind, nth)| format!("{end} {kind}[{nth}]"));
    let frames = move || {
        prop_oneof![
            one(),
            (end(), 1u32..3).prop_map(|(end, to)| format!("{end} data[1..{to}]")),
            end().prop_map(|end| format!("{end} frame"))
        ]
    };
    let which = move || prop_oneof![Just(String::new()), end().prop_map(str::to_string), frames()];
    let times =
        || prop_oneof![Just(String::new()), (1u32..4).prop_map(|n| format!(" {n} times")), Just(" always".to_string())];
    let until = prop::sample::select(vec![
        "server.recv[1]",
        "client.exit",
        "client>server data[3] arrives",
        "server>client ACK[1]",
    ]);
    prop_oneof![
        (which(), 0u64..60_000_000).prop_map(|(which, time)| format!("delay {which} {time}us")),
        (which(), 0u64..60_000_000, any::<u64>())
            .prop_map(|(which, time, seed)| format!("jitter {which} {time}us seed {seed}")),
        (which(), 0u32..=100, any::<u64>())
            .prop_map(|(which, share, seed)| format!("loss {which} {share}% seed {seed}")),
        (which(), 1u64..=u64::MAX).prop_map(|(which, rate)| format!("rate {which} {rate}bit")),
        (prop::sample::select(vec!["drop", "duplicate", "corrupt"]), frames(), times())
            .prop_map(|(verb, frame, times)| format!("{verb} {frame}{times}")),
        (end(), 1u32..4, 1u32..4).prop_filter_map("the same frame", |(end, one, other)| {
            (one != other).then(|| format!("swap {end} data[{one}] {end} data[{other}]"))
        }),
        (frames(), until).prop_filter_map("its own arrival", |(frame, until)| {
            (until != format!("{frame} arrives")).then(|| format!("hold {frame} until {until}"))
        }),
        (68u32..=65_535).prop_map(|mtu| format!("mtu {mtu}")),
    ]
}

/// A frame with its length and the time since the one before.
fn any_frame() -> impl Strategy<Value = (Name, u32, Nanos)> {
    let end = prop::sample::select(vec![("client", "server"), ("server", "client"), ("nobody", "client")]);
    let kind = prop::sample::select(vec!["data", "ACK", "SYN", "ARP"]);
    (end, kind, 0u32..5, any::<bool>(), 0u32..65_554, 0u64..100 * MS).prop_map(
        |((from, to), kind, nth, again, len, after)| {
            (Name { from: from.into(), to: to.into(), kind, nth, again, probe: false }, len, after)
        },
    )
}

/// All that a journey says, whatever the order of the rules.
fn regardless_of_order(mut journey: Journey) -> (bool, bool, Vec<String>, Vec<String>, Nanos, Vec<String>) {
    let mut waits: Vec<String> = journey.waits.iter().map(|(event, rule)| format!("{event}: {rule}")).collect();
    for list in [&mut waits, &mut journey.copies, &mut journey.rules] {
        list.sort();
    }
    (journey.dropped.is_some(), journey.corrupted, journey.copies, waits, journey.due, journey.rules)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn each_frame_leaves_the_cable_exactly_once_and_never_before_its_time(
        lines in prop::collection::vec(any_rule(), 0..8),
        frames in prop::collection::vec((any_frame(), any::<[bool; 4]>()), 0..40),
    ) {
        let mut rules = Rules::new(&lines).unwrap();
        let awaited = rules.awaited();
        let (mut transit, mut now, mut left, mut happened) = (Transit::default(), 0, Vec::new(), HashSet::new());
        let mut kept = std::collections::HashMap::new();
        for (number, ((name, len, after), events)) in (1u64..).zip(&frames) {
            now += after;
            let journey = rules.judge(name, now, *len);
            prop_assert!(journey.due >= now);
            prop_assert!(!journey.is_straight(now) || journey.waits.is_empty());
            match journey.dropped {
                Some(_) => left.push(number),
                None => {
                    let waits: Vec<EventRef> = journey.waits.iter().map(|wait| wait.0.clone()).collect();
                    kept.insert(number, (journey.due, waits));
                    transit.add(traveller(number, journey));
                }
            }
            // Some events happen, and do not unhappen.
            happened.extend(awaited.iter().zip(events).filter(|(_, happens)| **happens).map(|(event, _)| event.clone()));
            transit.release(now, |event| happened.contains(event));
            while let Some(traveller) = transit.next(now) {
                let (due, waits) = &kept[&traveller.frame];
                prop_assert!(*due <= now && waits.iter().all(|event| happened.contains(event)), "{traveller:?}");
                left.push(traveller.frame);
            }
            prop_assert!(transit.due().is_none_or(|due| due > now));
        }
        transit.release(now, |_| true);
        prop_assert!(!transit.holds());
        left.extend(arriving(&mut transit, Nanos::MAX));
        left.sort_unstable();
        prop_assert_eq!(left, (1..=frames.len() as u64).collect::<Vec<_>>());
    }

    /// Two lines of different rates one behind the other are the exception: which comes first matters there.
    #[test]
    fn the_order_in_which_rules_are_written_does_not_matter(
        lines in prop::collection::vec(any_rule(), 0..8),
        frames in prop::collection::vec(any_frame(), 1..20),
    ) {
        let mut rates = 0;
        let lines: Vec<String> = lines.into_iter().filter(|line| {
            rates += usize::from(line.starts_with("rate"));
            !line.starts_with("rate") || rates == 1
        }).collect();
        let backwards: Vec<String> = lines.iter().rev().cloned().collect();
        let (mut rules, mut reversed) = (Rules::new(&lines).unwrap(), Rules::new(&backwards).unwrap());
        let mut now = 0;
        for (name, len, after) in &frames {
            now += after;
            let (one, other) = (rules.judge(name, now, *len), reversed.judge(name, now, *len));
            prop_assert_eq!(regardless_of_order(one), regardless_of_order(other));
        }
    }
}
