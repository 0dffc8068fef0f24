//! Every header field of a frame with the bytes it comes from, as a table.

use super::style::{Line, Style};
use super::wrap;
use crate::wire;

/// The table, indented; values that are too long are wrapped below themselves.
pub(super) fn table(frame: &[u8], width: usize, indent: usize) -> Vec<Line> {
    let layers = wire::layers(frame);
    let fields = || layers.iter().flat_map(|layer| layer.fields.iter());
    let ranges = fields().map(|field| range(&field.range).len()).max().unwrap_or(0);
    let names = fields().map(|field| field.name.chars().count()).max().unwrap_or(0).min(width / 3);
    let mut lines = Vec::new();
    for layer in &layers {
        let mut head = Line::of(Style::Plain, &" ".repeat(indent));
        head.push(Style::Bold, layer.name);
        head.push(Style::Dim, &format!("  bytes {}", range(&layer.range)));
        lines.push(head.cut(width));
        for field in &layer.fields {
            let mut line = Line::of(Style::Plain, &" ".repeat(indent + 2));
            line.push(Style::Dim, &format!("{:>ranges$}  ", range(&field.range)));
            line.append(&Line::of(Style::Plain, field.name).cut(names.max(1)));
            line.pad_to(indent + 2 + ranges + 2 + names + 2);
            let start = line.width();
            let value = wrap::wrap(&wrap::words(Style::Plain, &field.value), width.saturating_sub(start), 0);
            for (n, part) in value.iter().enumerate() {
                if n > 0 {
                    lines.push(std::mem::take(&mut line).cut(width));
                    line.pad_to(start);
                }
                line.append(part);
            }
            lines.push(line.cut(width));
        }
    }
    lines
}

fn range(range: &std::ops::Range<usize>) -> String {
    format!("{}..{}", range.start, range.end)
}
