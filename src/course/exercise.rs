//! exercise.toml: what a learner's program is asked to do, and the scenarios that a hostile network tries on it.
//!
//! A field that is not known here is an error with its line and column, never ignored. What steps and bytes mean is the
//! notation's business; what is done with them the judge's.

use super::Wire;
use crate::recording::Expect;
use serde::Deserialize;
use std::collections::BTreeMap;

/// An exercise, as its exercise.toml describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// `06-framed-echo`: the folder's name, filled in by the reader.
    #[serde(skip)]
    pub name: String,
    /// `A length in front of every message`
    pub title: String,
    /// `报头`
    pub term: String,
    /// The lesson it belongs to.
    pub lesson: String,
    /// Its place among the exercises of the same number: 0 where nothing is said, and the same place goes by name.
    #[serde(default)]
    pub order: u8,
    /// Role of the learner's program.
    pub program: String,
    /// Role of the judge's peer.
    pub peer: String,
    /// Arguments of the learner's program: `{address}`, `{port}`, `{dir}`, `{time}`.
    #[serde(default)]
    pub args: Vec<String>,
    /// Why the solution is built as it is, one paragraph.
    pub why: String,
    /// Limits of every scenario that has none of its own.
    #[serde(default)]
    pub limits: LimitsPlan,
    /// What is tried, in the order in which verdicts are told.
    #[serde(rename = "scenario")]
    pub scenarios: Vec<Scenario>,
}

/// One thing that a hostile network does.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// `split-header`
    pub name: String,
    /// What happens, in words a learner understands.
    pub says: String,
    /// What to look at when the program fails here.
    pub look: String,
    /// Bytes that steps and checks refer to by name, chosen by the seed.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
    /// What the peer does, in order. None when `peers` says it.
    #[serde(default)]
    pub steps: Vec<String>,
    /// How it must end. Without it: a program that serves is still there at the end, another exits 0.
    pub exit: Option<ExitPlan>,
    /// The lines of its standard output, each as bytes of the notation.
    pub prints: Option<Vec<String>>,
    /// What it gets to read.
    pub stdin: Option<String>,
    /// Its standard output as a whole, where that is no text.
    pub stdout: Option<String>,
    /// Sockets it may still have open at the end.
    pub sockets: Option<u32>,
    /// How much its resident memory may grow after it began to listen, KiB.
    pub memory_growth_kib: Option<u64>,
    /// What the folder of the program holds afterwards, and nothing else; none: nobody looks.
    pub files: Option<Vec<FilePlan>>,
    /// What it holds before.
    #[serde(default)]
    pub given: Vec<FilePlan>,
    /// The learner's program several times, each as a role of its own.
    #[serde(default)]
    pub programs: Vec<ProgramPlan>,
    /// Several peers, each with a script of its own.
    #[serde(default)]
    pub peers: Vec<PeerPlan>,
    /// What the recording must show, in the notation.
    #[serde(default)]
    pub expect: Vec<Expect>,
    /// Rules in the notation: what is held, started, signalled.
    #[serde(default)]
    pub schedule: Vec<String>,
    /// What joins the programs; without it the loopback.
    pub wire: Option<Wire>,
    /// Rules for the cable in the notation.
    #[serde(default)]
    pub cable: Vec<String>,
    /// Settings of the kernel of every host, below net.ipv4.
    #[serde(default)]
    pub sysctl: BTreeMap<String, String>,
    /// Limits of this scenario, where they differ from the exercise's.
    #[serde(default)]
    pub limits: LimitsPlan,
}

/// How a program must end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ExitPlan {
    /// With this status.
    Status(i32),
    /// `"not 0"`, or `"runs"`: still there at the end.
    Word(String),
}

/// One of several runs of the learner's program, and what is checked of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramPlan {
    /// `server2`
    pub role: String,
    /// Its arguments, where they differ from the exercise's.
    pub args: Option<Vec<String>>,
    /// How it must end. Without it: a program that serves is still there at the end, another exits 0.
    pub exit: Option<ExitPlan>,
    /// The lines of its standard output, each as bytes of the notation.
    pub prints: Option<Vec<String>>,
    /// What it gets to read.
    pub stdin: Option<String>,
    /// Its standard output as a whole, where that is no text.
    pub stdout: Option<String>,
    /// Sockets it may still have open at the end.
    pub sockets: Option<u32>,
    /// How much its resident memory may grow after it began to listen, KiB.
    pub memory_growth_kib: Option<u64>,
}

/// One of several peers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerPlan {
    /// `client2`
    pub role: String,
    /// What it does, in order.
    pub steps: Vec<String>,
}

/// A file by name and content, both as bytes of the notation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePlan {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: String,
}

/// Limits; what is not said is taken from the exercise, then from the judge.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsPlan {
    /// Wall clock, seconds.
    pub seconds: Option<f64>,
    /// Processor time of the program, milliseconds.
    pub cpu_ms: Option<u64>,
    /// Memory it may ask for, MiB.
    pub memory_mib: Option<u64>,
    /// Descriptors it may have open.
    pub files: Option<u64>,
    /// Processes and threads it may have.
    pub tasks: Option<u64>,
    /// What it may print, KiB.
    pub output_kib: Option<u64>,
    /// How long nothing may happen before everybody waits in vain, milliseconds.
    pub patience_ms: Option<u64>,
}

impl Scenario {
    /// Every run of the learner's program: the one whose checks stand in the scenario itself, or all of `programs`.
    pub fn all_programs(&self, role: &str) -> Vec<ProgramPlan> {
        if !self.programs.is_empty() {
            return self.programs.clone();
        }
        vec![ProgramPlan {
            role: role.to_owned(),
            args: None,
            exit: self.exit.clone(),
            prints: self.prints.clone(),
            stdin: self.stdin.clone(),
            stdout: self.stdout.clone(),
            sockets: self.sockets,
            memory_growth_kib: self.memory_growth_kib,
        }]
    }

    /// Every peer: the one whose steps stand in the scenario itself, or all of `peers`.
    pub fn all_peers(&self, role: &str) -> Vec<PeerPlan> {
        if !self.peers.is_empty() {
            return self.peers.clone();
        }
        vec![PeerPlan { role: role.to_owned(), steps: self.steps.clone() }]
    }
}
