//! Bytes written out: as text in double quotes, and in hex. What one writes the other reads.
//!
//! A text here is bytes: `\xff` is one byte, where the texts of expectations stop at 7f.

use super::super::ParseError;
use super::super::cursor::Cursor;
use std::fmt;

/// What follows a backslash, and the byte it means.
const ESCAPES: [(char, u8); 6] = [('n', b'\n'), ('r', b'\r'), ('t', b'\t'), ('0', 0), ('\\', b'\\'), ('"', b'"')];

/// A text in double quotes that starts exactly here.
pub(super) fn bytes(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, ParseError> {
    let open = cursor.at();
    cursor.mark("\"", "a text in double quotes")?;
    let mut bytes = Vec::new();
    loop {
        let at = cursor.at();
        match cursor.next() {
            None => {
                let what = format!("the text that begins in column {} has no closing `\"`", open + 1);
                return Err(cursor.fail(at, what));
            }
            Some('"') => return Ok(bytes),
            Some('\\') => bytes.push(escape(cursor, at)?),
            Some(other) => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
}

/// What follows a backslash, which stood at `at`.
fn escape(cursor: &mut Cursor<'_>, at: usize) -> Result<u8, ParseError> {
    let Some(letter) = cursor.next() else {
        return Err(cursor.fail(at, "nothing follows this backslash"));
    };
    if letter == 'x' {
        let mut digit = || cursor.next().and_then(|c| c.to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(cursor.fail(at, "`\\x` takes two hexadecimal digits: `\\xff`"));
        };
        return Ok((high * 16 + low) as u8);
    }
    ESCAPES.iter().find(|(known, _)| *known == letter).map(|(_, byte)| *byte).ok_or_else(|| {
        let what = "a backslash is followed by n, r, t, 0, x, another backslash or a quotation mark";
        cursor.fail(at, what)
    })
}

/// What stands between the brackets of `hex(…)`; the second is left for the caller.
pub(super) fn hex(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, ParseError> {
    let mut bytes = Vec::new();
    loop {
        cursor.skip_spaces();
        let at = cursor.at();
        if !cursor.peek().is_some_and(|c| c.is_ascii_alphanumeric()) {
            return Ok(bytes);
        }
        let mut digit = || cursor.next().and_then(|c| c.to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(cursor.fail(at, "a byte is two hexadecimal digits: `hex(00 ff)`"));
        };
        bytes.push((high * 16 + low) as u8);
    }
}

/// Writes bytes so that [`bytes`] reads the same ones.
pub(super) fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("\"")?;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let escaped = ESCAPES.iter().find(|(_, byte)| char::from(*byte) == c);
            match escaped {
                Some((letter, _)) => write!(f, "\\{letter}")?,
                None if c.is_ascii_control() => write!(f, "\\x{:02x}", c as u32)?,
                None => write!(f, "{c}")?,
            }
        }
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    f.write_str("\"")
}

/// Writes `hex(…)`.
pub(super) fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write!(f, "hex({})", pairs.join(" "))
}
