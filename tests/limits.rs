//! Programs that misbehave: each way ends the run or the call, is named, and leaves nobody behind.
//!
//! The plans are made here and go through the same session as those of the lab's own commands; the programs are a few
//! lines of Python or shell each. No test asserts a time: what is told apart is which limit ended the run.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

#[path = "limits/harness.rs"]
mod harness;

#[path = "limits/guarded.rs"]
mod guarded;
#[path = "limits/precedence.rs"]
mod precedence;
#[path = "limits/resources.rs"]
mod resources;
#[path = "limits/rest.rs"]
mod rest;
#[path = "limits/spinning.rs"]
mod spinning;
#[path = "limits/stopped.rs"]
mod stopped;
#[path = "limits/usage.rs"]
mod usage;
