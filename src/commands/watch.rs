//! `lab watch`: checks an exercise again at every save, and answers keys all the while.
//!
//! Four kinds of events (keys, saves, the end of a check, signals) come from threads over one channel; `state` says what
//! follows, this file does it. The check is `lab check` as a process group of its own: whatever it does, compile for a
//! minute or hang, it can be ended at any moment, and it is never waited for here.

mod acts;
mod files;
mod keys;
mod screen;
mod state;

use super::desk::Desk;
use super::hint::Hint;
use super::terminal::held::Terminal;
use super::terminal::{keyboard, signals};
use super::{progress, show, solution};
use crate::cli::WatchArgs;
use anyhow::Context;
use files::Files;
use keys::Key;
use socket_lab::course::Exercise;
use socket_lab::group::Group;
use socket_lab::view::text::prose;
use state::{Effect, Panel, State, WatchEvent};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long a check that was asked to end may put its affairs in order.
const GRACE: Duration = Duration::from_millis(300);
/// When we end ourselves: until the kernel has killed a group.
const LAST: Duration = Duration::from_secs(2);
/// How often the picture is painted while a check runs, for the seconds in it.
const TICK: Duration = Duration::from_secs(1);

pub fn run(args: &WatchArgs) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let exercise = desk.exercise_or_next(args.exercise.as_deref())?;
    let (_, color) = show::look(&args.look);
    let mut state = State::new(exercise.name.clone(), desk.is_passed(exercise), color);
    state.note =
        desk.damage().map(|_| "progress.txt has lines that are not understood: lab progress shows them".into());
    // Before any thread is started: all of them must have these signals blocked.
    let signals = signals::block()?;
    let (sender, events) = channel();
    let events_of = sender.clone();
    signals::watch(signals, move |signal| events_of.send(WatchEvent::Signal(signal)).is_ok());
    let has_keys = std::io::stdin().is_terminal();
    let has_screen =
        has_keys && std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
    let terminal = if has_screen { Some(Terminal::take().context("setting up the terminal")?) } else { None };
    if has_keys {
        watch_keys(sender.clone());
        if !has_screen {
            say!("lab: standard output is no terminal that can be painted: after a key (n h r l s q) press Enter");
        }
    } else {
        say!("lab: standard input is no terminal, so there are no keys; Ctrl-C (SIGINT) ends it");
    }
    let mut watch = Watch {
        args,
        state,
        terminal,
        files: None,
        group: None,
        began: Instant::now(),
        kill_at: None,
        watchers: 0,
        sender,
    };
    let note = desk.damage().map(|_| "progress.txt has lines that are not understood: lab progress shows them".into());
    let ended = watch.until_quit(exercise, note, &events);
    watch.end(&events);
    ended.map(ExitCode::from)
}

/// The parts that act.
struct Watch<'a> {
    args: &'a WatchArgs,
    state: State,
    /// None where output is not painted but goes on line by line.
    terminal: Option<Terminal>,
    files: Option<Files>,
    group: Option<Group>,
    /// When the running check began.
    began: Instant,
    /// When the check that was asked to end is killed.
    kill_at: Option<Instant>,
    /// How many watchers of files there have been: the last one counts.
    watchers: u64,
    sender: Sender<WatchEvent>,
}

