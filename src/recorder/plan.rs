//! What the recorder process is told to do: one JSON line on its standard input.

use crate::recording::{Hex, Story};
use serde::{Deserialize, Serialize};

/// A run, fully resolved: nothing is looked up after this.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// One line for the heading.
    pub title: String,
    /// The lesson's text, when a lesson runs.
    pub story: Option<Story>,
    /// The programs in the order in which they were declared.
    pub roles: Vec<PlannedRole>,
    /// Lines of the schedule, already known to parse.
    pub schedule: Vec<String>,
    /// Milliseconds until the run is ended.
    pub deadline_ms: u64,
    /// True when one task is to go on at a time, for the same order every time.
    pub turns: bool,
    /// MTU of the loopback, when the run asks for one.
    pub mtu: Option<u32>,
}

/// One program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlannedRole {
    /// Name in the notation. Names that start with `server` start first and may outlive the others.
    pub name: String,
    /// The command; the first word is looked up in PATH when it has no slash.
    pub argv: Vec<String>,
    /// Variables set on top of the lab's environment.
    pub env: Vec<(String, String)>,
    /// Working directory.
    pub directory: String,
    /// Where its standard input comes from.
    pub stdin: Stdin,
}

/// A role's standard input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stdin {
    /// Nothing: end of file at once.
    Null,
    /// These bytes, then end of file.
    Bytes(Hex),
    /// A person types: bytes come with [`Order::Input`].
    Talk,
}

/// What the visible process may say while a run goes on, one JSON line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Bytes for the standard input of a role that talks; none at all for its end.
    Input {
        /// Which role.
        role: String,
        /// The bytes.
        bytes: Hex,
    },
    /// End the run now.
    Stop,
}

impl PlannedRole {
    /// True for a role that serves: it starts first, and a run does not wait for its end.
    pub fn serves(&self) -> bool {
        serves(&self.name)
    }
}

/// True for the name of a role that serves.
pub fn serves(role: &str) -> bool {
    role.starts_with("server")
}
