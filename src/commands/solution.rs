//! `lab solution EXERCISE`: why the solution is built as it is, where it is, and how the learner's own program differs.
//! It opens after a pass, or for somebody who gives up.

use super::desk::Desk;
use super::{NOT_SEEN, show};
use crate::cli::SolutionArgs;
use socket_lab::course::Exercise;
use socket_lab::view::text::{Side, diff, prose};
use std::io::Write;
use std::process::ExitCode;

pub fn run(args: &SolutionArgs) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let exercise = desk.exercise(&args.exercise)?;
    if !args.give_up && !desk.is_passed(exercise) {
        say!("lab: {}", closed(exercise));
        return Ok(ExitCode::from(NOT_SEEN));
    }
    let (width, color) = show::look(&args.look);
    std::io::stdout().lock().write_all(page(&desk, exercise, width, color)?.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// What is said instead of the solution.
pub fn closed(exercise: &Exercise) -> String {
    let name = &exercise.name;
    format!("the solution opens when {name} is passed. Or now: lab solution {name} --give-up")
}

/// All that is told of a solution.
pub fn page(desk: &Desk, exercise: &Exercise, width: usize, color: bool) -> anyhow::Result<String> {
    let (own, solution) = (desk.exercises.program(exercise), desk.exercises.solution(exercise));
    let (own_name, name) = (desk.shown(&own), desk.shown(&solution));
    let theirs = desk.text(&solution)?;
    let heading = format!("{} · {}\n\n{}", exercise.name, exercise.title, exercise.why);
    let mut page = format!("{}\n", prose(&heading, width, color));
    page += &format!("To read: {name}\n\n");
    // A learner who works in another language may have thrown the Rust file away.
    match desk.text(&own) {
        Err(error) => page += &format!("There is nothing to compare it with: {error:#}\n"),
        Ok(own) if own == theirs => page += &format!("{own_name} is the same program.\n"),
        Ok(own) => {
            let (old, new) = (Side { name: &own_name, text: &own }, Side { name: &name, text: &theirs });
            page += &diff(old, new, width, color).unwrap_or_else(|| "Yours is too long to compare it.\n".into());
        }
    }
    Ok(page)
}
