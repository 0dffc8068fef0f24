//! A recording: everything one run showed, as JSON Lines.
//!
//! The recorder writes it, everything else reads it. The first line is the [`Header`]; each further line is one
//! [`Event`]; the last one is [`Event::End`], and a file without it is a recording that was cut short. Events stand in
//! the order the recorder learned of them: frames come a little late, so a reader sorts by `t` (see `timeline`).
//! It refuses to interpret: no causes, no provenance, no colours here.

mod event;
mod file;
mod hex;
#[cfg(test)]
mod tests;

pub use event::*;
pub use file::{ReadError, Recording, Writer};
#[cfg(all(target_os = "linux", feature = "record"))]
pub(crate) use file::{read_event, read_header};
pub use hex::Hex;
