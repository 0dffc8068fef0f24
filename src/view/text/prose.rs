//! Prose that people wrote for people (a hint, a reason), wrapped to the width of the page.
//!
//! As much of Markdown as such texts use: paragraphs, lists, code between fences or behind four spaces. Emphasis and
//! backticks stay as they are typed. No line is lost: code that is too wide is broken.

use super::style::{Line, Style};
use super::wrap::{Word, words, wrap};

/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 100;
/// What code is moved in by.
const INDENT: &str = "    ";

/// The text as lines of at most so many columns.
pub fn prose(text: &str, width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1).min(WIDEST);
    let mut page = String::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    for line in text.lines() {
        let trimmed = line.trim();
        let is_fence = trimmed.starts_with("```");
        let is_code = !is_fence && (fenced || (paragraph.is_empty() && line.starts_with(INDENT)));
        if is_fence || is_code || trimmed.is_empty() || item(trimmed).is_some() {
            flush(&mut paragraph, width, color, &mut page);
        }
        fenced ^= is_fence;
        match (is_fence, is_code) {
            (true, _) => {}
            (_, true) => code(line, fenced, width, color, &mut page),
            // One empty line between paragraphs, and none at the top.
            _ if trimmed.is_empty() => {
                if !page.is_empty() && !page.ends_with("\n\n") {
                    page.push('\n');
                }
            }
            _ => {
                paragraph.push_str(trimmed);
                paragraph.push(' ');
            }
        }
    }
    flush(&mut paragraph, width, color, &mut page);
    while page.ends_with("\n\n") {
        page.pop();
    }
    page
}

/// The mark of a list's item, if the line begins one.
fn item(line: &str) -> Option<&str> {
    let (mark, _) = line.split_once(' ')?;
    let number = mark.strip_suffix('.').is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()));
    (number || ["-", "*"].contains(&mark)).then_some(mark)
}

fn flush(paragraph: &mut String, width: usize, color: bool, page: &mut String) {
    let indent = item(paragraph.trim()).map_or(0, |mark| mark.len() + 1);
    if !paragraph.trim().is_empty() {
        wrap(&words(Style::Plain, paragraph), width, indent).iter().for_each(|line| line.paint(color, page));
    }
    paragraph.clear();
}

fn code(line: &str, fenced: bool, width: usize, color: bool, page: &mut String) {
    let line = line.replace('\t', INDENT);
    let text = if fenced { format!("{INDENT}{line}") } else { line };
    let word = Word { gap: 0, line: Line::of(Style::Bold, text.trim_end()) };
    wrap(&[word], width, INDENT.len() + 2).iter().for_each(|line| line.paint(color, page));
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn paragraphs_are_wrapped_lists_hang_and_code_stays() {
        let text = "One paragraph\nover two lines.\n\n\n- an item that is so long that it needs a second line on this page\n\
                    - another\n1. first\n\n```rust\nlet n = read(&mut buf)?;\n    if n == 0 {}\n```\n    indented();\n";
        let expected = "One paragraph over two lines.\n\n- an item that is so long that it needs a second line on\n  this page\n\
                        - another\n1. first\n\n    let n = read(&mut buf)?;\n        if n == 0 {}\n    indented();\n";
        assert_eq!(prose(text, 60, false), expected);
        assert_eq!(prose("", 60, false), "");
    }

    #[test]
    fn no_line_is_wider_than_the_page_and_nothing_controls_the_terminal() {
        let text = format!("{}\n\n    {}\n\n\x1b[2J", "粘包 ".repeat(60), "x".repeat(200));
        for width in [60, 80] {
            let page = prose(&text, width, false);
            assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= width), "{page}");
            assert!(page.contains("\\x1b[2J") && page.matches('x').count() == 201, "{page}");
        }
    }
}
