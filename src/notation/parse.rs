//! What is wrong with a line of the notation, and how to show it. Knows nothing of the grammar.

use std::fmt;
use unicode_width::UnicodeWidthChar;

/// What is wrong with a line of the notation, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line as it was given.
    pub line: String,
    /// Column in characters, from 1. One more than the line has characters when something is missing at its end.
    pub column: usize,
    /// What was expected or is not known there.
    pub what: String,
}

impl ParseError {
    /// The line, and below it a caret under the column. Two lines, the last without a line end; the message is
    /// [`Display`](fmt::Display)'s.
    ///
    /// A Chinese character takes two cells of a terminal and a combining one none, so the caret is placed by width and
    /// not by column. Control characters would move the cursor: they are shown as a space.
    pub fn caret(&self) -> String {
        let shown: String = self.line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let before = shown.chars().take(self.column.saturating_sub(1));
        let cells: usize = before.map(|c| c.width().unwrap_or(0)).sum();
        format!("{shown}\n{:cells$}^", "")
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.what)
    }
}

impl std::error::Error for ParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn caret(line: &str, column: usize) -> String {
        ParseError { line: line.into(), column, what: String::new() }.caret()
    }

    #[test]
    fn the_caret_stands_under_the_column() {
        assert_eq!(caret("a.recieve", 3), "a.recieve\n  ^");
        assert_eq!(caret("a.send", 7), "a.send\n      ^");
    }

    #[test]
    fn a_chinese_character_moves_the_caret_by_two_cells() {
        assert_eq!(caret("\"粘包\" x", 6), "\"粘包\" x\n       ^");
    }

    #[test]
    fn a_combining_character_does_not_move_the_caret() {
        assert_eq!(caret("e\u{301}x", 3), "e\u{301}x\n ^");
    }

    #[test]
    fn a_control_character_is_shown_as_a_space() {
        assert_eq!(caret("a\tb\nc", 3), "a b c\n  ^");
    }

    #[test]
    fn a_column_outside_the_line_does_no_harm() {
        assert_eq!(caret("ab", 0), "ab\n^");
        assert_eq!(caret("ab", 99), "ab\n  ^");
    }
}
