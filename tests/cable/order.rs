//! The same rules and the same seed: the same order, every time.

use crate::common::{User, recording, run, stderr};
use crate::harness::{came, fate, folder};
use socket_lab::timeline::{Call, Frame, Mark, Timeline};
use std::collections::BTreeMap;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Late, shaken, lossy, and once broken on purpose; chance takes the ACK of the handshake.
///
/// What the server sends keeps its order: how a kernel answers two segments that have changed places depends on whether they
/// were stamped in the same millisecond (RFC 7323, section 5.3), and that is no affair of the lab's.
fn rules(seed: u32) -> Vec<String> {
    let rules = ["delay 2ms", "jitter client>server 3ms", "loss client>server 20%", "drop client>server data[2]"];
    let by_chance = |rule: &str| rule.starts_with("jitter") || rule.starts_with("loss");
    rules.iter().map(|rule| if by_chance(rule) { format!("{rule} seed {seed}") } else { rule.to_string() }).collect()
}

/// Everything that happened: calls as they begin and return, frames as they are sent, arrive or are dropped, each with the
/// rules that made it so. Left out are bare ACKs that arrive: some are sent by a timer, and how many is the kernel's affair.
fn order(timeline: &Timeline) -> Vec<String> {
    let mut events = Vec::new();
    for call in &timeline.calls {
        events.push((call.enter.t, format!("{} begins", call.name())));
        let Some(exit) = &call.exit else { continue };
        events.push((
            exit.t,
            format!("{} = {}", call.name(), exit.errno.clone().unwrap_or_else(|| exit.ret.to_string())),
        ));
    }
    let told = |frame: &&Frame| frame.record.kind != "ACK" || fate(frame).starts_with("dropped");
    for frame in timeline.frames.iter().filter(told) {
        events.push((frame.record.t, format!("{} of {} B", frame.name(), frame.record.len)));
        let ended = frame.carried.as_ref().and_then(|carried| carried.fate.as_ref()).map(|fate| fate.t);
        events.push((ended.unwrap_or(u64::MAX), format!("{} {}", frame.name(), fate(frame))));
    }
    events.sort();
    events.into_iter().map(|(_, event)| event).collect()
}

/// The machine stood still when nothing happens for so long but a timer. Used to leave runs out, never to judge one.
const PAUSE: u64 = 100_000_000;

/// True when the machine kept up with the run. The kernel's timers (200 milliseconds) and the longest turn of a task (as much)
/// go by the clock on the wall, so on a machine that stands still for so long they overtake programs, which no lab can help:
/// something is repeated that was not lost, or while a program is not at rest, or nobody does anything for long.
fn kept_up(timeline: &Timeline) -> bool {
    let mut lost: BTreeMap<String, bool> = BTreeMap::new();
    let mut moments: Vec<(u64, bool)> = Vec::new();
    for frame in &timeline.frames {
        let (t, again) = (frame.record.t, frame.record.again);
        let before = lost.insert(frame.name(), fate(frame).contains("dropped"));
        if again && (before != Some(true) || !at_rest(timeline, t)) {
            return false;
        }
        moments.push((t, again));
        moments.extend(came(frame).map(|t| (t, false)));
    }
    let exit = |call: &Call| call.exit.as_ref().map(|exit| exit.t);
    moments
        .extend(timeline.calls.iter().flat_map(|call| [Some(call.enter.t), exit(call)]).flatten().map(|t| (t, false)));
    moments.sort();
    moments.windows(2).all(|pair| pair[1].1 || pair[1].0 - pair[0].0 < PAUSE)
}

/// True when every role was in a call then, or had ended.
fn at_rest(timeline: &Timeline, t: u64) -> bool {
    let began = |call: &&Call| call.enter.t <= t;
    let over = |mark: &Mark, role: &str| matches!(mark, Mark::Ended(ended) if ended.role == role && ended.t <= t);
    timeline.header.roles.iter().all(|role| {
        let last = timeline.calls.iter().filter(|call| call.enter.role == role.name).take_while(began).last();
        let inside = last.is_some_and(|call| call.exit.as_ref().is_none_or(|exit| exit.t > t));
        inside || timeline.marks.iter().any(|mark| over(mark, &role.name))
    })
}

