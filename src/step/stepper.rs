//! A run that a person steps: what has happened so far, and what their answers ask of the recorder. Lines that are typed and
//! keys of the screen end here.
//!
//! It refuses what cannot be done now, in words, and asks for one thing at a time.

use super::{ARP, Answer, Doing, Fate, Situation, WIRE};
use crate::recording::{CallId, Event, Header, Recording};
use std::collections::HashMap;

/// Steps that `until` takes at most: a program that loops never comes to an end by itself.
const MOST_STEPS: u32 = 10_000;

/// What the recorder is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Let this call go.
    Go(CallId),
    /// Decide about this frame.
    Carry(u64, Fate),
    /// Hold nothing any more.
    Free,
    /// End the run.
    Stop,
    /// Nothing: something that happens by itself is waited for.
    Wait,
}

/// The run so far.
#[derive(Debug)]
pub struct Stepper {
    recording: Recording,
    situation: Situation,
    until: Option<Until>,
    /// Whose calls have not returned.
    roles: HashMap<CallId, String>,
}

/// Going on until something happens in a lane.
#[derive(Debug)]
struct Until {
    lane: String,
    steps: u32,
    happened: bool,
}

impl Stepper {
    /// Before anything has happened.
    pub fn new(header: Header) -> Stepper {
        let situation = Situation::new(&header);
        let recording = Recording { header, events: Vec::new() };
        Stepper { recording, situation, until: None, roles: HashMap::new() }
    }

    /// Takes in what happened next.
    pub fn event(&mut self, event: Event) {
        if let Event::Enter(enter) = &event {
            self.roles.insert(enter.call, enter.role.clone());
        }
        let lane = match &event {
            Event::Frame(frame) if frame.kind != ARP => Some(WIRE),
            Event::Exit(exit) => self.roles.get(&exit.call).map(String::as_str),
            Event::Output(output) => Some(output.role.as_str()),
            Event::Ended(ended) => Some(ended.role.as_str()),
            _ => None,
        };
        if let Some(until) = &mut self.until {
            until.happened |= lane == Some(&until.lane);
        }
        if let Event::Exit(exit) = &event {
            self.roles.remove(&exit.call);
        }
        self.situation.event(&event);
        self.recording.events.push(event);
    }

    /// How things stand.
    pub fn situation(&self) -> &Situation {
        &self.situation
    }

    /// What has happened.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// The same, when the run is over.
    pub fn into_recording(self) -> Recording {
        self.recording
    }

    /// What the answer asks of the recorder; words where nothing can come of it now. Answers that ask for nothing (to look, to
    /// save) are not for the run: they give words too.
    pub fn ask(&mut self, answer: &Answer) -> Result<Ask, String> {
        let ask = match answer {
            Answer::Next => self.next().ok_or("nothing waits to be let go")?,
            Answer::Role(role) => match self.situation.waiting(role) {
                Some(call) => Ask::Go(call),
                None => return Err(format!("{role} {}", why_not(&self.situation.doing(role)))),
            },
            Answer::Frame(number, fate) => Ask::Carry(self.frame(*number)?, *fate),
            Answer::Keep(number) => {
                let frame = self.frame(*number)?;
                let what = if self.situation.keep(frame) { "passed by until you decide" } else { "kept no longer" };
                return Err(format!("frame {number} is {what}"));
            }
            Answer::Until(lane) => {
                self.until = Some(Until { lane: lane.clone(), steps: 0, happened: false });
                return self.goes_on().unwrap_or(Err("nothing waits to be let go".into()));
            }
            Answer::Wait => Ask::Wait,
            Answer::Free => Ask::Free,
            Answer::Quit => Ask::Stop,
            _ => return Err("that is nothing for the run".into()),
        };
        self.until = None;
        Ok(self.asked(ask))
    }

    /// When all rest: what `until` goes on with, or why it does not; none when nobody asked for more.
    pub fn goes_on(&mut self) -> Option<Result<Ask, String>> {
        let until = self.until.as_mut()?;
        if until.happened {
            self.until = None;
            return None;
        }
        until.steps += 1;
        let is_too_much = until.steps > MOST_STEPS;
        let next = if is_too_much { None } else { self.next() };
        if next.is_none() {
            self.until = None;
        }
        Some(match next {
            Some(ask) => Ok(self.asked(ask)),
            None if is_too_much => Err("that went on for too long".into()),
            None => Err("nothing is left to let go".into()),
        })
    }

    /// True while `until` goes on.
    pub fn is_going_on(&self) -> bool {
        self.until.is_some()
    }

    /// No longer.
    pub fn stop_going_on(&mut self) {
        self.until = None;
    }

    fn asked(&mut self, ask: Ask) -> Ask {
        if let Ask::Carry(frame, _) = ask {
            self.situation.decided(frame);
        }
        self.situation.moves();
        ask
    }

    fn frame(&self, number: usize) -> Result<u64, String> {
        let frame = number.checked_sub(1).and_then(|before| self.situation.on_cable().nth(before));
        frame.map(|on_cable| on_cable.frame.frame).ok_or_else(|| format!("there is no frame {number} on a cable"))
    }

    /// What has waited longest: frames first, since they were sent by calls that have gone.
    fn next(&self) -> Option<Ask> {
        let mut frames = self.situation.on_cable().filter(|on_cable| !on_cable.kept);
        let calls = self.situation.roles().iter().filter_map(|role| self.situation.waiting(role));
        let frame = frames.next().map(|on_cable| Ask::Carry(on_cable.frame.frame, Fate::Arrive));
        frame.or_else(|| calls.min().map(Ask::Go))
    }
}

/// Why there is nothing of a role to be let go.
fn why_not(doing: &Doing<'_>) -> String {
    match doing {
        Doing::NotStarted => "was not started yet".into(),
        Doing::About { rule, .. } => format!("is held by the schedule: {}", rule.unwrap_or_default()),
        Doing::In(call) => format!("waits in {}[{}], and only what happens elsewhere ends that", call.name, call.nth),
        Doing::Elsewhere => "makes no call that could be let go".into(),
        Doing::Ended(how) => (*how).to_owned(),
    }
}
