//! lesson.toml: what a lesson is called, what it asks, its variations and what each must show.
//!
//! A field that is not known here is an error with its line and column, never ignored.

use super::fill;
use crate::notation::{CableRule, Expectation, ParseError, Rule};
use crate::recording::{Beat, Expect, Next, Prediction};
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
    /// Arguments added to those of every role when a cable joins them: `["--addr", "{server}:8080"]`. Without any, the
    /// lesson's programs can talk over a cable only where a variation is made for it.
    #[serde(default)]
    pub on_cable: Vec<String>,
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
    /// What the views unfold: `kernel` shows queues and TCP states beside the calls, `tcp_info` what the kernel knows of a
    /// connection at each frame, `noise` the frames by which hosts find each other.
    #[serde(default)]
    pub show: Vec<String>,
    /// What joins the programs; without it the loopback.
    pub wire: Option<Wire>,
    /// Rules for the cable in the notation.
    #[serde(default)]
    pub cable: Vec<String>,
    /// Settings of every host's kernel, below net.ipv4.
    #[serde(default)]
    pub sysctl: BTreeMap<String, String>,
    /// MTU of the loopback, or of every host's interface. On the loopback segmentation offload is switched off with it, so
    /// that frames are what a cable would carry.
    pub mtu: Option<u32>,
    /// Leaves segmentation offload on although an MTU is given.
    #[serde(default)]
    pub offload: bool,
    /// Seconds until the lab ends the run; for lessons whose finding is that nothing happens.
    pub deadline: Option<f64>,
    /// What the reader is asked before the run.
    #[serde(default, rename = "prediction")]
    pub predictions: Vec<Prediction>,
    /// What is told of the run in front of a class, in this order.
    #[serde(default, rename = "beat")]
    pub beats: Vec<Beat>,
}

/// What joins the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// One host, whose loopback they share.
    Loopback,
    /// A host each, and a cable between them.
    Cable,
}

/// One program of a variation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolePlan {
    /// `server`, `client`, `client2` …
    pub name: String,
    /// Arguments of the lesson's program: `["server", "--recv", "1024"]`. `{scratch}` is a folder that lives as long as
    /// the run, `{lesson}` the lesson's folder, `{server}` the address of the host `server`, `{server6}` its IPv6 address.
    pub args: Vec<String>,
    /// The host it runs on when a cable joins several; without it, one of its own that is called as the role.
    pub host: Option<String>,
    /// What it reads from its standard input.
    pub stdin: Option<String>,
    /// Environment variables set for it.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

impl Lesson {
    /// Arguments of a role's program. Those that a cable adds are left out where the role says the first of them itself.
    pub fn arguments(&self, role: &RolePlan, on_cable: bool) -> Vec<String> {
        let added = self.on_cable.first().is_some_and(|first| on_cable && !role.args.contains(first));
        let more: &[String] = if added { &self.on_cable } else { &[] };
        role.args.iter().chain(more).cloned().collect()
    }
}

impl Variation {
    /// Names of its roles in the order in which they are declared.
    pub fn role_names(&self) -> Vec<&str> {
        self.roles.iter().map(|role| role.name.as_str()).collect()
    }

    /// Names of its hosts in the order in which the roles declare them.
    pub fn host_names(&self) -> Vec<&str> {
        let mut hosts = Vec::new();
        for role in &self.roles {
            if !hosts.contains(&role.host()) {
                hosts.push(role.host());
            }
        }
        hosts
    }

    /// Names in braces in a text that stand neither for one of its roles or hosts nor for a folder.
    pub fn unknown_hosts(&self, text: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        let is_known = |name: &str| self.roles.iter().any(|role| role.name == name || role.host() == name);
        fill(text, |name| {
            let is_folder = ["scratch", "lesson"].contains(&name);
            if !is_folder && !is_known(name) && !name.strip_suffix('6').is_some_and(is_known) {
                unknown.push(name.to_owned());
            }
            None
        });
        unknown
    }

    /// True when a cable joins its programs without being asked for.
    pub fn is_on_cable(&self) -> bool {
        self.wire == Some(Wire::Cable)
    }

    /// The rules of its cable, parsed. Checked like [`rules`](Self::rules).
    pub fn cable_rules(&self) -> Result<Vec<CableRule>, ParseError> {
        let (roles, hosts) = (self.role_names(), self.host_names());
        self.cable.iter().map(|line| CableRule::parse_among(line, &roles, &hosts)).collect()
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

impl RolePlan {
    /// The host it runs on when a cable joins several.
    pub fn host(&self) -> &str {
        self.host.as_deref().unwrap_or(&self.name)
    }
}
