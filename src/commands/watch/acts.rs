//! What `lab watch` does for an exercise: start its check, watch its files, show a page about it, go on to the next.

use super::Watch;
use super::files::Files;
use super::screen;
use super::state::{Effect, Outcome, Panel, WatchEvent};
use crate::commands::desk::Desk;
use socket_lab::course::Exercise;
use socket_lab::group::{Ended, Group};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

impl Watch<'_> {
    /// Starts `lab check` on the exercise as it is now.
    pub(super) fn start(&mut self, number: u64) -> anyhow::Result<Option<Effect>> {
        self.told(&format!("{}\n", screen::status(&self.state, 0)))?;
        // When the lab was built anew meanwhile, the new one checks; between the two, the one that is running.
        let lab = std::env::current_exe().ok().filter(|lab| lab.is_file());
        let mut command = Command::new(lab.unwrap_or_else(|| "/proc/self/exe".into()));
        command.args(["check", &self.state.name, "--color", if self.state.color() { "always" } else { "never" }]);
        command.args(["--width", &self.width().to_string()]);
        if let Some(program) = &self.args.program {
            command.args(["--program", program]);
        }
        self.began = Instant::now();
        let events = self.sender.clone();
        let told = move |ended| drop(events.send(WatchEvent::Ended(number, outcome(ended))));
        match Group::start(command, told) {
            Ok(group) => {
                self.group = Some(group);
                Ok(None)
            }
            Err(error) => {
                let text = format!("lab check could not be started: {error}\n");
                self.update(WatchEvent::Ended(number, Outcome { status: None, signal: None, text }))
            }
        }
    }

    /// Fills the screen with a page about the exercise. What goes wrong is said and ends nothing.
    pub(super) fn show(
        &mut self,
        panel: Panel,
        page: impl Fn(&Desk, &Exercise, usize, bool) -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        let made = Desk::read().and_then(|desk| {
            let exercise = desk.exercise(&self.state.name)?;
            page(&desk, exercise, self.width(), self.state.color())
        });
        match made {
            Ok(page) => {
                self.told(&page)?;
                self.state.turn_to(panel, page);
            }
            Err(error) => {
                self.told(&format!("{error:#}\n"))?;
                self.state.note = Some(format!("{error:#}"));
            }
        }
        Ok(())
    }

    /// The next exercise that is not passed, after this one and then from the beginning.
    pub(super) fn go_on(&mut self) -> anyhow::Result<Option<Effect>> {
        let desk = match Desk::read() {
            Ok(desk) => desk,
            Err(error) => {
                self.state.note = Some(format!("{error:#}"));
                return Ok(None);
            }
        };
        let all = &desk.exercises.exercises;
        let here = all.iter().position(|exercise| exercise.name == self.state.name).map_or(0, |here| here + 1);
        let others = all[here..].iter().chain(&all[..here]);
        let next = others.into_iter().find(|it| it.name != self.state.name && !desk.is_passed(it));
        let Some(next) = next else {
            self.state.note = Some("every other exercise is passed".into());
            self.told("every other exercise is passed\n")?;
            return Ok(None);
        };
        self.watch_files(&next.name)?;
        Ok(self.state.open(next.name.clone(), false))
    }

    /// Watches the folder of an exercise, and the files that the program's command names.
    pub(super) fn watch_files(&mut self, exercise: &str) -> anyhow::Result<()> {
        let root = crate::commands::root::find()?;
        let words = self.args.program.as_deref().unwrap_or_default().split_whitespace().map(PathBuf::from);
        let others = words.filter(|path| path.is_file()).collect();
        self.watchers += 1;
        let folder = root.join("exercises").join(exercise);
        self.files = Some(Files::watch(folder, others, self.watchers, self.sender.clone()));
        Ok(())
    }
}

/// What a check said, with what of it was too much to keep.
fn outcome(ended: Ended) -> Outcome {
    let mut text = String::from_utf8_lossy(&ended.output).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    if ended.lost > 0 {
        text += &format!("… and {} bytes more\n", ended.lost);
    }
    Outcome { status: ended.status, signal: ended.signal, text }
}
