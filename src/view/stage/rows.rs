//! What had happened up to a moment, as rows: two lanes and the wire between them, each row in few words.
//!
//! Nothing later is shown, also not the result of a call that had not returned yet. What is left out is acknowledgments that
//! carry nothing and calls that only prepare or ask (QUIET), unless they failed or a beat of the talk is about them.

use super::words;
use crate::notation::{CallRef, EventRef, FrameRef};
use crate::timeline::{Call, Cause, Frame, Mark, Moment, Timeline};
use crate::view::text::lanes::{Lanes, Side};
use crate::view::text::noise;
use crate::view::text::style::Style;
use crate::view::text::wrap::{self, Word};
use std::collections::{HashMap, HashSet};

/// Calls that put nothing on the wire and tell little.
const QUIET: [&str; 6] = ["socket", "setsockopt", "getsockopt", "getsockname", "getpeername", "fcntl"];

/// A row of the stage.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// What a program did, in its lane.
    pub(super) cell: Option<(Side, Vec<Word>)>,
    /// What was on the wire.
    pub(super) wire: Option<Vec<Word>>,
    /// What concerns both lanes.
    pub(super) across: Option<Vec<Word>>,
    /// How many moments had happened when it last changed.
    pub(super) moment: usize,
    /// True when it stands for one of the calls and frames that were asked for.
    pub(super) meant: bool,
    gone: bool,
}

/// Calls and frames by their names: those that a talk is about.
#[derive(Debug, Default)]
pub(super) struct Names {
    calls: Vec<CallRef>,
    frames: Vec<FrameRef>,
}

impl Names {
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a String>) -> Names {
        let mut all = Names::default();
        for name in names {
            match (name.parse::<EventRef>(), name.parse::<FrameRef>()) {
                (Ok(EventRef::Returned(call) | EventRef::Entered(call) | EventRef::Gone(call)), _) => {
                    all.calls.push(call)
                }
                (Ok(EventRef::Frame(frame) | EventRef::Arrived(frame)), _) | (_, Ok(frame)) => all.frames.push(frame),
                _ => {}
            }
        }
        all
    }

    fn call(&self, call: &Call) -> bool {
        let enter = &call.enter;
        self.calls.iter().any(|wanted| wanted.matches(&enter.role, &enter.name, enter.nth))
    }

    fn frame(&self, frame: &Frame) -> bool {
        let record = &frame.record;
        self.frames.iter().any(|wanted| wanted.matches(frame.from(), frame.to(), &record.kind, record.nth))
    }
}

/// The rows of the first so many moments. `about` are the names of the whole talk, `meant` those of this beat.
pub(super) fn rows(timeline: &Timeline, lanes: &Lanes, until: usize, about: &Names, meant: &Names) -> Vec<Row> {
    let arrival = |moment: &Moment| match *moment {
        Moment::Arrival(frame) => Some(frame),
        _ => None,
    };
    let apart = timeline.moments.iter().filter_map(arrival).collect();
    let mut stage =
        Stage { timeline, lanes, about, meant, apart, at: 0, until, rows: Vec::new(), open: HashMap::new() };
    for moment in timeline.moments.iter().take(until) {
        stage.at += 1;
        match *moment {
            Moment::Enter(call) => stage.enter(call),
            Moment::Exit(call) => stage.exit(call),
            Moment::Frame(frame) => stage.frame(frame),
            Moment::Arrival(frame) => stage.arrival(frame),
            Moment::Mark(mark) => timeline.marks.get(mark).into_iter().for_each(|mark| stage.mark(mark)),
        }
    }
    stage.rows.retain(|row| !row.gone);
    stage.rows
}

struct Stage<'a> {
    timeline: &'a Timeline,
    lanes: &'a Lanes,
    about: &'a Names,
    meant: &'a Names,
    /// Frames that arrive in a row of their own.
    apart: HashSet<usize>,
    /// How many moments have happened, and how many will.
    at: usize,
    until: usize,
    rows: Vec<Row>,
    /// The rows of calls that have not returned.
    open: HashMap<usize, usize>,
}

