//! The one order of a recording: events sorted by their stamps, with a rule for equal stamps.
//!
//! The recorder writes an event when it learns of it, and it learns of frames late. So the order of the file decides
//! only between equal stamps:
//!
//! 1. Enters, exits and marks with equal stamps keep the order of the file: one tracer saw them one after another.
//! 2. Frames stand before the first exit with the same stamp (the kernel sent them before it handed the call back),
//!    and after everything else with that stamp when no call exits then. Among themselves they keep the file's order.
//! 3. A call's exit never stands before its enter, even where the recording says so.

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
    let mut all: Vec<(Nanos, Line, Moment)> = Vec::with_capacity(2 * calls.len() + frames.len() + marks.len());
    for (index, call) in calls.iter().enumerate() {
        all.push((call.enter.t, lines.calls[index].0, Moment::Enter(index)));
    }
    for (index, call) in calls.iter().enumerate() {
        if let Some(exit) = &call.exit {
            let (enter_line, exit_line) = lines.calls[index];
            all.push((exit.t.max(call.enter.t), exit_line.max(enter_line), Moment::Exit(index)));
        }
    }
    for (index, frame) in frames.iter().enumerate() {
        all.push((frame.record.t, lines.frames[index], Moment::Frame(index)));
    }
    for (index, mark) in marks.iter().enumerate() {
        all.push((mark.t(), lines.marks[index], Moment::Mark(index)));
    }
    // Four sorted runs: a stable sort finds them and only merges.
    all.sort_by_key(|&(t, line, _)| (t, line));
    let mut order = Vec::with_capacity(all.len());
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let is_frame = |moment: Moment| matches!(moment, Moment::Frame(_));
        let frames = equal.iter().map(|entry| entry.2).filter(|&moment| is_frame(moment));
        let others = equal.iter().map(|entry| entry.2).filter(|&moment| !is_frame(moment));
        let first_exit = others.clone().position(|moment| matches!(moment, Moment::Exit(_))).unwrap_or(equal.len());
        order.extend(others.clone().take(first_exit));
        order.extend(frames);
        order.extend(others.skip(first_exit));
    }
    order
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
        }
    }
}
