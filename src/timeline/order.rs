//! The one order of a recording: events sorted by their stamps, with a rule for equal stamps.
//!
//! The recorder writes an event when it learns of it, and it learns of frames late. So the order of the file decides
//! only between equal stamps:
//!
//! 1. Enters, exits and marks with equal stamps keep the order of the file: one tracer saw them one after another.
//! 2. Frames stand before the first exit with the same stamp (the kernel sent them before it handed the call back),
//!    and after everything else with that stamp when no call exits then. Among themselves they keep the file's order.
//! 3. A call's exit never stands before its enter, even where the recording says so.
//! 4. A frame's arrival never stands before its sending; otherwise it is placed as a frame is.

use super::{Call, Frame, Mark, Moment};
use crate::recording::Nanos;

/// Line of the file, which decides between equal stamps.
pub(super) type Line = u32;

/// The lines at which calls, frames and marks stood in the file.
#[derive(Default)]
pub(super) struct Lines {
    /// Enter and exit of each call.
    pub(super) calls: Vec<(Line, Line)>,
    /// Each frame.
    pub(super) frames: Vec<Line>,
    /// Each mark.
    pub(super) marks: Vec<Line>,
}

/// Sorts `items` and their lines by stamp, in place and stably. Nothing moves when they are in order already.
pub(super) fn by_stamp<T, L>(items: &mut [T], lines: &mut [L], stamp: impl Fn(&T, &L) -> (Nanos, Line)) {
    let keys: Vec<(Nanos, Line)> = items.iter().zip(lines.iter()).map(|(item, line)| stamp(item, line)).collect();
    if keys.is_sorted() {
        return;
    }
    // Calls and frames are large: sorting their numbers and moving each once costs a fraction of sorting them.
    let mut places: Vec<u32> = (0..keys.len() as u32).collect();
    places.sort_by_key(|&place| keys[place as usize]);
    for start in 0..places.len() {
        let mut here = start;
        loop {
            let from = places[here] as usize;
            places[here] = here as u32;
            if from == start {
                break;
            }
            items.swap(here, from);
            lines.swap(here, from);
            here = from;
        }
    }
}

/// All moments in one order. Calls, frames and marks must be sorted already.
pub(super) fn moments(calls: &[Call], frames: &[Frame], marks: &[Mark], lines: &Lines) -> Vec<Moment> {
    let order = ordered(calls, frames, marks, lines, &[]);
    let late = late(&order, calls, frames, marks);
    if late.is_empty() { order } else { ordered(calls, frames, marks, lines, &late) }
}

fn ordered(
    calls: &[Call],
    frames: &[Frame],
    marks: &[Mark],
    lines: &Lines,
    arrivals: &[(Nanos, usize)],
) -> Vec<Moment> {
    let count = 2 * calls.len() + frames.len() + marks.len() + arrivals.len();
    let mut all: Vec<(Nanos, Line, Moment)> = Vec::with_capacity(count);
    for (index, call) in calls.iter().enumerate() {
        all.push((call.began(), lines.calls[index].0, Moment::Enter(index)));
    }
    for (index, call) in calls.iter().enumerate() {
        if let Some(exit) = &call.exit {
            let (enter_line, exit_line) = lines.calls[index];
            all.push((exit.t.max(call.began()), exit_line.max(enter_line), Moment::Exit(index)));
        }
    }
    for (index, frame) in frames.iter().enumerate() {
        all.push((frame.record.t, lines.frames[index], Moment::Frame(index)));
    }
    for &(t, frame) in arrivals {
        all.push((t, lines.frames[frame], Moment::Arrival(frame)));
    }
    for (index, mark) in marks.iter().enumerate() {
        all.push((mark.t(), lines.marks[index], Moment::Mark(index)));
    }
    // Sorted runs: a stable sort finds them and only merges.
    all.sort_by_key(|&(t, line, _)| (t, line));
    let mut order = Vec::with_capacity(all.len());
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let is_frame = |moment: Moment| matches!(moment, Moment::Frame(_) | Moment::Arrival(_));
        let frames = equal.iter().map(|entry| entry.2).filter(|&moment| is_frame(moment));
        let others = equal.iter().map(|entry| entry.2).filter(|&moment| !is_frame(moment));
        let first_exit = others.clone().position(|moment| matches!(moment, Moment::Exit(_))).unwrap_or(equal.len());
        order.extend(others.clone().take(first_exit));
        order.extend(frames);
        order.extend(others.skip(first_exit));
    }
    order
}

