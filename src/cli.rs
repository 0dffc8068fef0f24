//! The command line as clap sees it. These types do nothing; `commands` resolves and runs them.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Look at sockets: what programs ask the kernel, what goes over the wire, and which byte came from which send.
#[derive(Debug, Parser)]
#[command(
    name = "lab",
    version,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true,
    after_help = "`lab` alone lists the lessons. `lab 05` runs one: 05-sticky-packets, 05, 5 and sticky all name it."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The lesson to run.
    pub lesson: Option<String>,
    #[command(flatten)]
    pub run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the lessons with their variations.
    List(ListArgs),
    /// Run any programs and look at them the same way.
    #[command(after_help = "Example: lab trace --server 'python3 server.py' --client 'python3 client.py'\n\
        Roles whose names start with `server` start first; the others start when every server listens (or, for UDP, is bound).")]
    Trace(TraceArgs),
    /// Show a recorded run again.
    Replay(ReplayArgs),
    /// Tell what this machine permits, and the remedy for what it does not.
    Doctor,
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// The recorder process (started by the lab itself).
    #[command(name = "__recorder", hide = true)]
    Recorder { tier: u8 },
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub look: LookArgs,
}

/// Options of a lesson's run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Another schedule or setting of the same lesson; `lab list` names them.
    #[arg(long, value_name = "NAME")]
    pub variation: Option<String>,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub view: ViewArgs,
    /// Arguments appended to those of every role of the lesson.
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<String>,
}

#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Command of the role `server`.
    #[arg(long, value_name = "CMD")]
    pub server: Option<String>,
    /// Command of the role `client`.
    #[arg(long, value_name = "CMD")]
    pub client: Option<String>,
    /// A further role, repeatable: `--role client2='curl http://127.0.0.1:8080/'`.
    #[arg(long = "role", value_name = "NAME=CMD")]
    pub roles: Vec<String>,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub view: ViewArgs,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A recording, as `--export FILE.jsonl` writes it.
    pub file: PathBuf,
    #[command(flatten)]
    pub view: ViewArgs,
}

/// What a run is held to.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// A rule for the schedule, repeatable: `server.recv[1] after client.send[3]`.
    #[arg(long, value_name = "RULE")]
    pub schedule: Vec<String>,
    /// Seconds until the run is ended.
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<f64>,
    /// Give a role this file to read on its standard input, repeatable.
    #[arg(long, value_name = "ROLE=FILE")]
    pub stdin: Vec<String>,
    /// Type to this role while the timeline grows.
    #[arg(long, value_name = "ROLE")]
    pub talk: Option<String>,
    /// What joins the programs.
    #[arg(long, value_enum, default_value_t = WireKind::Loopback)]
    pub wire: WireKind,
    /// MTU of the loopback in bytes; segmentation offload is switched off with it.
    #[arg(long, value_name = "BYTES")]
    pub mtu: Option<u32>,
    /// Use this tier only, instead of the best this machine permits (see `lab doctor`).
    #[arg(long, value_name = "0..3", value_parser = clap::value_parser!(u8).range(0..=3))]
    pub tier: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WireKind {
    /// The private network's loopback.
    Loopback,
}

/// How a run is shown.
#[derive(Debug, Clone, Args)]
pub struct ViewArgs {
    /// Which bytes to print in hex.
    #[arg(long, value_enum, default_value_t = Hex::Payload)]
    pub hex: Hex,
    /// Print every header field of every frame with the bytes it comes from.
    #[arg(long)]
    pub layers: bool,
    /// Show what the kernel holds after each call: TCP states and queued bytes.
    #[arg(long)]
    pub kernel: bool,
    #[command(flatten)]
    pub look: LookArgs,
    /// Also write the run to a file, repeatable: .txt, .jsonl (replay) or .pcapng (Wireshark).
    #[arg(long, value_name = "FILE")]
    pub export: Vec<PathBuf>,
}

/// How any output looks on this terminal.
#[derive(Debug, Clone, Args)]
pub struct LookArgs {
    /// When to use colours; nothing is told by colour alone.
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// Columns to use instead of the terminal's.
    #[arg(long, value_name = "N")]
    pub width: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Hex {
    /// Whole frames, uncut.
    All,
    /// Payloads.
    Payload,
    /// Nothing.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
