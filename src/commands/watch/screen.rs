//! The state as a picture: what is going on, the text, where in it one is, and the keys. A function of the state alone.

use super::state::{Panel, State};
use crate::commands::terminal::paint::{bold, cut, dim, picture};

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
    picture(lines, state.lines())
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
