//! One line of progress.txt: `06-framed-echo  passed  2026-11-21  seed 7  hint 2`.
//!
//! Words are separated by any white space; all but the name may be missing. Refuses to guess: a line with a word it does
//! not know is damaged as a whole, and stays as it is.

use std::fmt::Write;

/// How far one exercise is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct State {
    /// When it was passed, if it was.
    pub passed: Option<Pass>,
    /// How many hints were shown.
    pub hints: usize,
}

/// A pass.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pass {
    /// The day, as in `2026-11-21`.
    pub date: Option<String>,
    /// What the run's bytes and ports were chosen by.
    pub seed: Option<u64>,
}

/// A line with what it means. Its bytes stay as they were read: whoever arranged them wanted them so.
#[derive(Debug, Clone)]
pub(super) struct Line {
    bytes: Vec<u8>,
    meaning: Meaning,
}

#[derive(Debug, Clone)]
enum Meaning {
    /// An exercise, of this course or of another version of it.
    Known(String, State),
    /// Empty, or a comment.
    Aside,
    /// Not understood.
    Damaged,
}

impl Line {
    pub(super) fn parse(bytes: &[u8]) -> Line {
        let start = bytes.trim_ascii_start();
        let meaning = if start.is_empty() || start[0] == b'#' {
            Meaning::Aside
        } else {
            let known = std::str::from_utf8(bytes).ok().and_then(known);
            known.map_or(Meaning::Damaged, |(name, state)| Meaning::Known(name, state))
        };
        Line { bytes: bytes.to_vec(), meaning }
    }

    pub(super) fn new(name: &str, state: State) -> Line {
        Line { bytes: written(name, &state).into_bytes(), meaning: Meaning::Known(name.to_owned(), state) }
    }

    /// What the line says of this exercise, if it is about it.
    pub(super) fn state(&self, exercise: &str) -> Option<State> {
        match &self.meaning {
            Meaning::Known(name, state) if name == exercise => Some(state.clone()),
            _ => None,
        }
    }

    pub(super) fn is_damaged(&self) -> bool {
        matches!(self.meaning, Meaning::Damaged)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).trim().to_owned()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn known(text: &str) -> Option<(String, State)> {
    let mut words = text.split_whitespace().peekable();
    let name = words.next()?;
    if !name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
        return None;
    }
    let mut state = State::default();
    if words.next_if_eq(&"passed").is_some() {
        let mut pass = Pass { date: words.next_if(|word| is_date(word)).map(str::to_owned), seed: None };
        if words.next_if_eq(&"seed").is_some() {
            pass.seed = Some(words.next()?.parse().ok()?);
        }
        state.passed = Some(pass);
    }
    if words.next_if_eq(&"hint").is_some() {
        state.hints = words.next()?.parse().ok()?;
    }
    // A name alone says nothing: more likely the rest of the line is missing.
    (words.next().is_none() && state != State::default()).then(|| (name.to_owned(), state))
}

fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts[..], [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

fn written(name: &str, state: &State) -> String {
    let mut line = name.to_owned();
    if let Some(pass) = &state.passed {
        line += "  passed";
        let _ = pass.date.iter().try_for_each(|date| write!(line, "  {date}"));
        let _ = pass.seed.iter().try_for_each(|seed| write!(line, "  seed {seed}"));
    }
    if state.hints > 0 {
        let _ = write!(line, "  hint {}", state.hints);
    }
    line
}
