//! `lab replay FILE.jsonl`: any view of a recorded run.

mod lines;
mod screen;

use super::terminal::seat;
use super::{Usage, predict, present, show};
use crate::cli::ReplayArgs;
use anyhow::Context;
use socket_lab::recording::Recording;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

pub fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let recording = read(&args.file)?;
    if args.step {
        if args.plain || !seat::is_there() {
            lines::run(recording, &args.view)?;
            return Ok(ExitCode::SUCCESS);
        }
        return screen::run(recording, show::paint(&args.view, args.theme)).map(ExitCode::from);
    }
    if args.present {
        return present::recorded(recording, None, &args.view, show::paint(&args.view, args.theme));
    }
    if !args.predict {
        return show::show(recording, &args.view, None);
    }
    let predictions = recording.header.story.as_ref().map_or(&[][..], |story| &story.predictions);
    if predictions.is_empty() {
        return Err(Usage("this recording asks nothing: only runs of lessons that ask do".into()).into());
    }
    match predict::ask(predictions, &args.view.look)? {
        Some(answers) => show::show(recording, &args.view, Some(&answers)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Reads a recording from a file.
pub fn read(file: &Path) -> anyhow::Result<Recording> {
    let name = file.display();
    let file = File::open(file).with_context(|| format!("opening {name}"))?;
    Recording::read(BufReader::with_capacity(1 << 16, file)).with_context(|| format!("reading {name}"))
}
