//! Two programs side by side as a unified diff: what stays, what goes (`-`), what comes (`+`).
//!
//! Lines that are too wide are continued behind `↪`, never cut: it is a text to read. Refuses texts beyond any program
//! somebody wrote by hand.

use super::style::{Line, Style};
use similar::{ChangeTag, TextDiff};

/// Lines that stay around what changes.
const CONTEXT: usize = 3;
/// More lines than that are no program of an exercise, and comparing them could take long.
const MOST_LINES: usize = 5000;

/// A text with the name it goes by.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// `exercises/06-framed-echo/main.rs`
    pub name: &'a str,
    /// All of it.
    pub text: &'a str,
}

/// What makes the new text of the old one; none when they are the same, or too long to compare.
pub fn diff(old: Side, new: Side, width: usize, color: bool) -> Option<String> {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let too_long = |side: &Side| side.text.lines().count() > MOST_LINES;
    if old.text == new.text || too_long(&old) || too_long(&new) {
        return None;
    }
    let diff = TextDiff::from_lines(old.text, new.text);
    let mut page = String::new();
    for (mark, side, style) in [("---", old, Style::Bad), ("+++", new, Style::Good)] {
        Line::of(style, &format!("{mark} {}", side.name)).cut(width).paint(color, &mut page);
    }
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        Line::of(Style::Dim, &hunk.header().to_string()).paint(color, &mut page);
        for change in hunk.iter_changes() {
            let (mark, style) = match change.tag() {
                ChangeTag::Equal => (" ", Style::Plain),
                ChangeTag::Delete => ("-", Style::Bad),
                ChangeTag::Insert => ("+", Style::Good),
            };
            paint(mark, style, change.value(), width, color, &mut page);
        }
    }
    Some(page)
}

fn paint(mark: &str, style: Style, text: &str, width: usize, color: bool, page: &mut String) {
    let text = text.trim_end_matches(['\n', '\r']).replace('\t', "    ");
    let mut rest = Line::of(style, &format!("{mark}{text}"));
    loop {
        let whole = rest.width() <= width;
        let (head, tail) = if whole { (rest, Line::new()) } else { rest.split(width) };
        head.paint(color, page);
        if whole {
            return;
        }
        rest = Line::of(style, &format!("{mark}    ↪ "));
        rest.append(&tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str, width: usize) -> Option<String> {
        diff(Side { name: "yours", text: old }, Side { name: "ours", text: new }, width, false)
    }

    #[test]
    fn only_what_changes_is_shown_with_a_little_around_it() {
        let old: String = (1..=20).map(|n| format!("line {n}\n")).collect();
        let page = shown(&old, &old.replace("line 10\n", "line ten\n"), 80).unwrap();
        assert!(page.starts_with("--- yours\n+++ ours\n@@ -7,7 +7,7 @@\n line 7\n"), "{page}");
        assert!(page.contains("\n-line 10\n+line ten\n line 11\n"), "{page}");
        assert!(!page.contains("line 14") && !page.contains("line 6\n"), "{page}");
        assert_eq!(shown(&old, &old, 80), None);
    }

    #[test]
    fn a_wide_line_is_continued_and_keeps_its_mark() {
        let page = shown("", &format!("\tlet x = \"{}\";\n", "粘".repeat(60)), 60).unwrap();
        let lines: Vec<&str> = page.lines().skip(3).collect();
        assert_eq!(lines.len(), 3, "{page}");
        assert!(lines.iter().all(|line| line.starts_with('+') && unicode_width::UnicodeWidthStr::width(*line) <= 60));
        assert_eq!(page.matches('粘').count(), 60);
    }

    #[test]
    fn what_stands_in_a_program_does_not_control_the_terminal() {
        let page = shown("a\r\n", "\x1b[2J\u{202e}\n", 60).unwrap();
        assert!(page.contains("-a\n+\\x1b[2J\\u{202e}\n"), "{page}");
    }

    #[test]
    fn a_text_that_nobody_wrote_is_not_compared() {
        assert_eq!(shown(&"x\n".repeat(MOST_LINES + 1), "", 60), None);
    }
}
