//! Words → lines of a given width. A word is never lost: one that is wider than the line is broken.

use super::style::{Line, Style};

/// Something that stays together on a line where it can.
#[derive(Debug, Clone)]
pub(in crate::view) struct Word {
    /// Spaces before it, when it does not begin a line.
    pub(in crate::view) gap: usize,
    pub(in crate::view) line: Line,
}

impl Word {
    pub(in crate::view) fn new(style: Style, text: &str) -> Word {
        Word { gap: 1, line: Line::of(style, text) }
    }

    pub(in crate::view) fn gap(self, gap: usize) -> Word {
        Word { gap, ..self }
    }
}

/// The words with the name of their role before them, if there is one.
pub(in crate::view) fn led(lead: &Line, mut words: Vec<Word>) -> Vec<Word> {
    if !lead.is_empty() {
        words.insert(0, Word { gap: 1, line: lead.clone() });
    }
    words
}

/// All words on one line.
pub(in crate::view) fn one_line(words: &[Word]) -> Line {
    let mut line = Line::new();
    for word in words {
        line.append_after(if line.is_empty() { 0 } else { word.gap }, &word.line);
    }
    line
}

/// Width of all words on one line.
pub(in crate::view) fn total(words: &[Word]) -> usize {
    words.iter().enumerate().map(|(n, word)| word.line.width() + if n == 0 { 0 } else { word.gap }).sum()
}

/// The words on as many lines as they need; lines after the first are indented.
pub(in crate::view) fn wrap(words: &[Word], width: usize, indent: usize) -> Vec<Line> {
    let width = width.max(2);
    let indent = if indent + 2 > width { 0 } else { indent };
    let mut lines = vec![Line::new()];
    for word in words {
        let current = lines.last_mut().expect("there is always a line");
        let gap = if current.is_empty() { 0 } else { word.gap };
        if current.width() + gap + word.line.width() <= width {
            current.append_after(gap, &word.line);
            continue;
        }
        let mut rest = word.line.clone();
        while !rest.is_empty() {
            if !lines.last().is_some_and(Line::is_empty) {
                lines.push(Line::of(Style::Plain, &" ".repeat(indent)));
            }
            let room = if lines.len() == 1 { width } else { width - indent };
            let (head, tail) = if rest.width() <= room { (rest, Line::new()) } else { rest.split(room) };
            lines.last_mut().expect("there is always a line").append(&head);
            rest = tail;
        }
    }
    lines
}

/// Words of a plain text.
pub(in crate::view) fn words(style: Style, text: &str) -> Vec<Word> {
    text.split_whitespace().map(|word| Word::new(style, word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, width: usize, indent: usize) -> Vec<String> {
        let lines = wrap(&words(Style::Plain, text), width, indent);
        lines
            .iter()
            .map(|line| {
                let mut out = String::new();
                line.paint(false, &mut out);
                out.trim_end_matches('\n').to_string()
            })
            .collect()
    }

    #[test]
    fn words_flow_and_long_ones_are_broken() {
        assert_eq!(shown("one two three", 7, 0), ["one two", "three"]);
        assert_eq!(shown("one two three", 7, 2), ["one two", "  three"]);
        assert_eq!(shown("abcdefghij k", 4, 0), ["abcd", "efgh", "ij k"]);
        assert_eq!(shown("粘包粘包粘包", 5, 0), ["粘包", "粘包", "粘包"]);
        assert_eq!(shown("", 5, 0), [""]);
    }
}
