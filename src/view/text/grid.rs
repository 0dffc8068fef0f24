//! Rows → lines: the widths of the lanes, and what stands in which column.

use super::context::{Context, Detail};
use super::lanes::{Role, Side};
use super::rows::{Cell, Part, Row};
use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{calls, kernel, marks, numbers, wire_column};
use crate::recording::Nanos;

/// Columns of the widths of a lane, the wire and the other lane.
#[derive(Debug, Clone, Copy)]
struct Columns {
    time: usize,
    left: usize,
    wire: usize,
    right: usize,
    gap: usize,
}

/// Columns to which one long printed line or remark may stretch a lane.
const STRETCH: usize = 44;
/// What the wire needs to be readable, and what a frame that has much to say may ask for.
const WIRE: (usize, usize) = (20, 48);
/// Columns of the time: a run of up to 999.99 ms looks the same as a shorter one.
const TIME: usize = 6;

/// The drawn part of the timeline.
pub(super) struct Grid<'a> {
    context: &'a Context<'a>,
    columns: Columns,
    width: usize,
    /// Columns kept free for tracks in each lane.
    tracks: [usize; 2],
    prefix: [usize; 2],
    last_time: Option<String>,
    last_kernel: String,
}

/// Chooses how much the rows can say at this width. Called once, before the grid is made.
pub(super) fn settle(context: &mut Context, rows: &[Row]) {
    let width = context.options.width;
    let steps = [(false, true), (true, true), (true, false)];
    for (short_addresses, seq) in steps {
        context.detail = Detail { short_addresses, seq };
        let probe = Grid::new(context, rows);
        let (_, least) = probe.natural(rows);
        if probe.columns.time + 3 * probe.columns.gap + least.iter().sum::<usize>() <= width {
            return;
        }
    }
}

