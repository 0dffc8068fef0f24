//! What bytes that were written become: names looked up, chance asked, lengths and frames computed.

use super::chance::Chance;
use super::clock;
use super::payload::{Count, Payload, Term};
use super::pieces::Pieces;
use super::values::{MOST_BYTES, ValueError, Values};
use std::ops::Range;

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

/// Values at one place, where chance is asked in the order of what is computed.
#[derive(Debug, Clone)]
pub struct Here<'v> {
    values: &'v Values,
    chance: Chance,
}

impl<'v> Here<'v> {
    pub(super) fn new(values: &'v Values, chance: Chance) -> Self {
        Here { values, chance }
    }

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
