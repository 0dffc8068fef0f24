//! The pager's keyboard on systems where the lab has no signals of its own: crossterm reads the keys, Ctrl-C among them.
//!
//! A key, an error and a panic give the terminal back. A signal from elsewhere (`kill`) does not, and Ctrl-Z does nothing:
//! that is what `signals` can do and this cannot.

use super::session::Session;
use crate::commands::INTERRUPTED;
use crate::commands::terminal::press::Press;
use anyhow::Context;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use std::io::stdout;

/// The terminal; dropped, it is given back.
struct Terminal;

impl Terminal {
    fn take() -> std::io::Result<Terminal> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        enable_raw_mode()?;
        let terminal = Terminal;
        execute!(stdout(), EnterAlternateScreen, Hide)?;
        Ok(terminal)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // A terminal that is gone takes nothing any more.
    let _ = execute!(stdout(), Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

/// Shows the page until somebody has read it. Gives the status to end with.
pub fn run(mut session: Session) -> anyhow::Result<u8> {
    let _terminal = Terminal::take().context("setting up the terminal")?;
    session.measure();
    loop {
        session.paint()?;
        let effect = match event::read().context("reading the keyboard")? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match press(key) {
                Some(Press::Control('c')) => return Ok(INTERRUPTED),
                Some(press) => session.pager().update(press),
                None => None,
            },
            Event::Resize(..) => {
                session.measure();
                None
            }
            _ => None,
        };
        if let Some(status) = session.perform(effect) {
            return Ok(status);
        }
    }
}

fn press(key: KeyEvent) -> Option<Press> {
    Some(match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => Press::Control(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Press::Letter(c),
        KeyCode::Up => Press::Up,
        KeyCode::Down => Press::Down,
        KeyCode::PageUp => Press::PageUp,
        KeyCode::PageDown => Press::PageDown,
        KeyCode::Home => Press::Home,
        KeyCode::End => Press::End,
        KeyCode::Enter => Press::Enter,
        KeyCode::Backspace => Press::Backspace,
        KeyCode::Esc => Press::Escape,
        _ => return None,
    })
}
