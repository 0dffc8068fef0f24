//! Frames on their way through the cable: what the rules make of each, and which goes on next.
//!
//! Decides by names and stamps alone and touches no interface, so that the same frames and rules give the same journeys
//! every time. Chance is computed from a rule's seed and the frame's name: another acknowledgment somewhere does not change
//! what happens to the frames after it.

#[cfg(test)]
mod tests;

use crate::notation::{CableRule, EventRef, FrameRef, Nth, ParseError, Traffic};
use crate::recorder::frames::Name;
use crate::recording::Nanos;
use std::collections::{BTreeMap, HashMap};

/// What the rules make of a frame.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Journey {
    /// The rule that drops it.
    pub dropped: Option<String>,
    /// True when one of its bytes arrives as another.
    pub corrupted: bool,
    /// One copy for each rule that makes one.
    pub copies: Vec<String>,
    /// Events it waits for, each with the rule that says so.
    pub waits: Vec<(EventRef, String)>,
    /// When it may arrive at the earliest.
    pub due: Nanos,
    /// The rules that change or keep it, as they were written.
    pub rules: Vec<String>,
    /// True while a person keeps it.
    pub by_hand: bool,
}

impl Journey {
    /// True when no rule has anything to do with the frame.
    pub(crate) fn is_straight(&self, now: Nanos) -> bool {
        self.rules.is_empty() && self.copies.is_empty() && self.dropped.is_none() && self.goes() && self.due <= now
    }

    /// True when it waits for nothing but a time.
    fn goes(&self) -> bool {
        self.waits.is_empty() && !self.by_hand
    }
}

/// The rules, and what they have seen so far.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    rules: Vec<(CableRule, String)>,
    /// Transmissions so far of each name.
    transmissions: HashMap<(String, String, &'static str, u32), u32>,
    /// For each rate rule and direction: when the line is free again.
    free_at: HashMap<(usize, String, String), Nanos>,
}

impl Rules {
    pub(crate) fn new(lines: &[String]) -> Result<Rules, ParseError> {
        let rules = lines.iter().map(|line| Ok((line.parse()?, line.clone()))).collect::<Result<_, _>>()?;
        Ok(Rules { rules, ..Rules::default() })
    }

    /// The events that frames wait for.
    pub(crate) fn awaited(&self) -> Vec<EventRef> {
        self.rules.iter().filter_map(|(rule, _)| awaited(rule)).collect()
    }

    /// The rules that say how long a frame may be: why a host did not take one.
    pub(crate) fn limits(&self) -> Vec<String> {
        let limits = self.rules.iter().filter(|(rule, _)| matches!(rule, CableRule::Mtu { .. }));
        limits.map(|(_, text)| text.clone()).collect()
    }

    /// The fate of a frame of `len` bytes that was sent at `t`. Counts it as sent.
    pub(crate) fn judge(&mut self, name: &Name, t: Nanos, len: u32) -> Journey {
        let mut journey = Journey { due: t, ..Journey::default() };
        if self.rules.is_empty() {
            return journey;
        }
        let key = (name.from.clone(), name.to.clone(), name.kind, name.nth);
        let transmission = self.transmissions.entry(key).or_default();
        *transmission += 1;
        let transmission = *transmission;
        let chance = |seed: u64| draw(seed, name, transmission);
        let (mut line, mut later) = (t, 0);
        for (index, (rule, text)) in self.rules.iter().enumerate() {
            if !is_about(rule, name, transmission) {
                continue;
            }
            match rule {
                CableRule::Drop { .. } => {
                    journey.dropped.get_or_insert_with(|| text.clone());
                    continue;
                }
                CableRule::Loss { per_million, seed, .. } => {
                    if chance(*seed) % 1_000_000 < u64::from(*per_million) {
                        journey.dropped.get_or_insert_with(|| text.clone());
                    }
                    continue;
                }
                CableRule::Duplicate { .. } => {
                    journey.copies.push(text.clone());
                    continue;
                }
                CableRule::Mtu { .. } => continue,
                CableRule::Corrupt { .. } => journey.corrupted = true,
                CableRule::Hold { .. } | CableRule::Swap { .. } => {
                    journey.waits.extend(awaited(rule).map(|event| (event, text.clone())));
                }
                CableRule::Delay { time, .. } => later += time,
                CableRule::Jitter { upto, seed, .. } => later += chance(*seed) % (upto + 1),
                CableRule::Rate { bits, .. } => {
                    let free = self.free_at.entry((index, name.from.clone(), name.to.clone())).or_default();
                    line = line.max(*free) + u64::from(len) * 8 * 1_000_000_000 / bits.max(&1);
                    *free = line;
                }
            }
            journey.rules.push(text.clone());
        }
        journey.due = line + later;
        journey
    }
}

