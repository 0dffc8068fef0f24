//! The judge: what hostile peers do to a learner's program, what is expected, and what became of it.
//!
//! A scenario becomes a plan of the ordinary recorder, in which the program and the judge's peers are roles; the verdict is
//! a pure function of the recording. It refuses to look into the program: only what it asked the kernel, what went over the
//! wire, what it printed and what it left behind count.

mod case;
mod decide;
mod evidence;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod peer;
mod report;
#[cfg(all(target_os = "linux", feature = "record"))]
mod trial;
mod verdict;

pub use case::{Expected, ExpectedProgram, Found};
pub use decide::decide;
#[cfg(all(target_os = "linux", feature = "record"))]
pub use trial::{Subject, Trial};
pub use verdict::{Cause, Compare, Excerpt, Failure, PeerStory, Printed, StepState, StepStory, Verdict};
