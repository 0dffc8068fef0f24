//! What a person who steps a run sees and may do: who waits at the gate, what each program is about to do, which frames are on
//! the cable; and what they did, written down as rules. Pure: fed with events, asked for words.
//!
//! The events are those of any recording, so the same answers what a recording showed at any of its moments.

mod answer;
mod rules;
mod situation;
mod stepper;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Fate, ParseError, WIRE, WORDS};
pub use rules::{Done, done};
pub use situation::{ARP, Doing, OnCable, Prospect, Situation};
pub use stepper::{Ask, Stepper};
