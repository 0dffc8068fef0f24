//! Calls and frames as evidence: found by their names, and written back as names with neighbours collapsed.

use crate::notation::{CallRef, FrameRef, Kind, Nth};
use crate::timeline::{Call, Frame, Timeline};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The calls that are meant, in the order of the run.
pub(super) fn calls<'a>(timeline: &'a Timeline, wanted: &CallRef) -> Vec<(usize, &'a Call)> {
    let named = timeline.calls_named(&wanted.role, &wanted.name);
    let all = named.filter_map(|number| Some((number, timeline.calls.get(number)?)));
    all.filter(|(_, call)| wanted.matches(&call.enter.role, &call.enter.name, call.enter.nth)).collect()
}

/// The frames that are meant, repetitions included, in the order of the run.
pub(super) fn frames<'a>(timeline: &'a Timeline, wanted: &FrameRef) -> Vec<(usize, &'a Frame)> {
    let between = timeline.frames_between(&wanted.from, &wanted.to);
    let all = between.filter_map(|number| Some((number, timeline.frames.get(number)?)));
    all.filter(|(_, frame)| wanted.matches(frame.from(), frame.to(), &frame.record.kind, frame.record.nth)).collect()
}

/// The first number that a name asks for and the run does not have.
pub(super) fn missing(nth: Nth, there: impl Iterator<Item = u32>) -> Option<u32> {
    let there: HashSet<u32> = there.collect();
    let asked = match nth {
        Nth::One(one) => one..=one,
        Nth::Range(first, last) => first..=last,
        Nth::All => 1..=1,
    };
    match nth {
        Nth::All => there.is_empty().then_some(1),
        _ => asked.into_iter().find(|nth| !there.contains(nth)),
    }
}

/// `client.send[1..3]`, `server.recv[1]`
pub(super) fn of_calls<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Vec<String> {
    let names = calls.into_iter().map(|call| ((call.enter.role.as_str(), call.enter.name.as_str()), call.enter.nth));
    collapse(names, |(role, name)| format!("{role}.{name}"))
}

/// `client>server data[1..3]`
pub(super) fn of_frames<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> Vec<String> {
    let names =
        frames.into_iter().map(|frame| ((frame.from(), frame.to(), frame.record.kind.as_str()), frame.record.nth));
    collapse(names, |(from, to, kind)| format!("{from}>{to} {kind}"))
}

/// Joins runs of neighbouring numbers of one name. Names keep the order in which they first come.
fn collapse<N: Copy + Eq + Hash>(names: impl Iterator<Item = (N, u32)>, write: impl Fn(N) -> String) -> Vec<String> {
    let mut groups: Vec<(N, Vec<u32>)> = Vec::new();
    let mut places = HashMap::new();
    for (name, nth) in names {
        let place = *places.entry(name).or_insert(groups.len());
        if place == groups.len() {
            groups.push((name, Vec::new()));
        }
        groups[place].1.push(nth);
    }
    let mut collapsed = Vec::new();
    for (name, mut numbers) in groups {
        numbers.sort_unstable();
        numbers.dedup();
        for run in numbers.chunk_by(|a, b| a.checked_add(1) == Some(*b)) {
            match run {
                [one] => collapsed.push(format!("{}[{one}]", write(name))),
                [first, .., last] => collapsed.push(format!("{}[{first}..{last}]", write(name))),
                [] => {}
            }
        }
    }
    collapsed
}

/// `there is no server.recv[2]: the server called recv once`
pub(super) fn no_call(timeline: &Timeline, wanted: &CallRef, nth: u32) -> String {
    let all = CallRef { nth: Nth::All, ..wanted.clone() };
    let number = calls(timeline, &all).len();
    let CallRef { role, name, .. } = wanted;
    if number == 0 {
        return format!("the {role} never called {name}");
    }
    format!("there is no {role}.{name}[{nth}]: the {role} called {name} {}", times(number as u64))
}

/// `there is no client>server data[2]: it occurs once`
pub(super) fn no_frame(timeline: &Timeline, wanted: &FrameRef, nth: u32) -> String {
    let all = FrameRef { nth: Nth::All, ..wanted.clone() };
    let number = frames(timeline, &all).iter().filter(|(_, frame)| !frame.record.again).count();
    if number == 0 || wanted.kind == Kind::Any {
        return format!("there is no {all}");
    }
    let one = FrameRef { nth: Nth::One(nth), ..wanted.clone() };
    format!("there is no {one}: {all} occurs {}", times(number as u64))
}

/// `client.send occurs 3 times`
pub(super) fn occurs(what: &impl std::fmt::Display, number: u64) -> String {
    match number {
        0 => format!("there is no {what}"),
        _ => format!("{what} occurs {}", times(number)),
    }
}

/// `once`, `twice`, `3 times`
fn times(number: u64) -> String {
    match number {
        1 => "once".into(),
        2 => "twice".into(),
        _ => format!("{number} times"),
    }
}

/// `client.send[1] and client.send[3..4]`
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".into(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
