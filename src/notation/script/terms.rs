//! How bytes and numbers are read.

use super::super::ParseError;
use super::super::cursor::{Cursor, Word, meant};
use super::super::grammar::whole;
use super::super::nearest::nearest;
use super::payload::{Count, Payload, Term, Width};
use super::{clock, literal};
use std::str::FromStr;

/// Brackets within brackets: deeper than anybody writes, and far less than a stack holds.
const MOST_NESTED: usize = 16;

/// The words that begin a term with brackets.
const WORDS: [&str; 17] = [
    "hex", "random", "text", "zeros", "times", "u8", "u16", "u32", "u64", "u32le", "frame", "upper", "length", "sum",
    "hexof", "slice", "time",
];
/// Those that have no brackets.
const BARE: [&str; 2] = ["port", "address"];
/// Words behind a payload that belong to its step.
const BEHIND: [&str; 3] = ["in", "slowly", "skipping"];

/// What names mean where bytes are read; `None` where that is not known, and no name is refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The repeats around this place; one without a name is empty.
    pub(super) loops: Option<Vec<String>>,
    /// The values there are.
    pub(super) values: Option<Vec<String>>,
    /// True in what is received.
    pub(super) captures: bool,
}

impl Payload {
    /// Reads bytes that may use these values and no others.
    pub fn parse_among(line: &str, values: &[&str]) -> Result<Self, ParseError> {
        let values = Some(values.iter().map(|name| (*name).to_owned()).collect());
        let scope = Scope { loops: Some(Vec::new()), values, captures: false };
        whole(line, None, |cursor| payload(cursor, &scope))
    }
}

impl FromStr for Payload {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let scope = Scope { captures: true, ..Scope::default() };
        whole(line, None, |cursor| payload(cursor, &scope))
    }
}

/// Terms after spaces, at least one.
pub(super) fn payload(cursor: &mut Cursor<'_>, scope: &Scope) -> Result<Payload, ParseError> {
    Reader { scope, depth: 0, captures: scope.captures, captured: Vec::new() }.payload(cursor)
}

/// A number that starts exactly here: `4`, `1..60`, `$i`.
pub(super) fn count(cursor: &mut Cursor<'_>, scope: &Scope, expected: &str) -> Result<Count, ParseError> {
    if cursor.peek() == Some('$') {
        let at = cursor.at();
        let name = name(cursor)?;
        known_round(cursor, scope, at, &name)?;
        return Ok(Count::Round(name));
    }
    let first: u64 = cursor.number(expected)?;
    if !cursor.eat("..") {
        return Ok(Count::Number(first));
    }
    let at = cursor.at();
    let last: u64 = cursor.number("a number")?;
    if last < first {
        return Err(cursor.fail(at, format!("the range ends before it begins: {first}..{last}")));
    }
    Ok(Count::Between(first, last))
}

/// A name with its `$`, which stands exactly here.
pub(super) fn name(cursor: &mut Cursor<'_>) -> Result<String, ParseError> {
    cursor.mark("$", "`$` and a name")?;
    let word = cursor.word_here();
    if !word.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(cursor.expected("a name right after `$`: a letter, then letters and digits"));
    }
    cursor.eat(&word.text);
    Ok(word.text)
}

/// Refuses the name of a round where no such `repeat` is around.
pub(super) fn known_round(cursor: &Cursor<'_>, scope: &Scope, at: usize, name: &str) -> Result<(), ParseError> {
    match &scope.loops {
        Some(loops) if !loops.iter().any(|own| own == name) => {
            Err(cursor.fail(at, format!("`${name}` is no number here: there is no `repeat … as {name}` around it")))
        }
        _ => Ok(()),
    }
}

/// Reads terms within terms.
struct Reader<'s> {
    scope: &'s Scope,
    depth: usize,
    /// True where bytes may be captured: in what is received, and not inside what is computed.
    captures: bool,
    /// What has been captured so far, for the terms behind it would be compared with what is not known yet.
    captured: Vec<String>,
}

