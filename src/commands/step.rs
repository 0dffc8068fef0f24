//! `--step`: a run in which a person lets every call and frame go: on the whole screen, or a line at a time (`--plain`, and
//! where there is no terminal).

mod lines;
mod screen;

use super::export;
use super::record::{self, Outcome};
use super::terminal::seat;
use crate::cli::{EngineArgs, ViewArgs};
use socket_lab::recorder::{Carry, Order, Plan, Session};
use socket_lab::recording::Recording;
use socket_lab::step::{self, Ask, Fate};
use socket_lab::timeline::Timeline;
use std::path::Path;

/// Steps through a run, again and again as often as the person begins again.
pub fn run(plan: &Plan, engine: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    match engine.plain || !seat::is_there() {
        true => lines::run(plan, engine, view),
        false => screen::run(plan, engine, view),
    }
}

/// Tells the recorder what the person asked for.
fn order(session: &mut Session, ask: Ask) {
    session.order(&match ask {
        Ask::Go(call) => Order::Go { call },
        Ask::Carry(frame, Fate::Arrive) => Order::Carry { frame, fate: Carry::Arrive },
        Ask::Carry(frame, Fate::Duplicate) => Order::Carry { frame, fate: Carry::Duplicate },
        Ask::Carry(frame, Fate::Drop) => Order::Carry { frame, fate: Carry::Drop },
        Ask::Free => Order::Free { ms: record::DEADLINE_MS },
        Ask::Stop => Order::Stop,
        Ask::Wait => return,
    });
}

/// Writes what was done as rules, and beside it the recording; in words, line by line, what was written. A name that cannot
/// be written ends nothing.
fn save(recording: &Recording, file: &Path) -> Vec<String> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".jsonl");
    let beside = Path::new(&beside);
    let done = step::done(recording);
    let text = done.file(&recording.header.title);
    let saved = export::whole(file, |output| output.write_all(text.as_bytes()))
        .and_then(|()| export::prepare(&[beside.to_path_buf()]))
        .and_then(|exports| export::jsonl(&exports, recording));
    if let Err(error) = saved {
        return vec![format!("{error:#}")];
    }
    let count = done.schedule.len() + done.cable.len();
    let mut said = vec![format!("{count} rules in {}, the run in {}", file.display(), beside.display())];
    said.extend(done.left_out.iter().map(|line| format!("left out: {line}")));
    said
}

/// The recording as it is shown in the end. A lesson promises what its own order shows: of another order, which the person
/// chose, it says nothing, unless all of it was seen.
fn withheld(mut recording: Recording) -> Recording {
    let timeline = Timeline::new(recording.clone());
    if let Some(story) = &mut recording.header.story {
        let seen =
            |that: &str| that.parse().is_ok_and(|that| socket_lab::expectations::evaluate(&that, &timeline).seen);
        if !story.expect.iter().all(|expect| seen(&expect.that)) {
            (story.expect, story.so, story.next) = Default::default();
        }
    }
    recording
}