/// The orders of so many runs, `beside` of them at the same time, each with how often it was seen. Runs with which the machine
/// did not keep up do not count; when they are too many, the test has shown nothing and fails.
fn orders(runs: usize, beside: usize, seed: u32) -> BTreeMap<Vec<String>, usize> {
    let (next, more) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let rules = rules(seed);
    let some = || {
        let folder = folder();
        let file = folder.file("run.jsonl");
        let path = file.to_string_lossy().into_owned();
        let mut arguments = vec!["05", "--variation", "prompt-reader", "--hex", "none", "--export", &path];
        arguments.extend(rules.iter().flat_map(|rule| ["--cable", rule]));
        let mut seen = Vec::new();
        while next.fetch_add(1, Ordering::Relaxed) < runs {
            let output = run(User::Self_, &arguments);
            assert!(output.status.success(), "{}", stderr(&output));
            let timeline = Timeline::new(recording(&file));
            if kept_up(&timeline) {
                seen.push(order(&timeline));
            } else {
                next.fetch_sub(1, Ordering::Relaxed);
                let more = more.fetch_add(1, Ordering::Relaxed) + 1;
                assert!(more <= runs / 2 + 5, "the machine did not keep up with {more} runs");
            }
        }
        seen
    };
    let mut seen = BTreeMap::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..beside).map(|_| scope.spawn(some)).collect();
        for order in threads.into_iter().flat_map(|thread| thread.join().expect("its runs")) {
            *seen.entry(order).or_default() += 1;
        }
    });
    eprintln!("runs with which the machine did not keep up: {}", more.into_inner());
    seen
}

/// Where two orders part: the last event they share, and what each shows next.
fn parting(one: &[String], other: &[String]) -> String {
    let at = std::iter::zip(one, other).take_while(|(one, other)| one == other).count();
    format!("{:#?}\nor\n{:#?}", &one[at.saturating_sub(1)..one.len().min(at + 9)], &other[at..other.len().min(at + 9)])
}

fn assert_one(seen: &BTreeMap<Vec<String>, usize>, runs: usize) {
    let (order, times) = seen.iter().max_by_key(|(_, times)| **times).expect("an order");
    let others = seen.keys().filter(|other| *other != order).map(|other| parting(order, other));
    assert_eq!(*times, runs, "{}", others.collect::<Vec<_>>().join("\n\n"));
    let happened = |what: &str| order.iter().any(|event| event.contains(what));
    // The run has something of everything, or one order would be easy to have.
    assert!(happened("dropped by loss") && happened("dropped by drop"), "{order:#?}");
    assert!(happened("again arrived by delay 2ms, jitter client>server 3ms"), "{order:#?}");
}

const SEED: u32 = 5;

#[test]
fn a_hundred_runs_with_the_same_seed_happen_in_the_same_order() {
    assert_one(&orders(100, 3, SEED), 100);
}

/// A program that keeps a processor busy until it is dropped.
struct Busy(Child);

impl Busy {
    fn start() -> Busy {
        Busy(Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("a shell"))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn beside_a_busy_loop_the_order_is_the_same_as_well() {
    let _busy = Busy::start();
    assert_one(&orders(20, 1, SEED), 20);
}

#[test]
fn another_seed_gives_another_order() {
    let both = [SEED, SEED + 1].map(|seed| orders(1, 1, seed).into_keys().next());
    let without_rules = both.map(|order| {
        let events = order.expect("a run").into_iter();
        events.map(|event| event.split(" by ").next().unwrap_or_default().to_string()).collect::<Vec<_>>()
    });
    assert_ne!(without_rules[0], without_rules[1]);
}