impl Reader<'_> {
    fn payload(&mut self, cursor: &mut Cursor<'_>) -> Result<Payload, ParseError> {
        let mut terms = Vec::new();
        loop {
            cursor.skip_spaces();
            let word = cursor.word_here();
            let over = match cursor.peek() {
                None | Some(')' | ',') => true,
                _ => BEHIND.contains(&word.text.as_str()) && cursor.mark_after(&word.text) != Some('='),
            };
            if !over {
                terms.push(self.term(cursor)?);
            } else if terms.is_empty() {
                return Err(cursor.expected("bytes: `\"text\"`, `$name`, `random(4)`"));
            } else {
                return Ok(Payload { terms });
            }
        }
    }

    fn term(&mut self, cursor: &mut Cursor<'_>) -> Result<Term, ParseError> {
        let at = cursor.at();
        match cursor.peek() {
            Some('"') => return Ok(Term::Text(literal::bytes(cursor)?)),
            Some('$') => {
                let name = name(cursor)?;
                self.known_name(cursor, at, &name)?;
                return Ok(Term::Name(name));
            }
            _ => {}
        }
        let word = cursor.word("bytes: `\"text\"`, `$name`, `random(4)`")?;
        if cursor.peek() == Some('=') {
            return self.capture(cursor, word);
        }
        match word.text.as_str() {
            "port" => return Ok(Term::Port),
            "address" => return Ok(Term::Address),
            known if WORDS.contains(&known) => {}
            _ => return Err(unknown(cursor, &word)),
        }
        cursor.skip_spaces();
        cursor.mark("(", &format!("`(` after `{}`", word.text))?;
        self.depth += 1;
        if self.depth > MOST_NESTED {
            return Err(cursor.fail(at, format!("there are {MOST_NESTED} brackets around this already")));
        }
        let term = self.within(cursor, &word)?;
        self.depth -= 1;
        cursor.skip_spaces();
        cursor.mark(")", &format!("`)` after what `{}` takes", word.text))?;
        Ok(term)
    }

    /// What stands in the brackets of a term.
    fn within(&mut self, cursor: &mut Cursor<'_>, word: &Word) -> Result<Term, ParseError> {
        if let Some((width, _)) = Width::ALL.iter().find(|(_, own)| *own == word.text) {
            let at = cursor.start();
            let number = self.number(cursor)?;
            let largest = width.largest();
            if number.largest().is_some_and(|most| most > largest) {
                return Err(cursor.fail(at, format!("`{}` goes up to {largest}", word.text)));
            }
            return Ok(Term::Number(*width, number));
        }
        Ok(match word.text.as_str() {
            "hex" => Term::Hex(literal::hex(cursor)?),
            "random" => Term::Random(self.number(cursor)?),
            "text" => Term::Letters(self.number(cursor)?),
            "zeros" => Term::Zeros(self.number(cursor)?),
            "frame" => Term::Frame(self.payload(cursor)?),
            "time" => Term::Time(clock::form(cursor)?),
            "upper" => Term::Upper(self.computed(cursor)?),
            "length" => Term::Length(self.computed(cursor)?),
            "sum" => Term::Sum(self.computed(cursor)?),
            "hexof" => Term::HexOf(self.computed(cursor)?),
            "times" => {
                let number = self.number(cursor)?;
                comma(cursor, "the bytes")?;
                Term::Times(number, self.computed(cursor)?)
            }
            _ => {
                let payload = self.computed(cursor)?;
                comma(cursor, "the first byte's place, from 0")?;
                let from = self.number(cursor)?;
                comma(cursor, "the place behind the last byte")?;
                Term::Slice(payload, from, self.number(cursor)?)
            }
        })
    }

    fn number(&self, cursor: &mut Cursor<'_>) -> Result<Count, ParseError> {
        cursor.skip_spaces();
        count(cursor, self.scope, "a number: `4`, `1..60`, `$i`")
    }

    /// Bytes of which something is computed: they must be known, so none of them can be captured.
    fn computed(&mut self, cursor: &mut Cursor<'_>) -> Result<Payload, ParseError> {
        let before = std::mem::replace(&mut self.captures, false);
        let payload = self.payload(cursor);
        self.captures = before;
        payload
    }

    /// `id=4`, whose `=` stands exactly here.
    fn capture(&mut self, cursor: &mut Cursor<'_>, word: Word) -> Result<Term, ParseError> {
        if !self.scope.captures {
            return Err(cursor.fail(word.at, "only what is received can get a name: `receive id=4`"));
        }
        if !self.captures {
            return Err(cursor.fail(word.at, "a name is given at the top of what is received, or in a `frame`"));
        }
        let taken = |names: &Option<Vec<String>>| names.as_ref().is_some_and(|names| names.contains(&word.text));
        if !word.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(cursor.fail(word.at, "a name starts with a letter"));
        }
        if taken(&self.scope.loops) || self.captured.contains(&word.text) {
            return Err(cursor.fail(word.at, format!("`{}` has a meaning here already", word.text)));
        }
        cursor.mark("=", "`=`")?;
        let at = cursor.at();
        let count = count(cursor, self.scope, "how many bytes, right after `=`")?;
        if matches!(count, Count::Between(..)) {
            return Err(cursor.fail(at, "how many bytes get the name must be one number"));
        }
        self.captured.push(word.text.clone());
        Ok(Term::Capture(word.text, count))
    }

    fn known_name(&self, cursor: &Cursor<'_>, at: usize, name: &str) -> Result<(), ParseError> {
        if self.captured.iter().any(|own| own == name) {
            let what = format!("`{name}` is not known before all of this has come: use it in a later step");
            return Err(cursor.fail(at, what));
        }
        let Some(values) = &self.scope.values else { return Ok(()) };
        let rounds = self.scope.loops.iter().flatten().filter(|own| !own.is_empty());
        let known: Vec<&str> = values.iter().chain(rounds).map(String::as_str).collect();
        if known.contains(&name) {
            return Ok(());
        }
        let guess = meant(nearest(name, known.iter().copied()));
        let there_are = match known.as_slice() {
            [] => "there are none here".to_owned(),
            names => {
                format!("there are {}", names.iter().map(|name| format!("`${name}`")).collect::<Vec<_>>().join(", "))
            }
        };
        Err(cursor.fail(at, format!("there is no value `${name}`{guess} ({there_are})")))
    }
}

fn unknown(cursor: &Cursor<'_>, word: &Word) -> ParseError {
    let words = || WORDS.into_iter().chain(BARE);
    let guess = match word.text.as_str() {
        "repeat" => Some("times"),
        "u32be" => Some("u32"),
        other => nearest(other, words()),
    };
    let there_are = words().collect::<Vec<_>>().join(" ");
    let what = format!("there are no bytes `{}`{} (there are {there_are})", word.text, meant(guess));
    cursor.fail(word.at, what)
}

fn comma(cursor: &mut Cursor<'_>, what: &str) -> Result<(), ParseError> {
    cursor.skip_spaces();
    cursor.mark(",", &format!("`,` and {what}"))
}
