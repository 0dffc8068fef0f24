//! The state as a picture: what is going on, the text, where in it one is, and the keys. A function of the state alone.

use super::state::{Panel, State};
use unicode_width::UnicodeWidthChar;

/// Back to the upper left corner; lines are painted over what is there, so that nothing flickers.
const HOME: &str = "\x1b[H";
/// Erases a line before it is written: behind one that is as wide as the screen, it would erase its last character.
const ERASE: &str = "\x1b[K";

/// The whole screen, as bytes for the terminal. `seconds` is how long the check has been running.
pub fn screen(state: &State, seconds: u64) -> String {
    let columns = state.columns();
    let mut lines = vec![bold(&cut(&status(state, seconds), columns), state.color()), String::new()];
    lines.extend(state.shown().iter().cloned());
    let keys = key_rows(state, columns);
    // The last rows stay where they are, however little text there is.
    lines.resize(2 + state.room(), String::new());
    lines.push(dim(&cut(&aside(state), columns), state.color()));
    lines.extend(keys);
    // One line more than the screen has would push all others up.
    lines.truncate(state.lines());
    let lines: Vec<String> = lines.iter().map(|line| format!("{ERASE}{line}")).collect();
    format!("{HOME}{}", lines.join("\r\n"))
}

/// One line that says how things stand.
pub fn status(state: &State, seconds: u64) -> String {
    let name = &state.name;
    let Some(outcome) = state.outcome() else {
        let since = if seconds > 1 { format!(" {seconds} s") } else { String::new() };
        return if state.is_running() { format!("checking {name} …{since}") } else { name.clone() };
    };
    match (outcome.status, outcome.signal) {
        (Some(0), _) => format!("{name}: passed. n goes on to the next exercise"),
        (Some(1), _) => format!("{name}: not passed yet. Save to check again"),
        (Some(status), _) => format!("{name}: could not be checked (lab check ended with {status})"),
        (_, Some(signal)) => format!("{name}: could not be checked (lab check was killed by signal {signal})"),
        (None, None) => format!("{name}: could not be checked"),
    }
}

/// Where in the text one is, or what there is to say.
fn aside(state: &State) -> String {
    match (&state.note, state.part()) {
        (Some(note), _) => note.clone(),
        (None, Some((first, last, all))) => format!("lines {first}-{last} of {all} · j/k or arrows, space, b: scroll"),
        (None, None) => String::new(),
    }
}

/// The keys, on as many rows as they need.
pub fn key_rows(state: &State, columns: usize) -> Vec<String> {
    let mut keys = vec!["n next", "h hint", "r run again", "l list"];
    keys.extend(state.passed.then_some("s solution"));
    keys.extend((state.panel() != Panel::Verdict).then_some("v verdict"));
    keys.push("q quit");
    let mut rows = vec![String::new()];
    for key in keys {
        let row = rows.last_mut().expect("there is always a row");
        if !row.is_empty() && row.chars().count() + 3 + key.len() > columns {
            rows.push(key.to_owned());
        } else {
            *row = if row.is_empty() { key.to_owned() } else { format!("{row} · {key}") };
        }
    }
    rows
}

/// The text within so many columns, without anything that could control the terminal.
fn cut(text: &str, columns: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let width = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= columns {
        return text;
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += width(*c);
        used <= columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

fn bold(text: &str, color: bool) -> String {
    if color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
}

fn dim(text: &str, color: bool) -> String {
    if color && !text.is_empty() { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_line_is_cut_to_the_screen_and_not_before() {
        assert_eq!(cut("abcde", 5), "abcde");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("粘包粘", 5), "粘包…");
        assert_eq!(cut("a\x1b[2Jb", 20), "a [2Jb");
    }
}
