//! What a peer is told to do: one JSON object on its standard input.

use crate::notation::script::{Facts, Script, Values};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The task of one peer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerTask {
    /// What chance is computed from.
    pub seed: u64,
    /// `split-header`
    pub scenario: String,
    /// Its role.
    pub role: String,
    /// True when it serves: then its datagrams go to whoever last sent it one, and else to the address.
    pub serves: bool,
    /// Where the server of the scenario is, whichever of the two that is: `127.0.0.1:40123`.
    pub address: String,
    /// The run's time, seconds since 1970.
    pub time: u64,
    /// The scenario's named bytes, as they are written.
    #[serde(default)]
    pub data: BTreeMap<String, String>,
    /// What it does, in order.
    pub steps: Vec<String>,
}

/// A task that has been read.
pub(super) struct Read {
    pub(super) script: Script,
    pub(super) values: Values,
    pub(super) address: SocketAddr,
}

impl PeerTask {
    /// Reads everything that is written in it. The error is one line for the author of the scenario.
    pub(super) fn read(&self) -> Result<Read, String> {
        let address: SocketAddr =
            self.address.parse().map_err(|_| format!("the address `{}` is not IP:PORT", self.address))?;
        let facts = Facts { address: self.address.clone(), port: address.port(), time: self.time };
        let values = Values::new(self.seed, &self.scenario, &self.data, facts).map_err(|error| error.to_string())?;
        let names: Vec<&str> = self.data.keys().map(String::as_str).collect();
        let script = Script::parse_among(&self.steps, &names)
            .map_err(|(number, error)| format!("step {number}, {error}: {}", error.line))?;
        Ok(Read { script, values, address })
    }
}
