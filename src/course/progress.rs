//! What the learner has passed and which hints were shown: `progress.txt` in the project's folder.
//!
//! ```text
//! # any comment
//! 06-framed-echo  passed  2026-11-21  seed 7  hint 2
//! ```
//!
//! One line an exercise, written for people: it may be edited, copied to another machine, thrown away. A line that is not
//! understood is told and kept as it is. Every change reads the file again, so that two writers do not lose each other's
//! lines; it refuses to write where it could not read.

mod date;
mod line;
mod lock;

pub use line::{Pass, State};

use anyhow::Context;
use line::Line;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const NAME: &str = "progress.txt";
const HEAD: &str =
    "# What `lab check` saw pass and `lab hint` showed: one line an exercise. Yours to edit or to throw away.\n";

/// The file as it was when it was read.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    lines: Vec<Line>,
}

impl Progress {
    /// Reads the progress of the project in this folder. No file means that nothing was done yet.
    pub fn read(root: &Path) -> anyhow::Result<Progress> {
        Ok(Progress::parse(&bytes(&file(root))?))
    }

    fn parse(bytes: &[u8]) -> Progress {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let lines =
            if bytes.is_empty() { Vec::new() } else { bytes.split(|byte| *byte == b'\n').map(Line::parse).collect() };
        Progress { lines }
    }

    /// How far an exercise is. What several lines say of it is taken together.
    pub fn of(&self, exercise: &str) -> State {
        let states = self.lines.iter().filter_map(|line| line.state(exercise));
        states.fold(State::default(), |all, one| State {
            passed: one.passed.or(all.passed),
            hints: all.hints.max(one.hints),
        })
    }

    /// The lines that are not understood, with their numbers from 1.
    pub fn damaged(&self) -> impl Iterator<Item = (usize, String)> {
        let all = self.lines.iter().enumerate();
        all.filter(|(_, line)| line.is_damaged()).map(|(index, line)| (index + 1, line.text()))
    }

    /// The first of these exercises, in their order, that has not been passed.
    pub fn first_open<'a>(&self, exercises: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        exercises.into_iter().find(|name| self.of(name).passed.is_none())
    }

    /// Writes down that an exercise was passed, with the seed of the run. A later pass replaces an earlier one.
    pub fn record_pass(root: &Path, exercise: &str, seed: u64) -> anyhow::Result<()> {
        let pass = Pass { date: Some(date::today()), seed: Some(seed) };
        change(root, exercise, |state| state.passed = Some(pass))
    }

    /// Writes down that so many hints were shown.
    pub fn record_hint(root: &Path, exercise: &str, hints: usize) -> anyhow::Result<()> {
        change(root, exercise, |state| state.hints = state.hints.max(hints))
    }

    /// Takes back that an exercise was passed and that hints were shown.
    pub fn forget(root: &Path, exercise: &str) -> anyhow::Result<()> {
        change(root, exercise, |state| *state = State::default())
    }

    /// Puts one line for the exercise where its first one was, or at the end.
    fn put(&mut self, exercise: &str, state: State) {
        let at = self.lines.iter().position(|line| line.state(exercise).is_some()).unwrap_or(self.lines.len());
        self.lines.retain(|line| line.state(exercise).is_none());
        if state != State::default() {
            self.lines.insert(at, Line::new(exercise, state));
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.lines.iter().flat_map(|line| [line.bytes(), b"\n"].concat()).collect()
    }
}

fn file(root: &Path) -> PathBuf {
    root.join(NAME)
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("reading {}", file.display())),
    }
}

fn change(root: &Path, exercise: &str, how: impl FnOnce(&mut State)) -> anyhow::Result<()> {
    let file = file(root);
    // A link is followed: who keeps the file elsewhere wants it there.
    let file = std::fs::canonicalize(&file).unwrap_or(file);
    let writing = || format!("writing {}", file.display());
    let new = lock::take(&file).with_context(writing)?;
    // Read only now that nobody else writes.
    let old = bytes(&file)?;
    let mut progress = Progress::parse(&old);
    let mut state = progress.of(exercise);
    how(&mut state);
    progress.put(exercise, state);
    let mut text = progress.to_bytes();
    if old.is_empty() && !text.is_empty() {
        text.splice(0..0, HEAD.bytes());
    }
    if text == old { Ok(()) } else { new.become_file(&text).with_context(writing) }
}

#[cfg(test)]
mod tests;
