//! What a scenario expects, with all bytes known, and what was found when it was over.

use crate::course::ExitPlan;
use crate::recording::Expect;
use std::collections::BTreeMap;

/// What is expected of one run of a scenario.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// `split-header`
    pub scenario: String,
    /// What happens, in words.
    pub says: String,
    /// What to look at when the program fails.
    pub look: String,
    /// The runs of the learner's program.
    pub programs: Vec<ExpectedProgram>,
    /// The peers: role and script.
    pub peers: Vec<(String, Vec<String>)>,
    /// What a role's start waits for, where the schedule says it: `client2` by `server2.exit`.
    pub starts: BTreeMap<String, String>,
    /// The scenario's named bytes.
    pub values: BTreeMap<String, Vec<u8>>,
    /// The files that the program's folder must hold, by name; none: nobody looks.
    pub files: Option<BTreeMap<String, Vec<u8>>>,
    /// What the recording must show.
    pub expect: Vec<Expect>,
    /// Memory that a program may ask for, MiB.
    pub memory_mib: u64,
    /// Wall clock after which the run was ended, milliseconds.
    pub deadline_ms: u64,
}

/// What is expected of one run of the learner's program.
#[derive(Debug, Clone)]
pub struct ExpectedProgram {
    /// Its role.
    pub role: String,
    /// How it must end.
    pub exit: ExitPlan,
    /// The lines of its standard output.
    pub prints: Option<Vec<Vec<u8>>>,
    /// Its standard output as a whole.
    pub stdout: Option<Vec<u8>>,
    /// Sockets it may have open at the end.
    pub sockets: Option<u32>,
    /// How much its resident memory may grow, KiB.
    pub memory_growth_kib: Option<u64>,
}

/// What was found after a run, beside its recording.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The files in the program's folder, by name.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What was written elsewhere, by path below the place that the program was given.
    pub stray: Vec<String>,
    /// Standard output as a whole, by role.
    pub stdout: BTreeMap<String, Vec<u8>>,
}
