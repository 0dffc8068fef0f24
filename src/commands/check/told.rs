//! How a check is told: to a person, to a program, and to files.

use super::chosen::Chosen;
use super::run::{Run, Runs};
use crate::cli::{CheckArgs, ViewArgs};
use crate::commands::{export, show};
use serde_json::{Value, json};
use socket_lab::judge::{Cause, Failure, StepState};
use socket_lab::view::text;
use std::io::Write;

/// Tells one exercise on the terminal.
pub fn print(one: &Chosen, seed: u64, runs: &Runs, args: &CheckArgs, further: bool) -> anyhow::Result<()> {
    let options = show::options(&args.view);
    let mut page = String::new();
    if further {
        page.push('\n');
    }
    page += &text::check_heading(&one.exercise.name, &one.exercise.title, seed, &options);
    match runs.failed() {
        Some(run) => failed(one, seed, runs, run, args, &options, &mut page),
        None => passed(one, runs, args, &options, &mut page),
    }
    if args.show
        && let Some(run) = shown(runs)
    {
        page.push('\n');
        page += &text::render(&run.timeline, &[], &options);
    }
    std::io::stdout().lock().write_all(page.as_bytes())?;
    Ok(())
}

/// The scenario whose timeline is shown and written: the first that failed, else the first.
fn shown(runs: &Runs) -> Option<&Run> {
    runs.failed().or(runs.runs.first())
}

fn passed(one: &Chosen, runs: &Runs, args: &CheckArgs, options: &text::Options, page: &mut String) {
    page.push('\n');
    *page += &text::scenarios(&runs.verdicts(), options.width, options.color);
    let all = runs.runs.len();
    let whole = all + runs.refused.len();
    let summary = format!("passed: {all} of {whole} scenarios in {:.2} s", runs.took.as_secs_f64());
    let summary = match runs.refused.as_slice() {
        [] => summary,
        names => format!("{summary}; not run, for want of a private network (lab doctor): {}", names.join(", ")),
    };
    let next = match args.program.is_none() && !args.solutions && one.whole && runs.passed() {
        true => vec![
            (format!("lab solution {}", one.exercise.name), "how another would write it, and why".to_owned()),
            ("lab check".to_owned(), "the next exercise".to_owned()),
        ],
        false => Vec::new(),
    };
    *page += &text::check_passed(&summary, &next, options);
}

fn failed(
    one: &Chosen,
    seed: u64,
    runs: &Runs,
    run: &Run,
    args: &CheckArgs,
    options: &text::Options,
    page: &mut String,
) {
    let Some(failure) = &run.verdict.failure else { return };
    let name = &one.exercise.name;
    // A program of which something is still to be written fails everywhere alike: one line says it.
    if failure.cause != Cause::NotWritten {
        page.push('\n');
        *page += &text::scenarios(&runs.verdicts(), options.width, options.color);
        page.push('\n');
        *page += &text::scenario_heading(&run.verdict, options);
    }
    let again = format!("lab check {name}{} --scenario {} --seed {seed}", of_program(args), run.verdict.scenario);
    let mut next = Vec::new();
    if failure.cause != Cause::NotWritten {
        next.push((format!("{again} --show"), "the whole timeline".to_owned()));
    }
    if args.program.is_none() && !args.solutions {
        let readme = format!("exercises/{name}/README.md");
        match failure.cause {
            Cause::NotWritten => next.push((readme, "what is to be written".to_owned())),
            _ => next.push((format!("lab hint {name}"), "a hint; there are three, each goes deeper".to_owned())),
        }
    }
    *page += &text::failure(failure, Some(&run.timeline), &next, options);
    if failure.cause != Cause::NotWritten {
        let all = runs.runs.len() + runs.not_run;
        let rest = if runs.not_run > 0 { format!(", {} not run", runs.not_run) } else { String::new() };
        let summary = format!("failed: {} of {all} scenarios passed{rest}", runs.passed_count());
        *page += &text::check_failed(&summary, options);
    }
}

/// The options that name what is judged, as they were typed.
fn of_program(args: &CheckArgs) -> String {
    match (&args.program, args.solutions) {
        (Some(command), _) => format!(" --program '{command}'"),
        (None, true) => " --solutions".to_owned(),
        (None, false) => String::new(),
    }
}

/// Writes the timeline that was asked for into files.
pub fn export(runs: &Runs, exports: &export::Exports, view: &ViewArgs) -> anyhow::Result<()> {
    let Some(run) = shown(runs) else { return Ok(()) };
    if let Some(recording) = &run.recording {
        export::jsonl(exports, recording)?;
    }
    export::rest(exports, &run.timeline, &[], &show::options(view))
}

/// One exercise, for programs that read verdicts.
pub fn json(one: &Chosen, seed: u64, runs: &Runs) -> Value {
    let scenario = |run: &Run| {
        let failure = run.verdict.failure.as_ref();
        json!({
            "name": run.verdict.scenario,
            "passed": failure.is_none(),
            "cause": failure.map(|failure| failure.cause.as_str()),
            "failed_step": failure.and_then(failed_step),
            "what": failure.map(|failure| &failure.what),
        })
    };
    json!({
        "exercise": one.exercise.name,
        "seed": seed,
        "passed": runs.passed(),
        "took_ms": runs.took.as_millis() as u64,
        "refused": runs.refused,
        "scenarios": runs.runs.iter().map(scenario).collect::<Vec<_>>(),
    })
}

fn failed_step(failure: &Failure) -> Option<usize> {
    let mut steps = failure.peers.iter().flat_map(|peer| &peer.steps);
    steps.find(|step| matches!(step.state, StepState::Failed(_) | StepState::Waiting)).map(|step| step.number)
}

/// One object for one exercise, a list for all.
pub fn print_json(reports: &[Value], all: bool) -> anyhow::Result<()> {
    let text = match reports {
        [one] if !all => serde_json::to_string(one)?,
        several => serde_json::to_string(several)?,
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}
