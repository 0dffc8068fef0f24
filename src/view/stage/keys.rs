//! The keys of this screen, as `?` shows them.

use super::slides::Block;
use crate::view::text::style::{Line, Style};

const KEYS: [(&str, &str); 9] = [
    ("PgDn  space  → ↓  Enter", "on"),
    ("PgUp  Backspace  ← ↑", "back"),
    ("Home  End", "the beginning, the end"),
    ("a  b  c …", "what the room answers; again: nothing"),
    ("s", "the speaker's line, with minutes"),
    ("t", "colours: the terminal's, dark, light"),
    ("Ctrl-Z", "to the shell; fg comes back"),
    ("q  Ctrl-C", "leave"),
    ("any key", "leaves this list"),
];

/// One line a key, or two where the screen is narrow.
pub(super) fn block(width: usize) -> Block {
    let column = 2 + KEYS.iter().map(|(keys, _)| keys.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (keys, what) in KEYS {
        let mut line = Line::of(Style::Bold, keys);
        if column + what.chars().count() <= width {
            line.pad_to(column);
            line.push(Style::Plain, what);
            lines.push(line);
        } else {
            lines.push(line);
            lines.push(Line::of(Style::Plain, &format!("  {what}")));
        }
    }
    lines
}
