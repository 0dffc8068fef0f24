//! Rows → lines: what stands in which column.

mod beside;

use super::columns::Columns;
use super::context::Context;
use super::lanes::{Role, Side};
use super::rows::{Cell, Part, Row};
use super::states::{States, Turning};
use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{cable, calls, kernel, marks, noise, numbers, waits, wire_column};
use crate::recording::{Kernel, Nanos, SockId};
use beside::{ARROW, Beside};
use std::collections::HashMap;

/// What all rows have in common, found once.
#[derive(Debug)]
pub(super) struct Plan {
    columns: Columns,
    turning: Turning,
    /// Calls whose end lies behind what the rows below theirs show.
    overtaken: Vec<bool>,
}

impl Plan {
    /// For these rows, which are only those that will be drawn.
    pub(super) fn new(context: &Context, rows: &[Row]) -> Plan {
        Plan {
            columns: Columns::new(context, rows),
            turning: Turning::new(context.timeline),
            overtaken: waits::overtaken(context.timeline),
        }
    }
}

/// The drawn part of the timeline. It remembers what it has said, and says nothing twice.
pub(super) struct Grid<'a> {
    context: &'a Context<'a>,
    columns: &'a Columns,
    last_time: Option<String>,
    /// What was last said of each socket.
    kernel: HashMap<SockId, Kernel>,
    states: States<'a>,
    overtaken: &'a [bool],
}

