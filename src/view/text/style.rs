//! Styled text: the only way by which words reach the page. Every span is sanitised as it is pushed, and turned into
//! bytes at the very end, with or without colours. It refuses to know anything about calls or frames.

use super::sanitise::{char_width, clean, width};
use colored::Color;

/// What a span means; colours follow from it, and nothing is told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Style {
    Plain,
    /// Secondary: times, what the kernel held, the lab's own remarks.
    Dim,
    Bold,
    /// Emphasis.
    Slanted,
    /// An error or something not seen.
    Bad,
    Good,
    /// A role, by its number.
    Role(usize),
    /// Bytes of a sending call, by its badge.
    Source(u32),
    /// The same bytes in a kernel's buffer: boxes on a screen.
    Held(u32),
}

const SOURCES: [Color; 6] =
    [Color::Cyan, Color::Yellow, Color::Magenta, Color::Green, Color::Blue, Color::BrightMagenta];
const ROLES: [Color; 3] = [Color::BrightCyan, Color::BrightGreen, Color::BrightYellow];

impl Style {
    /// The SGR parameters, or none for plain text. `Color::to_fg_str` only names a code: the crate's `Display`, which
    /// asks the environment, is not used, so the view stays a pure function.
    fn sgr(self) -> Option<String> {
        Some(match self {
            Style::Plain => return None,
            Style::Dim => "2".into(),
            Style::Bold => "1".into(),
            Style::Slanted => "3".into(),
            Style::Bad => Color::Red.to_fg_str().into_owned(),
            Style::Good => Color::Green.to_fg_str().into_owned(),
            Style::Role(n) => format!("1;{}", ROLES[n % ROLES.len()].to_fg_str()),
            Style::Source(n) | Style::Held(n) => {
                SOURCES[(n as usize).wrapping_sub(1) % SOURCES.len()].to_fg_str().into_owned()
            }
        })
    }
}

/// One line, or a part of one.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Line {
    spans: Vec<(Style, String)>,
    width: usize,
}

impl Line {
    pub(in crate::view) fn new() -> Line {
        Line::default()
    }

    pub(in crate::view) fn of(style: Style, text: &str) -> Line {
        let mut line = Line::new();
        line.push(style, text);
        line
    }

    pub(in crate::view) fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        self.push_clean(style, &clean(text));
    }

    fn push_clean(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        self.width += width(text);
        match self.spans.last_mut() {
            Some((last, so_far)) if *last == style => so_far.push_str(text),
            _ => self.spans.push((style, text.to_string())),
        }
    }

    pub(in crate::view) fn append(&mut self, other: &Line) {
        self.width += other.width;
        self.spans.extend(other.spans.iter().cloned());
    }

    /// Appends another line after so many spaces. Between words of one style the spaces have it too, so that a painted
    /// sentence is one span.
    pub(in crate::view) fn append_after(&mut self, gap: usize, other: &Line) {
        let (before, after) = (self.spans.last().map(|span| span.0), other.spans.first().map(|span| span.0));
        let style = before.filter(|before| Some(*before) == after).unwrap_or(Style::Plain);
        self.push_clean(style, &" ".repeat(gap));
        match (self.spans.last_mut(), other.spans.split_first()) {
            (Some(last), Some((first, rest))) if last.0 == first.0 => {
                last.1.push_str(&first.1);
                self.spans.extend(rest.iter().cloned());
            }
            _ => self.spans.extend(other.spans.iter().cloned()),
        }
        self.width += other.width;
    }

    /// Spaces up to the column; nothing when the line is already there.
    pub(in crate::view) fn pad_to(&mut self, column: usize) {
        if column > self.width {
            self.push(Style::Plain, &" ".repeat(column - self.width));
        }
    }

    pub(in crate::view) fn width(&self) -> usize {
        self.width
    }

    pub(in crate::view) fn ends_with(&self, end: char) -> bool {
        self.spans.last().is_some_and(|(_, text)| text.ends_with(end))
    }

    /// Its parts in order, each with what it means.
    pub(in crate::view) fn spans(&self) -> &[(Style, String)] {
        &self.spans
    }

    pub(in crate::view) fn is_empty(&self) -> bool {
        self.width == 0
    }

    /// The first columns of the line, and the rest of it. Always takes at least one character.
    pub(in crate::view) fn split(&self, columns: usize) -> (Line, Line) {
        let (mut head, mut tail) = (Line::new(), Line::new());
        for (style, text) in &self.spans {
            for c in text.chars() {
                let fits = tail.is_empty() && (head.is_empty() || head.width + char_width(c) <= columns);
                let side = if fits { &mut head } else { &mut tail };
                side.push_clean(*style, c.encode_utf8(&mut [0; 4]));
            }
        }
        (head, tail)
    }

    /// The line within so many columns: what does not fit is replaced by `…`.
    pub(in crate::view) fn cut(self, columns: usize) -> Line {
        if self.width <= columns {
            return self;
        }
        let (mut head, _) = self.split(columns.saturating_sub(1).max(1));
        head.push(Style::Dim, "…");
        head
    }

    /// Appends the line to the page, without the spaces at its end.
    pub(in crate::view) fn paint(&self, color: bool, page: &mut String) {
        let inked = self.spans.iter().rposition(|(_, text)| !text.trim_end_matches(' ').is_empty());
        let count = inked.map_or(0, |last| last + 1);
        for (index, (style, text)) in self.spans[..count].iter().enumerate() {
            let text = if index + 1 == count { text.trim_end_matches(' ') } else { text };
            match style.sgr() {
                Some(sgr) if color => {
                    page.push_str("\x1b[");
                    page.push_str(&sgr);
                    page.push('m');
                    page.push_str(text);
                    page.push_str("\x1b[0m");
                }
                _ => page.push_str(text),
            }
        }
        page.push('\n');
    }
}
