//! One event in full: its name, what is known of it, the line of source that makes the call, its fields and its bytes.

use super::Painter;
use crate::view::screen::detail::{Detail, Field, Part};
use crate::view::screen::state::{Focus, Under};
use crate::view::text::hexdump::{self, Dump};
use crate::view::text::style::{Line, Style};
use crate::view::text::wrap;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style as Cells};

/// Lines of a source file around the one that makes the call.
const AROUND: usize = 3;

impl Painter<'_> {
    pub(super) fn event(&self, area: Rect, buffer: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let detail = self.screen.detail();
        self.rule(buffer, area, "event", self.screen.focus == Focus::Fields);
        let Some((part, field)) = detail.part(self.screen.field) else { return };
        let inner = Rect { y: area.y + 1, height: area.height - 1, ..area };
        let mut row = 0;
        let mut next = |line: &Line| {
            self.put(buffer, inner, row, line);
            row += 1;
        };
        next(&self.event_title(&detail, part));
        let room = usize::from(inner.height);
        let plenty = room >= 8;
        if plenty {
            let words = wrap::words(Style::Dim, &part.said.join("; "));
            let said = wrap::wrap(&words, usize::from(inner.width).saturating_sub(4), 0);
            for line in said.iter().filter(|line| !line.is_empty()).take(room / 5) {
                let mut indented = Line::of(Style::Plain, "    ");
                indented.append(line);
                next(&indented);
            }
            self.source(room / 3, &mut next);
        }
        let left = room.saturating_sub(row);
        let per_row = per_row(inner.width);
        let hex_rows = part.bytes.len().div_ceil(per_row);
        let hex = if part.fields.is_empty() { left } else { left.saturating_sub(1).min(left / 2 + 1) }.min(hex_rows);
        let before = self.screen.field.saturating_sub(field);
        self.fields(
            part,
            (before, field),
            Rect { y: inner.y + row as u16, height: (left - hex) as u16, ..inner },
            buffer,
        );
        let above = row + part.fields.len().min(left - hex);
        let dump = Rect { y: inner.y + above as u16, height: hex as u16, ..inner };
        self.hex(part, field, per_row, dump, buffer);
    }

    fn event_title(&self, detail: &Detail, part: &Part) -> Line {
        let mut line = part.title.clone();
        for other in detail.parts.iter().filter(|other| !std::ptr::eq(*other, part)) {
            line.push(Style::Dim, "  ·  ");
            line.append(&other.title);
        }
        line
    }

    /// The line that makes the call, in its file.
    fn source(&self, room: usize, next: &mut impl FnMut(&Line)) {
        let Some(source) = self.screen.looks_at() else { return };
        let around = match &source.text {
            Some(text) => self.sources.around(&source.file, source.line, text, AROUND.min(room.saturating_sub(2) / 2)),
            None => Vec::new(),
        };
        let name = source.file.rsplit('/').take(2).collect::<Vec<_>>();
        let name = name.into_iter().rev().collect::<Vec<_>>().join("/");
        next(&Line::of(Style::Dim, &format!("    {name}:{}", source.line)));
        for (number, text) in around {
            let here = number == source.line;
            let mut line = Line::of(Style::Dim, &format!("{} {number:>4}  ", if here { ">" } else { " " }));
            line.push(if here { Style::Bold } else { Style::Plain }, &text);
            next(&line);
        }
    }

    /// `before`: fields of the parts before this one.
    fn fields(&self, part: &Part, (before, field): (usize, usize), area: Rect, buffer: &mut Buffer) {
        let room = usize::from(area.height);
        let first = field.saturating_sub(room / 2).min(part.fields.len().saturating_sub(room));
        let ranges = part.fields.iter().map(|field| range(field).len()).max().unwrap_or(0);
        for (row, (number, field_of)) in part.fields.iter().enumerate().skip(first).take(room).enumerate() {
            let selected = number == field;
            let mut line = Line::of(Style::Bold, if selected { "> " } else { "  " });
            line.push(Style::Dim, &format!("{:<ranges$}  {} ", range(field_of), field_of.layer));
            line.push(if selected { Style::Bold } else { Style::Plain }, &field_of.name);
            line.push(Style::Plain, &format!("  {}", field_of.value));
            self.put(buffer, area, row, &line);
            self.lies(Rect { y: area.y + row as u16, height: 1, ..area }, Under::Field(before + number));
        }
    }

    fn hex(&self, part: &Part, field: usize, per_row: usize, area: Rect, buffer: &mut Buffer) {
        let room = usize::from(area.height);
        if room == 0 {
            return;
        }
        let rows = part.bytes.len().div_ceil(per_row);
        let marked = part.fields.get(field).map_or(0..0, |field| field.range.clone());
        let first = (marked.start / per_row).saturating_sub(room / 3).min(rows.saturating_sub(room));
        // Where the screen just holds a row, the number of its send still stands at the end.
        let dump = Dump { per_row, indent: if area.width < 90 { 0 } else { 2 }, all: true };
        let lines = hexdump::window(&part.bytes, &part.owners, (first, room), dump);
        for (row, line) in lines.iter().enumerate() {
            let row = Rect { y: area.y + row as u16, height: 1, ..area };
            let mut cells = Buffer::empty(row);
            cells.set_style(row, self.paint.ground());
            self.paint.put(&mut cells, (row.x, row.y), line);
            buffer.merge(&cells);
        }
        let from = marked.start.max(first * per_row);
        for byte in from..marked.end.min(part.bytes.len()).min((first + room) * per_row) {
            let (row, n) = (byte / per_row - first, byte % per_row);
            let columns = [(hexdump::column(n), 2), (hexdump::character(n, per_row), 1)];
            for (column, width) in columns {
                let x = area.x + (dump.indent + column) as u16;
                let cells = Rect { x, y: area.y + row as u16, width, height: 1 };
                let style = Cells::new().add_modifier(Modifier::REVERSED | Modifier::BOLD);
                buffer.set_style(cells.intersection(area), style);
            }
        }
    }
}

/// Bytes in a row of hex: sixteen wherever they fit.
fn per_row(width: u16) -> usize {
    if width >= 78 { 16 } else { 8 }
}

fn range(field: &Field) -> String {
    format!("{}..{}", field.range.start, field.range.end)
}
