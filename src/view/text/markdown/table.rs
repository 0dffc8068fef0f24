//! A table: in columns where the page is wide enough, else each row as lines `head: cell`.

use super::super::style::{Line, Style};
use super::super::wrap::{Word, one_line, wrap};
use super::inline::words;
use super::tree::Span;
use pulldown_cmark::Alignment;

/// Spaces between columns.
const GAP: usize = 2;
/// What the second line of a cell is moved in by.
const HANGING: usize = 2;

/// The lines of a table within so many columns.
pub(super) fn table(alignments: &[Alignment], rows: &[Vec<Vec<Span>>], width: usize, color: bool) -> Vec<Line> {
    let style = |row: usize| if row == 0 { Style::Bold } else { Style::Plain };
    let cells: Vec<Vec<Vec<Word>>> = rows
        .iter()
        .enumerate()
        .map(|(number, row)| row.iter().map(|cell| words(cell, style(number), color).concat()).collect())
        .collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or(0);
    let lines: Vec<Vec<Line>> = cells.iter().map(|row| row.iter().map(|cell| one_line(cell)).collect()).collect();
    let widest = |column: usize| lines.iter().filter_map(|row| Some(row.get(column)?.width())).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    match widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1) <= width {
        true => aligned(&lines, &widths, alignments),
        false => listed(&cells, width),
    }
}

fn aligned(rows: &[Vec<Line>], widths: &[usize], alignments: &[Alignment]) -> Vec<Line> {
    let mut page = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let (mut line, mut start) = (Line::new(), 0);
        for (column, cell) in row.iter().enumerate() {
            let room = widths[column] - cell.width();
            let before = match alignments.get(column) {
                Some(Alignment::Right) => room,
                Some(Alignment::Center) => room / 2,
                _ => 0,
            };
            line.pad_to(start + before);
            line.append(cell);
            start += widths[column] + GAP;
        }
        page.push(line);
        if number == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            page.push(Line::of(Style::Dim, &rules.join(&" ".repeat(GAP))));
        }
    }
    page
}

fn listed(rows: &[Vec<Vec<Word>>], width: usize) -> Vec<Line> {
    let Some((heads, rows)) = rows.split_first() else { return Vec::new() };
    let mut page = Vec::new();
    for row in rows {
        if !page.is_empty() {
            page.push(Line::new());
        }
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let mut words = heads.get(column).cloned().unwrap_or_default();
            words.last_mut().into_iter().for_each(|word| word.line.push(Style::Bold, ":"));
            // The first word of a cell begins a line of its own only where there is no head.
            let before = usize::from(!words.is_empty());
            words.extend(cell.iter().enumerate().map(|(at, word)| match at {
                0 => word.clone().gap(before),
                _ => word.clone(),
            }));
            page.extend(wrap(&words, width, HANGING));
        }
    }
    // A head without rows is still something that was written.
    if page.is_empty() { wrap(&heads.concat(), width, HANGING) } else { page }
}
