//! The gate: what has happened so far, and which calls must wait for it. The one backward edge of the design.

use crate::notation::{CallRef, EventRef, FrameRef, Kind, Nth, Rule};
use crate::recording::{BY_HAND, CallId};
use std::collections::{HashMap, HashSet};

/// Why a call stands at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// A rule of the schedule, by its place.
    Rule(usize),
    /// A person steps the run and has not let it go.
    Hand,
}

/// The schedule and how far the run has come.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    rules: Vec<(Rule, String)>,
    /// True while a person lets every call go.
    by_hand: bool,
    /// Calls, by their numbers, that the person let go.
    let_go: HashSet<CallId>,
    /// Highest number entered per role and name: calls are numbered in order of entry.
    entered: HashMap<(String, String), u32>,
    returned: HashSet<(String, String, u32)>,
    /// Calls that the kernel was asked for.
    gone: HashSet<(String, String, u32)>,
    /// Frames that were on the wire: how many of each name.
    frames: HashMap<Direction, u32>,
    /// Those that have reached their receiver: which of each name, since one may overtake another.
    arrived: HashMap<Direction, HashSet<u32>>,
    exited: HashSet<String>,
    /// Start and kill rules that have been carried out.
    done: HashSet<usize>,
    /// Events that something other than the schedule waits for.
    watched: Vec<EventRef>,
}

impl Gate {
    pub(crate) fn new(rules: Vec<(Rule, String)>, by_hand: bool) -> Gate {
        Gate { rules, by_hand, ..Gate::default() }
    }

    /// True while a person lets every call and frame go.
    pub(crate) fn is_by_hand(&self) -> bool {
        self.by_hand
    }

    /// The person lets this call go.
    pub(crate) fn let_go(&mut self, call: CallId) {
        self.let_go.insert(call);
    }

    /// The person steps no further: the schedule alone decides from here on.
    pub(crate) fn let_all_go(&mut self) {
        self.by_hand = false;
    }

    /// Remembers these events too when they happen.
    pub(crate) fn watch(&mut self, events: Vec<EventRef>) {
        self.watched = events;
    }

    pub(crate) fn note_entered(&mut self, role: &str, name: &str, nth: u32) {
        self.entered.insert((role.into(), name.into()), nth);
    }

    pub(crate) fn note_returned(&mut self, role: &str, name: &str, nth: u32) {
        // Remembering each of a million calls would cost more than the run; only those a rule speaks of matter.
        let spoken_of = |call: &CallRef| call.role == role && call.name == name;
        let matters = self.events().any(|event| matches!(event, EventRef::Returned(call) if spoken_of(call)));
        if matters {
            self.returned.insert((role.into(), name.into(), nth));
        }
    }

    pub(crate) fn note_gone(&mut self, role: &str, name: &str, nth: u32) {
        let spoken_of = |call: &CallRef| call.role == role && call.name == name;
        if self.events().any(|event| matches!(event, EventRef::Gone(call) if spoken_of(call))) {
            self.gone.insert((role.into(), name.into(), nth));
        }
    }

    pub(crate) fn note_frame(&mut self, from: &str, to: &str, kind: &str) {
        let waits = |event: &EventRef| matches!(event, EventRef::Frame(frame) if frame.from == from && frame.to == to);
        if self.events().any(waits) {
            for kind in [kind, Kind::Any.as_str()] {
                *self.frames.entry((from.into(), to.into(), kind.into())).or_default() += 1;
            }
        }
    }

    pub(crate) fn note_arrived(&mut self, from: &str, to: &str, kind: &str, nth: u32) {
        // As with calls: only those that somebody waits for.
        let waits =
            |event: &EventRef| matches!(event, EventRef::Arrived(frame) if frame.from == from && frame.to == to);
        if self.events().any(waits) {
            for (kind, nth) in [(kind, nth), (Kind::Any.as_str(), 1)] {
                self.arrived.entry((from.into(), to.into(), kind.into())).or_default().insert(nth);
            }
        }
    }

    /// Everything that somebody waits for.
    fn events(&self) -> impl Iterator<Item = &EventRef> {
        self.rules.iter().map(|(rule, _)| after(rule)).chain(&self.watched)
    }

    pub(crate) fn note_exited(&mut self, role: &str) {
        self.exited.insert(role.into());
    }

    /// What makes this call wait now, if anything does: rules first, so that a person lets go what may go.
    pub(crate) fn holds(&self, role: &str, name: &str, nth: u32, id: CallId) -> Option<Hold> {
        let rule = self.rules.iter().position(|(rule, _)| match rule {
            Rule::Hold { call, after } => call.matches(role, name, nth) && !self.happened(after),
            _ => false,
        });
        rule.map(Hold::Rule).or_else(|| (!self.is_open(Hold::Hand, id)).then_some(Hold::Hand))
    }