impl Stage<'_> {
    fn push(&mut self, row: Row) {
        self.rows.push(Row { moment: self.at, ..row });
    }

    fn cell(&self, call: &Call, returned: bool, more: Option<&str>) -> (Side, Vec<Word>) {
        let enter = &call.enter;
        let mut words = words::led(self.lanes, &enter.role, enter.tid, words::call(self.timeline, call, returned));
        words.extend(more.map(|more| Word::new(Style::Dim, more)));
        (self.lanes.side(&enter.role).unwrap_or(Side::Left), words)
    }

    fn is_quiet(&self, call: &Call) -> bool {
        let failed = call.exit.as_ref().is_some_and(|exit| exit.errno.is_some());
        QUIET.contains(&call.enter.name.as_str()) && !failed && !self.about.call(call)
    }

    fn enter(&mut self, number: usize) {
        let Some(call) = self.timeline.calls.get(number).filter(|call| !self.is_quiet(call)) else { return };
        let waits = match &call.hold {
            Some(hold) if hold.from <= call.began() || hold.until.is_some() => Some("held"),
            _ if call.receives() || call.enter.name == "accept" => Some("waits"),
            _ => None,
        };
        let (cell, meant) = (Some(self.cell(call, false, waits)), self.meant.call(call));
        self.open.insert(number, self.rows.len());
        self.push(Row { cell, meant, ..Row::default() });
    }

    fn exit(&mut self, number: usize) {
        let Some(row) = self.open.remove(&number) else { return };
        let call = &self.timeline.calls[number];
        let failed = call.exit.as_ref().is_some_and(|exit| exit.errno.is_some());
        let waits = call.receives() || call.enter.name == "accept";
        let frames_only = self.rows[row + 1..].iter().all(|row| row.cell.is_none() && row.across.is_none());
        let is_last = row + 1 == self.rows.len();
        // What came in between came before the result, unless the call did not wait for any of it.
        if is_last || (frames_only && !waits && !failed) {
            let moment = if is_last { self.at } else { self.rows[row].moment };
            self.rows[row].cell = Some(self.cell(call, true, None));
            self.rows[row].moment = moment;
            return;
        }
        let partly = call.sends() && call.moved() != call.enter.args.len;
        let tells = waits || failed || partly;
        if !tells {
            self.rows[row].cell = Some(self.cell(call, true, None));
            return;
        }
        if self.rows[row].wire.is_none() {
            self.rows[row].gone = true;
        } else {
            self.rows[row].cell = Some(self.cell(call, false, None));
        }
        let (cell, meant) = (Some(self.cell(call, true, None)), self.meant.call(call));
        self.push(Row { cell, meant, ..Row::default() });
    }

    fn is_left_out(&self, frame: &Frame) -> bool {
        let record = &frame.record;
        let answers = |kinds: &[&str]| match frame.cause {
            Cause::Frame(other) => {
                self.timeline.frames.get(other).is_some_and(|other| kinds.contains(&other.record.kind.as_str()))
            }
            _ => false,
        };
        let empty = record.kind == "ACK" && !answers(&["SYN,ACK"]) && !frame.dropped() && !frame.is_copy();
        noise::is(frame) || (empty && !self.about.frame(frame))
    }

    fn frame(&mut self, number: usize) {
        let Some(frame) = self.timeline.frames.get(number).filter(|frame| !self.is_left_out(frame)) else { return };
        let apart = self.apart.contains(&number);
        let wire = words::frame(self.timeline, self.lanes, frame, false, apart);
        let meant = self.meant.frame(frame);
        let of_call = match frame.cause {
            Cause::Call { call, later: false, .. } => self.rows.len().checked_sub(1).filter(|last| {
                let open = self.open.get(&call) == Some(last);
                open && self.rows[*last].wire.is_none()
            }),
            _ => None,
        };
        match of_call {
            Some(row) => {
                let row = &mut self.rows[row];
                (row.wire, row.moment, row.meant) = (Some(wire), self.at, row.meant || meant);
            }
            None => self.push(Row { wire: Some(wire), meant, ..Row::default() }),
        }
    }

    fn arrival(&mut self, number: usize) {
        let Some(frame) = self.timeline.frames.get(number).filter(|frame| !self.is_left_out(frame)) else { return };
        if frame.dropped() {
            return;
        }
        let wire = words::frame(self.timeline, self.lanes, frame, true, true);
        self.push(Row { wire: Some(wire), meant: self.meant.frame(frame), ..Row::default() });
    }

    fn mark(&mut self, mark: &Mark) {
        let is_now = self.at == self.until;
        let mut in_lane = |role: &str, tid: i32, style: Style, text: &str, meant: bool| {
            let words = words::led(self.lanes, role, tid, wrap::words(style, text));
            let side = self.lanes.side(role).unwrap_or(Side::Left);
            self.push(Row { cell: Some((side, words)), meant, ..Row::default() });
        };
        match mark {
            Mark::Signal(signal) => in_lane(&signal.role, signal.tid, Style::Bad, &signal.signal, is_now),
            Mark::Ended(ended) if ended.main && !ended.by_lab => match (&ended.signal, ended.code) {
                (Some(signal), _) => {
                    in_lane(&ended.role, ended.pid, Style::Bad, &format!("killed by {signal}"), is_now)
                }
                (None, Some(0)) if is_now => in_lane(&ended.role, ended.pid, Style::Plain, "exits 0", true),
                (None, Some(code)) if code != 0 => {
                    in_lane(&ended.role, ended.pid, Style::Bad, &format!("exits {code}"), is_now)
                }
                _ => {}
            },
            // What programs print is shown where a beat is about it.
            Mark::Output(output) if is_now => {
                let start: String = output.text.chars().take(80).collect();
                in_lane(&output.role, 0, Style::Plain, &format!("prints: {start}"), true);
            }
            Mark::Released(released) => {
                let open =
                    self.timeline.call_index(released.call).and_then(|call| Some((call, *self.open.get(&call)?)));
                if let Some((call, row)) = open {
                    let cell = self.cell(&self.timeline.calls[call], false, Some("goes on"));
                    (self.rows[row].cell, self.rows[row].moment) = (Some(cell), self.at);
                }
            }
            Mark::Action(action) => self.across(&action.rule),
            Mark::Limit(limit) => self.across(&limit.text),
            _ => {}
        }
    }

    fn across(&mut self, text: &str) {
        self.push(Row { across: Some(wrap::words(Style::Bold, text)), ..Row::default() });
    }
}
