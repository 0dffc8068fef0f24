//! Timeline → rows: what stands beside what. No text yet, so that a million rows are cheap and only those that are
//! printed are put into words.

use super::fold::{self, Folds};
use super::lanes::{Lanes, Side};
use super::{HexBytes, Options, noise, waits};
use crate::recording::{BY_HAND, Nanos};
use crate::timeline::{Cause, Frame, Mark, Moment, Timeline};
use std::collections::{BTreeMap, HashSet};

/// Which part of a call a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Open,
    Close,
    Never,
}

/// What a lane shows in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// A call, and the track it runs in.
    Call {
        call: usize,
        part: Part,
        track: Option<u8>,
    },
    Mark(usize),
}

/// What of a frame's way a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All of it: it arrived at once, or never.
    Whole,
    /// It was sent, and arrives in a row of its own.
    Sent,
    /// It arrives.
    Arrives,
}

/// One row of the timeline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) t: Nanos,
    pub(super) cell: Option<(Side, Cell)>,
    pub(super) frame: Option<(usize, Way)>,
    /// The frames that arrive in this row when it is one after another, all alike: a place in [`Folds::arrivals`].
    pub(super) batch: Option<usize>,
    /// Stands for the frames by which hosts find each other.
    pub(super) noise: bool,
    /// A mark that takes the whole width.
    pub(super) across: Option<usize>,
    /// The tracks in use in each lane, one bit each, this row's own included.
    pub(super) tracks: [u8; 2],
}

/// Calls of one lane that can be drawn as spans at the same time; more of them go without a line of their own.
const TRACKS: u8 = 4;
/// So many arrivals in a row that are alike become one row.
const ALIKE: usize = 3;
/// Rows that are looked back at for the call of a frame.
const NEAR: usize = 4;

/// The rows of a timeline in order, and the repetitions that were folded.
pub(super) fn rows(timeline: &Timeline, lanes: &Lanes, options: &Options) -> (Vec<Row>, Folds) {
    let waits = waits::waiting(timeline);
    let late = |moment: &Moment| match *moment {
        Moment::Arrival(frame) => Some(frame),
        _ => None,
    };
    let mut builder = Builder {
        timeline,
        lanes,
        folds: fold::find(timeline, &waits),
        waits,
        rows: Vec::with_capacity(timeline.moments.len()),
        tracks: [0; 2],
        open: BTreeMap::new(),
        called: false,
        spawned: HashSet::new(),
        late: timeline.moments.iter().filter_map(late).collect(),
        whole: options.hex == HexBytes::All,
        noise: options.noise,
        hushed: false,
    };
    for moment in &timeline.moments {
        match *moment {
            Moment::Enter(call) if call < timeline.calls.len() => builder.enter(call),
            Moment::Exit(call) if call < timeline.calls.len() => builder.exit(call),
            Moment::Frame(frame) if frame < timeline.frames.len() => builder.frame(frame),
            Moment::Arrival(frame) if frame < timeline.frames.len() => builder.arrival(frame),
            Moment::Mark(mark) if mark < timeline.marks.len() => builder.mark(mark),
            _ => {}
        }
    }
    // Of a recording that was cut short, or goes on, nobody knows whether a call would have returned.
    if let Some(end) = &timeline.end {
        let end = builder.rows.last().map_or(end.t, |row| end.t.max(row.t));
        for call in builder.open.keys().copied().collect::<Vec<usize>>() {
            builder.close(call, Part::Never, end);
        }
    }
    (builder.rows, builder.folds)
}

struct Builder<'a> {
    timeline: &'a Timeline,
    lanes: &'a Lanes,
    waits: Vec<bool>,
    folds: Folds,
    rows: Vec<Row>,
    tracks: [u8; 2],
    /// Calls drawn as spans that have not ended, with their tracks.
    open: BTreeMap<usize, Option<u8>>,
    called: bool,
    spawned: HashSet<i32>,
    /// Frames that arrive in a row of their own.
    late: HashSet<usize>,
    /// True: arrivals are not folded.
    whole: bool,
    /// False: frames by which hosts find each other are one row.
    noise: bool,
    /// True when that row is there.
    hushed: bool,
}

