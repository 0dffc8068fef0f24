//! Blocks → lines of a given width.

use super::super::sanitise::{char_width, clean, width as columns};
use super::super::style::{Line, Style};
use super::super::wrap::{Word, words as plain_words, wrap};
use super::inline::words;
use super::table::table;
use super::tree::{Block, Item, Placed, Span};
use super::{MarkdownOptions, WIDEST};

/// What code is moved in by, where there is room.
const INDENT: usize = 4;
/// Within less than this nothing is moved in any more.
const NARROWEST: usize = 16;

/// A line, and where in the source the block begins that it belongs to.
pub(super) type Laid = (Line, usize);

/// The blocks below one another.
pub(super) fn blocks(blocks: &[Placed], width: usize, options: &MarkdownOptions) -> Vec<Laid> {
    let mut page: Vec<Laid> = Vec::new();
    let mut roomy = false;
    for Placed { at, apart, block } in blocks {
        let is_heading = matches!(block, Block::Heading(..));
        let wants_room = is_heading || matches!(block, Block::Fold(..) | Block::Table(..) | Block::Rule);
        if !page.is_empty() && (*apart || roomy || wants_room) {
            page.push((Line::new(), *at));
        }
        roomy = wants_room;
        page.extend(one(block, *at, width, options));
    }
    page
}

fn one(block: &Block, at: usize, width: usize, options: &MarkdownOptions) -> Vec<Laid> {
    let narrow = width.min(WIDEST);
    let lines = match block {
        Block::Heading(level, spans) => heading(*level, spans, narrow, options.color),
        Block::Paragraph(spans) => paragraph(spans, Style::Plain, narrow, options.color),
        Block::Code(text) => code(text, width),
        Block::Table(alignments, rows) => table(alignments, rows, width, options.color),
        Block::Rule => vec![Line::of(Style::Dim, &"─".repeat(narrow))],
        Block::Quote(inner) => {
            let mark = Line::of(Style::Dim, "│ ");
            return beside(&mark, &mark, width, |width| blocks(inner, width, options));
        }
        Block::List(first, items) => return list(*first, items, at, width, options),
        Block::Fold(summary, inner) => return fold(summary, inner, at, width, options),
    };
    lines.into_iter().map(|line| (line, at)).collect()
}

fn heading(level: u8, spans: &[Span], width: usize, color: bool) -> Vec<Line> {
    let mut lines = paragraph(spans, Style::Bold, width, color);
    let widest = lines.iter().map(Line::width).max().unwrap_or(0);
    // Without colours a line below tells a heading from a short paragraph.
    let rule = if level == 1 { "═" } else { "─" };
    lines.extend((level <= 2).then(|| Line::of(Style::Dim, &rule.repeat(widest))));
    lines
}

fn paragraph(spans: &[Span], style: Style, width: usize, color: bool) -> Vec<Line> {
    words(spans, style, color).iter().filter(|line| !line.is_empty()).flat_map(|line| wrap(line, width, 0)).collect()
}

/// Code as it is; a line that is wider than the page is broken, and nothing of it is lost.
fn code(text: &str, width: usize) -> Vec<Line> {
    let lines: Vec<String> = text.lines().map(|line| clean(&line.replace('\t', "    ")).into_owned()).collect();
    let widest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
    let indent = " ".repeat(width.saturating_sub(widest).min(INDENT));
    let broken = |line: String| broken(&line, width.saturating_sub(indent.len()));
    lines.into_iter().flat_map(broken).map(|line| Line::of(Style::Plain, &format!("{indent}{line}"))).collect()
}

/// A line of code as several: after a space where there is one, and a little further in than it began.
fn broken(line: &str, width: usize) -> Vec<String> {
    let begins = line.len() - line.trim_start_matches(' ').len();
    let margin = " ".repeat(begins.min(width / 2) + 2);
    let (mut rows, mut rest) = (Vec::new(), line.to_owned());
    while columns(&rest) > width {
        let mut used = 0;
        let mut fits = |c: char| {
            used += char_width(c);
            used <= width
        };
        let fitting = rest.char_indices().find(|(_, c)| !fits(*c)).map_or(rest.len(), |(at, _)| at);
        // Not so early that the row would be nearly empty, or hold nothing but the margin.
        let space = rest[..fitting].rfind(' ').map(|at| at + 1).filter(|at| *at > width / 2 && *at > margin.len());
        let next = rest.split_off(space.unwrap_or(fitting));
        rows.push(std::mem::replace(&mut rest, format!("{margin}{next}")));
    }
    rows.push(rest);
    rows
}

fn list(first: Option<u64>, items: &[Item], at: usize, width: usize, options: &MarkdownOptions) -> Vec<Laid> {
    let mut page: Vec<Laid> = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let mark = first.map_or("- ".to_owned(), |first| format!("{}. ", first.saturating_add(number as u64)));
        let place = item.blocks.first().map_or(at, |block| block.at);
        if item.apart && !page.is_empty() {
            page.push((Line::new(), place));
        }
        let (mark, indent) = (Line::of(Style::Plain, &mark), Line::of(Style::Plain, &" ".repeat(mark.len())));
        page.extend(beside(&mark, &indent, width, |width| match item.blocks.is_empty() {
            true => vec![(Line::new(), place)],
            false => blocks(&item.blocks, width, options),
        }));
    }
    page
}

/// Lines with something before the first and before the others.
fn beside(first: &Line, others: &Line, width: usize, inner: impl Fn(usize) -> Vec<Laid>) -> Vec<Laid> {
    let room = width.saturating_sub(first.width());
    if room < NARROWEST {
        return inner(width);
    }
    let with_mark = |(number, (line, at)): (usize, Laid)| {
        let mut whole = if number == 0 { first.clone() } else { others.clone() };
        whole.append(&line);
        (whole, at)
    };
    inner(room).into_iter().enumerate().map(with_mark).collect()
}

fn fold(summary: &str, inner: &[Placed], at: usize, width: usize, options: &MarkdownOptions) -> Vec<Laid> {
    let summary = if summary.is_empty() { "more" } else { summary };
    let mut words = vec![Word::new(Style::Plain, if options.open { "▾" } else { "▸" })];
    words.extend(plain_words(Style::Bold, summary));
    if !options.open && !options.note.is_empty() {
        words.extend(plain_words(Style::Dim, &format!("({})", options.note)).into_iter().enumerate().map(
            |(n, word)| {
                if n == 0 { word.gap(2) } else { word }
            },
        ));
    }
    let mut page: Vec<Laid> = wrap(&words, width.min(WIDEST), 2).into_iter().map(|line| (line, at)).collect();
    if options.open && !inner.is_empty() {
        page.push((Line::new(), at));
        page.extend(blocks(inner, width, options));
    }
    page
}