/// The frames whose arrival is a moment of its own, and when it was: a rule kept them, or something happened in between
/// that their sender did not do. Between two doings of the sender nobody can tell whether a frame had arrived.
fn late(order: &[Moment], calls: &[Call], frames: &[Frame], marks: &[Mark]) -> Vec<(Nanos, usize)> {
    if frames.iter().all(|frame| frame.carried.is_none()) {
        return Vec::new();
    }
    let mut late = Vec::new();
    // Going back: the next doing and who did it, and the next that somebody else than that one did.
    let mut next: Option<(&str, Nanos)> = None;
    let mut beyond: Option<Nanos> = None;
    for &moment in order.iter().rev() {
        let (who, t) = match moment {
            Moment::Enter(call) => (Some(calls[call].enter.role.as_str()), calls[call].began()),
            Moment::Exit(call) if awaits(&calls[call]) => {
                (Some(calls[call].enter.role.as_str()), calls[call].returned_at())
            }
            Moment::Exit(call) => (None, calls[call].returned_at()),
            Moment::Frame(frame) => (Some(frames[frame].from()), frames[frame].record.t),
            Moment::Mark(mark) => (doer(&marks[mark]), marks[mark].t()),
            Moment::Arrival(_) => (None, 0),
        };
        let Some(who) = who else { continue };
        if let Moment::Frame(number) = moment
            && let Some(arrived) = frames[number].arrived().filter(|_| frames[number].carried.is_some())
        {
            let others = next.filter(|(doer, _)| *doer != who).map(|(_, t)| t).or(beyond);
            if frames[number].kept_by().next().is_some() || others.is_some_and(|t| t < arrived) {
                late.push((arrived, number));
            }
        }
        if let Some((doer, t)) = next.replace((who, t))
            && doer != who
        {
            beyond = Some(t);
        }
    }
    late.sort_unstable();
    late
}

/// True for calls that may end because a frame arrives. That another one returned says nothing about frames.
fn awaits(call: &Call) -> bool {
    call.receives() || matches!(call.enter.name.as_str(), "accept" | "connect")
}

/// Who did what a mark says, if its stamp is that of the deed: what a program prints is read later.
fn doer(mark: &Mark) -> Option<&str> {
    match mark {
        Mark::Action(mark) => Some(&mark.role),
        Mark::Input(mark) => Some(&mark.role),
        Mark::Signal(mark) => Some(&mark.role),
        Mark::Ended(mark) => Some(&mark.role),
        Mark::Refused(mark) => Some(&mark.role),
        _ => None,
    }
}

impl Mark {
    /// When it happened.
    pub fn t(&self) -> Nanos {
        match self {
            Mark::Spawn(e) => e.t,
            Mark::Task(e) => e.t,
            Mark::Exec(e) => e.t,
            Mark::Held(e) => e.t,
            Mark::Released(e) => e.t,
            Mark::Action(e) => e.t,
            Mark::Output(e) => e.t,
            Mark::Input(e) => e.t,
            Mark::Signal(e) => e.t,
            Mark::Ended(e) => e.t,
            Mark::Notice(e) => e.t,
            Mark::Limit(e) => e.t,
            Mark::Refused(e) => e.t,
            Mark::Rest(e) => e.t,
            Mark::Usage(e) => e.t,
        }
    }
}
