//! A place in a line of the notation, and the smallest things that are read there: words, numbers, marks.
//!
//! It works on characters and not on bytes, because errors name columns that a person can count.

use super::nearest::nearest;
use super::{NOBODY, ParseError};
use std::str::FromStr;

/// A place in a line.
pub(super) struct Cursor<'a> {
    line: &'a str,
    chars: Vec<char>,
    at: usize,
    /// The roles there are, where that is known; then every other is an error at its column.
    roles: Option<&'a [&'a str]>,
}

/// A word and the index of its first character.
pub(super) struct Word {
    pub(super) at: usize,
    pub(super) text: String,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str, roles: Option<&'a [&'a str]>) -> Self {
        Cursor { line, chars: line.chars().collect(), at: 0, roles }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// True when the mark stands exactly here.
    pub(super) fn starts_with(&self, mark: &str) -> bool {
        mark.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c))
    }

    /// Takes the mark if it stands exactly here.
    pub(super) fn eat(&mut self, mark: &str) -> bool {
        let found = self.starts_with(mark);
        if found {
            self.at += mark.chars().count();
        }
        found
    }

    /// Takes the word after spaces, if it is there.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.skip_spaces();
        self.word_here().text == word && self.eat(word)
    }

    /// Takes the mark, which must stand exactly here.
    pub(super) fn mark(&mut self, mark: &str, expected: &str) -> Result<(), ParseError> {
        if self.eat(mark) { Ok(()) } else { Err(self.expected(expected)) }
    }

    /// The word that starts exactly here, without taking it; empty when none does.
    pub(super) fn word_here(&self) -> Word {
        self.run_of(is_word)
    }

    /// Takes one character, whatever it is.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// True when a space stands right after the word that starts here.
    pub(super) fn space_follows(&self, word: &str) -> bool {
        self.chars.get(self.at + word.len()).is_some_and(|c| c.is_whitespace())
    }

    /// The mark that follows the word that starts here; `(` may stand after spaces.
    pub(super) fn mark_after(&self, word: &str) -> Option<char> {
        let rest = &self.chars[(self.at + word.len()).min(self.chars.len())..];
        let after_spaces = rest.iter().find(|c| !c.is_whitespace()).copied();
        if after_spaces == Some('(') { after_spaces } else { rest.first().copied() }
    }

    /// The word after the one that starts here, and the character right behind it.
    pub(super) fn second_word(&self) -> (String, Option<char>) {
        let rest = self.chars.iter().skip(self.at).skip_while(|c| is_word(**c)).skip_while(|c| c.is_whitespace());
        let word: String = rest.clone().take_while(|c| is_word(**c)).collect();
        let mark = rest.clone().find(|c| !is_word(**c)).copied();
        (word, mark)
    }

    /// The word after the `$name` that starts here.
    pub(super) fn word_after_name(&self) -> String {
        let rest = self.chars.iter().skip(self.at + 1).skip_while(|c| is_word(**c)).skip_while(|c| c.is_whitespace());
        rest.take_while(|c| is_word(**c)).collect()
    }

    /// The word after spaces, taken.
    pub(super) fn word(&mut self, expected: &str) -> Result<Word, ParseError> {
        self.skip_spaces();
        let word = self.word_here();
        self.take(word, expected)
    }

    /// The word after spaces, taken; a comma may stand in it: `SYN,ACK`.
    pub(super) fn kind_word(&mut self, expected: &str) -> Result<Word, ParseError> {
        self.skip_spaces();
        let word = self.run_of(|c| is_word(c) || c == ',');
        self.take(word, expected)
    }

    /// One of the words, after spaces. Returns the list's own word.
    pub(super) fn one_of<'w>(&mut self, words: &[&'w str], expected: &str) -> Result<&'w str, ParseError> {
        let word = self.word(expected)?;
        words.iter().find(|known| **known == word.text).copied().ok_or_else(|| {
            let guess = nearest(&word.text, words.iter().copied());
            self.fail(word.at, format!("expected {expected}, found `{}`{}", word.text, meant(guess)))
        })
    }

    /// A word as it is, where any but the role names of this run is refused.
    pub(super) fn known_role(&self, word: Word) -> Result<String, ParseError> {
        self.known(word, "role", self.roles)
    }

    /// A word as it is: the name of one of those there are, where that is known.
    pub(super) fn known(&self, word: Word, sort: &str, names: Option<&[&str]>) -> Result<String, ParseError> {
        if !word.text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let what = format!("a {sort}'s name starts with a letter, `{}` does not", word.text);
            return Err(self.fail(word.at, what));
        }
        match names {
            Some(names) if !names.contains(&word.text.as_str()) => {
                let guess = meant(nearest(&word.text, names.iter().copied()));
                let there_are = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let what = format!("there is no {sort} `{}`{guess} (the {sort}s are {there_are})", word.text);
                Err(self.fail(word.at, what))
            }
            _ => Ok(word.text),
        }
    }

    /// An end of a frame: a role of this run, or nobody.
    pub(super) fn frame_end(&self, word: Word) -> Result<String, ParseError> {
        if word.text == NOBODY { Ok(word.text) } else { self.known_role(word) }
    }

    /// A number that starts exactly here.
    pub(super) fn number<N: FromStr>(&mut self, expected: &str) -> Result<N, ParseError> {
        let at = self.at;
        let minus = self.peek() == Some('-');
        let from = at + usize::from(minus);
        let digits = self.chars[from.min(self.chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return Err(self.expected(expected));
        }
        let text: String = self.chars[at..from + digits].iter().collect();
        // What consists of digits can be refused by the type's range alone.
        let number = text.parse().map_err(|_| {
            let why = if minus { "is too small" } else { "is too large" };
            self.fail(at, format!("expected {expected}; {text} {why}"))
        })?;
        self.at = from + digits;
        Ok(number)
    }

    /// Nothing but spaces may follow.
    pub(super) fn end(&mut self) -> Result<(), ParseError> {
        self.skip_spaces();
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("the end of the line")) }
    }

    /// An error at this place.
    pub(super) fn expected(&self, expected: &str) -> ParseError {
        let found = match self.peek() {
            None => ", found the end of the line".to_owned(),
            Some(c) => match self.word_here().text {
                word if !word.is_empty() => format!(", found `{word}`"),
                _ if c.is_control() => format!(", found {}", c.escape_default()),
                _ if c.is_whitespace() => ", found a space".to_owned(),
                _ => format!(", found `{c}`{}", typed_with_input_method(c)),
            },
        };
        self.fail(self.at, format!("expected {expected}{found}"))
    }

    /// An error at the character with that index.
    pub(super) fn fail(&self, at: usize, what: impl Into<String>) -> ParseError {
        ParseError { line: self.line.to_owned(), column: at + 1, what: what.into() }
    }

    fn take(&mut self, word: Word, expected: &str) -> Result<Word, ParseError> {
        if word.text.is_empty() {
            return Err(self.expected(expected));
        }
        // A word is ASCII, so its bytes are its characters.
        self.at += word.text.len();
        Ok(word)
    }

    /// What belongs together from here on, without taking it; empty when nothing does.
    pub(super) fn run_of(&self, belongs: impl Fn(char) -> bool) -> Word {
        let text = self.chars[self.at.min(self.chars.len())..].iter().copied().take_while(|c| belongs(*c)).collect();
        Word { at: self.at, text }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// `; did you mean …?`, or nothing.
pub(super) fn meant(guess: Option<&str>) -> String {
    guess.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default()
}

/// Chinese input methods write marks that look like the ones meant: `＝`, `（`, `“`.
fn typed_with_input_method(c: char) -> String {
    let ascii = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
        '“' | '”' => Some('"'),
        '。' => Some('.'),
        '【' => Some('['),
        '】' => Some(']'),
        _ => None,
    };
    ascii.map(|ascii| format!(", which is not `{ascii}`: switch the input method")).unwrap_or_default()
}
