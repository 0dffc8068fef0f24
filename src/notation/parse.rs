//! The parser of the notation.

use std::fmt;

/// What is wrong with a line of the notation, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line as it was given.
    pub line: String,
    /// Column in characters, from 1.
    pub column: usize,
    /// What was expected or is not known there.
    pub what: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.what)
    }
}

impl std::error::Error for ParseError {}
