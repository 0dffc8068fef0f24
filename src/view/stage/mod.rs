//! A lesson in front of a class: a few large lines a screen, one thing after the other, each explanation when the recording has
//! shown what it is about.
//!
//! A talk is a state and functions of it: what follows from a key, and the picture. It knows no clock and runs nothing; whoever
//! has the terminal does that and tells it. It refuses to explain what the run did not show.

mod foot;
mod keys;
mod lanes;
mod page;
mod rows;
mod slides;
mod talk;
#[cfg(test)]
mod tests;
mod words;

pub use page::text;
pub use talk::{Effect, Talk};
