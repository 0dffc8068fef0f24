//! `lab check`: builds the learner's program, lets the judge's peers at it, and tells what became of it.
//!
//! Exit status 0 only if every scenario was passed; 1 otherwise, also when the program does not compile; 3 when this machine
//! does not permit to run it.

mod chosen;
mod run;
mod told;

use super::{INTERRUPTED, NOT_PERMITTED, NOT_SEEN, build, export, record};
use crate::cli::CheckArgs;
use chosen::{Chosen, chosen};
use run::{How, Ran, Stop};
use socket_lab::course::{Exercises, Progress};
use socket_lab::judge::Subject;
use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

pub fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let exports = export::prepare(&args.view.export)?;
    let root = super::root::find()?;
    let exercises = Exercises::open(&root)?;
    let seed = args.seed.unwrap_or_else(any_seed);
    let how =
        How { tier: args.tier, keep: !args.view.export.is_empty(), fail_fast: args.fail_fast, stop: Stop::watch()? };
    let mut worst = 0;
    let mut reports = Vec::new();
    let all = chosen(&exercises, args)?;
    for (index, one) in all.iter().enumerate() {
        let argv = match program(&root, one, args)? {
            Some(argv) => argv,
            // Ctrl-C ends cargo as well, whose silence is then no message about the program.
            None if how.stop.asked() => return Ok(ExitCode::from(INTERRUPTED)),
            None => {
                worst = NOT_SEEN; // cargo has said why
                continue;
            }
        };
        let subject = Subject { argv, guarded: guarded(&root), lab: std::env::current_exe()? };
        let runs = match run::all(one, seed, &subject, &how)? {
            Ran::All(runs) => runs,
            Ran::Refused(refused) => {
                record::explain(&refused);
                return Ok(ExitCode::from(NOT_PERMITTED));
            }
            Ran::Interrupted => return Ok(ExitCode::from(INTERRUPTED)),
        };
        let passed = runs.passed();
        worst = worst.max(match runs.failed() {
            Some(_) => NOT_SEEN,
            None if passed => 0,
            None => NOT_PERMITTED,
        });
        told::export(&runs, &exports, &args.view)?;
        match args.json {
            true => reports.push(told::json(one, seed, &runs)),
            false => told::print(one, seed, &runs, args, index > 0)?,
        }
        // Whatever the learner wrote counts, in any language, when it was wholly checked.
        if passed && one.whole && !args.solutions && !args.no_progress {
            // A verdict is a verdict, also where nothing can be written.
            if let Err(error) = Progress::record_pass(&root, &one.exercise.name, seed) {
                say!("lab: the pass could not be remembered: {error:#}");
            }
        }
    }
    if args.json {
        told::print_json(&reports, args.all)?;
    }
    Ok(ExitCode::from(worst))
}

/// The command that runs the program; none when it does not compile.
fn program(root: &Path, one: &Chosen, args: &CheckArgs) -> anyhow::Result<Option<Vec<String>>> {
    if let Some(command) = &args.program {
        return Ok(Some(absolute(super::trace::words(command)?)));
    }
    let (sort, folder) = if args.solutions { ("solution", "solutions") } else { ("exercise", "exercises") };
    let name = format!("{}-{sort}", one.exercise.name);
    let sources = root.join(folder).join(&one.exercise.name);
    let color = super::show::look(&args.view.look).1;
    let program = build::program(root, &build::Target { package: "exercises", name: &name, sources: &sources }, color)?;
    Ok(program.map(|program| vec![program.to_string_lossy().into_owned()]))
}

/// The program runs in a folder of its own: what is named from here must be found from there.
fn absolute(words: Vec<String>) -> Vec<String> {
    let whole = |word: String| match Path::new(&word).exists() {
        true => std::path::absolute(&word).map_or(word, |path| path.to_string_lossy().into_owned()),
        false => word,
    };
    let mut words = words.into_iter();
    // A bare first word is looked up in PATH, whatever lies here under the same name.
    let first = words.next().map(|word| if word.contains('/') { whole(word) } else { word });
    first.into_iter().chain(words.map(whole)).collect()
}

/// What a program that is judged has no business to open.
fn guarded(root: &Path) -> Vec<String> {
    let mut files: Vec<String> = ["solutions", "tests", "progress.txt"]
        .iter()
        .map(|name| root.join(name).to_string_lossy().into_owned())
        .collect();
    if let Ok(course) = std::fs::read_dir(root.join("exercises")) {
        files.extend(course.flatten().map(|entry| entry.path().join("exercise.toml").to_string_lossy().into_owned()));
    }
    files
}

/// A seed that is short enough to type.
fn any_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_micros() ^ std::process::id()) % 10_000
}
