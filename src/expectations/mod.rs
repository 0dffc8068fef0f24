//! Expectations of the notation, evaluated over a timeline. Pure; every verdict names its evidence.

use crate::notation::Expectation;
use crate::timeline::Timeline;

/// What became of one expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// True when the recording shows it.
    pub seen: bool,
    /// The calls and frames that prove or disprove it, in the notation: `server.recv[1]`, `client.send[1..3]`.
    pub evidence: Vec<String>,
    /// When not seen: what the recording shows instead, in one line.
    pub instead: Option<String>,
    pub unknown: bool,
}

/// Evaluates one expectation over a run.
pub fn evaluate(expectation: &Expectation, timeline: &Timeline) -> Verdict {
    let _ = (expectation, timeline);
    todo!("the timeline helper writes this")
}
