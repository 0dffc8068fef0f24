//! The named values of a scenario, and what is true of one run of it.
//!
//! Named values depend on the seed, the scenario and their name alone, so that the judge and every peer compute the same
//! ones. What a step chooses for itself depends on the seed, the scenario, the role and the place of the step. Nothing is
//! larger than [`MOST_BYTES`], whatever the script says. How bytes are computed is in `here`.

use super::chance::Chance;
use super::here::Here;
use super::payload::Payload;
use crate::notation::ParseError;
use std::collections::BTreeMap;
use std::fmt;

/// The most bytes that a payload or a value may become.
pub const MOST_BYTES: u64 = 64 << 20;

/// And all named values together: each is kept.
const MOST_KEPT: u64 = 4 * MOST_BYTES;

/// What is true of this run alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// `127.0.0.1:40123`
    pub address: String,
    /// Its port.
    pub port: u16,
    /// Seconds since 1970.
    pub time: u64,
}

/// The named values of a scenario.
#[derive(Debug, Clone)]
pub struct Values {
    seed: u64,
    scenario: String,
    pub(super) facts: Facts,
    pub(super) known: BTreeMap<String, Vec<u8>>,
}

/// Why bytes cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueError {
    /// A value of the scenario is wrong.
    Data {
        /// Its name.
        name: String,
        /// Where and why.
        error: ParseError,
    },
    /// Something cannot be computed: a name without a value, a piece of bytes that are not there, too much.
    Computed(String),
}

impl Values {
    /// Computes the values of a scenario; `data` is each by name, as it is written.
    pub fn new(seed: u64, scenario: &str, data: &BTreeMap<String, String>, facts: Facts) -> Result<Values, ValueError> {
        let names: Vec<&str> = data.keys().map(String::as_str).collect();
        let mut waiting = BTreeMap::new();
        for (name, line) in data {
            let wrong = |error| ValueError::Data { name: name.clone(), error };
            well_named(name).map_err(|what| wrong(ParseError { line: line.clone(), column: 1, what }))?;
            waiting.insert(name.as_str(), Payload::parse_among(line, &names).map_err(wrong)?);
        }
        let mut values = Values { seed, scenario: scenario.to_owned(), facts, known: BTreeMap::new() };
        let mut kept = 0;
        while !waiting.is_empty() {
            let is_ready = |payload: &Payload| payload.references().iter().all(|name| values.known.contains_key(*name));
            let ready: Vec<&str> = waiting.iter().filter(|(_, it)| is_ready(it)).map(|(name, _)| *name).collect();
            if ready.is_empty() {
                return Err(circle(&waiting, data));
            }
            for name in ready {
                let Some(payload) = waiting.remove(name) else { continue };
                let chance = Chance::new(&format!("{seed} {scenario} {name}"));
                let bytes = Here::new(&values, chance).bytes(&payload).and_then(|bytes| {
                    kept += bytes.len() as u64;
                    let too_much =
                        || ValueError::Computed(format!("all values together are more than {MOST_KEPT} bytes"));
                    if kept > MOST_KEPT { Err(too_much()) } else { Ok(bytes) }
                });
                let bytes = bytes.map_err(|error| {
                    let (line, what) = (data.get(name).cloned().unwrap_or_default(), error.to_string());
                    ValueError::Data { name: name.to_owned(), error: ParseError { line, column: 1, what } }
                })?;
                values.known.insert(name.to_owned(), bytes);
            }
        }
        Ok(values)
    }

    /// What is true of this run.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.known.get(name).map(Vec::as_slice)
    }

    /// Gives bytes that came a name. Captured again, the name means the new ones.
    pub fn capture(&mut self, name: &str, bytes: Vec<u8>) {
        self.known.insert(name.to_owned(), bytes);
    }

    /// The bytes, outside of any step. What chance chooses in them depends on how they are written.
    pub fn bytes(&self, payload: &Payload) -> Result<Vec<u8>, ValueError> {
        let chance = Chance::new(&format!("{} {} = {payload}", self.seed, self.scenario));
        Here::new(self, chance).bytes(payload)
    }

    /// The place of a step of a role: what chance chooses there is its own.
    pub fn at(&self, role: &str, number: usize, rounds: &[u64]) -> Here<'_> {
        let key = format!("{} {} {role} step {number} {rounds:?}", self.seed, self.scenario);
        Here::new(self, Chance::new(&key))
    }
}

fn well_named(name: &str) -> Result<(), String> {
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_name {
        Ok(())
    } else {
        Err(format!("a value's name is a letter, then letters, digits, - and _; `{name}` is not"))
    }
}

/// Values that wait for one another: the first circle that is found among them.
fn circle(waiting: &BTreeMap<&str, Payload>, data: &BTreeMap<String, String>) -> ValueError {
    let mut path: Vec<&str> = Vec::new();
    let mut at = waiting.keys().next().copied().unwrap_or_default();
    while !path.contains(&at) {
        path.push(at);
        let next = waiting.get(at).and_then(|it| it.references().into_iter().find(|name| waiting.contains_key(name)));
        at = next.and_then(|name| waiting.keys().find(|own| **own == name)).copied().unwrap_or(at);
    }
    let start = path.iter().position(|name| *name == at).unwrap_or(0);
    let next = path.get(start + 1).copied().unwrap_or(at);
    let way = path[start..].iter().chain([&at]).map(|name| format!("`${name}`")).collect::<Vec<_>>().join(" → ");
    let line = data.get(at).cloned().unwrap_or_default();
    let column = line.find(&format!("${next}")).map_or(1, |byte| line[..byte].chars().count() + 1);
    let what = format!("`{at}` is made of itself: {way}");
    ValueError::Data { name: at.to_owned(), error: ParseError { line, column, what } }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueError::Data { name, error } => write!(f, "the value `{name}`: {error}"),
            ValueError::Computed(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for ValueError {}
