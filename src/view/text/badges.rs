//! The numbers in circles by which the bytes of a `send` are followed.

use super::style::{Line, Style};
use crate::timeline::{Span, Timeline};

/// `①` to `⑳`, then `(21)`.
pub(in crate::view) fn badge(number: u32) -> String {
    match number {
        1..=20 => char::from_u32(0x2460 + number - 1).map(String::from).unwrap_or_default(),
        _ => format!("({number})"),
    }
}

/// The badges of the calls these bytes come from, each once, in order of the bytes.
pub(in crate::view) fn of_sources(timeline: &Timeline, sources: &[Span]) -> Vec<u32> {
    let mut numbers: Vec<u32> = Vec::new();
    for span in sources {
        let number = timeline.calls.get(span.call).and_then(|call| call.badge);
        numbers.extend(number.filter(|number| numbers.last() != Some(number)));
    }
    numbers
}

/// `①②③`, and `①..⑦` for a long row of neighbours.
pub(in crate::view) fn line(numbers: &[u32]) -> Line {
    let mut line = Line::new();
    let mut at = 0;
    while at < numbers.len() {
        let mut end = at + 1;
        while end < numbers.len() && numbers[end - 1].checked_add(1) == Some(numbers[end]) {
            end += 1;
        }
        if end - at > 4 {
            line.push(Style::Source(numbers[at]), &badge(numbers[at]));
            line.push(Style::Plain, "..");
            line.push(Style::Source(numbers[end - 1]), &badge(numbers[end - 1]));
        } else {
            for number in &numbers[at..end] {
                line.push(Style::Source(*number), &badge(*number));
            }
        }
        at = end;
    }
    line
}
