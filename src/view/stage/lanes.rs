//! Rows → lines of the screen: the newest ones stand out by a sign and bold letters, and what there is no room for is counted.

use super::rows::Row;
use crate::view::text::lanes::{Lanes, Side};
use crate::view::text::style::{Line, Style};
use crate::view::text::wrap;

/// Columns before the rows: the sign of a new one.
const SIGN: usize = 2;
const GAP: usize = 2;

/// Where the three columns are.
struct Columns {
    lane: usize,
    wire: usize,
}

impl Columns {
    fn of(width: usize) -> Columns {
        let room = width.saturating_sub(SIGN + 2 * GAP);
        // The wire needs room for an arrow, a kind, a size and some numbers in circles.
        let wire = (room * 3 / 10).clamp(14.min(room), 26);
        Columns { lane: (room - wire) / 2, wire }
    }

    fn wire_at(&self) -> usize {
        SIGN + self.lane + GAP
    }

    fn right_at(&self) -> usize {
        self.wire_at() + self.wire + GAP
    }
}

/// Who stands where.
pub(super) fn head(lanes: &Lanes, width: usize) -> Line {
    let columns = Columns::of(width);
    let mut line = Line::of(Style::Plain, &" ".repeat(SIGN));
    let names = |side: Side| {
        let mut names = Line::new();
        for role in lanes.on(side) {
            if !names.is_empty() {
                names.push(Style::Plain, " ");
            }
            names.push(lanes.style(&role.name), &role.name);
        }
        names
    };
    line.append(&names(Side::Left).cut(columns.lane));
    line.pad_to(columns.wire_at());
    line.push(Style::Dim, "wire");
    line.pad_to(columns.right_at());
    line.append(&names(Side::Right).cut(columns.lane));
    line
}

/// The rows within so many lines. Those after `since` are new; when not all fit, the ones that are meant stay, then the newest.
pub(super) fn lines(rows: &[Row], since: usize, width: usize, most: usize) -> Vec<Line> {
    let drawn: Vec<Vec<Line>> = rows.iter().map(|row| draw(row, row.moment > since, width)).collect();
    let mut order: Vec<usize> = (0..rows.len()).rev().collect();
    order.sort_by_key(|at| (rows[*at].moment <= since, !rows[*at].meant));
    // As many as fit, with a line for each gap.
    for count in (0..=rows.len().min(most)).rev() {
        let mut chosen: Vec<usize> = order[..count].to_vec();
        chosen.sort_unstable();
        let lines = with_gaps(&drawn, &chosen);
        if lines.len() <= most || count == 0 {
            return lines;
        }
    }
    Vec::new()
}

fn with_gaps(drawn: &[Vec<Line>], chosen: &[usize]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut next = 0;
    let gap = |count: usize| {
        let rows = if count == 1 { "row" } else { "rows" };
        Line::of(Style::Dim, &format!("  ⋮ {count} {rows}"))
    };
    for &at in chosen {
        if at > next {
            lines.push(gap(at - next));
        }
        lines.extend(drawn[at].iter().cloned());
        next = at + 1;
    }
    if next < drawn.len() {
        lines.push(gap(drawn.len() - next));
    }
    lines
}

fn draw(row: &Row, new: bool, width: usize) -> Vec<Line> {
    let columns = Columns::of(width);
    let wrapped = |words: &[wrap::Word], width: usize| wrap::wrap(words, width, 2);
    let sign = if new { "▶" } else { "" };
    if let Some(across) = &row.across {
        let place = |(n, line): (usize, &Line)| placed(if n == 0 { sign } else { "" }, &[(SIGN, line)], new);
        return wrapped(across, width - SIGN).iter().enumerate().map(place).collect();
    }
    let side = |wanted: Side| match &row.cell {
        Some((side, words)) if *side == wanted => wrapped(words, columns.lane),
        _ => Vec::new(),
    };
    let wire = row.wire.as_ref().map_or_else(Vec::new, |words| wrapped(words, columns.wire));
    let (left, right) = (side(Side::Left), side(Side::Right));
    let height = left.len().max(right.len()).max(wire.len());
    let line = |n: usize| {
        let cells = [(SIGN, left.get(n)), (columns.wire_at(), wire.get(n)), (columns.right_at(), right.get(n))];
        let cells: Vec<(usize, &Line)> = cells.into_iter().filter_map(|(at, cell)| Some((at, cell?))).collect();
        placed(if n == 0 { sign } else { "" }, &cells, new)
    };
    (0..height).map(line).collect()
}

/// Cells in their columns. What is new is bold; colours of roles, bytes and errors stay.
fn placed(sign: &str, cells: &[(usize, &Line)], new: bool) -> Line {
    let mut line = Line::of(Style::Bold, sign);
    for (at, cell) in cells {
        line.pad_to(*at);
        for (style, text) in cell.spans() {
            let style = match style {
                Style::Plain if new => Style::Bold,
                other => *other,
            };
            line.push(style, text);
        }
    }
    line
}
