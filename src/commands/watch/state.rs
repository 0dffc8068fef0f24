//! What `lab watch` knows, and what follows from each event: a function of events, without threads, clock or terminal.
//!
//! At most one check runs. A save or a key that wants another one asks the running one to end, and the next begins when it
//! has ended, so that two never build or run at the same time.

use super::keys::{Key, Scroll};
use crate::commands::terminal::rows::rows;
use nix::sys::signal::Signal;

/// Everything that can happen.
#[derive(Debug)]
pub enum WatchEvent {
    /// A key was pressed.
    Key(Key),
    /// No more keys will come.
    KeysEnded,
    /// A file was saved, as the watcher with this number saw it.
    Saved(u64),
    /// The check with this number ended.
    Ended(u64, Outcome),
    /// A signal came.
    Signal(Signal),
}

/// How a check ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub status: Option<i32>,
    pub signal: Option<i32>,
    /// What it said.
    pub text: String,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Begin the check with this number.
    Start(u64),
    /// Ask the running check to end.
    Stop,
    ShowHint,
    ShowList,
    ShowSolution,
    /// Choose the next exercise.
    GoOn,
    /// Give the terminal back and stop, until somebody continues us.
    Suspend,
    /// Take the terminal again: somebody continued us.
    Resume,
    /// The screen may have another size.
    Measure,
    /// End with this status.
    Quit(u8),
}

/// What fills the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// The verdict of the last check, or that one is running.
    Verdict,
    Hint,
    List,
    Solution,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    Idle,
    Running(u64),
    /// Asked to end; then another begins, or not.
    Stopping(u64),
}

/// The whole state.
#[derive(Debug)]
pub struct State {
    /// The exercise.
    pub name: String,
    /// True when it was passed, now or earlier.
    pub passed: bool,
    /// Something to say once, until the next key.
    pub note: Option<String>,
    /// Columns and rows of the screen.
    size: (usize, usize),
    color: bool,
    run: Run,
    last: u64,
    outcome: Option<Outcome>,
    panel: Panel,
    /// The text of a panel that is not the verdict.
    page: String,
    /// The rows of what fills the screen, and the first that is shown.
    rows: Vec<String>,
    top: usize,
}

/// Rows of the screen that are not for text: the state of things above; scrolling, and the keys, below.
const FRAME: usize = 3;

impl State {
    pub fn new(name: String, passed: bool, color: bool) -> State {
        State {
            name,
            passed,
            note: None,
            size: (80, 24),
            color,
            run: Run::Idle,
            last: 0,
            outcome: None,
            panel: Panel::Verdict,
            page: String::new(),
            rows: Vec::new(),
            top: 0,
        }
    }

    /// What follows from an event.
    pub fn update(&mut self, event: WatchEvent) -> Option<Effect> {
        match event {
            WatchEvent::Key(key) => {
                self.note = None;
                self.key(key)
            }
            WatchEvent::KeysEnded => Some(Effect::Quit(0)),
            WatchEvent::Saved(_) => self.begin(),
            WatchEvent::Ended(number, outcome) => self.ended(number, outcome),
            WatchEvent::Signal(signal) => match signal {
                Signal::SIGTSTP => Some(Effect::Suspend),
                Signal::SIGCONT => Some(Effect::Resume),
                Signal::SIGWINCH => Some(Effect::Measure),
                signal => Some(Effect::Quit(128 + signal as u8)),
            },
        }
    }

    fn key(&mut self, key: Key) -> Option<Effect> {
        match key {
            Key::Next => Some(Effect::GoOn),
            Key::Hint => Some(Effect::ShowHint),
            Key::Run => self.begin(),
            Key::List => Some(Effect::ShowList),
            Key::Solution => Some(Effect::ShowSolution),
            Key::Quit => Some(Effect::Quit(0)),
            Key::Redraw => Some(Effect::Measure),
            Key::Verdict => {
                self.turn_to(Panel::Verdict, String::new());
                None
            }
            Key::Scroll(scroll) => {
                self.scroll(scroll);
                None
            }
        }
    }

    /// A check of this exercise is wanted, from the beginning.
    pub fn begin(&mut self) -> Option<Effect> {
        self.outcome = None;
        self.note = None;
        self.turn_to(Panel::Verdict, String::new());
        match self.run {
            Run::Idle => Some(self.start()),
            Run::Running(number) => {
                self.run = Run::Stopping(number);
                Some(Effect::Stop)
            }
            Run::Stopping(_) => None,
        }
    }

    fn start(&mut self) -> Effect {
        self.last += 1;
        self.run = Run::Running(self.last);
        Effect::Start(self.last)
    }

    fn ended(&mut self, number: u64, outcome: Outcome) -> Option<Effect> {
        match self.run {
            Run::Stopping(running) if running == number => Some(self.start()),
            Run::Running(running) if running == number => {
                self.run = Run::Idle;
                self.passed |= outcome.status == Some(0);
                self.outcome = Some(outcome);
                if self.panel == Panel::Verdict {
                    self.turn_to(Panel::Verdict, String::new());
                }
                None
            }
            _ => None,
        }
    }

    /// Goes on to another exercise.
    pub fn open(&mut self, name: String, passed: bool) -> Option<Effect> {
        self.name = name;
        self.passed = passed;
        self.begin()
    }

    /// Fills the screen with something else, from its top.
    pub fn turn_to(&mut self, panel: Panel, page: String) {
        self.panel = panel;
        self.page = page;
        self.top = 0;
        self.lay_out();
    }

    pub fn measure(&mut self, size: (usize, usize)) {
        self.size = size;
        self.lay_out();
    }

    fn lay_out(&mut self) {
        let text = match (self.panel, &self.outcome) {
            (Panel::Verdict, Some(outcome)) => &outcome.text,
            (Panel::Verdict, None) => "",
            _ => &self.page,
        };
        self.rows = rows(text, self.size.0, self.color);
        self.top = self.top.min(self.lowest());
    }

    /// Rows of text that the screen has room for.
    pub fn room(&self) -> usize {
        let keys = super::screen::key_rows(self, self.size.0).len().max(1);
        self.size.1.saturating_sub(FRAME + keys).max(1)
    }

    fn lowest(&self) -> usize {
        self.rows.len().saturating_sub(self.room())
    }

    fn scroll(&mut self, scroll: Scroll) {
        let page = self.room().saturating_sub(1).max(1);
        let top = match scroll {
            Scroll::Up => self.top.saturating_sub(1),
            Scroll::Down => self.top + 1,
            Scroll::PageUp => self.top.saturating_sub(page),
            Scroll::PageDown => self.top + page,
            Scroll::Top => 0,
            Scroll::Bottom => usize::MAX,
        };
        self.top = top.min(self.lowest());
    }

    pub fn columns(&self) -> usize {
        self.size.0
    }

    pub fn lines(&self) -> usize {
        self.size.1
    }

    pub fn color(&self) -> bool {
        self.color
    }

    pub fn panel(&self) -> Panel {
        self.panel
    }

    /// The rows that are shown now.
    pub fn shown(&self) -> &[String] {
        &self.rows[self.top..self.rows.len().min(self.top + self.room())]
    }

    /// The first and the last row that is shown, from 1, and how many there are; none when all fit.
    pub fn part(&self) -> Option<(usize, usize, usize)> {
        let (all, room) = (self.rows.len(), self.room());
        (all > room).then(|| (self.top + 1, (self.top + room).min(all), all))
    }

    pub fn is_running(&self) -> bool {
        self.run != Run::Idle
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }
}

#[cfg(test)]
mod tests;