impl<'a> Grid<'a> {
    /// A grid that has drawn nothing yet.
    pub(super) fn new(context: &'a Context<'a>, plan: &'a Plan) -> Grid<'a> {
        Grid {
            context,
            columns: &plan.columns,
            last_time: None,
            kernel: HashMap::new(),
            states: States::new(&plan.turning),
            overtaken: &plan.overtaken,
        }
    }

    /// The names above the lanes.
    pub(super) fn head(&self) -> Line {
        let mut line = Line::of(Style::Dim, &format!("{:>1$}", "ms", self.columns.time));
        line.pad_to(self.columns.lane_start(Side::Left));
        let names = |side: Side, line: &mut Line| {
            let mut named = Line::new();
            named.pad_to(2 * self.columns.tracks[side as usize]);
            for (n, Role { name, .. }) in self.context.lanes.on(side).enumerate() {
                named.push(Style::Dim, if n > 0 { " · " } else { "" });
                named.push(self.context.lanes.style(name), name);
            }
            line.append(&named.cut(self.columns.lane_width(side)));
        };
        names(Side::Left, &mut line);
        line.pad_to(self.columns.wire_start());
        line.push(Style::Bold, "wire");
        line.pad_to(self.columns.lane_start(Side::Right));
        names(Side::Right, &mut line);
        line.cut(self.columns.width)
    }

    /// A remark that begins in the wire's column, above the rows, and has the rest of the width for itself.
    pub(super) fn on_the_wire(&self, text: &str) -> Vec<Line> {
        let start = self.columns.wire_start();
        let lines = wrap::wrap(&wrap::words(Style::Dim, text), self.columns.width.saturating_sub(start), 0);
        let place = |text: &Line| {
            let mut line = Line::new();
            line.pad_to(start);
            line.append(text);
            line.cut(self.columns.width)
        };
        lines.iter().map(place).collect()
    }

    /// A remark in the middle of the rows, over the whole width.
    pub(super) fn remark(&self, text: &str) -> Vec<Line> {
        self.indented(&wrap::wrap(
            &wrap::words(Style::Bold, text),
            self.columns.width - self.columns.lane_start(Side::Left),
            5,
        ))
    }

    fn indented(&self, lines: &[Line]) -> Vec<Line> {
        let indent = |line: &Line| {
            let mut whole = Line::new();
            whole.pad_to(self.columns.lane_start(Side::Left));
            whole.append(line);
            whole.cut(self.columns.width)
        };
        lines.iter().map(indent).collect()
    }

    fn compose(&self, time: Line, left: Line, wire: &Line, right: Line) -> Line {
        let mut line = time;
        line.pad_to(self.columns.lane_start(Side::Left));
        line.append(&left.cut(self.columns.left));
        line.pad_to(self.columns.wire_start());
        line.append(wire);
        if !right.is_empty() && line.width() <= self.columns.lane_start(Side::Right) {
            line.pad_to(self.columns.lane_start(Side::Right));
            line.append(&right.cut(self.columns.right));
        }
        line.cut(self.columns.width)
    }

    fn time(&mut self, t: Nanos) -> Line {
        let text = format!("{:>1$}", numbers::ms(t), self.columns.time);
        if self.last_time.as_ref() == Some(&text) {
            return Line::new();
        }
        self.last_time = Some(text.clone());
        Line::of(Style::Dim, &text)
    }

    /// The lines of one row.
    pub(super) fn draw(&mut self, row: &Row) -> Vec<Line> {
        let time = self.time(row.t);
        let across = row.across.and_then(|mark| self.context.timeline.marks.get(mark));
        if across.is_some() || row.noise {
            let room = self.columns.width - self.columns.lane_start(Side::Left);
            let mut lines = match across {
                Some(mark) => self.indented(&marks::across(mark, room)),
                None => self.below_wire(row, 0, &noise::words(self.context.timeline)),
            };
            if let Some(first) = lines.first_mut() {
                let mut whole = time;
                whole.append(&first.split(whole.width()).1);
                *first = whole.cut(self.columns.width);
            }
            return lines;
        }
        let (mut wire, beside) = self.wire(row);
        let own = row.cell.map(|(side, cell)| (side, self.cell(side, cell, row)));
        let Beside { mut remarks, mut states, infos } = beside;
        if let ([line], Some(first)) = (wire.as_mut_slice(), remarks.first()) {
            // It may run over the right lane, where that says nothing in this row.
            let both = line.width() + 2 + wrap::total(first);
            let right = Side::Right as usize;
            let free = states[right].is_empty() && own.as_ref().is_none_or(|(side, _)| *side != Side::Right);
            let room = if free { self.columns.width - self.columns.wire_start() } else { self.columns.wire };
            if both <= room {
                line.append_after(2, &wrap::one_line(&remarks.remove(0)));
            }
        }
        let height = wire.len().max(own.as_ref().map_or(0, |(_, lines)| lines.len())).max(1);
        let mut lines = Vec::with_capacity(height);
        for at in 0..height {
            let mut lane = |side: Side| {
                let mut line = self.track_marks(side, row, at);
                let text = match &own {
                    Some((own, lines)) if *own == side => lines.get(at).cloned(),
                    _ => Some(std::mem::take(&mut states[side as usize])).filter(|state| !state.is_empty()),
                };
                if let Some(text) = text {
                    line.pad_to(self.columns.before(side, row));
                    line.append(&text);
                }
                line
            };
            let time = if at == 0 { time.clone() } else { Line::new() };
            let wire = wire.get(at).cloned().unwrap_or_default();
            let (left, right) = (lane(Side::Left), lane(Side::Right));
            lines.push(self.compose(time, left, &wire, right));
        }
        let rest = self.rest(row);
        if states.iter().any(|state| !state.is_empty()) {
            let [left, right] = [Side::Left, Side::Right].map(|side| {
                let mut line = self.track_marks(side, &rest, 1);
                line.pad_to(self.columns.before(side, row));
                line.append(&states[side as usize]);
                line
            });
            lines.push(self.compose(Line::new(), left, &Line::new(), right));
        }
        for remark in &remarks {
            lines.extend(self.below_wire(&rest, ARROW, remark));
        }
        lines.extend(self.kernel_lines(row));
        if !infos.is_empty() {
            lines.extend(self.below(Side::Left, row, &infos));
        }
        lines
    }

    fn track_marks(&self, side: Side, row: &Row, at: usize) -> Line {
        let own = match row.cell {
            Some((own, Cell::Call { part, track: Some(track), .. })) if own == side => Some((part, track)),
            _ => None,
        };
        let mut line = Line::new();
        for track in (0..8u8).filter(|track| row.tracks[side as usize] & (1 << track) != 0) {
            line.pad_to(2 * track as usize);
            let mark = match own.filter(|&(_, own)| own == track) {
                Some((Part::Open, _)) if at == 0 => "┌",
                Some((Part::Close, _)) if at == 0 => "└",
                Some((Part::Never, _)) if at == 0 => "╵",
                Some((Part::Close | Part::Never, _)) => " ",
                _ => "│",
            };
            line.push(Style::Dim, mark);
        }
        line
    }

    /// The text of a lane, with the role before it where the lane is shared.
    fn cell(&self, side: Side, cell: Cell, row: &Row) -> Vec<Line> {
        let (name, tid) = match cell {
            Cell::Call { call, .. } => {
                let enter = &self.context.timeline.calls[call].enter;
                (enter.role.as_str(), enter.tid)
            }
            Cell::Mark(mark) => {
                let mark = &self.context.timeline.marks[mark];
                (marks::role_of(mark).unwrap_or(""), marks::task_of(mark))
            }
        };
        let prefix = self.context.lanes.prefix(name, tid);
        let mut lead = Line::of(self.context.lanes.style(name), &prefix).cut(12);
        lead.pad_to(if prefix.is_empty() { 0 } else { self.columns.prefix[side as usize] });
        let room = self.columns.lane_width(side).saturating_sub(self.columns.before(side, row)).max(8);
        match cell {
            Cell::Call { call, part, .. } => calls::lines(self.context, call, part, &lead, room),
            Cell::Mark(mark) => marks::in_lane(self.context, mark, &lead, room),
        }
    }

    /// What the kernel held after the call, where it is asked for and differs from what was last said of these sockets.
    fn kernel_lines(&mut self, row: &Row) -> Vec<Line> {
        let Some((side, Cell::Call { call, part: Part::Whole | Part::Close, .. })) = row.cell else {
            return Vec::new();
        };
        let overtaken = || self.overtaken.get(call).copied().unwrap_or(false);
        if !self.context.options.kernel
            || (matches!(row.cell, Some((_, Cell::Call { part: Part::Whole, .. }))) && overtaken())
        {
            return Vec::new();
        }
        let Some(words) = kernel::words(self.context, call) else {
            return Vec::new();
        };
        let held = self.context.timeline.calls[call].exit.as_ref().map_or(&[][..], |exit| &exit.kernel);
        let known = held.iter().filter(|kernel| self.kernel.get(&kernel.sock) == Some(kernel)).count();
        if known == held.len() {
            return Vec::new();
        }
        self.kernel.extend(held.iter().map(|kernel| (kernel.sock, kernel.clone())));
        self.below(side, row, &words)
    }

    /// Words below a lane's row. They begin where the lane's text does and run on to the right; on the right side they
    /// begin further left where they have to.
    fn below(&self, side: Side, row: &Row, words: &[Word]) -> Vec<Line> {
        let start = self.columns.lane_start(side) + self.columns.before(side, row);
        let start = match start + wrap::total(words) <= self.columns.width {
            true => start,
            false => self
                .columns
                .width
                .saturating_sub(wrap::total(words))
                .max(self.columns.lane_start(Side::Left) + self.columns.before(Side::Left, row)),
        };
        let rest = self.rest(row);
        wrap::wrap(words, self.columns.width.saturating_sub(start), 2)
            .iter()
            .map(|text| {
                let mut line = Line::new();
                line.pad_to(self.columns.lane_start(Side::Left));
                line.append(&self.track_marks(Side::Left, &rest, 1));
                let right = self.columns.lane_start(Side::Right);
                if right + self.columns.before(Side::Right, &rest) <= start {
                    line.pad_to(right);
                    line.append(&self.track_marks(Side::Right, &rest, 1));
                }
                line.pad_to(start);
                line.append(text);
                line.cut(self.columns.width)
            })
            .collect()
    }

    /// The row's tracks as they go on below it.
    fn rest(&self, row: &Row) -> Row {
        let mut tracks = row.tracks;
        if let Some((side, Cell::Call { part: Part::Close, track: Some(track), .. })) = row.cell {
            tracks[side as usize] &= !(1 << track);
        }
        Row { cell: None, frame: None, tracks, ..*row }
    }
}
