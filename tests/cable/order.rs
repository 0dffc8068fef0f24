//! The same rules and the same seed: the same order, every time.

use crate::common::{User, recording, run, stderr};
use crate::harness::{fate, folder};
use socket_lab::timeline::{Frame, Timeline};
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

/// True when the kernel repeated what was not lost: the machine was so busy that an acknowledgment took longer than the 200
/// milliseconds of the kernel's timer, which runs by the clock on the wall.
fn in_vain(timeline: &Timeline) -> bool {
    let lost = |frame: &Frame| fate(frame).contains("dropped");
    let mut before: BTreeMap<String, bool> = BTreeMap::new();
    timeline.frames.iter().any(|frame| {
        let previous = before.insert(frame.name(), lost(frame));
        frame.record.again && previous != Some(true)
    })
}

/// The orders of so many runs, `beside` of them at the same time, each with how often it was seen. Of runs on a machine that
/// was too busy there may be a few more; they do not count.
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
            if in_vain(&timeline) {
                next.fetch_sub(1, Ordering::Relaxed);
                let more = more.fetch_add(1, Ordering::Relaxed);
                assert!(more < runs.div_ceil(10), "the kernel's timers ran out in vain in too many runs");
            } else {
                seen.push(order(&timeline));
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
    assert_one(&orders(100, 4, SEED), 100);
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
    assert_one(&orders(25, 2, SEED), 25);
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
