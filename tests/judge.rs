//! The judge held to its word: every exercise rejects the wrong programs that are known, for the reason that is known, and
//! accepts right ones of any shape; and no program, however it behaves, keeps it from saying so.
//!
//! `LAB_BLESS=1 cargo test --test judge` writes the golden verdicts; read the difference before committing it.
//! `LAB_EXERCISE=06` looks only at exercises whose names contain that.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

#[path = "judge/harness.rs"]
mod harness;

#[path = "judge/course.rs"]
mod course;
#[path = "judge/misbehaviour.rs"]
mod misbehaviour;
#[path = "judge/right.rs"]
mod right;
#[path = "judge/wrong.rs"]
mod wrong;
