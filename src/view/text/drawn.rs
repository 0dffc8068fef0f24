//! The timeline row by row, for a screen that scrolls through it: the lines of each row, what it is about, and when it was.

use super::context::Context;
use super::grid::Grid;
use super::lanes::Lanes;
use super::rows::{self, Cell, Part, Row, Way};
use super::style::Line;
use super::{HexBytes, Options, WIDTHS, columns, wire_note};
use crate::recording::Nanos;
use crate::timeline::Timeline;

/// All rows, laid out for one width.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Drawn {
    /// The names above the lanes, and why the wire is empty if it is for a reason.
    pub(in crate::view) head: Vec<Line>,
    /// The rows in their order.
    pub(in crate::view) rows: Vec<DrawnRow>,
}

/// One row. It may be about a call and the frame beside it.
#[derive(Debug, Clone)]
pub(in crate::view) struct DrawnRow {
    /// When all that it shows had happened.
    pub(in crate::view) t: Nanos,
    /// Index of its call.
    pub(in crate::view) call: Option<usize>,
    /// Index of its frame.
    pub(in crate::view) frame: Option<usize>,
    /// Index of what else it is about.
    pub(in crate::view) mark: Option<usize>,
    /// At least one.
    pub(in crate::view) lines: Vec<Line>,
}

/// Lays a timeline out for so many columns.
pub(in crate::view) fn drawn(timeline: &Timeline, width: usize) -> Drawn {
    let width = width.clamp(WIDTHS.0, WIDTHS.1);
    // `All`: arrivals that are alike stand in rows of their own, since each can be looked at.
    let options = Options { width, color: true, hex: HexBytes::All, layers: false, kernel: false, noise: false };
    let lanes = Lanes::new(timeline);
    let (rows, folds) = rows::rows(timeline, &lanes, &options);
    let mut context = Context::new(timeline, &options, &lanes, &folds);
    columns::settle(&mut context, &rows);
    let mut grid = Grid::new(&context, &rows);
    let mut head = vec![grid.head()];
    head.extend(wire_note(timeline).into_iter().flat_map(|note| grid.on_the_wire(&note)));
    let row = |row: &Row| {
        let (call, mark) = match row.cell {
            Some((_, Cell::Call { call, .. })) => (Some(call), None),
            Some((_, Cell::Mark(mark))) => (None, Some(mark)),
            None => (None, row.across),
        };
        let frame = row.frame.map(|(frame, _)| frame);
        DrawnRow { t: had_happened(timeline, row), call, frame, mark, lines: grid.draw(row) }
    };
    let rows = rows.iter().map(row).collect();
    Drawn { head, rows }
}

fn had_happened(timeline: &Timeline, row: &Row) -> Nanos {
    let call = match row.cell {
        Some((_, Cell::Call { call, part: Part::Whole | Part::Close, .. })) => {
            timeline.calls[call].exit.as_ref().map(|exit| exit.t)
        }
        _ => None,
    };
    let frame = row.frame.map(|(frame, way)| {
        let frame = &timeline.frames[frame];
        match way {
            Way::Sent => frame.record.t,
            Way::Whole | Way::Arrives => frame.arrived().unwrap_or(frame.record.t),
        }
    });
    row.t.max(call.unwrap_or(0)).max(frame.unwrap_or(0))
}
