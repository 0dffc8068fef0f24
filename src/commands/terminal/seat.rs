//! Who sits at the terminal, for a command that fills it: keys, a changed size, and what asks us to end come as one stream.
//!
//! How they are heard depends on the system: `ours` where the lab has signals of its own, `elsewhere` on the others.

#[cfg(not(all(target_os = "linux", feature = "record")))]
mod elsewhere;
#[cfg(all(target_os = "linux", feature = "record"))]
mod ours;

#[cfg(not(all(target_os = "linux", feature = "record")))]
pub use elsewhere::Seat;
#[cfg(all(target_os = "linux", feature = "record"))]
pub use ours::Seat;

use socket_lab::view::Press;
use std::io::IsTerminal;

/// What is heard from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// A key.
    Press(Press),
    /// It may have another size.
    Resized,
    /// Ctrl-Z: [`Seat::rest`] gives the terminal back until somebody continues us.
    #[cfg(all(target_os = "linux", feature = "record"))]
    Stop,
    /// Somebody has continued us: [`Seat::again`].
    #[cfg(all(target_os = "linux", feature = "record"))]
    Continued,
    /// We are asked to end, with this status.
    Ends(u8),
}

/// True where a picture can be painted and keys can be read.
pub fn is_there() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && !is_dumb
}
