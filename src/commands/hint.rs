//! `lab hint [EXERCISE]`: the next hint of its README, each deeper than the one before.

use super::desk::Desk;
use super::show;
use crate::cli::HintArgs;
use anyhow::Context;
use socket_lab::course::{Exercise, Progress};
use socket_lab::view::text::prose;
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &HintArgs) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let exercise = desk.exercise_or_next(args.exercise.as_deref())?;
    let (width, color) = show::look(&args.look);
    let hint = Hint::next(&desk, exercise, width, color)?;
    let name = &exercise.name;
    let after = match hint.left {
        0 => format!("It is the last. The solution: lab solution {name} --give-up"),
        left => format!("{left} more: lab hint {name}"),
    };
    std::io::stdout().lock().write_all(format!("{}\n{after}\n", hint.text).as_bytes())?;
    // Shown is shown: where progress cannot be written, the next call shows it again.
    if let Err(error) = hint.record(&desk, exercise) {
        say!("lab: {error:#}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A hint as it is shown.
pub struct Hint {
    /// From 1.
    number: usize,
    /// How many deeper ones there are.
    pub left: usize,
    pub text: String,
}

impl Hint {
    /// The first that was not shown yet; when all were, the last again.
    pub fn next(desk: &Desk, exercise: &Exercise, width: usize, color: bool) -> anyhow::Result<Hint> {
        let readme = || format!("reading exercises/{}/README.md", exercise.name);
        let hints = desk.exercises.hints(exercise).with_context(readme)?;
        let number = (desk.progress.of(&exercise.name).hints + 1).min(hints.len());
        let Some(hint) = number.checked_sub(1).and_then(|index| hints.get(index)) else {
            anyhow::bail!("exercise {} has no hints", exercise.name);
        };
        let text = prose(&format!("{} · hint {number} of {}\n\n{hint}", exercise.name, hints.len()), width, color);
        Ok(Hint { number, left: hints.len() - number, text })
    }

    /// Writes down that it was shown.
    pub fn record(&self, desk: &Desk, exercise: &Exercise) -> anyhow::Result<()> {
        Progress::record_hint(&desk.exercises.root, &exercise.name, self.number)
    }
}
