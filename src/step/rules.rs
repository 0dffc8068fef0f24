//! What a person did, as rules: a schedule and a cable by which the same happens again without them.
//!
//! Each call that was let go waits for the last thing that had happened by then; so they go in the same order. It refuses to
//! invent: what the notation cannot say is named and left out.

use super::situation::ARP;
use crate::notation::{FrameRef, Kind, Nth};
use crate::recording::{BY_HAND, CallId, Enter, Event, Fate, Frame, Recording};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was done by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Lines of a schedule: those of the run, and what the person did to calls.
    pub schedule: Vec<String>,
    /// Lines of a cable, the same for frames.
    pub cable: Vec<String>,
    /// What the notation cannot say, in words.
    pub left_out: Vec<String>,
}

impl Done {
    /// As a file for `--schedule-file`.
    pub fn file(&self, title: &str) -> String {
        let mut text = format!("# {title}\n# What was done by hand, as rules for --schedule-file.\n");
        for line in &self.left_out {
            text.push_str(&format!("# {line}\n"));
        }
        for rule in self.schedule.iter().chain(&self.cable) {
            text.push_str(&format!("{rule}\n"));
        }
        text
    }
}

/// The rules by which a stepped run happens again.
pub fn done(recording: &Recording) -> Done {
    let header = &recording.header;
    let mut writer = Writer {
        done: Done { schedule: header.schedule.clone(), cable: header.cable.clone(), left_out: Vec::new() },
        on_cable: header.wire.kind == "cable",
        roles: header.roles.iter().map(|role| role.name.as_str()).collect(),
        ..Writer::default()
    };
    for event in &recording.events {
        writer.event(event);
    }
    writer.finish()
}

#[derive(Default)]
struct Writer<'a> {
    done: Done,
    on_cable: bool,
    roles: Vec<&'a str>,
    /// What happened, as the notation names it.
    happened: Vec<String>,
    calls: HashMap<CallId, &'a Enter>,
    /// Calls that the person holds, in the order in which they began.
    held: BTreeSet<CallId>,
    frames: BTreeMap<u64, &'a Frame>,
    /// For each frame's name, its transmissions in their order: whether the person dropped it.
    fates: BTreeMap<String, Vec<bool>>,
    duplicated: Vec<String>,
}

impl<'a> Writer<'a> {
    fn event(&mut self, event: &'a Event) {
        match event {
            Event::Enter(enter) => {
                self.calls.insert(enter.call, enter);
                self.happened.push(format!("{} enters", call_name(enter)));
            }
            Event::Held(held) if held.rule == BY_HAND => drop(self.held.insert(held.call)),
            Event::Released(released) => {
                self.held.remove(&released.call);
                let Some(name) = self.calls.get(&released.call).map(|enter| call_name(enter)) else { return };
                let last = self.last(&name).filter(|_| released.by == BY_HAND);
                let rule = last.map(|last| format!("{name} after {last}"));
                self.done.schedule.extend(rule);
                self.happened.push(format!("{name} goes"));
            }
            Event::Exit(exit) => {
                if let Some(enter) = self.calls.get(&exit.call) {
                    self.happened.push(call_name(enter));
                }
            }
            // How hosts find each other waits for nobody, and nobody waits for it.
            Event::Frame(frame) if self.on_cable && frame.kind != ARP => {
                self.frames.insert(frame.frame, frame);
                let original = !frame.again && frame.copy_of.is_none();
                self.happened.extend(rule_name(frame).filter(|_| original));
            }
            Event::Fate(fate) => self.fate(fate),
            Event::Ended(ended) if ended.main && !ended.by_lab => self.happened.push(format!("{}.exit", ended.role)),
            _ => {}
        }
    }

    /// The last thing that happened beside the beginning of this very call.
    fn last(&self, name: &str) -> Option<&str> {
        let own = |event: &str| event.strip_suffix(" enters").is_some_and(|call| call == name);
        self.happened.iter().rev().map(String::as_str).find(|event| !own(event))
    }

    fn fate(&mut self, fate: &Fate) {
        let Some(frame) = self.frames.get(&fate.frame) else { return };
        let Some(name) = rule_name(frame) else { return };
        let by_hand = fate.rules.iter().any(|rule| rule == BY_HAND);
        if frame.copy_of.is_some() {
            // One that a rule of the run made is made again by that rule.
            self.duplicated.extend(by_hand.then_some(name));
            return;
        }
        self.fates.entry(name.clone()).or_default().push(by_hand && fate.dropped);
        if fate.dropped {
            return;
        }
        // What went on before anything else had happened needs no rule; neither does one that no person kept.
        let again = frame.again;
        let until = self.last(&name).filter(|last| *last != name && by_hand && !again);
        let rule = until.map(|until| format!("hold {name} until {until}"));
        self.done.cable.extend(rule);
        if !again {
            self.happened.push(format!("{name} arrives"));
        }
    }

    fn finish(mut self) -> Done {
        for (name, dropped) in &self.fates {
            let first = dropped.iter().take_while(|dropped| **dropped).count();
            let all = dropped.iter().filter(|dropped| **dropped).count();
            match first {
                0 => {}
                1 => self.done.cable.push(format!("drop {name}")),
                times => self.done.cable.push(format!("drop {name} {times} times")),
            }
            if all > first {
                self.done.left_out.push(format!(
                    "{name}: a repetition was dropped and one before it was not; rules drop the first ones"
                ));
            }
        }
        self.duplicated.dedup();
        for name in std::mem::take(&mut self.duplicated) {
            self.done.cable.push(format!("duplicate {name}"));
        }
        // What was not let go yet goes when everything has happened that happened so far, one after the other, as the
        // recorder lets go what nobody holds any more: in the order of the roles.
        let mut held: Vec<&Enter> = self.held.iter().filter_map(|call| self.calls.get(call)).copied().collect();
        held.sort_by_key(|enter| (self.roles.iter().position(|role| *role == enter.role), enter.tid));
        let mut before = None;
        for name in held.into_iter().map(call_name) {
            let after = before.take().or_else(|| self.last(&name).map(str::to_owned));
            self.done.schedule.extend(after.map(|after| format!("{name} after {after}")));
            before = Some(format!("{name} goes"));
        }
        let kept = self.frames.values().filter(|frame| !frame.again && frame.copy_of.is_none());
        let kept = kept.filter_map(|frame| rule_name(frame)).filter(|name| !self.fates.contains_key(name));
        let kept = kept.filter_map(|name| Some((self.last(&name)?, name)));
        let kept = kept.filter(|(last, name)| *last != *name).map(|(last, name)| format!("hold {name} until {last}"));
        let kept: Vec<String> = kept.collect();
        self.done.cable.extend(kept);
        self.done
    }
}

fn call_name(enter: &Enter) -> String {
    format!("{}.{}[{}]", enter.role, enter.name, enter.nth)
}

/// A frame as rules name it; none for what no rule can name.
fn rule_name(frame: &Frame) -> Option<String> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == frame.kind)?;
    let (from, to) = frame.from.clone().zip(frame.to.clone())?;
    Some(FrameRef { from, to, kind, nth: Nth::One(frame.nth) }.to_string())
}
