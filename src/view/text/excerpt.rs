//! A piece of the timeline: the last rows before a moment, or those that prove something, drawn as in the whole.

use super::context::Context;
use super::grid::{Grid, Plan};
use super::lanes::Lanes;
use super::rows::{self, Cell, Part, Row};
use super::style::Line;
use super::{Options, columns};
use crate::notation::{CallRef, FrameRef};
use crate::recording::Nanos;
use crate::timeline::{Mark, Timeline};

/// The rows up to a moment, so many at most. What `silent` roles printed and what a program used
/// is left out: it is told elsewhere.
pub(super) fn before(timeline: &Timeline, until: Nanos, most: usize, silent: &[&str], options: &Options) -> Vec<Line> {
    let lanes = Lanes::new(timeline);
    let (rows, folds) = rows::rows(timeline, &lanes, options);
    let elsewhere = |mark: usize| match timeline.marks.get(mark) {
        Some(Mark::Output(output)) => silent.contains(&output.role.as_str()),
        Some(Mark::Usage(_)) => true,
        _ => false,
    };
    let told = |row: &&Row| {
        row.t <= until
            && !row.across.is_some_and(elsewhere)
            && !matches!(row.cell, Some((_, Cell::Mark(mark))) if elsewhere(mark))
    };
    let shown: Vec<Row> = rows.iter().filter(told).copied().collect();
    let drawn = shown[shown.len().saturating_sub(most)..].to_vec();
    if drawn.is_empty() {
        return Vec::new();
    }
    let facts = columns::settle(timeline, &lanes, &folds, options, &drawn);
    let context = Context { timeline, options, lanes: &lanes, folds: &folds, facts: &facts };
    let plan = Plan::new(&context, &drawn);
    let mut grid = Grid::new(&context, &plan);
    let mut lines = vec![grid.head()];
    let left_out = shown.len() - drawn.len();
    if left_out > 0 {
        lines.extend(grid.remark(&format!("… {} before: --show", rows_of(left_out))));
    }
    lines.extend(drawn.iter().flat_map(|row| grid.draw(row)));
    lines
}

/// The rows of the calls and frames that are named (`server.recv[1]`, `client>server data[1..3]`): where they ended, or where
/// they began if they never did. So many rows at most.
pub(super) fn proving(timeline: &Timeline, evidence: &[String], most: usize, options: &Options) -> Vec<Line> {
    let calls: Vec<CallRef> = evidence.iter().filter_map(|name| name.parse().ok()).collect();
    let frames: Vec<FrameRef> = evidence.iter().filter_map(|name| name.parse().ok()).collect();
    let lanes = Lanes::new(timeline);
    let (rows, folds) = rows::rows(timeline, &lanes, options);
    let is_meant = |call: usize| {
        let enter = &timeline.calls[call].enter;
        calls.iter().any(|wanted| wanted.matches(&enter.role, &enter.name, enter.nth))
    };
    let proves = |row: &&Row| {
        let of_call =
            matches!(row.cell, Some((_, Cell::Call { call, part, .. })) if part != Part::Open && is_meant(call));
        let of_frame = row.frame.is_some_and(|(frame, _)| {
            let frame = &timeline.frames[frame];
            let matches =
                |wanted: &FrameRef| wanted.matches(frame.from(), frame.to(), &frame.record.kind, frame.record.nth);
            frames.iter().any(matches)
        });
        of_call || of_frame
    };
    let shown: Vec<Row> = rows.iter().filter(proves).copied().collect();
    let drawn = shown[..shown.len().min(most)].to_vec();
    if drawn.is_empty() {
        return Vec::new();
    }
    let facts = columns::settle(timeline, &lanes, &folds, options, &drawn);
    let context = Context { timeline, options, lanes: &lanes, folds: &folds, facts: &facts };
    let plan = Plan::new(&context, &drawn);
    let mut grid = Grid::new(&context, &plan);
    let mut lines = vec![grid.head()];
    lines.extend(drawn.iter().flat_map(|row| grid.draw(row)));
    if shown.len() > drawn.len() {
        lines.extend(grid.remark(&format!("… and {}", rows_of(shown.len() - drawn.len()))));
    }
    lines
}

fn rows_of(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", super::numbers::grouped(count)) }
}
