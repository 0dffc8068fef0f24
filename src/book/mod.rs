//! The book: what of it is generated from lessons, exercises, claims and recordings, and how a chapter is put together for
//! reading in the terminal.
//!
//! Writes and reads Markdown; runs nothing. A generated part says only what a recording shows.

mod include;
mod pages;

pub use include::{IncludeError, Reader, assembled, within};
pub use pages::{Page, Pages};
