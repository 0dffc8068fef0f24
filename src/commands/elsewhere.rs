//! What the commands that need Linux say where it is not.

use crate::cli::{CheckArgs, TraceArgs, WatchArgs};
use std::process::ExitCode;

const WHY: &str = "needs Linux (network namespaces, ptrace, AF_PACKET); this build can list lessons, replay recordings and read the book";

pub mod trace {
    use super::*;
    pub fn run(_: &TraceArgs) -> anyhow::Result<ExitCode> {
        say!("lab: trace {WHY}");
        Ok(ExitCode::from(crate::commands::NOT_PERMITTED))
    }
}

pub mod check {
    use super::*;
    pub fn run(_: &CheckArgs) -> anyhow::Result<ExitCode> {
        say!("lab: check {WHY}");
        Ok(ExitCode::from(crate::commands::NOT_PERMITTED))
    }
}

pub mod watch {
    use super::*;
    pub fn run(_: &WatchArgs) -> anyhow::Result<ExitCode> {
        say!("lab: watch {WHY}");
        Ok(ExitCode::from(crate::commands::NOT_PERMITTED))
    }
}

pub mod doctor {
    use super::*;
    use std::io::Write;
    pub fn run() -> anyhow::Result<ExitCode> {
        writeln!(std::io::stdout(), "tier 4: replay only. Recording {WHY}.")?;
        Ok(ExitCode::SUCCESS)
    }
}
