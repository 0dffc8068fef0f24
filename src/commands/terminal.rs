//! What the commands that fill the screen have in common: the terminal taken and given back, keys, signals, and how text
//! becomes rows. It knows nothing of what is shown.

pub mod canvas;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod held;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod keyboard;
pub mod paint;
pub mod rows;
pub mod seat;
#[cfg(all(target_os = "linux", feature = "record"))]
pub mod signals;
