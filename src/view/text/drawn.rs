//! The timeline row by row, for a screen that scrolls through it: what each row is about, and when it was. Only rows that
//! somebody looks at are put into words.

use super::context::{Context, Facts};
use super::fold::Folds;
use super::grid::{Grid, Plan};
use super::lanes::Lanes;
use super::rows::{self, Cell, Part, Row, Way};
use super::style::Line;
use super::{HexBytes, Options, WIDTHS, columns, wire_note};
use crate::recording::Nanos;
use crate::timeline::Timeline;
use std::cell::RefCell;
use std::collections::HashMap;

/// Rows that are drawn together. Each such block begins as if nothing had been said before, so that it looks the same wherever
/// one comes from.
const BLOCK: usize = 16;
/// Blocks that are kept: more than the highest screen shows.
const KEPT: usize = 64;
/// Rows that decide how the lanes share the width. Of longer runs these are the first and the last.
const DECIDING: usize = 2000;

/// All rows, laid out for one width.
#[derive(Debug)]
pub(in crate::view) struct Drawn {
    options: Options,
    lanes: Lanes,
    folds: Folds,
    facts: Facts,
    plan: Plan,
    rows: Vec<Row>,
    /// What was put into words, by blocks.
    blocks: RefCell<HashMap<usize, Vec<Vec<Line>>>>,
}

/// What a row is about. It may be a call and the frame beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct About {
    /// When all that it shows had happened.
    pub(in crate::view) t: Nanos,
    /// Index of its call.
    pub(in crate::view) call: Option<usize>,
    /// Index of its frame.
    pub(in crate::view) frame: Option<usize>,
    /// Index of what else it is about.
    pub(in crate::view) mark: Option<usize>,
}

impl Drawn {
    /// Lays a timeline out for so many columns.
    pub(in crate::view) fn new(timeline: &Timeline, width: usize) -> Drawn {
        let width = width.clamp(WIDTHS.0, WIDTHS.1);
        // `All`: arrivals that are alike stand in rows of their own, since each can be looked at.
        let options = Options { width, color: true, hex: HexBytes::All, layers: false, kernel: false, noise: false };
        let lanes = Lanes::new(timeline);
        let (rows, folds) = rows::rows(timeline, &lanes, &options);
        let first = rows.len().min(DECIDING);
        let last = rows.len().saturating_sub(DECIDING).max(first);
        let deciding: Vec<Row> = rows[..first].iter().chain(&rows[last..]).copied().collect();
        let facts = columns::settle(timeline, &lanes, &folds, &options, &deciding);
        let plan =
            Plan::new(&Context { timeline, options: &options, lanes: &lanes, folds: &folds, facts: &facts }, &deciding);
        Drawn { options, lanes, folds, facts, plan, rows, blocks: RefCell::default() }
    }

    /// How many rows there are.
    pub(in crate::view) fn len(&self) -> usize {
        self.rows.len()
    }

    fn context<'a>(&'a self, timeline: &'a Timeline) -> Context<'a> {
        let Drawn { options, lanes, folds, facts, .. } = self;
        Context { timeline, options, lanes, folds, facts }
    }

    /// The names above the lanes, and why the wire is empty if it is for a reason.
    pub(in crate::view) fn head(&self, timeline: &Timeline) -> Vec<Line> {
        let context = self.context(timeline);
        let grid = Grid::new(&context, &self.plan);
        let mut head = vec![grid.head()];
        head.extend(wire_note(timeline).into_iter().flat_map(|note| grid.on_the_wire(&note)));
        head
    }

    /// The lines of a row, at least one; none where there is no such row.
    pub(in crate::view) fn lines(&self, timeline: &Timeline, row: usize) -> Vec<Line> {
        let mut blocks = self.blocks.borrow_mut();
        if blocks.len() > KEPT {
            blocks.clear();
        }
        let block = blocks.entry(row / BLOCK).or_insert_with(|| {
            let context = self.context(timeline);
            let mut grid = Grid::new(&context, &self.plan);
            let rows = self.rows.iter().skip(row / BLOCK * BLOCK).take(BLOCK);
            rows.map(|row| grid.draw(row)).collect()
        });
        block.get(row % BLOCK).cloned().unwrap_or_default()
    }

    /// What a row is about.
    pub(in crate::view) fn about(&self, timeline: &Timeline, row: usize) -> Option<About> {
        let row = self.rows.get(row)?;
        let (call, mark) = match row.cell {
            Some((_, Cell::Call { call, .. })) => (Some(call), None),
            Some((_, Cell::Mark(mark))) => (None, Some(mark)),
            None => (None, row.across),
        };
        let frame = row.frame.map(|(frame, _)| frame);
        Some(About { t: had_happened(timeline, row), call, frame, mark })
    }
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
