//! What bytes that were written become: names looked up, chance asked, lengths and frames computed.
//!
//! Named values depend on the seed, the scenario and their name alone, so that the judge and every peer compute the same
//! ones. What a step chooses for itself depends on the seed, the scenario, the role and the place of the step. Nothing is
//! larger than [`MOST_BYTES`], whatever the script says.

use super::chance::Chance;
use super::clock;
use super::payload::{Count, Payload, Term};
use super::pieces::Pieces;
use crate::notation::ParseError;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

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
    facts: Facts,
    known: BTreeMap<String, Vec<u8>>,
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

/// Bytes that are due, some of which may be any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pattern {
    /// What is due; zero where anything may be.
    pub bytes: Vec<u8>,
    /// The places that get a name: any bytes are right there. In order, and never overlapping.
    pub captures: Vec<(String, Range<usize>)>,
}

impl Pattern {
    /// True when this byte is right at this place.
    pub fn fits(&self, place: usize, byte: u8) -> bool {
        self.bytes.get(place) == Some(&byte) || self.is_free(place)
    }

    /// True when any byte is right at this place.
    pub fn is_free(&self, place: usize) -> bool {
        self.captures.iter().any(|(_, range)| range.contains(&place))
    }
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
                let bytes = Here { values: &values, chance }.bytes(&payload).and_then(|bytes| {
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
        Here { values: self, chance }.bytes(payload)
    }

    /// The place of a step of a role: what chance chooses there is its own.
    pub fn at(&self, role: &str, number: usize, rounds: &[u64]) -> Here<'_> {
        let key = format!("{} {} {role} step {number} {rounds:?}", self.seed, self.scenario);
        Here { values: self, chance: Chance::new(&key) }
    }
}

/// Values at one place, where chance is asked in the order of what is computed.
#[derive(Debug, Clone)]
pub struct Here<'v> {
    values: &'v Values,
    chance: Chance,
}

