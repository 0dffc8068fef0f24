//! lesson.toml: what a lesson is called, what it asks, its variations and what each must show.
//!
//! A field that is not known here is an error with its line and column, never ignored.

use crate::notation::{Expectation, ParseError, Rule};
use crate::recording::{Expect, Next};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A lesson, as its lesson.toml describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// `05-sticky-packets`: the folder's name, filled in by the reader.
    #[serde(skip)]
    pub name: String,
    /// `TCP keeps bytes, not messages`
    pub title: String,
    /// `粘包`
    pub term: String,
    /// The question the lesson asks.
    pub question: String,
    /// The variations; the first is the default.
    #[serde(rename = "variation")]
    pub variations: Vec<Variation>,
}

/// One way of running the lesson.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variation {
    /// `late-reader`
    pub name: String,
    /// One line: what is different here.
    pub says: String,
    /// The programs in the order in which they are declared.
    #[serde(rename = "role")]
    pub roles: Vec<RolePlan>,
    /// Rules in the notation.
    #[serde(default)]
    pub schedule: Vec<String>,
    /// What the run must show.
    pub expect: Vec<Expect>,
    /// The one-paragraph conclusion.
    pub so: String,
    /// What to try next.
    #[serde(default)]
    pub next: Vec<Next>,
    /// What the views unfold: `kernel` shows queues and TCP states beside the calls.
    #[serde(default)]
    pub show: Vec<String>,
    /// MTU of the loopback. With one, segmentation offload is switched off too, so that frames are what a cable would carry.
    pub mtu: Option<u32>,
    /// Seconds until the lab ends the run; for lessons whose finding is that nothing happens.
    pub deadline: Option<f64>,
}

/// One program of a variation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolePlan {
    /// `server`, `client`, `client2` …
    pub name: String,
    /// Arguments of the lesson's program: `["server", "--recv", "1024"]`. `{scratch}` is a folder that lives as long as
    /// the run, `{lesson}` the lesson's folder.
    pub args: Vec<String>,
    /// What it reads from its standard input.
    pub stdin: Option<String>,
    /// Environment variables set for it.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

impl Variation {
    /// Names of its roles in the order in which they are declared.
    pub fn role_names(&self) -> Vec<&str> {
        self.roles.iter().map(|role| role.name.as_str()).collect()
    }

    /// Its schedule, parsed. A variation of an opened [`Course`](super::Course) has been checked and gives no error.
    pub fn rules(&self) -> Result<Vec<Rule>, ParseError> {
        let roles = self.role_names();
        self.schedule.iter().map(|line| Rule::parse_among(line, &roles)).collect()
    }

    /// Its expectations, parsed, in the order of `expect`. Checked like [`rules`](Self::rules).
    pub fn expectations(&self) -> Result<Vec<Expectation>, ParseError> {
        let roles = self.role_names();
        self.expect.iter().map(|expect| Expectation::parse_among(&expect.that, &roles)).collect()
    }
}
