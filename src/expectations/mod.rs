//! Expectations of the notation, evaluated over a timeline. Pure; every verdict names its evidence.
//!
//! It refuses to give the benefit of the doubt: what the recording cannot show is not seen, and where it could not have
//! shown it on this machine, the verdict says that instead of calling the program wrong.

mod beat;
mod calls;
mod events;
mod frames;
mod names;
mod prediction;
mod qualities;
mod roles;
mod states;
#[cfg(test)]
mod tests;

pub use beat::{Told, told, told_by_expectations};
pub use prediction::{Marked, mark};

use crate::notation::Expectation;
use crate::timeline::Timeline;

/// What became of one expectation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// True when the recording shows it.
    pub seen: bool,
    /// True when the recording can neither show nor refute it: the wire was not recorded, or the kernel's queues and
    /// states were not. Never together with `seen`.
    pub unknown: bool,
    /// The calls and frames that prove or disprove it, in the notation: `server.recv[1]`, `client.send[1..3]`.
    pub evidence: Vec<String>,
    /// When not seen: what the recording shows instead, in one line.
    pub instead: Option<String>,
}

/// Evaluates one expectation over a run.
pub fn evaluate(expectation: &Expectation, timeline: &Timeline) -> Verdict {
    match expectation {
        Expectation::Call(call, check) => calls::check(timeline, call, check),
        Expectation::CountCalls(call, comparison, number) => calls::count(timeline, call, *comparison, *number),
        Expectation::NoCall(call, after) => calls::none(timeline, call, after.as_ref()),
        Expectation::Carries(frame, call) => frames::carries(timeline, frame, call),
        Expectation::Payload(frame, bytes) => frames::payload(timeline, frame, *bytes),
        Expectation::Is(frame, quality) => qualities::is(timeline, frame, *quality),
        Expectation::Leaves(frame, role, state) => states::leaves(timeline, frame, role, state),
        Expectation::CountFrames(frame, quality, comparison, number) => {
            frames::count(timeline, frame, *quality, *comparison, *number)
        }
        Expectation::NoFrame(frame, quality, after) => frames::none(timeline, frame, *quality, after.as_ref()),
        Expectation::Before(first, second) => events::before(timeline, first, second),
        Expectation::Exits(role, code) => roles::exits(timeline, role, *code),
        Expectation::KilledBy(role, signal) => roles::killed_by(timeline, role, signal),
        Expectation::Runs(role) => roles::runs(timeline, role),
        Expectation::Prints(role, text) => roles::prints(timeline, role, text),
    }
}

impl Verdict {
    fn seen(evidence: Vec<String>) -> Verdict {
        Verdict { seen: true, evidence, ..Verdict::default() }
    }

    fn not(evidence: Vec<String>, instead: impl Into<String>) -> Verdict {
        Verdict { evidence, instead: Some(instead.into()), ..Verdict::default() }
    }

    fn unknown(evidence: Vec<String>, why: impl Into<String>) -> Verdict {
        Verdict { unknown: true, ..Verdict::not(evidence, why) }
    }
}
