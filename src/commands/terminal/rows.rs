//! Output of a program → rows of the screen. Colours are let through, every other control is made harmless, and lines that
//! are too wide are continued on the next row. Each row stands alone: it begins in the colour it needs and ends plain.

use unicode_width::UnicodeWidthChar;

/// Ends every colour.
const PLAIN: &str = "\x1b[0m";
const TAB: usize = 8;

/// The rows of a text on a screen of so many columns. Without `color` every colour is left out.
pub fn rows(text: &str, columns: usize, color: bool) -> Vec<String> {
    let columns = columns.max(2);
    let mut painter = Painter { columns, color, used: 0, style: String::new(), row: String::new(), rows: Vec::new() };
    let text = text.strip_suffix('\n').unwrap_or(text);
    for line in text.split('\n') {
        painter.line(line.strip_suffix('\r').unwrap_or(line));
    }
    painter.rows
}

struct Painter {
    columns: usize,
    color: bool,
    /// Columns that the row has.
    used: usize,
    /// The colours that are on.
    style: String,
    row: String,
    rows: Vec<String>,
}

impl Painter {
    fn line(&mut self, line: &str) {
        self.row = self.style.clone();
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            if let Some((sgr, after)) = sgr(rest) {
                self.paint(sgr);
                rest = after;
                continue;
            }
            rest = &rest[c.len_utf8()..];
            match c {
                '\t' => (0..TAB - self.used % TAB).for_each(|_| self.put(' ', 1)),
                c if c.is_control() || is_unsafe(c) => self.escape(c),
                c => self.put(c, c.width().unwrap_or(0)),
            }
        }
        self.end_row();
    }

    fn paint(&mut self, sgr: &str) {
        if !self.color {
            return;
        }
        self.row.push_str(sgr);
        if ["\x1b[m", PLAIN].contains(&sgr) { self.style.clear() } else { self.style.push_str(sgr) }
    }

    fn put(&mut self, c: char, width: usize) {
        if self.used + width > self.columns {
            self.end_row();
            self.row = self.style.clone();
        }
        self.used += width;
        self.row.push(c);
    }

    fn escape(&mut self, c: char) {
        let text = if (c as u32) < 0x80 { format!("\\x{:02x}", c as u32) } else { format!("\\u{{{:x}}}", c as u32) };
        text.chars().for_each(|c| self.put(c, 1));
    }

    fn end_row(&mut self) {
        let mut row = std::mem::take(&mut self.row);
        if !self.style.is_empty() {
            row.push_str(PLAIN);
        }
        self.rows.push(row);
        self.used = 0;
    }
}

/// A colour at the start of the text (SGR: `ESC [ digits ; … m`), and what follows it.
fn sgr(text: &str) -> Option<(&str, &str)> {
    let parameters = text.strip_prefix("\x1b[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    let all = 2 + end + 1;
    (parameters[end..].starts_with('m')).then(|| text.split_at(all))
}

/// Characters that turn the direction of a line or hide in it.
fn is_unsafe(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_line_goes_on_in_the_next_row_and_nothing_is_lost() {
        assert_eq!(rows("abcdefgh\n\nx\r\n", 5, true), ["abcde", "fgh", "", "x"]);
        assert_eq!(rows("粘包粘", 5, true), ["粘包", "粘"]);
        assert_eq!(rows("a\tb", 20, true), ["a       b"]);
        assert_eq!(rows("", 5, true), [""]);
    }

    #[test]
    fn colours_reach_into_the_next_row_and_never_beyond_the_text() {
        let red = "\x1b[31m";
        assert_eq!(rows("a\x1b[31mbcd\x1b[0me", 3, true), [format!("a{red}bc{PLAIN}"), format!("{red}d{PLAIN}e")]);
        assert_eq!(rows("a\x1b[31mbcd\x1b[0me", 3, false), ["abc", "de"]);
    }

    #[test]
    fn nothing_else_controls_the_terminal() {
        let text = "a\x1b[2Jb\x1b]0;title\x07c\rd\x1b[31\u{202e}";
        let shown = rows(text, 200, true).join("|");
        assert!(!shown.contains('\x1b') && !shown.contains('\r') && !shown.contains('\u{202e}'), "{shown:?}");
        assert!(shown.contains("a\\x1b[2Jb\\x1b]0;title\\x07c\\x0dd\\x1b[31\\u{202e}"), "{shown:?}");
    }
}
