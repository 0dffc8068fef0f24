//! The book: what of it is generated from lessons, exercises, claims and recordings, and how a chapter is put together for
//! reading in the terminal.
//!
//! Writes and reads Markdown; runs nothing. A generated part says only what a recording shows.

pub mod claims;
mod include;
mod pages;
mod parts;
mod recorded;
mod runs;
mod tutorials;
mod write;

pub use include::{IncludeError, Reader, assembled, within};
pub use pages::{Page, Pages};
pub use parts::parts;
pub use recorded::Recorded;
pub use runs::runs;
pub use tutorials::tutorials;