impl<'a> Grid<'a> {
    /// A grid for these rows; `rows` are only those that will be drawn.
    pub(super) fn new(context: &'a Context<'a>, rows: &[Row]) -> Grid<'a> {
        let width = context.options.width;
        let longest = rows.iter().map(|row| row.t).max().unwrap_or(0);
        let gap = if width < 76 { 1 } else { 2 };
        let columns = Columns {
            time: numbers::ms(longest).len().max(TIME),
            left: 0,
            wire: 0,
            right: 0,
            gap,
        };
        let tracks = [0, 1].map(|lane| rows.iter().any(|row| row.tracks[lane] != 0) as usize);
        let prefix = [Side::Left, Side::Right].map(|side| {
            let longest = context
                .lanes
                .on(side)
                .map(|role| super::sanitise::width(&role.name))
                .max()
                .unwrap_or(0);
            if context.lanes.shared(side) { longest.min(10) } else { 0 }
        });
        let mut grid = Grid {
            context,
            columns,
            width,
            tracks,
            prefix,
            last_time: None,
            last_kernel: String::new(),
        };
        grid.share(rows);
        grid
    }

    /// Columns the lanes would like, and what they need: left, wire, right.
    fn natural(&self, rows: &[Row]) -> ([usize; 3], [usize; 3]) {
        let (mut best, mut least) = ([0; 3], [0; 3]);
        for row in rows {
            if let Some((side, cell)) = row.cell {
                let at = if side == Side::Left { 0 } else { 2 };
                let before = self.before(side, row)
                    + if self.prefix[side as usize] > 0 {
                        self.prefix[side as usize] + 1
                    } else {
                        0
                    };
                let (wanted, needed) = match cell {
                    Cell::Call { call, part, .. } => calls::natural(self.context, call, part),
                    Cell::Mark(_) => (STRETCH / 2, 16),
                };
                best[at] = best[at].max((wanted + before).min(STRETCH + 16));
                least[at] = least[at].max((needed + before).min(STRETCH));
            }
            if let Some(frame) = row.frame {
                let wanted = wire_column::natural(self.context, frame);
                best[1] = best[1].max(wanted.min(WIRE.1));
                least[1] = least[1].max(wanted.min(WIRE.1 - 14));
            }
        }
        for (at, side) in [(0, Side::Left), (2, Side::Right)] {
            if self.context.lanes.on(side).next().is_some() {
                best[at] = best[at].max(14);
                least[at] = least[at].max(14);
            }
        }
        best[1] = best[1].max(WIRE.0);
        least[1] = least[1].max(WIRE.0 - 2);
        (best, least)
    }

    /// Divides the width: everyone gets what is needed, and what is over goes to whoever wants more.
    fn share(&mut self, rows: &[Row]) {
        let (best, least) = self.natural(rows);
        let room = self
            .width
            .saturating_sub(self.columns.time + 3 * self.columns.gap)
            .max(30);
        let mut given = least;
        let needed: usize = least.iter().sum();
        if needed > room {
            given[1] = least[1].min((room * 3 / 10).max(18)).min(room / 2);
            let lanes = room - given[1];
            let half = lanes / 2;
            given[0] = if least[2] <= half {
                lanes - least[2]
            } else {
                least[0].min(half)
            };
            given[2] = lanes - given[0];
        } else {
            let mut spare = room - needed;
            for at in [1, 0, 2] {
                let more = best[at].saturating_sub(given[at]).min(spare);
                given[at] += more;
                spare -= more;
            }
        }
        (self.columns.left, self.columns.wire, self.columns.right) = (given[0], given[1], given[2]);
    }

    fn lane_width(&self, side: Side) -> usize {
        if side == Side::Left {
            self.columns.left
        } else {
            self.columns.right
        }
    }

    fn lane_start(&self, side: Side) -> usize {
        let Columns {
            time, left, wire, gap, ..
        } = self.columns;
        let first = time + gap;
        if side == Side::Left {
            first
        } else {
            first + left + wire + 2 * gap
        }
    }

    fn wire_start(&self) -> usize {
        self.columns.time + self.columns.gap + self.columns.left + self.columns.gap
    }

    /// Columns before the text of a lane in this row: its tracks.
    fn before(&self, side: Side, row: &Row) -> usize {
        let used = 8 - row.tracks[side as usize].leading_zeros() as usize;
        2 * used.max(self.tracks[side as usize])
    }

    /// The names above the lanes.
    pub(super) fn head(&self) -> Line {
        let mut line = Line::of(Style::Dim, &format!("{:>1$}", "ms", self.columns.time));
        line.pad_to(self.lane_start(Side::Left));
        let names = |side: Side, line: &mut Line| {
            let mut named = Line::new();
            named.pad_to(2 * self.tracks[side as usize]);
            for (n, Role { name, .. }) in self.context.lanes.on(side).enumerate() {
                named.push(Style::Dim, if n > 0 { " · " } else { "" });
                named.push(self.context.lanes.style(name), name);
            }
            line.append(&named.cut(self.lane_width(side)));
        };
        names(Side::Left, &mut line);
        line.pad_to(self.wire_start());
        line.push(Style::Bold, "wire");
        line.pad_to(self.lane_start(Side::Right));
        names(Side::Right, &mut line);
        line.cut(self.width)
    }

    /// A remark that stands in the wire's column.
    pub(super) fn on_the_wire(&self, text: &str) -> Vec<Line> {
        let words = wrap::words(Style::Dim, text);
        wrap::wrap(&words, self.columns.wire, 0)
            .iter()
            .map(|part| self.compose(Line::new(), Line::new(), part, Line::new()))
            .collect()
    }

    /// A remark in the middle of the rows, over the whole width.
    pub(super) fn remark(&self, text: &str) -> Vec<Line> {
        self.indented(&wrap::wrap(
            &wrap::words(Style::Bold, text),
            self.width - self.lane_start(Side::Left),
            5,
        ))
    }

    fn indented(&self, lines: &[Line]) -> Vec<Line> {
        let indent = |line: &Line| {
            let mut whole = Line::new();
            whole.pad_to(self.lane_start(Side::Left));
            whole.append(line);
            whole.cut(self.width)
        };
        lines.iter().map(indent).collect()
    }

    fn compose(&self, time: Line, left: Line, wire: &Line, right: Line) -> Line {
        let mut line = time;
        line.pad_to(self.lane_start(Side::Left));
        line.append(&left.cut(self.columns.left));
        line.pad_to(self.wire_start());
        line.append(&wire.clone().cut(self.columns.wire));
        if !right.is_empty() {
            line.pad_to(self.lane_start(Side::Right));
            line.append(&right.cut(self.columns.right));
        }
        line.cut(self.width)
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
        if let Some(mark) = row.across.and_then(|mark| self.context.timeline.marks.get(mark)) {
            let room = self.width - self.lane_start(Side::Left);
            let mut lines = self.indented(&marks::across(mark, room));
            if let Some(first) = lines.first_mut() {
                let mut whole = time;
                whole.append(&first.split(whole.width()).1);
                *first = whole.cut(self.width);
            }
            return lines;
        }
        let frame = row.frame.map_or_else(Vec::new, |frame| {
            wire_column::lines(self.context, frame, self.columns.wire)
        });
        let own = row.cell.map(|(side, cell)| (side, self.cell(side, cell, row)));
        let height = frame.len().max(own.as_ref().map_or(0, |(_, lines)| lines.len())).max(1);
        let mut lines = Vec::with_capacity(height);
        for at in 0..height {
            let lane = |side: Side| {
                let mut line = self.track_marks(side, row, at);
                if let Some(text) = own
                    .as_ref()
                    .filter(|(own, _)| *own == side)
                    .and_then(|(_, lines)| lines.get(at))
                {
                    line.pad_to(self.before(side, row));
                    line.append(text);
                }
                line
            };
            let time = if at == 0 { time.clone() } else { Line::new() };
            let wire = frame.get(at).cloned().unwrap_or_default();
            lines.push(self.compose(time, lane(Side::Left), &wire, lane(Side::Right)));
        }
        lines.extend(self.kernel_lines(row));
        lines
    }

    fn track_marks(&self, side: Side, row: &Row, at: usize) -> Line {
        let own = match row.cell {
            Some((
                own,
                Cell::Call {
                    part,
                    track: Some(track),
                    ..
                },
            )) if own == side => Some((part, track)),
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
        if !prefix.is_empty() {
            lead.pad_to(self.prefix[side as usize]);
            lead.push(Style::Plain, " ");
        }
        let room = self
            .lane_width(side)
            .saturating_sub(self.before(side, row) + lead.width())
            .max(8);
        let text = match cell {
            Cell::Call { call, part, .. } => calls::lines(self.context, call, part, room),
            Cell::Mark(mark) => marks::in_lane(self.context, &self.context.timeline.marks[mark], room),
        };
        let indent = lead.width();
        text.iter()
            .enumerate()
            .map(|(at, line)| {
                let mut whole = if at == 0 { lead.clone() } else { Line::new() };
                whole.pad_to(indent);
                whole.append(line);
                whole
            })
            .collect()
    }

    /// What the kernel held after the call, where it is asked for and differs from what the row above said.
    fn kernel_lines(&mut self, row: &Row) -> Vec<Line> {
        let Some((
            side,
            Cell::Call {
                call,
                part: Part::Whole | Part::Close,
                ..
            },
        )) = row.cell
        else {
            return Vec::new();
        };
        if !self.context.options.kernel {
            return Vec::new();
        }
        let Some(words) = kernel::words(self.context, call) else {
            return Vec::new();
        };
        let mut said = String::new();
        wrap::one_line(&words).paint(false, &mut said);
        if said == self.last_kernel {
            return Vec::new();
        }
        self.last_kernel = said;
        self.below(side, row, &words)
    }

    /// Words below a lane's row. They begin where the lane's text does and run on to the right; on the right side they
    /// begin further left where they have to.
    fn below(&self, side: Side, row: &Row, words: &[Word]) -> Vec<Line> {
        let start = self.lane_start(side) + self.before(side, row);
        let start = match start + wrap::total(words) <= self.width {
            true => start,
            false => self
                .width
                .saturating_sub(wrap::total(words))
                .max(self.lane_start(Side::Left) + self.before(Side::Left, row)),
        };
        let mut tracks = row.tracks;
        if let Some((
            _,
            Cell::Call {
                part: Part::Close,
                track: Some(track),
                ..
            },
        )) = row.cell
        {
            tracks[side as usize] &= !(1 << track);
        }
        let rest = Row {
            cell: None,
            frame: None,
            tracks,
            ..*row
        };
        wrap::wrap(words, self.width.saturating_sub(start), 2)
            .iter()
            .map(|text| {
                let mut line = Line::new();
                line.pad_to(self.lane_start(Side::Left));
                line.append(&self.track_marks(Side::Left, &rest, 1));
                let right = self.lane_start(Side::Right);
                if right + self.before(Side::Right, &rest) <= start {
                    line.pad_to(right);
                    line.append(&self.track_marks(Side::Right, &rest, 1));
                }
                line.pad_to(start);
                line.append(text);
                line.cut(self.width)
            })
            .collect()
    }
}
