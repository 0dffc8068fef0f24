//! What is painted on a terminal that a [`Seat`](super::seat::Seat) has taken: only cells that changed are written.
//!
//! It never asks the terminal anything but its size: an answer would come between the keys. It follows a new size when it is
//! told to, by `clear`, and not in the middle of a picture.

use ratatui::backend::{Backend, ClearType, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use std::io::{Result, Stdout, stdout};

/// What a terminal has that does not say.
const COMMON: Rect = Rect::new(0, 0, 80, 24);

pub struct Canvas(Terminal<CrosstermBackend<Stdout>>);

impl Canvas {
    /// For a terminal that has been taken and is empty.
    pub fn new() -> Result<Canvas> {
        // Whether there are colours is decided by who paints, for the whole lab alike; crossterm would look at NO_COLOR again.
        crossterm::style::force_color_output(true);
        let options = TerminalOptions { viewport: Viewport::Fixed(area()) };
        Ok(Canvas(Terminal::with_options(CrosstermBackend::new(stdout()), options)?))
    }

    /// Erases everything and takes the terminal's present size: whenever that may have changed, or the terminal was another
    /// job's meanwhile. What is drawn next is written whole.
    pub fn clear(&mut self) -> Result<()> {
        self.0.backend_mut().clear_region(ClearType::All)?;
        self.0.resize(area())
    }

    /// Columns and rows.
    pub fn size(&mut self) -> (u16, u16) {
        let area = self.0.get_frame().area();
        (area.width, area.height)
    }

    /// Paints a picture into empty cells.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Buffer)) -> Result<()> {
        self.0.draw(|frame| paint(frame.buffer_mut())).map(|_| ())
    }
}

fn area() -> Rect {
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns > 0 && rows > 0 => Rect::new(0, 0, columns, rows),
        _ => COMMON,
    }
}
