//! A run on the whole screen: the lanes, what stands at the gate, the kernels' buffers, and one event in full. What follows from
//! a key (`pressed`) or an event (`state`) is a function, and so is the picture (`draw`); whoever has the terminal does what is
//! asked.
//!
//! One cursor moves through all that has happened, and everything on the screen is as it was there. The run itself never
//! notices: history is a recording.

mod areas;
mod buffers;
mod detail;
mod draw;
mod gate;
mod history;
mod keys;
mod laid;
mod moves;
mod pressed;
mod state;
#[cfg(test)]
mod tests;

pub use draw::draw;
pub use laid::Laid;
pub use state::{Act, Screen};

/// Whoever may read files: views may not.
pub trait Sources {
    /// So many lines around this one with their numbers, if the file is there and the line still reads like this.
    fn around(&self, file: &str, line: u32, text: &str, lines: usize) -> Vec<(u32, String)>;
}
