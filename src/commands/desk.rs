//! What the commands about exercises share: the exercises, how far the learner is, and which exercise is meant.

use super::Usage;
use anyhow::Context;
use socket_lab::course::{Exercise, Exercises, Progress};
use std::path::Path;

/// The exercises and the learner's progress.
pub struct Desk {
    pub exercises: Exercises,
    pub progress: Progress,
}

impl Desk {
    /// Reads both.
    pub fn read() -> anyhow::Result<Desk> {
        let exercises = Exercises::open(&super::root::find()?)?;
        let progress = Progress::read(&exercises.root)?;
        Ok(Desk { exercises, progress })
    }

    /// Reads both, and tells on standard error of lines of progress.txt that it does not understand.
    pub fn open() -> anyhow::Result<Desk> {
        let desk = Desk::read()?;
        if let Some(told) = desk.damage() {
            say!("lab: {told}");
        }
        Ok(desk)
    }

    /// What is wrong with progress.txt, if anything is.
    pub fn damage(&self) -> Option<String> {
        let lines: Vec<String> =
            self.progress.damaged().map(|(number, text)| format!("  line {number}: {}", text.escape_debug())).collect();
        (!lines.is_empty()).then(|| format!("progress.txt: not understood, and left as it is\n{}", lines.join("\n")))
    }

    pub fn is_passed(&self, exercise: &Exercise) -> bool {
        self.progress.of(&exercise.name).passed.is_some()
    }

    /// The exercise of that name.
    pub fn exercise(&self, asked: &str) -> Result<&Exercise, Usage> {
        self.exercises.exercise(asked).map_err(|error| Usage(error.to_string()))
    }

    /// The exercise of that name; without a name the first that is not passed.
    pub fn exercise_or_next(&self, asked: Option<&str>) -> Result<&Exercise, Usage> {
        match asked {
            Some(asked) => self.exercise(asked),
            None if self.exercises.exercises.is_empty() => Err(Usage("there are no exercises here".into())),
            None => self.next().ok_or_else(|| Usage("every exercise is passed; name the one you mean".into())),
        }
    }

    /// The first exercise that is not passed.
    pub fn next(&self) -> Option<&Exercise> {
        self.exercises.exercises.iter().find(|exercise| !self.is_passed(exercise))
    }

    /// A path as the learner types it: from the project's folder.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.exercises.root).unwrap_or(path).display().to_string()
    }

    /// The text of a file of the course.
    pub fn text(&self, path: &Path) -> anyhow::Result<String> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", self.shown(path)))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