impl Watch<'_> {
    /// Does what events ask for. Gives the status to end with; an error when nobody sees us any more.
    fn until_quit(
        &mut self,
        exercise: &Exercise,
        note: Option<String>,
        events: &Receiver<WatchEvent>,
    ) -> anyhow::Result<u8> {
        self.measure();
        self.watch_files(&exercise.name)?;
        let mut effect = self.state.begin();
        self.state.note = note;
        loop {
            while let Some(doing) = effect {
                if let Effect::Quit(status) = doing {
                    return Ok(status);
                }
                effect = self.perform(doing)?;
            }
            self.paint()?;
            effect = match events.recv_timeout(self.pause()) {
                Ok(WatchEvent::Saved(watcher)) if watcher != self.watchers => None,
                Ok(event) => self.update(event)?,
                Err(RecvTimeoutError::Timeout) => {
                    if self.kill_at.is_some_and(|at| at <= Instant::now()) {
                        self.kill_at = None;
                        self.group.iter().for_each(Group::kill);
                    }
                    None
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            };
        }
    }

    /// How long to wait for an event.
    fn pause(&self) -> Duration {
        self.kill_at.map_or(TICK, |at| at.saturating_duration_since(Instant::now()).min(TICK))
    }

    fn update(&mut self, event: WatchEvent) -> anyhow::Result<Option<Effect>> {
        let ended = matches!(event, WatchEvent::Ended(..));
        let effect = self.state.update(event);
        if ended {
            (self.group, self.kill_at) = (None, None);
            if let Some(outcome) = self.state.outcome() {
                self.told(&format!("{}{}\n", outcome.text, screen::status(&self.state, 0)))?;
            }
        }
        Ok(effect)
    }

    fn perform(&mut self, effect: Effect) -> anyhow::Result<Option<Effect>> {
        match effect {
            Effect::Start(number) => return self.start(number),
            Effect::Stop => {
                self.group.iter().for_each(Group::ask_to_end);
                self.kill_at = Some(Instant::now() + GRACE);
            }
            Effect::ShowHint => self.show(Panel::Hint, |desk, exercise, width, color| {
                let hint = Hint::next(desk, exercise, width, color)?;
                let after = if hint.left == 0 { "It is the last.".into() } else { format!("{} more: h", hint.left) };
                // Shown is shown: where progress cannot be written, the next one is this one again.
                let kept = hint.record(desk, exercise).err().map(|error| format!("{error:#}\n")).unwrap_or_default();
                Ok(format!("{}\n{after}\n{kept}", hint.text))
            })?,
            Effect::ShowList => {
                self.show(Panel::List, |desk, _, width, color| Ok(progress::page(desk, width, color)))?;
            }
            Effect::ShowSolution if self.state.passed => self.show(Panel::Solution, solution::page)?,
            Effect::ShowSolution => {
                self.show(Panel::Solution, |_, exercise, width, color| {
                    Ok(prose(&solution::closed(exercise), width, color))
                })?;
            }
            Effect::GoOn => return self.go_on(),
            Effect::Suspend => {
                self.terminal.iter().for_each(Terminal::leave);
                signals::stop_here()?;
                self.resume()?;
            }
            Effect::Resume => self.resume()?,
            Effect::Measure => self.measure(),
            Effect::Quit(_) => {}
        }
        Ok(None)
    }

    fn width(&self) -> usize {
        self.args.look.width.unwrap_or_else(|| match self.terminal {
            Some(_) => self.state.columns(),
            None => show::look(&self.args.look).0,
        })
    }

    fn measure(&mut self) {
        if let Ok((columns, rows)) = crossterm::terminal::size()
            && columns > 0
            && rows > 0
        {
            self.state.measure((columns.into(), rows.into()));
        }
    }

    fn resume(&mut self) -> anyhow::Result<()> {
        if let Some(terminal) = &self.terminal {
            terminal.enter().context("taking the terminal again")?;
        }
        self.measure();
        Ok(())
    }

    fn paint(&self) -> anyhow::Result<()> {
        if !self.terminal.as_ref().is_some_and(Terminal::is_ours) {
            return Ok(());
        }
        let seconds = if self.state.is_running() { self.began.elapsed().as_secs() } else { 0 };
        let mut output = std::io::stdout().lock();
        output.write_all(screen::screen(&self.state, seconds).as_bytes())?;
        output.flush()?;
        Ok(())
    }

    /// Says something where there is no screen to paint.
    fn told(&self, text: &str) -> anyhow::Result<()> {
        if self.terminal.is_none() {
            let mut output = std::io::stdout().lock();
            output.write_all(text.as_bytes())?;
            output.flush()?;
        }
        Ok(())
    }

    /// Gives the terminal back and ends what still runs: the check is asked, then killed.
    fn end(&mut self, events: &Receiver<WatchEvent>) {
        self.terminal = None;
        self.files = None;
        let Some(group) = self.group.take() else { return };
        group.ask_to_end();
        for patience in [GRACE, LAST] {
            let until = Instant::now() + patience;
            while let Ok(event) = events.recv_timeout(until.saturating_duration_since(Instant::now())) {
                if matches!(event, WatchEvent::Ended(..)) {
                    return;
                }
            }
            group.kill();
        }
    }
}

/// Reads keys until the terminal is gone.
fn watch_keys(events: Sender<WatchEvent>) {
    keyboard::watch(move |press| match press {
        None => events.send(WatchEvent::KeysEnded).is_ok(),
        Some(press) => Key::of(press).is_none_or(|key| events.send(WatchEvent::Key(key)).is_ok()),
    });
}
