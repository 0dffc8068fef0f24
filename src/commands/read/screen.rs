//! The pager as a picture: a function of its state alone.

use super::state::Pager;
use crate::commands::terminal::paint::{bold, cut, picture, width};

/// The keys, as `h` shows them.
const KEYS: &[(&str, &str)] = &[
    ("space  f  PgDn  Ctrl-F", "a screen on"),
    ("b  PgUp  Ctrl-B", "a screen back"),
    ("d  u", "half a screen on, back"),
    ("j  k  arrows  Enter", "a line on, back"),
    ("g  G  Home  End", "the top, the end"),
    ("/", "look for words; capitals count if you type some"),
    ("n  N", "the next place, the one before"),
    ("]  [", "the next page of the book, the one before"),
    ("a", "unfold the answers, fold them"),
    ("r  Ctrl-L", "paint again"),
    ("q  Ctrl-C", "leave"),
    ("any key", "leaves this list"),
];

/// What the last row says of the keys, as much of it as fits.
const HINTS: [&str; 5] = [
    "space on · b back · / search · [ ] pages · a answers · h keys · q quit",
    "/ search · [ ] pages · a answers · h keys · q quit",
    "a answers · h keys · q quit",
    "h keys · q quit",
    "",
];

/// The whole screen, as bytes for the terminal.
pub fn screen(pager: &Pager, color: bool) -> String {
    let columns = pager.columns();
    let mut lines = if pager.is_helping() { help(columns) } else { pager.shown() };
    // The last row stays where it is, however little text there is.
    lines.resize(pager.room(), String::new());
    lines.push(bold(&last(pager, columns), color));
    picture(lines, pager.lines())
}

fn help(columns: usize) -> Vec<String> {
    let longest = KEYS.iter().map(|(keys, _)| width(keys)).max().unwrap_or(0);
    KEYS.iter().map(|(keys, what)| cut(&format!("{keys:longest$}   {what}"), columns)).collect()
}

/// What is being typed, or what there is to say, or where one is.
fn last(pager: &Pager, columns: usize) -> String {
    if let Some(typed) = pager.prompt() {
        // The end of a long pattern is what one is typing.
        let skipped = width(typed).saturating_sub(columns.saturating_sub(2));
        return cut(&format!("/{}_", typed.chars().skip(skipped).collect::<String>()), columns);
    }
    if let Some(note) = pager.note() {
        return cut(note, columns);
    }
    let place = format!(" · {}%", pager.percent());
    let title = pager.title();
    let room = |hint: &&&str| width(title) + width(&place) + 3 + width(hint) <= columns;
    match HINTS.iter().find(room) {
        Some(&"") | None => format!("{}{place}", cut(title, columns.saturating_sub(width(&place)))),
        Some(hint) => {
            format!("{title}{place}{}{hint}", " ".repeat(columns - width(title) - width(&place) - width(hint)))
        }
    }
}
