//! The language of a peer: what it does to a learner's program, step by step, and which bytes it sends and expects.
//!
//! A script is a list of steps. It refuses to become a programming language: a step waits for nothing but what it names,
//! nothing is decided while it runs, and the only loop has a number. What chance chooses is computed from a seed, so that
//! whoever reads the same script with the same seed gets the same bytes. Here nothing is sent and nothing is received.
//!
//! The grammar stands at the top of [`notation`](super).

mod chance;
mod clock;
mod here;
mod literal;
mod payload;
mod pieces;
mod read;
mod step;
mod terms;
#[cfg(test)]
mod tests;
mod values;
mod walk;

pub use chance::Chance;
pub use here::{Here, Pattern};
pub use payload::{Count, Payload, Term, Width};
pub use pieces::Pieces;
pub use step::{Act, Socket, Step};
pub use values::{Facts, MOST_BYTES, ValueError, Values};
pub use walk::{Moment, Walk};

use super::ParseError;
use terms::Scope;

/// Rounds a single `repeat` may have, and repeats inside repeats: more is a mistake and would never end.
const MOST_ROUNDS: u64 = 100_000;
const MOST_NESTED: usize = 8;

/// The steps of a peer, each read, and every `repeat` closed by its `end`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    steps: Vec<Step>,
    /// For a `repeat` the place of its `end`, for an `end` that of its `repeat`, for all others their own.
    partners: Vec<usize>,
}

impl Script {
    /// Reads a script, one step a line. The error names the line, from 1. Names of values are not checked.
    pub fn parse(lines: &[String]) -> Result<Self, (usize, ParseError)> {
        Self::read(lines, None)
    }

    /// Reads a script whose values are known: a name that is none of them, and was not captured in a line above, is an
    /// error at its column.
    pub fn parse_among(lines: &[String], values: &[&str]) -> Result<Self, (usize, ParseError)> {
        Self::read(lines, Some(values.iter().map(|name| (*name).to_owned()).collect()))
    }

    /// The steps as they were written, `repeat` and `end` included: the first has the number 1.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Goes through the steps in the order in which the role does them.
    pub fn walk(&self, role: &str) -> Walk<'_> {
        Walk::new(self, role)
    }

    fn read(lines: &[String], values: Option<Vec<String>>) -> Result<Self, (usize, ParseError)> {
        let mut scope = Scope { loops: Some(Vec::new()), values, captures: false };
        let (mut steps, mut partners) = (Vec::new(), Vec::new());
        let mut open: Vec<usize> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let refuse = |what: &str| {
                let column = line.chars().take_while(|c| c.is_whitespace()).count() + 1;
                Err((index + 1, ParseError { line: line.clone(), column, what: what.to_owned() }))
            };
            let step = read::whole_step(line, &scope).map_err(|error| (index + 1, error))?;
            partners.push(index);
            match &step.act {
                Act::Repeat { .. } if open.len() == MOST_NESTED => {
                    return refuse(&format!("there are {MOST_NESTED} repeats around this one already"));
                }
                Act::Repeat { name, .. } => {
                    open.push(index);
                    // One without a name takes a place all the same, for its `end` to give back.
                    scope.loops.get_or_insert_default().push(name.clone().unwrap_or_default());
                }
                Act::End => {
                    let Some(begin) = open.pop() else {
                        return refuse("there is no `repeat` that this `end` could close");
                    };
                    (partners[begin], partners[index]) = (index, begin);
                    scope.loops.get_or_insert_default().pop();
                }
                act => {
                    if let Some(values) = &mut scope.values {
                        values.extend(act.captures().into_iter().map(str::to_owned));
                    }
                }
            }
            steps.push(step);
        }
        match open.pop() {
            None => Ok(Script { steps, partners }),
            Some(begin) => {
                let line = lines[begin].clone();
                let column = line.chars().count() + 1;
                Err((begin + 1, ParseError { line, column, what: "no `end` closes this `repeat`".to_owned() }))
            }
        }
    }
}
