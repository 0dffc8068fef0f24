//! Bytes as they are written, and the numbers in them. `Display` writes exactly what the parser reads.
//!
//! How they are read is in `terms`, what they become in `values`.

use super::literal::{write_bytes, write_hex};
use crate::notation::text::write_quoted;
use std::fmt;

/// Bytes as they are written: terms in a row, each behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Payload {
    /// In the order in which their bytes follow one another.
    pub terms: Vec<Term>,
}

/// A part of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// `"text\n"`
    Text(Vec<u8>),
    /// `hex(00 ff)`
    Hex(Vec<u8>),
    /// `$name`: a value of that name, or the round of the `repeat … as name`, in decimal digits
    Name(String),
    /// `random(4)`: so many bytes, chosen by the seed
    Random(Count),
    /// `text(4)`: so many letters a to z, chosen by the seed
    Letters(Count),
    /// `zeros(4)`
    Zeros(Count),
    /// `times(3, "ab")`: the same bytes so many times
    Times(Count, Payload),
    /// `u32(14)`: a number of fixed width
    Number(Width, Count),
    /// `frame("ab")`: the length as `u32`, then the bytes
    Frame(Payload),
    /// `upper("ab")`: a to z as A to Z, all other bytes as they are
    Upper(Payload),
    /// `length("ab")`: how many bytes they are, in decimal digits
    Length(Payload),
    /// `sum("ab")`: all bytes added up, in decimal digits
    Sum(Payload),
    /// `hexof("ab")`: two lower-case digits a byte
    HexOf(Payload),
    /// `slice("abcd", 1, 3)`: from the second byte up to the third
    Slice(Payload, Count, Count),
    /// `time("%H:%M:%S")`: the run's time in UTC
    Time(String),
    /// `port`: of the address, in decimal digits
    Port,
    /// `address`: `127.0.0.1:PORT`
    Address,
    /// `id=4`: whatever these four bytes are, they are called `id` from here on. Only in what is received.
    Capture(String, Count),
}

/// How a number is written as bytes; all but the last big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Width {
    U8,
    U16,
    U32,
    U64,
    U32le,
}

/// A number as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Count {
    /// `4`
    Number(u64),
    /// `1..60`: chosen by the seed, both ends included
    Between(u64, u64),
    /// `$i`: the round of the `repeat … as i`
    Round(String),
}

impl Payload {
    /// The names of the values it is made of, each once, in the order in which they are written. What it captures is not
    /// among them.
    pub fn references(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each(&mut |term| match term {
            Term::Name(name) if !found.contains(&name.as_str()) => found.push(name.as_str()),
            _ => {}
        });
        found
    }

    /// The names it gives to bytes that come.
    pub fn captures(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.each(&mut |term| {
            if let Term::Capture(name, _) = term {
                found.push(name.as_str());
            }
        });
        found
    }

    fn each<'a>(&'a self, see: &mut impl FnMut(&'a Term)) {
        for term in &self.terms {
            see(term);
            match term {
                Term::Times(_, inner)
                | Term::Frame(inner)
                | Term::Upper(inner)
                | Term::Length(inner)
                | Term::Sum(inner)
                | Term::HexOf(inner)
                | Term::Slice(inner, ..) => inner.each(see),
                _ => {}
            }
        }
    }

