//! Bytes in rows: offset, hex, ASCII, and beside them the badge of the call each byte comes from. `pretty-hex` lays the
//! rows out; the colours and badges are ours.

use super::badges::badge;
use super::numbers::grouped;
use super::style::{Line, Style};
use crate::timeline::{Span, Timeline};
use pretty_hex::{HexConfig, config_hex};

/// Payloads up to this length are shown whole.
const WHOLE: usize = 256;
const FIRST_ROWS: usize = 8;
const LAST_ROWS: usize = 2;
const GROUP: usize = 4;
/// Columns before the first byte of a row: `0000:   `.
const DIGITS: usize = 8;

/// Bytes a row can hold so that the badges of each fit beside it.
pub(in crate::view) fn per_row(width: usize) -> usize {
    if width >= 99 { 16 } else { 8 }
}

/// How a dump is to be made.
#[derive(Debug, Clone, Copy)]
pub(in crate::view) struct Dump {
    pub(in crate::view) per_row: usize,
    pub(in crate::view) indent: usize,
    /// Show every row, however many there are.
    pub(in crate::view) all: bool,
}

/// For each byte the badge of its call, 0 where it is not known or not from a call.
pub(in crate::view) fn owners(timeline: &Timeline, sources: &[Span], length: usize) -> Vec<u32> {
    let mut owners = vec![0; length];
    for span in sources {
        let Some(number) = timeline.calls.get(span.call).and_then(|call| call.badge) else {
            continue;
        };
        let end = span.here.end.min(length);
        if let Some(part) = owners.get_mut(span.here.start.min(end)..end) {
            part.fill(number);
        }
    }
    owners
}

/// The rows. `owners` has one entry a byte, see [`owners`].
pub(in crate::view) fn rows(bytes: &[u8], owners: &[u32], dump: Dump) -> Vec<Line> {
    let Dump { per_row, indent, all } = dump;
    if all || bytes.len() <= WHOLE {
        return part(bytes, owners, 0, dump);
    }
    let head = FIRST_ROWS * per_row;
    let tail = (bytes.len() - 1) / per_row * per_row - (LAST_ROWS - 1) * per_row;
    let mut lines = part(&bytes[..head], &owners[..head.min(owners.len())], 0, dump);
    let mut between = Line::of(Style::Plain, &" ".repeat(indent));
    between.push(Style::Dim, &format!("…       {} bytes in between: --hex all", grouped(tail - head)));
    lines.push(between);
    lines.extend(part(&bytes[tail..], owners.get(tail..).unwrap_or(&[]), tail, dump));
    lines
}

/// Rows of bytes that begin at this offset; whose they are is not told.
pub(in crate::view) fn from(bytes: &[u8], offset: usize, dump: Dump) -> Vec<Line> {
    part(bytes, &[], offset, dump)
}

/// So many rows from one on, for a screen that shows a part of them; it need not be told all owners.
pub(in crate::view) fn window(bytes: &[u8], owners: &[u32], (first, rows): (usize, usize), dump: Dump) -> Vec<Line> {
    let from = (first * dump.per_row).min(bytes.len());
    let to = (from + rows * dump.per_row).min(bytes.len());
    part(&bytes[from..to], owners.get(from..to.min(owners.len())).unwrap_or(&[]), from, dump)
}

/// Column of a byte's character within a row that has no indent.
pub(in crate::view) fn character(n: usize, per_row: usize) -> usize {
    DIGITS + 3 * per_row - 1 + (per_row - 1) / GROUP + 3 + n
}

/// Column of a byte's digits within a row that has no indent.
pub(in crate::view) fn column(n: usize) -> usize {
    DIGITS + 3 * n + n / GROUP
}

fn part(bytes: &[u8], owners: &[u32], offset: usize, dump: Dump) -> Vec<Line> {
    let config = HexConfig {
        title: false,
        ascii: true,
        width: dump.per_row,
        group: GROUP,
        chunk: 1,
        max_bytes: usize::MAX,
        display_offset: offset,
    };
    let text = config_hex(&bytes, config);
    text.lines()
        .enumerate()
        .map(|(number, row)| {
            let from = number * dump.per_row;
            let count = bytes.len().saturating_sub(from).min(dump.per_row);
            let owners: Vec<u32> = (from..from + count).map(|at| owners.get(at).copied().unwrap_or(0)).collect();
            line(row, &owners, dump)
        })
        .collect()
}

/// One row, painted: each byte and its character in the colour of its call.
fn line(row: &str, owners: &[u32], dump: Dump) -> Line {
    let mut line = Line::of(Style::Plain, &" ".repeat(dump.indent));
    let digits = row.find(':').map_or(0, |colon| colon + 4);
    line.push(Style::Dim, row.get(..digits).unwrap_or(""));
    let style = |owner: u32| if owner == 0 { Style::Plain } else { Style::Source(owner) };
    let mut at = digits;
    for (n, &owner) in owners.iter().enumerate() {
        let place = digits + 3 * n + n / GROUP;
        line.push(Style::Plain, row.get(at..place).unwrap_or(""));
        line.push(style(owner), row.get(place..place + 2).unwrap_or(""));
        at = place + 2;
    }
    let ascii = row.len().saturating_sub(owners.len());
    line.push(Style::Plain, row.get(at..ascii).unwrap_or(""));
    for (n, &owner) in owners.iter().enumerate() {
        line.push(style(owner), row.get(ascii + n..ascii + n + 1).unwrap_or(""));
    }
    let badges = beside(owners);
    if !badges.is_empty() {
        let end = dump.indent + digits + 3 * dump.per_row - 1 + (dump.per_row - 1) / GROUP + 3 + dump.per_row + 2;
        line.pad_to(end);
        line.append(&badges);
    }
    line
}

/// One badge for a row of one call; one below each other for a mixed row; ranges where badges are wider than a column.
fn beside(owners: &[u32]) -> Line {
    let mut line = Line::new();
    let Some(&first) = owners.first() else { return line };
    if owners.iter().all(|&owner| owner == first) {
        if first > 0 {
            line.push(Style::Source(first), &badge(first));
        }
        return line;
    }
    if owners.iter().all(|&owner| owner <= 20) {
        for &owner in owners {
            match owner {
                0 => line.push(Style::Plain, " "),
                owner => line.push(Style::Source(owner), &badge(owner)),
            }
        }
        return line;
    }
    let mut at = 0;
    while at < owners.len() {
        let end = owners[at..].iter().position(|&owner| owner != owners[at]).map_or(owners.len(), |n| at + n);
        if owners[at] > 0 {
            line.push(Style::Plain, if line.is_empty() { "" } else { " " });
            line.push(Style::Source(owners[at]), &badge(owners[at]));
        }
        at = end;
    }
    line
}