    /// True when what the call of this number waits for has happened.
    pub(crate) fn is_open(&self, hold: Hold, id: CallId) -> bool {
        match hold {
            Hold::Rule(rule) => self.is_due(rule),
            Hold::Hand => !self.by_hand || self.let_go.contains(&id),
        }
    }

    fn is_due(&self, rule: usize) -> bool {
        self.rules.get(rule).is_none_or(|(rule, _)| self.happened(after(rule)))
    }

    /// Start and kill rules whose moment has come, each once.
    pub(crate) fn due(&mut self) -> Vec<(Rule, String)> {
        let due: Vec<usize> = (0..self.rules.len())
            .filter(|index| !matches!(self.rules[*index].0, Rule::Hold { .. }))
            .filter(|index| !self.done.contains(index) && self.is_due(*index))
            .collect();
        self.done.extend(&due);
        due.into_iter().map(|index| self.rules[index].clone()).collect()
    }

    /// True when a rule says when this role starts.
    pub(crate) fn starts(&self, role: &str) -> bool {
        self.rules.iter().any(|(rule, _)| matches!(rule, Rule::Start { role: name, .. } if name == role))
    }

    /// True while a start or kill rule has not been carried out.
    pub(crate) fn pending(&self) -> bool {
        (0..self.rules.len())
            .any(|index| !matches!(self.rules[index].0, Rule::Hold { .. }) && !self.done.contains(&index))
    }

    /// Start and kill rules that were never carried out, as text.
    pub(crate) fn never_due(&self) -> Vec<String> {
        (0..self.rules.len())
            .filter(|index| !matches!(self.rules[*index].0, Rule::Hold { .. }) && !self.done.contains(index))
            .map(|index| self.rules[index].1.clone())
            .collect()
    }

    /// The text of a rule, or `by hand`.
    pub(crate) fn text(&self, hold: Hold) -> &str {
        match hold {
            Hold::Rule(rule) => self.rules.get(rule).map_or("", |(_, text)| text),
            Hold::Hand => BY_HAND,
        }
    }

    /// What a held call waits for, as text.
    pub(crate) fn awaited(&self, hold: Hold) -> String {
        match hold {
            Hold::Rule(rule) => self.rules.get(rule).map(|(rule, _)| after(rule).to_string()).unwrap_or_default(),
            Hold::Hand => BY_HAND.to_owned(),
        }
    }

    /// True when a rule waits for a frame: then no turn is given while frames are outstanding.
    pub(crate) fn watches_frames(&self) -> bool {
        self.rules.iter().any(|(rule, _)| matches!(after(rule), EventRef::Frame(_) | EventRef::Arrived(_)))
    }

    pub(crate) fn happened(&self, event: &EventRef) -> bool {
        match event {
            EventRef::Entered(CallRef { role, name, nth }) => {
                let entered = self.entered.get(&(role.clone(), name.clone())).copied().unwrap_or(0);
                entered >= last(*nth)
            }
            EventRef::Gone(CallRef { role, name, nth }) => {
                numbers(*nth).all(|nth| self.gone.contains(&(role.clone(), name.clone(), nth)))
            }
            EventRef::Returned(CallRef { role, name, nth }) => {
                numbers(*nth).all(|nth| self.returned.contains(&(role.clone(), name.clone(), nth)))
            }
            EventRef::Frame(frame) => self.frames.get(&direction(frame)).copied().unwrap_or(0) >= last(frame.nth),
            EventRef::Arrived(frame) => {
                let arrived = self.arrived.get(&direction(frame));
                arrived.is_some_and(|arrived| numbers(frame.nth).all(|nth| arrived.contains(&nth)))
            }
            EventRef::Exited(role) => self.exited.contains(role),
        }
    }
}

/// From, to, kind.
type Direction = (String, String, String);

fn direction(frame: &FrameRef) -> Direction {
    (frame.from.clone(), frame.to.clone(), frame.kind.as_str().to_string())
}

fn after(rule: &Rule) -> &EventRef {
    match rule {
        Rule::Hold { after, .. } | Rule::Start { after, .. } | Rule::Kill { after, .. } => after,
    }
}

/// An event without a number means the first: while a run goes on, nobody knows which will be the last.
fn last(nth: Nth) -> u32 {
    match nth {
        Nth::One(n) | Nth::Range(_, n) => n,
        Nth::All => 1,
    }
}

fn numbers(nth: Nth) -> std::ops::RangeInclusive<u32> {
    match nth {
        Nth::One(n) => n..=n,
        Nth::Range(from, to) => from..=to,
        Nth::All => 1..=1,
    }
}
