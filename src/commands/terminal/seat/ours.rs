//! The terminal where the lab handles signals itself: Ctrl-C and Ctrl-Z stay signals, and whatever ends us gives the
//! terminal back.

use super::Heard;
use crate::commands::terminal::held::Terminal;
use crate::commands::terminal::{keyboard, signals};
use anyhow::Context;
use nix::sys::signal::Signal;

/// The terminal; dropped, it is given back.
pub struct Seat(Terminal);

impl Seat {
    /// Takes the terminal and tells what is heard, until nobody listens. Threads that were started before take signals
    /// without a word: this comes first.
    pub fn take(tell: impl Fn(Heard) -> bool + Clone + Send + 'static) -> anyhow::Result<Seat> {
        let blocked = signals::block()?;
        let of_signals = tell.clone();
        signals::watch(blocked, move |signal| {
            of_signals(match signal {
                Signal::SIGWINCH => Heard::Resized,
                Signal::SIGTSTP => Heard::Stop,
                Signal::SIGCONT => Heard::Continued,
                other => Heard::Ends(128 + other as u8),
            })
        });
        let terminal = Terminal::take().context("setting up the terminal")?;
        // A keyboard that is gone asks for nothing any more.
        keyboard::watch(move |press| tell(press.map_or(Heard::Ends(0), Heard::Press)));
        Ok(Seat(terminal))
    }

    /// Has the mouse told as keys are, or leaves it to the terminal, which marks text with it.
    pub fn hear_mouse(&self, hear: bool) {
        if self.is_ours() {
            self.0.hear_mouse(hear);
        }
    }

    /// True while the terminal is ours: another job may have it.
    pub fn is_ours(&self) -> bool {
        self.0.is_ours()
    }

    /// Gives the terminal back and stops, as Ctrl-Z does, until somebody continues us; then takes it again.
    pub fn rest(&self) -> anyhow::Result<()> {
        self.0.leave();
        signals::stop_here()?;
        self.again()
    }

    /// Takes the terminal again, if it is our turn.
    pub fn again(&self) -> anyhow::Result<()> {
        self.0.enter().context("taking the terminal again")
    }
}
