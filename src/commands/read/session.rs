//! A page of the book and the pager that shows it, at a terminal: the part that reads files and paints.

use super::book::Book;
use super::screen::screen;
use super::state::{Effect, Pager};
use crate::commands::terminal::seat::{Heard, Seat};
use socket_lab::book::Page;
use std::io::Write;
use std::sync::mpsc::channel;

/// What the last row calls a page. Below each lesson stand its runs: only their name tells which.
fn title(page: &Page) -> String {
    if page.depth > 0 { page.name.clone() } else { page.title.clone() }
}

pub struct Session {
    book: Book,
    page: usize,
    source: String,
    pager: Pager,
    /// Columns asked for on the command line.
    width: Option<usize>,
    color: bool,
}

impl Session {
    pub fn open(book: Book, page: usize, open: bool, width: Option<usize>, color: bool) -> anyhow::Result<Session> {
        let source = book.text(page)?;
        let pager = Pager::new(title(&book.pages.pages[page]), open);
        Ok(Session { book, page, source, pager, width, color })
    }

    /// Shows the page until somebody has read it. Gives the status to end with.
    pub fn run(mut self) -> anyhow::Result<u8> {
        let (sender, events) = channel();
        let seat = Seat::take(move |heard| sender.send(heard).is_ok())?;
        self.measure();
        loop {
            if seat.is_ours() {
                self.paint()?;
            }
            let Ok(heard) = events.recv() else { return Ok(0) };
            match heard {
                Heard::Press(press) => {
                    let effect = self.pager.update(press);
                    if let Some(status) = self.perform(effect) {
                        return Ok(status);
                    }
                }
                Heard::Resized => self.measure(),
                Heard::Ends(status) => return Ok(status),
                #[cfg(all(target_os = "linux", feature = "record"))]
                Heard::Stop | Heard::Continued => {
                    if heard == Heard::Stop {
                        seat.rest()?
                    } else {
                        seat.again()?
                    }
                    self.measure();
                }
            }
        }
    }

    /// Does what a key asked for; gives the status to end with.
    fn perform(&mut self, effect: Option<Effect>) -> Option<u8> {
        match effect {
            None => {}
            Some(Effect::Quit(status)) => return Some(status),
            Some(Effect::LayOut) => self.lay_out(),
            Some(Effect::Measure) => self.measure(),
            Some(Effect::Turn(forward)) => self.turn(forward),
        }
        None
    }

    /// Asks the terminal for its size.
    fn measure(&mut self) {
        if let Ok((columns, rows)) = crossterm::terminal::size()
            && columns > 0
            && rows > 0
        {
            self.pager.measure((columns.into(), rows.into()));
        }
        self.lay_out();
    }

    fn lay_out(&mut self) {
        let columns = self.pager.columns();
        let width = self.width.unwrap_or(columns).min(columns);
        let fold = (self.pager.is_open(), "a unfolds");
        let lines = self.book.lines(self.page, &self.source, width, self.color, fold);
        self.pager.fill(lines, self.color);
    }

    /// The next page of the book, or the one before. What cannot be read is said and ends nothing.
    fn turn(&mut self, forward: bool) {
        let pages = &self.book.pages.pages;
        let number = if forward { self.page.checked_add(1) } else { self.page.checked_sub(1) };
        let Some(number) = number.filter(|number| *number < pages.len()) else {
            return self.pager.say(if forward { "this is the last page" } else { "this is the first page" });
        };
        match self.book.text(number) {
            Ok(source) => {
                (self.page, self.source) = (number, source);
                self.pager.turn(title(&pages[number]));
                self.lay_out();
            }
            Err(error) => self.pager.say(&format!("{error:#}")),
        }
    }

    fn paint(&self) -> anyhow::Result<()> {
        let mut output = std::io::stdout().lock();
        output.write_all(screen(&self.pager, self.color).as_bytes())?;
        output.flush()?;
        Ok(())
    }
}