impl Builder<'_> {
    fn row(&mut self, t: Nanos) -> &mut Row {
        self.rows.push(Row {
            t,
            cell: None,
            frame: None,
            batch: None,
            noise: false,
            across: None,
            tracks: self.tracks,
        });
        self.rows.last_mut().expect("just pushed")
    }

    fn side(&self, call: usize) -> Side {
        self.lanes.side(&self.timeline.calls[call].enter.role).unwrap_or(Side::Left)
    }

    fn enter(&mut self, call: usize) {
        self.called = true;
        let this = &self.timeline.calls[call];
        // What a person did not let go has not happened: it stands in `ended`, where the run stopped.
        if self.folds.hidden[call] || (this.held_by_hand() && this.gone().is_none()) {
            return;
        }
        let side = self.side(call);
        let t = self.timeline.calls[call].began();
        if !self.waits[call] || self.folds.shown.contains_key(&call) {
            self.row(t).cell = Some((side, Cell::Call { call, part: Part::Whole, track: None }));
            return;
        }
        let lane = &mut self.tracks[side as usize];
        let track = (0..TRACKS).find(|track| *lane & (1 << track) == 0);
        if let Some(track) = track {
            *lane |= 1 << track;
        }
        self.open.insert(call, track);
        self.row(t).cell = Some((side, Cell::Call { call, part: Part::Open, track }));
    }

    fn exit(&mut self, call: usize) {
        let Some(&track) = self.open.get(&call) else { return };
        let this = &self.timeline.calls[call];
        if this.enter.name == "connect" && self.answers(call) {
            let (side, tracks) = (self.side(call), self.tracks);
            if let Some(row) = self.rows.last_mut() {
                row.cell = Some((side, Cell::Call { call, part: Part::Close, track }));
                row.tracks = tracks;
            }
            self.open.remove(&call);
            self.free(side, track);
        } else {
            self.close(call, Part::Close, this.exit.as_ref().map_or(0, |exit| exit.t));
        }
    }

    /// True when the last row is nothing but the last frame of a handshake which this call ends with.
    fn answers(&self, call: usize) -> bool {
        let Some(row) = self.rows.last().filter(|row| row.cell.is_none() && row.across.is_none()) else {
            return false;
        };
        let Some((frame, Way::Whole | Way::Sent)) = row.frame else {
            return false;
        };
        let record = &self.timeline.frames[frame].record;
        // Not an ARP request, which a connect may wait for in vain until long after.
        record.kind == "ACK" && record.from.as_deref() == Some(self.timeline.calls[call].enter.role.as_str())
    }

    fn close(&mut self, call: usize, part: Part, t: Nanos) {
        let track = self.open.remove(&call).flatten();
        let side = self.side(call);
        self.row(t).cell = Some((side, Cell::Call { call, part, track }));
        self.free(side, track);
    }

    fn free(&mut self, side: Side, track: Option<u8>) {
        if let Some(track) = track {
            self.tracks[side as usize] &= !(1 << track);
        }
    }

    fn frame(&mut self, frame: usize) {
        let this = &self.timeline.frames[frame];
        if !self.noise && noise::is(this) {
            if !std::mem::replace(&mut self.hushed, true) {
                self.row(this.record.t).noise = true;
            }
            return;
        }
        let way = if self.late.contains(&frame) { Way::Sent } else { Way::Whole };
        let place = match this.cause {
            Cause::Call { call, later: false, .. } => self.row_of(call),
            _ => None,
        };
        match place {
            Some(row) => self.rows[row].frame = Some((frame, way)),
            None => self.row(this.record.t).frame = Some((frame, way)),
        }
    }

    fn arrival(&mut self, frame: usize) {
        let this = &self.timeline.frames[frame];
        if !self.noise && noise::is(this) {
            return;
        }
        let alike: Vec<usize> = match self.whole {
            true => Vec::new(),
            false => self.rows.iter().rev().map_while(|row| self.like(row, frame)).take(ALIKE - 1).collect(),
        };
        let last = self.rows.len();
        if let Some(batch) = self.rows.last().and_then(|row| row.batch).filter(|_| !alike.is_empty()) {
            self.folds.arrivals[batch].push(frame);
        } else if alike.len() + 1 == ALIKE {
            self.rows.truncate(last + 2 - ALIKE);
            let batch = alike.into_iter().rev().chain([frame]).collect();
            self.folds.arrivals.push(batch);
            if let Some(row) = self.rows.last_mut() {
                row.batch = Some(self.folds.arrivals.len() - 1);
            }
        } else {
            self.row(this.arrived().unwrap_or(this.record.t)).frame = Some((frame, Way::Arrives));
        }
    }

    /// The frame that arrives in this row, if nothing else stands there and there is as little to say of it as of another.
    fn like(&self, row: &Row, other: usize) -> Option<usize> {
        let Row { cell: None, across: None, noise: false, frame: Some((frame, Way::Arrives)), .. } = *row else {
            return None;
        };
        let [one, two] = [frame, other].map(|frame| &self.timeline.frames[frame]);
        let changed = |frame: &Frame| frame.fate().is_some_and(|fate| fate.changed.is_some());
        let held = |frame: &'_ Frame| frame.carried.as_ref().map(|carried| carried.arrived.clone()).unwrap_or_default();
        let plain = |frame: &Frame| !changed(frame) && held(frame).iter().all(|held| held.info.is_none());
        let states = |frame: &Frame| held(frame).iter().map(|held| (held.sock, held.state.clone())).collect::<Vec<_>>();
        let same = (one.from(), one.to()) == (two.from(), two.to())
            && one.record.kind == two.record.kind
            && states(one) == states(two);
        (same && plain(one) && plain(two) && one.kept_by().eq(two.kept_by())).then_some(frame)
    }

    /// The row beside which a frame of this call is drawn: the last one, or one shortly before it if what stands between
    /// began while the call was being made and neither ended anything nor put a frame on the wire.
    fn row_of(&self, call: usize) -> Option<usize> {
        for (row, this) in self.rows.iter().enumerate().rev().take(NEAR) {
            match this.cell {
                Some((_, Cell::Call { call: drawn, .. })) if drawn == call => {
                    return this.frame.is_none().then_some(row);
                }
                Some((_, Cell::Call { part: Part::Open, .. })) if this.frame.is_none() => {}
                Some((_, Cell::Mark(mark))) if matches!(self.timeline.marks[mark], Mark::Output(_)) => {}
                _ => return None,
            }
        }
        None
    }

    fn mark(&mut self, mark: usize) {
        let this = &self.timeline.marks[mark];
        let t = this.t();
        if self.folds.bystanders.hide(mark) {
            return;
        }
        match this {
            // Starting is only news once something has happened; the rest is told by the rows that follow.
            Mark::Spawn(spawn) => {
                self.spawned.insert(spawn.pid);
                if !self.called {
                    return;
                }
            }
            // A role begins with the exec of its own command, which its header names.
            Mark::Exec(exec) if self.spawned.remove(&exec.pid) => return,
            // What a person held and let go is every call: rows of their own would hide the run.
            Mark::Released(_) | Mark::Rest(_) => return,
            Mark::Held(held) if held.rule == BY_HAND => return,
            Mark::Held(_) | Mark::Action(_) | Mark::Notice(_) | Mark::Limit(_) => {
                self.row(t).across = Some(mark);
                return;
            }
            Mark::Ended(ended) => {
                let calls = &self.timeline.calls;
                let unfinished = |&call: &usize| calls[call].enter.pid == ended.pid && calls[call].exit.is_none();
                for call in self.open.keys().copied().filter(unfinished).collect::<Vec<usize>>() {
                    self.close(call, Part::Never, t);
                }
            }
            _ => {}
        }
        let side = super::marks::role_of(&self.timeline.marks[mark]).and_then(|role| self.lanes.side(role));
        self.row(t).cell = Some((side.unwrap_or(Side::Left), Cell::Mark(mark)));
    }
}
