//! One file a subcommand; each joins the library's stages.

mod completions;
mod desk;
mod export;
mod hint;
mod lesson;
mod list;
mod predict;
mod present;
mod progress;
mod read;
mod replay;
mod reset;
mod root;
mod screen;
mod show;
mod solution;
mod terminal;

#[cfg(all(target_os = "linux", feature = "record"))]
mod build;
#[cfg(any(test, all(target_os = "linux", feature = "record")))]
pub mod cable;
#[cfg(all(target_os = "linux", feature = "record"))]
mod check;
#[cfg(all(target_os = "linux", feature = "record"))]
mod doctor;
#[cfg(all(target_os = "linux", feature = "record"))]
mod record;
#[cfg(all(target_os = "linux", feature = "record"))]
mod run;
#[cfg(all(target_os = "linux", feature = "record"))]
mod step;
#[cfg(all(target_os = "linux", feature = "record"))]
mod trace;
#[cfg(all(target_os = "linux", feature = "record"))]
mod watch;

#[cfg(not(all(target_os = "linux", feature = "record")))]
mod elsewhere;
#[cfg(not(all(target_os = "linux", feature = "record")))]
use elsewhere::{check, doctor, trace, watch};

use crate::cli::{Cli, Command};
use std::fmt;
use std::process::ExitCode;

/// The run was not what was asked or expected.
pub const NOT_SEEN: u8 = 1;
/// This machine does not permit it.
pub const NOT_PERMITTED: u8 = 3;
/// Interrupted by SIGINT.
#[cfg_attr(not(all(target_os = "linux", feature = "record")), allow(dead_code))]
pub const INTERRUPTED: u8 = 130;

/// An error of the person at the command line: exit status 2.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

pub fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        None => match cli.lesson {
            None => list::run(&cli.run.view.look),
            Some(name) => lesson::run(&name, &cli.run),
        },
        Some(Command::List(view)) => list::run(&view.look),
        Some(Command::Trace(args)) => trace::run(&args),
        Some(Command::Replay(args)) => replay::run(&args),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Watch(args)) => watch::run(&args),
        Some(Command::Hint(args)) => hint::run(&args),
        Some(Command::Reset { exercise }) => reset::run(&exercise),
        Some(Command::Solution(args)) => solution::run(&args),
        Some(Command::Progress(args)) => progress::run(&args),
        Some(Command::Read(args)) => read::run(&args),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Completions { shell }) => completions::run(shell),
        #[cfg(all(target_os = "linux", feature = "record"))]
        Some(Command::Recorder { tier }) => socket_lab::recorder::main(tier).map(|()| ExitCode::SUCCESS),
        #[cfg(all(target_os = "linux", feature = "record"))]
        Some(Command::Peer) => Ok(socket_lab::judge::peer::main()),
        #[cfg(not(all(target_os = "linux", feature = "record")))]
        Some(Command::Recorder { .. } | Command::Peer) => {
            Err(Usage("there is no recorder in this build".into()).into())
        }
    }
}

/// Where the recording of this variation is that ships with the project, if it does.
fn shipped(root: &std::path::Path, lesson: &str, variation: &str) -> Option<std::path::PathBuf> {
    let file = std::path::Path::new("book/src/runs").join(lesson).join(format!("{variation}.jsonl"));
    root.join(&file).is_file().then_some(file)
}
