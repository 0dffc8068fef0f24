//! `lab replay FILE.jsonl`: any view of a recorded run.

use super::show;
use crate::cli::ReplayArgs;
use anyhow::Context;
use socket_lab::recording::Recording;
use std::fs::File;
use std::io::BufReader;
use std::process::ExitCode;

pub fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let file = File::open(&args.file).with_context(|| format!("opening {name}"))?;
    let recording =
        Recording::read(BufReader::with_capacity(1 << 16, file)).with_context(|| format!("reading {name}"))?;
    show::show(recording, &args.view)
}