/// True when the rule has to do with this transmission of a frame.
fn is_about(rule: &CableRule, name: &Name, transmission: u32) -> bool {
    let named = |frame: &FrameRef| frame.matches(&name.from, &name.to, name.kind, name.nth);
    match rule {
        CableRule::Drop { frame, times }
        | CableRule::Duplicate { frame, times }
        | CableRule::Corrupt { frame, times } => named(frame) && times.contains(transmission),
        CableRule::Hold { frame, .. } | CableRule::Swap { first: frame, .. } => named(frame),
        CableRule::Delay { on, .. }
        | CableRule::Jitter { on, .. }
        | CableRule::Loss { on, .. }
        | CableRule::Rate { on, .. } => {
            // A numbered frame is its original; one without a number stands for all, repetitions included.
            let original = matches!(on, Traffic::Frames(frame) if frame.nth != Nth::All);
            on.matches(&name.from, &name.to, name.kind, name.nth) && (transmission == 1 || !original)
        }
        CableRule::Mtu { .. } => false,
    }
}

fn awaited(rule: &CableRule) -> Option<EventRef> {
    match rule {
        CableRule::Hold { until, .. } => Some(until.clone()),
        CableRule::Swap { second, .. } => Some(EventRef::Arrived(second.clone())),
        _ => None,
    }
}

/// A number that depends on the seed, the frame's name and its transmission, and on nothing else: FNV-1a over them, then
/// the finalizer of SplitMix64, so that names that differ in one digit give unrelated numbers.
fn draw(seed: u64, name: &Name, transmission: u32) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let numbers = [name.nth.to_le_bytes(), transmission.to_le_bytes()].concat();
    let parts = [name.from.as_bytes(), b">", name.to.as_bytes(), b" ", name.kind.as_bytes(), &numbers];
    for byte in parts.concat() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A frame on the cable.
#[derive(Debug)]
pub(crate) struct Traveller {
    /// Its number in the recording.
    pub frame: u64,
    pub name: Name,
    /// Number of the interface it came from.
    pub interface: i32,
    pub bytes: Vec<u8>,
    pub journey: Journey,
}

/// The frames on the cable.
#[derive(Debug, Default)]
pub(crate) struct Transit {
    /// Those that wait for a time only, by it and by their number.
    timed: BTreeMap<(Nanos, u64), Traveller>,
    /// Those that wait for an event, in the order in which they came.
    held: Vec<Traveller>,
}

impl Transit {
    pub(crate) fn add(&mut self, traveller: Traveller) {
        match traveller.journey.goes() {
            true => drop(self.timed.insert((traveller.journey.due, traveller.frame), traveller)),
            false => self.held.push(traveller),
        }
    }

    /// The first that a person keeps: the number of its frame.
    pub(crate) fn first_by_hand(&self) -> Option<u64> {
        self.held.iter().find(|traveller| traveller.journey.by_hand).map(|traveller| traveller.frame)
    }

    /// Takes out this frame, if a person keeps it: it is kept no longer.
    pub(crate) fn take_by_hand(&mut self, frame: u64) -> Option<Traveller> {
        let kept = |traveller: &Traveller| traveller.frame == frame && traveller.journey.by_hand;
        let mut traveller = self.held.remove(self.held.iter().position(kept)?);
        traveller.journey.by_hand = false;
        Some(traveller)
    }

    /// Lets those go on whose event has happened.
    pub(crate) fn release(&mut self, now: Nanos, happened: impl Fn(&EventRef) -> bool) {
        let mut waiting = Vec::with_capacity(self.held.len());
        for mut traveller in std::mem::take(&mut self.held) {
            traveller.journey.waits.retain(|(event, _)| !happened(event));
            match traveller.journey.goes() {
                true => {
                    let due = traveller.journey.due.max(now);
                    self.timed.insert((due, traveller.frame), traveller);
                }
                false => waiting.push(traveller),
            }
        }
        self.held = waiting;
    }

    /// The next one that may arrive by now.
    pub(crate) fn next(&mut self, now: Nanos) -> Option<Traveller> {
        self.timed.first_entry().filter(|first| first.key().0 <= now).map(|first| first.remove())
    }

    /// When the next one may arrive; none when none waits for a time only.
    pub(crate) fn due(&self) -> Option<Nanos> {
        self.timed.first_key_value().map(|((due, _), _)| *due)
    }

    /// True when a frame waits for an event.
    pub(crate) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// The rules whose events did not come, with frames waiting for them.
    pub(crate) fn stuck(&self) -> impl Iterator<Item = &String> {
        self.held.iter().flat_map(|traveller| &traveller.journey.waits).map(|(_, rule)| rule)
    }
}
