//! The terminal on systems where the lab has no signals of its own: crossterm reads the keys, Ctrl-C among them.
//!
//! A key, an error and a panic give the terminal back. A signal from elsewhere (`kill`) does not, and Ctrl-Z does nothing:
//! that is what `ours` can do and this cannot.

use super::Heard;
use crate::commands::INTERRUPTED;
use anyhow::Context;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::event::{DisableMouseCapture, EnableMouseCapture, MouseButton, MouseEvent, MouseEventKind};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use socket_lab::view::Press;
use std::io::stdout;

/// The terminal; dropped, it is given back.
pub struct Seat;

impl Seat {
    /// Takes the terminal and tells what is heard, until nobody listens.
    pub fn take(tell: impl Fn(Heard) -> bool + Clone + Send + 'static) -> anyhow::Result<Seat> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        enable_raw_mode().context("setting up the terminal")?;
        let seat = Seat;
        execute!(stdout(), EnterAlternateScreen, Hide).context("setting up the terminal")?;
        std::thread::spawn(move || {
            loop {
                let heard = match event::read() {
                    Ok(Event::Key(key)) if key.kind != KeyEventKind::Release => heard(key),
                    Ok(Event::Resize(..)) => Some(Heard::Resized),
                    Ok(Event::Mouse(event)) => mouse(event).map(Heard::Press),
                    Ok(_) => None,
                    Err(_) => Some(Heard::Ends(0)),
                };
                if heard.is_some_and(|heard| !tell(heard) || matches!(heard, Heard::Ends(_))) {
                    return;
                }
            }
        });
        Ok(seat)
    }

    /// Has the mouse told as keys are, or leaves it to the terminal, which marks text with it.
    pub fn hear_mouse(&self, hear: bool) {
        // A terminal that takes nothing has no mouse either.
        let _ = if hear { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) };
    }

    /// True: nobody else can have it here.
    pub fn is_ours(&self) -> bool {
        true
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        give_back();
    }
}

fn give_back() {
    // A terminal that is gone takes nothing any more.
    let _ = execute!(stdout(), DisableMouseCapture, Show, LeaveAlternateScreen);
    let _ = disable_raw_mode();
}

fn mouse(event: MouseEvent) -> Option<Press> {
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Press::Click(event.column, event.row)),
        MouseEventKind::ScrollUp => Some(Press::Wheel(true)),
        MouseEventKind::ScrollDown => Some(Press::Wheel(false)),
        _ => None,
    }
}

fn heard(key: KeyEvent) -> Option<Heard> {
    let press = match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => Press::Control(c.to_ascii_lowercase()),
        KeyCode::Char(c) => Press::Letter(c),
        KeyCode::Up => Press::Up,
        KeyCode::Down => Press::Down,
        KeyCode::Left => Press::Left,
        KeyCode::Right => Press::Right,
        KeyCode::PageUp => Press::PageUp,
        KeyCode::PageDown => Press::PageDown,
        KeyCode::Home => Press::Home,
        KeyCode::End => Press::End,
        KeyCode::Enter => Press::Enter,
        KeyCode::Tab => Press::Tab,
        KeyCode::BackTab => Press::BackTab,
        KeyCode::Backspace => Press::Backspace,
        KeyCode::Esc => Press::Escape,
        _ => return None,
    };
    Some(if press == Press::Control('c') { Heard::Ends(INTERRUPTED) } else { Heard::Press(press) })
}