    /// The same in that round of a `repeat … as name`.
    pub(super) fn in_round(&self, name: &str, round: u64) -> Payload {
        let count = |count: &Count| count.in_round(name, round);
        let inner = |payload: &Payload| payload.in_round(name, round);
        let terms = self.terms.iter().map(|term| match term {
            Term::Name(own) if own == name => Term::Text(round.to_string().into_bytes()),
            Term::Random(n) => Term::Random(count(n)),
            Term::Letters(n) => Term::Letters(count(n)),
            Term::Zeros(n) => Term::Zeros(count(n)),
            Term::Times(n, payload) => Term::Times(count(n), inner(payload)),
            Term::Number(width, n) => Term::Number(*width, count(n)),
            Term::Frame(payload) => Term::Frame(inner(payload)),
            Term::Upper(payload) => Term::Upper(inner(payload)),
            Term::Length(payload) => Term::Length(inner(payload)),
            Term::Sum(payload) => Term::Sum(inner(payload)),
            Term::HexOf(payload) => Term::HexOf(inner(payload)),
            Term::Slice(payload, from, to) => Term::Slice(inner(payload), count(from), count(to)),
            Term::Capture(own, n) => Term::Capture(own.clone(), count(n)),
            other => other.clone(),
        });
        Payload { terms: terms.collect() }
    }
}

impl Count {
    /// The same in that round of a `repeat … as name`.
    pub(super) fn in_round(&self, name: &str, round: u64) -> Count {
        match self {
            Count::Round(own) if own == name => Count::Number(round),
            other => other.clone(),
        }
    }

    /// The largest that it can be, where that can be told.
    pub(super) fn largest(&self) -> Option<u64> {
        match self {
            Count::Number(number) => Some(*number),
            Count::Between(_, last) => Some(*last),
            Count::Round(_) => None,
        }
    }
}

impl Width {
    /// Every width with its word.
    pub(super) const ALL: [(Width, &'static str); 5] =
        [(Width::U8, "u8"), (Width::U16, "u16"), (Width::U32, "u32"), (Width::U64, "u64"), (Width::U32le, "u32le")];

    /// The word of the notation.
    pub fn as_str(self) -> &'static str {
        Width::ALL.iter().find(|(width, _)| *width == self).map_or("", |(_, word)| word)
    }

    /// The largest number that fits.
    pub fn largest(self) -> u64 {
        match self {
            Width::U8 => u8::MAX.into(),
            Width::U16 => u16::MAX.into(),
            Width::U32 | Width::U32le => u32::MAX.into(),
            Width::U64 => u64::MAX,
        }
    }

    /// A number as bytes. What does not fit loses its upper part; the caller has compared it with [`Width::largest`].
    pub(super) fn bytes(self, number: u64) -> Vec<u8> {
        let big = number.to_be_bytes();
        match self {
            Width::U8 => big[7..].to_vec(),
            Width::U16 => big[6..].to_vec(),
            Width::U32 => big[4..].to_vec(),
            Width::U64 => big.to_vec(),
            Width::U32le => number.to_le_bytes()[..4].to_vec(),
        }
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Term::Text(bytes) => write_bytes(f, bytes),
            Term::Hex(bytes) => write_hex(f, bytes),
            Term::Name(name) => write!(f, "${name}"),
            Term::Random(n) => write!(f, "random({n})"),
            Term::Letters(n) => write!(f, "text({n})"),
            Term::Zeros(n) => write!(f, "zeros({n})"),
            Term::Times(n, payload) => write!(f, "times({n}, {payload})"),
            Term::Number(width, n) => write!(f, "{}({n})", width.as_str()),
            Term::Frame(payload) => write!(f, "frame({payload})"),
            Term::Upper(payload) => write!(f, "upper({payload})"),
            Term::Length(payload) => write!(f, "length({payload})"),
            Term::Sum(payload) => write!(f, "sum({payload})"),
            Term::HexOf(payload) => write!(f, "hexof({payload})"),
            Term::Slice(payload, from, to) => write!(f, "slice({payload}, {from}, {to})"),
            Term::Time(form) => {
                f.write_str("time(")?;
                write_quoted(f, form)?;
                f.write_str(")")
            }
            Term::Port => f.write_str("port"),
            Term::Address => f.write_str("address"),
            Term::Capture(name, n) => write!(f, "{name}={n}"),
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Count::Number(number) => write!(f, "{number}"),
            Count::Between(first, last) => write!(f, "{first}..{last}"),
            Count::Round(name) => write!(f, "${name}"),
        }
    }
}
