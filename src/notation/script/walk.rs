//! The order in which a script's steps are done: rounds within rounds, each with its own number.

use super::payload::Count;
use super::step::{Act, Step};
use super::values::{ValueError, Values};
use super::{MOST_ROUNDS, Script};
use std::fmt;

/// A script on its way, step by step.
#[derive(Debug, Clone)]
pub struct Walk<'s> {
    script: &'s Script,
    role: String,
    next: usize,
    rounds: Vec<Round>,
}

/// A repeat that goes on.
#[derive(Debug, Clone)]
struct Round {
    begin: usize,
    name: Option<String>,
    round: u64,
    times: u64,
}

/// A step in one of its rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Its number in the script, from 1.
    pub number: usize,
    /// The round of each repeat around it, the outermost first, from 1.
    pub rounds: Vec<u64>,
    /// The step, with the numbers of its rounds in it.
    pub step: Step,
}

impl<'s> Walk<'s> {
    pub(super) fn new(script: &'s Script, role: &str) -> Self {
        Walk { script, role: role.to_owned(), next: 0, rounds: Vec::new() }
    }

    /// The next step that does something; none when all are done. The values decide how often a `repeat 1..5` goes round.
    pub fn next(&mut self, values: &Values) -> Result<Option<Moment>, ValueError> {
        loop {
            let index = self.next;
            let Some(step) = self.script.steps.get(index) else { return Ok(None) };
            match &step.act {
                Act::Repeat { times, name } => self.begin(index, times, name.clone(), values)?,
                Act::End => self.turn_back(index),
                _ => {
                    self.next += 1;
                    return Ok(Some(self.moment(index, step)));
                }
            }
        }
    }

    fn begin(&mut self, index: usize, times: &Count, name: Option<String>, values: &Values) -> Result<(), ValueError> {
        let times = self.rounds.iter().fold(times.clone(), |times, round| match &round.name {
            Some(name) => times.in_round(name, round.round),
            None => times,
        });
        let rounds: Vec<u64> = self.rounds.iter().map(|round| round.round).collect();
        let times = values.at(&self.role, index + 1, &rounds).count(&times)?.min(MOST_ROUNDS);
        if times == 0 {
            self.next = self.script.partners[index] + 1;
        } else {
            self.rounds.push(Round { begin: index, name, round: 1, times });
            self.next = index + 1;
        }
        Ok(())
    }

    fn turn_back(&mut self, index: usize) {
        self.next = index + 1;
        let Some(round) = self.rounds.last_mut() else { return };
        if round.round < round.times {
            round.round += 1;
            self.next = round.begin + 1;
        } else {
            self.rounds.pop();
        }
    }

    fn moment(&self, index: usize, step: &Step) -> Moment {
        // The innermost first: where two have one name, it is that of the inner one.
        let step = self.rounds.iter().rev().fold(step.clone(), |step, round| match &round.name {
            Some(name) => step.in_round(name, round.round),
            None => step,
        });
        Moment { number: index + 1, rounds: self.rounds.iter().map(|round| round.round).collect(), step }
    }
}

impl Moment {
    /// `step 3`, `step 3 round 2`, and in a repeat of a repeat `step 3 round 2.1`.
    pub fn label(&self) -> String {
        if self.rounds.is_empty() {
            return format!("step {}", self.number);
        }
        let rounds = self.rounds.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        format!("step {} round {rounds}", self.number)
    }
}

impl fmt::Display for Moment {
    /// `step 3: send frame($m)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.label(), self.step)
    }
}
