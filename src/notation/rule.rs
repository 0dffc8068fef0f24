//! Lines of a schedule. Each says what waits, and for which event; there is no "and", no "or" and no time.

use super::cursor::{Cursor, meant};
use super::grammar::whole;
use super::nearest::nearest;
use super::words::SIGNALS;
use super::{CallRef, EventRef, ParseError};
use std::fmt;
use std::str::FromStr;

/// What `kill` sends when no signal is named: the one no program can answer.
const DEFAULT_SIGNAL: &str = "SIGKILL";

/// One line of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// `server.recv[1] after client.send[3]`: the call (with `All`: every call of that name) waits at the gate.
    Hold {
        /// What waits.
        call: CallRef,
        /// What it waits for.
        after: EventRef,
    },
    /// `start client2 after client.connect[1]`
    Start {
        /// The role to start.
        role: String,
        /// What it waits for.
        after: EventRef,
    },
    /// `kill client SIGKILL after client.recv[1]`; without a name the signal is SIGKILL
    Kill {
        /// The role to signal.
        role: String,
        /// `SIGKILL`
        signal: String,
        /// What it waits for.
        after: EventRef,
    },
}

impl Rule {
    /// Reads a rule for a run with these roles: any other role is an error at its column.
    pub fn parse_among(line: &str, roles: &[&str]) -> Result<Self, ParseError> {
        whole(line, Some(roles), rule)
    }
}

impl FromStr for Rule {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, rule)
    }
}

fn rule(cursor: &mut Cursor<'_>) -> Result<Rule, ParseError> {
    cursor.skip_spaces();
    let first = cursor.word_here().text;
    // `start.recv[1]` and `kill>server` begin with a role: only a space after the word makes it the verb.
    let is_verb = cursor.space_follows(&first);
    match first.as_str() {
        "start" if is_verb => {
            cursor.word("`start`")?;
            let role = cursor.role()?;
            Ok(Rule::Start { role, after: after(cursor)? })
        }
        "kill" if is_verb => {
            cursor.word("`kill`")?;
            let role = cursor.role()?;
            cursor.skip_spaces();
            let signal = if cursor.word_here().text.starts_with("SIG") {
                cursor.one_of(SIGNALS, "the name of a signal")?.to_owned()
            } else {
                DEFAULT_SIGNAL.to_owned()
            };
            Ok(Rule::Kill { role, signal, after: after(cursor)? })
        }
        verb if is_verb && nearest(verb, ["start", "kill"]).is_some() => {
            let at = cursor.at();
            let guess = meant(nearest(verb, ["start", "kill"]));
            Err(cursor.fail(at, format!("expected a call, `start` or `kill`, found `{verb}`{guess}")))
        }
        _ => {
            let call = cursor.call()?;
            Ok(Rule::Hold { call, after: after(cursor)? })
        }
    }
}

fn after(cursor: &mut Cursor<'_>) -> Result<EventRef, ParseError> {
    cursor.one_of(&["after"], "`after`")?;
    cursor.event()
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::Hold { call, after } => write!(f, "{call} after {after}"),
            Rule::Start { role, after } => write!(f, "start {role} after {after}"),
            Rule::Kill { role, signal, after } if signal == DEFAULT_SIGNAL => write!(f, "kill {role} after {after}"),
            Rule::Kill { role, signal, after } => write!(f, "kill {role} {signal} after {after}"),
        }
    }
}
