//! The pager's keyboard where the lab handles signals itself: Ctrl-C and Ctrl-Z stay signals, and whatever ends us gives the
//! terminal back.

use super::session::Session;
use crate::commands::terminal::held::Terminal;
use crate::commands::terminal::press::Press;
use crate::commands::terminal::{keyboard, signals};
use anyhow::Context;
use nix::sys::signal::Signal;
use std::sync::mpsc::channel;

enum ReadEvent {
    Press(Press),
    KeysEnded,
    Signal(Signal),
}

/// Shows the page until somebody has read it. Gives the status to end with.
pub fn run(mut session: Session) -> anyhow::Result<u8> {
    // Before any thread is started: all of them must have these signals blocked.
    let blocked = signals::block()?;
    let (sender, events) = channel();
    let to_us = sender.clone();
    signals::watch(blocked, move |signal| to_us.send(ReadEvent::Signal(signal)).is_ok());
    let terminal = Terminal::take().context("setting up the terminal")?;
    keyboard::watch(move |press| sender.send(press.map_or(ReadEvent::KeysEnded, ReadEvent::Press)).is_ok());
    session.measure();
    loop {
        if terminal.is_ours() {
            session.paint()?;
        }
        let Ok(event) = events.recv() else { return Ok(0) };
        match event {
            ReadEvent::Press(press) => {
                let effect = session.pager().update(press);
                if let Some(status) = session.perform(effect) {
                    return Ok(status);
                }
            }
            ReadEvent::KeysEnded => return Ok(0),
            ReadEvent::Signal(Signal::SIGWINCH) => session.measure(),
            ReadEvent::Signal(signal @ (Signal::SIGTSTP | Signal::SIGCONT)) => {
                if signal == Signal::SIGTSTP {
                    terminal.leave();
                    signals::stop_here()?;
                }
                terminal.enter().context("taking the terminal again")?;
                session.measure();
            }
            ReadEvent::Signal(signal) => return Ok(128 + signal as u8),
        }
    }
}
