//! Text that came from programs, made harmless: a payload must not move the cursor, ring the bell or reorder the line.
//! Everything printed passes `clean`; bytes pass `quote` first. Nothing is dropped: what cannot be shown is escaped.

use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// Columns of one character; ambiguous ones (`①`, `▶`, `│`) count as one.
pub(in crate::view) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns of a text. Summed by character: sequences that a terminal may draw narrower never count as less.
pub(in crate::view) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(char_width).sum() }
}

/// Characters that control the terminal, change the direction of text, hide, or change the width of their neighbour.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that combine with the character before them are writing; a heap of them is an attack on the lines around.
const MARKS: usize = 2;

/// The text with every character that is not plain ink written as an escape.
pub(in crate::view) fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut marks = MARKS;
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let zero = char_width(c) == 0;
        marks = if zero { marks + 1 } else { 0 };
        // A mark at the very start would combine with whatever the lab printed before it.
        if is_unsafe(c) || (zero && marks > MARKS) { escape(c, &mut out) } else { out.push(c) }
    }
    Cow::Owned(out)
}

fn escape(c: char, out: &mut String) {
    let _ = match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        c if (c as u32) < 0x80 => write!(out, "\\x{:02x}", c as u32),
        c => write!(out, "\\u{{{:x}}}", c as u32),
    };
}

/// The bytes in quotation marks within `columns` (at least 4), followed by `…` when not all of them fit, or when
/// `more` says that there were more than these. Bytes that are not UTF-8 are written `\xff`.
pub(in crate::view) fn quote(bytes: &[u8], more: bool, columns: usize) -> String {
    let columns = columns.max(4);
    // Looking at a bounded part keeps a preview of a megabyte as cheap as one of a line.
    let part = &bytes[..bytes.len().min(columns * 8)];
    let mut pieces: Vec<String> = Vec::new();
    for chunk in part.utf8_chunks() {
        // By character, so that no escape is cut in the middle; a combining mark stays with what it combines with.
        let mut marks = MARKS;
        for c in chunk.valid().chars() {
            marks = if char_width(c) == 0 { marks + 1 } else { 0 };
            match (c, pieces.last_mut()) {
                ('"' | '\\', _) => pieces.push(format!("\\{c}")),
                (c, Some(last)) if char_width(c) == 0 && marks <= MARKS && !is_unsafe(c) => last.push(c),
                (c, _) => pieces.push(clean(c.encode_utf8(&mut [0; 4])).into_owned()),
            }
        }
        pieces.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    let whole = !more && part.len() == bytes.len();
    let total: usize = pieces.iter().map(|piece| width(piece)).sum();
    let whole = whole && total + 2 <= columns;
    let room = if whole { total } else { columns - 3 };
    let mut out = String::from("\"");
    let mut used = 0;
    for piece in &pieces {
        used += width(piece);
        if used > room {
            break;
        }
        out.push_str(piece);
    }
    out.push_str(if whole { "\"" } else { "\"…" });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_sent_cannot_move_the_cursor() {
        assert_eq!(clean("a\x1b[2Jb\u{9b}31m\u{7}\r\n"), "a\\x1b[2Jb\\u{9b}31m\\x07\\r\\n");
        assert_eq!(clean("\u{202e}abc\u{200d}"), "\\u{202e}abc\\u{200d}");
    }

    #[test]
    fn ordinary_writing_is_left_alone() {
        for text in ["hello", "粘包", "Grüße", "नमस्ते", "①▶│"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn a_heap_of_marks_is_escaped() {
        assert_eq!(clean("a\u{301}\u{301}\u{301}"), "a\u{301}\u{301}\\u{301}");
        assert_eq!(clean("\u{301}"), "\\u{301}");
    }

    #[test]
    fn bytes_are_quoted_and_cut_to_fit() {
        for (bytes, columns, shown) in [
            (&b"hello"[..], 20, "\"hello\""),
            (b"", 20, "\"\""),
            (b"hello", 7, "\"hello\""),
            (b"hello", 6, "\"hel\"…"),
            (b"a\"b\\c\n\0\xff", 30, "\"a\\\"b\\\\c\\n\\x00\\xff\""),
            ("粘包".as_bytes(), 6, "\"粘包\""),
            ("粘包".as_bytes(), 5, "\"粘\"…"),
            (b"\x1b[31m", 20, "\"\\x1b[31m\""),
        ] {
            assert_eq!(quote(bytes, false, columns), shown);
        }
        assert_eq!(quote(b"he", true, 20), "\"he\"…");
    }
}
