//! What is claimed about the page: golden pages of made-up runs, and properties of any run whatsoever.

mod cable;
mod golden;
mod predict;
mod properties;
mod run;
mod stories;

use super::text::{HexBytes, Options};

fn plain(width: usize) -> Options {
    Options { width, color: false, hex: HexBytes::Payload, layers: false, kernel: false, noise: false }
}
