//! Stand-in until the peer lands.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
/// What a peer is told to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct PeerTask {
    pub seed: u64,
    pub scenario: String,
    pub role: String,
    pub serves: bool,
    pub address: String,
    pub time: u64,
    pub data: BTreeMap<String, String>,
    pub steps: Vec<String>,
}
impl PeerTask {
    /// The variable.
    pub const VARIABLE: &str = "LAB_PEER";
}
