//! Lines of a schedule.

use super::{CallRef, EventRef};

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

impl std::str::FromStr for Rule {
    type Err = super::ParseError;
    fn from_str(_: &str) -> Result<Self, Self::Err> {
        todo!()
    }
}
