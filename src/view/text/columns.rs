//! The widths of the lanes and of the wire between them.

use super::context::{Context, Detail, Facts};
use super::fold::Folds;
use super::lanes::{Lanes, Side};
use super::rows::{Cell, Row};
use super::wire_column::Pads;
use super::{Options, cable, calls, numbers, wire_column, wrap};
use crate::timeline::Timeline;

/// Columns to which one long printed line or remark may stretch a lane.
const STRETCH: usize = 44;
/// What the wire needs to be readable, what it gets when the lanes are squeezed too, and what a frame that has much to
/// say may ask for.
const WIRE: (usize, usize, usize) = (17, 22, 48);
/// What a lane with anybody in it needs.
const LANE: usize = 14;
/// Columns of the time: a run of up to 999.99 ms looks the same as a shorter one.
const TIME: usize = 6;

/// Where everything stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Columns {
    pub(super) width: usize,
    pub(super) time: usize,
    pub(super) left: usize,
    pub(super) wire: usize,
    pub(super) right: usize,
    /// Tracks for which each lane keeps room in every row.
    pub(super) tracks: [usize; 2],
    /// Columns of the names of roles in each lane; 0 where a lane is not shared.
    pub(super) prefix: [usize; 2],
    /// Spaces before each lane and the wire.
    gaps: [usize; 3],
}

/// Columns that the left lane, the wire and the right lane ask for.
struct Wishes {
    /// To say everything on one line.
    best: [usize; 3],
    /// To say what must be said on one line.
    least: [usize; 3],
    /// For the wire alone: enough for all frames but the most talkative.
    squeezed: usize,
}

/// Finds what the words of these rows need to know, and chooses how much they can say at this width.
pub(super) fn settle(timeline: &Timeline, lanes: &Lanes, folds: &Folds, options: &Options, rows: &[Row]) -> Facts {
    let mut facts = Facts::new(timeline, lanes);
    let frames = rows.iter().filter_map(|row| timeline.frames.get(row.frame?.0));
    facts.pads = Pads::of(frames);
    for (short_addresses, seq) in [(false, true), (true, true), (true, false)] {
        facts.detail = Detail { short_addresses, seq };
        let context = Context { timeline, options, lanes, folds, facts: &facts };
        let columns = Columns::bare(&context, rows);
        let least = columns.wishes(&context, rows).least;
        if columns.fixed() + least.iter().sum::<usize>() <= columns.width {
            break;
        }
    }
    facts
}

impl Columns {
    /// The widths for these rows.
    pub(super) fn new(context: &Context, rows: &[Row]) -> Columns {
        let mut columns = Columns::bare(context, rows);
        columns.share(&columns.wishes(context, rows));
        columns
    }

    fn bare(context: &Context, rows: &[Row]) -> Columns {
        let width = context.options.width;
        let longest = rows.iter().map(|row| row.t).max().unwrap_or(0);
        let tracks = [0, 1].map(|lane| usize::from(rows.iter().any(|row| row.tracks[lane] != 0)));
        let prefix = [Side::Left, Side::Right].map(|side| {
            let names = context.lanes.on(side).map(|role| super::sanitise::width(&role.name));
            if context.lanes.shared(side) { names.max().unwrap_or(0).min(10) } else { 0 }
        });
        // The columns of the tracks are mostly empty: beside them one space is enough.
        let narrow = |tracked: usize| if width < 100 && tracked > 0 { 1 } else { 2 };
        let gaps = [narrow(tracks[0]), if width < 76 { 1 } else { 2 }, narrow(tracks[1])];
        let time = numbers::ms(longest).len().max(TIME);
        Columns { width, time, left: 0, wire: 0, right: 0, tracks, prefix, gaps }
    }

    fn wishes(&self, context: &Context, rows: &[Row]) -> Wishes {
        let mut wishes = Wishes { best: [0, WIRE.0, 0], least: [0, WIRE.0, 0], squeezed: WIRE.0 };
        for row in rows {
            if let Some((side, cell)) = row.cell {
                let at = if side == Side::Left { 0 } else { 2 };
                let names = self.prefix[side as usize];
                let before = self.before(side, row) + if names > 0 { names + 1 } else { 0 };
                let (wanted, needed) = match cell {
                    Cell::Call { call, part, .. } => calls::natural(context, call, part),
                    Cell::Mark(_) => (STRETCH / 2, LANE),
                };
                wishes.best[at] = wishes.best[at].max((wanted + before).min(STRETCH + 32));
                wishes.least[at] = wishes.least[at].max((needed + before).min(STRETCH));
            }
            if let Some((frame, way)) = row.frame {
                let needed = wire_column::natural(context, frame, way);
                let remarks = cable::remarks(context.timeline, &context.timeline.frames[frame], way);
                let remark: usize = remarks.iter().map(|remark| wrap::total(remark) + 2).sum();
                // A remark that does not fit beside its frame stands below it.
                let both = Some(needed + remark).filter(|both| remark > 0 && *both <= WIRE.2);
                wishes.best[1] = wishes.best[1].max(both.unwrap_or(needed).min(WIRE.2));
                // Segments as long as a cable takes have long numbers.
                let cap = if context.timeline.frames[frame].carried.is_some() { WIRE.2 - 8 } else { WIRE.2 - 14 };
                wishes.least[1] = wishes.least[1].max(needed.min(cap));
                if needed <= WIRE.1 {
                    wishes.squeezed = wishes.squeezed.max(needed);
                }
            }
        }
        for (at, side) in [(0, Side::Left), (2, Side::Right)] {
            if context.lanes.on(side).next().is_some() {
                wishes.best[at] = wishes.best[at].max(LANE);
                wishes.least[at] = wishes.least[at].max(LANE);
            }
        }
        wishes
    }

    /// Divides the width: everyone gets what is needed, and what is over goes to whoever wants more. Where the width
    /// does not even suffice for that, the wire keeps what most frames need, and long rows of the lanes wrap.
    fn share(&mut self, wishes: &Wishes) {
        let Wishes { best, least, squeezed } = wishes;
        let room = self.width.saturating_sub(self.fixed()).max(30);
        let mut given = *least;
        let needed: usize = least.iter().sum();
        if needed > room {
            given[1] = (*squeezed).min(room / 3);
            let lanes = room - given[1];
            let half = lanes / 2;
            given[0] = if least[2] <= half { lanes - least[2] } else { least[0].min(half) };
            given[2] = lanes - given[0];
        } else {
            let mut spare = room - needed;
            for at in [0, 2, 1] {
                let more = best[at].saturating_sub(given[at]).min(spare);
                given[at] += more;
                spare -= more;
            }
        }
        [self.left, self.wire, self.right] = given;
    }

    /// Everything that is neither lane nor wire.
    fn fixed(&self) -> usize {
        self.time + self.gaps.iter().sum::<usize>()
    }

    pub(super) fn lane_width(&self, side: Side) -> usize {
        if side == Side::Left { self.left } else { self.right }
    }

    pub(super) fn lane_start(&self, side: Side) -> usize {
        match side {
            Side::Left => self.time + self.gaps[0],
            Side::Right => self.wire_start() + self.wire + self.gaps[2],
        }
    }

    pub(super) fn wire_start(&self) -> usize {
        self.lane_start(Side::Left) + self.left + self.gaps[1]
    }

    /// Columns before the text of a lane in this row: its tracks.
    pub(super) fn before(&self, side: Side, row: &Row) -> usize {
        let used = 8 - row.tracks[side as usize].leading_zeros() as usize;
        2 * used.max(self.tracks[side as usize])
    }
}
