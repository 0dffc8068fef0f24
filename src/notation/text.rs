//! Texts in double quotes: reading and writing them. What one writes the other reads.

use super::ParseError;
use super::cursor::Cursor;
use std::fmt;

impl Cursor<'_> {
    /// A text in double quotes that starts exactly here.
    pub(super) fn text(&mut self, expected: &str) -> Result<String, ParseError> {
        let open = self.at();
        self.mark("\"", expected)?;
        let mut text = String::new();
        loop {
            let at = self.at();
            match self.next() {
                None => {
                    let what = format!("the text that begins in column {} has no closing `\"`", open + 1);
                    return Err(self.fail(at, what));
                }
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(at)?),
                Some(other) => text.push(other),
            }
        }
    }

    /// What follows a backslash, which stood at `at`.
    fn escape(&mut self, at: usize) -> Result<char, ParseError> {
        match self.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('\\' | '"')) => Ok(c),
            Some('x') => {
                let mut digit = || self.next().and_then(|c| c.to_digit(16));
                let (Some(high), Some(low)) = (digit(), digit()) else {
                    return Err(self.fail(at, "`\\x` takes two hexadecimal digits: `\\x0a`"));
                };
                // A text is characters, and a byte from 0x80 on is only part of one.
                char::from_u32(high * 16 + low)
                    .filter(char::is_ascii)
                    .ok_or_else(|| self.fail(at, "`\\x` goes up to 7f; write other characters as they are"))
            }
            _ => Err(self.fail(at, "a backslash is followed by n, r, t, x, another backslash or a quotation mark")),
        }
    }
}

/// Writes a text so that [`Cursor::text`] reads the same one.
pub(super) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_ascii_control() => write!(f, "\\x{:02x}", c as u32)?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}