impl Here<'_> {
    /// The bytes. A capture is an error: nothing has come.
    pub fn bytes(&mut self, payload: &Payload) -> Result<Vec<u8>, ValueError> {
        let pattern = self.pattern(payload)?;
        match pattern.captures.first() {
            None => Ok(pattern.bytes),
            Some((name, _)) => Err(ValueError::Computed(format!("nothing has come that `{name}` could be"))),
        }
    }

    /// What is due.
    pub fn pattern(&mut self, payload: &Payload) -> Result<Pattern, ValueError> {
        let mut pattern = Pattern::default();
        self.add(payload, &mut pattern).map_err(ValueError::Computed)?;
        Ok(pattern)
    }

    /// A number.
    pub fn count(&mut self, count: &Count) -> Result<u64, ValueError> {
        self.number(count).map_err(ValueError::Computed)
    }

    /// The lengths of the pieces in which so many bytes are sent.
    pub fn pieces(&mut self, pieces: &Pieces, bytes: usize) -> Vec<usize> {
        pieces.lengths(bytes, &mut self.chance)
    }

    fn number(&mut self, count: &Count) -> Result<u64, String> {
        match count {
            Count::Number(number) => Ok(*number),
            Count::Between(first, last) => Ok(self.chance.between(*first, *last)),
            Count::Round(name) => Err(format!("there is no `repeat … as {name}` around `${name}`")),
        }
    }

    fn add(&mut self, payload: &Payload, into: &mut Pattern) -> Result<(), String> {
        for term in &payload.terms {
            self.add_term(term, into)?;
        }
        Ok(())
    }

    fn add_term(&mut self, term: &Term, into: &mut Pattern) -> Result<(), String> {
        match term {
            Term::Text(bytes) | Term::Hex(bytes) => append(into, bytes)?,
            Term::Name(name) => match self.values.known.get(name) {
                Some(bytes) => append(into, bytes)?,
                None => return Err(format!("nothing is called `{name}`")),
            },
            Term::Random(count) => {
                let count = self.room(count, into)?;
                into.bytes.extend(self.chance.bytes(count));
            }
            Term::Letters(count) => {
                let count = self.room(count, into)?;
                into.bytes.extend(self.chance.letters(count));
            }
            Term::Zeros(count) => {
                let count = self.room(count, into)?;
                into.bytes.resize(into.bytes.len() + count, 0);
            }
            Term::Times(count, payload) => {
                let count = self.number(count)?;
                let bytes = self.computed(payload)?;
                let total = has_room(into, count.saturating_mul(bytes.len() as u64))?;
                if total > 0 {
                    into.bytes.extend(bytes.repeat(total / bytes.len()));
                }
            }
            Term::Number(width, count) => {
                let number = self.number(count)?;
                if number > width.largest() {
                    return Err(format!("`{}` goes up to {}, and this is {number}", width.as_str(), width.largest()));
                }
                append(into, &width.bytes(number))?;
            }
            Term::Frame(payload) => {
                let start = into.bytes.len();
                append(into, &[0; 4])?;
                self.add(payload, into)?;
                let length = (into.bytes.len() - start - 4) as u32;
                into.bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
            Term::Upper(payload) => append(into, &self.computed(payload)?.to_ascii_uppercase())?,
            Term::Length(payload) => append(into, self.computed(payload)?.len().to_string().as_bytes())?,
            Term::Sum(payload) => {
                let sum: u64 = self.computed(payload)?.iter().map(|byte| u64::from(*byte)).sum();
                append(into, sum.to_string().as_bytes())?;
            }
            Term::HexOf(payload) => {
                let bytes = self.computed(payload)?;
                has_room(into, bytes.len() as u64 * 2)?;
                let digit = |half: u8| char::from_digit(half.into(), 16).map_or(0, |digit| digit as u8);
                into.bytes.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
            }
            Term::Slice(payload, from, to) => {
                let bytes = self.computed(payload)?;
                let (from, to) = (self.number(from)?, self.number(to)?);
                let slice = usize::try_from(from).ok().zip(usize::try_from(to).ok());
                let slice = slice.and_then(|(from, to)| bytes.get(from..to));
                append(into, slice.ok_or_else(|| format!("{} bytes have no slice from {from} to {to}", bytes.len()))?)?;
            }
            Term::Time(form) => append(into, clock::write(form, self.values.facts.time).as_bytes())?,
            Term::Port => append(into, self.values.facts.port.to_string().as_bytes())?,
            Term::Address => append(into, self.values.facts.address.as_bytes())?,
            Term::Capture(name, count) => {
                let start = into.bytes.len();
                let count = self.room(count, into)?;
                into.bytes.resize(start + count, 0);
                into.captures.push((name.clone(), start..start + count));
            }
        }
        Ok(())
    }

    /// Bytes of which something is computed.
    fn computed(&mut self, payload: &Payload) -> Result<Vec<u8>, String> {
        let mut pattern = Pattern::default();
        self.add(payload, &mut pattern)?;
        match pattern.captures.first() {
            None => Ok(pattern.bytes),
            Some((name, _)) => Err(format!("nothing can be computed of `{name}` before it has come")),
        }
    }

    /// A number of bytes for which there is room.
    fn room(&mut self, count: &Count, into: &Pattern) -> Result<usize, String> {
        let count = self.number(count)?;
        has_room(into, count)
    }
}

fn has_room(into: &Pattern, more: u64) -> Result<usize, String> {
    let total = more.saturating_add(into.bytes.len() as u64);
    if total > MOST_BYTES {
        return Err(format!("this is more than {MOST_BYTES} bytes"));
    }
    // Less than 64 MiB fit everywhere.
    Ok(more as usize)
}

fn append(into: &mut Pattern, bytes: &[u8]) -> Result<(), String> {
    has_room(into, bytes.len() as u64)?;
    into.bytes.extend_from_slice(bytes);
    Ok(())
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
