//! The list of lessons with their variations and exercises, wrapped to the width of the page.

use super::style::{Line, Style};
use super::wrap::{Word, words, wrap};

/// A lesson in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `05-sticky-packets`
    pub name: String,
    /// Its title with the Chinese term.
    pub title: String,
    /// Variations: name and what is different there. The first is the default.
    pub variations: Vec<(String, String)>,
    /// The exercises that belong to it.
    pub exercises: Vec<Exercised>,
}

/// An exercise in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercised {
    /// `06-framed-echo`
    pub name: String,
    /// Its title.
    pub title: String,
    /// True when it was passed.
    pub passed: bool,
}

/// Column in which the words of a variation begin.
const INDENT: usize = 24;

/// The list as text.
pub fn listing(lessons: &[Listed], width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let mut page = String::new();
    for lesson in lessons {
        let mut heading = vec![Word::new(Style::Bold, &lesson.name)];
        heading.extend(words(Style::Plain, &lesson.title));
        let mut lines = wrap(&heading, width, 4);
        for (name, says) in &lesson.variations {
            lines.extend(variation(name, says, width));
        }
        lines.extend(lesson.exercises.iter().flat_map(|exercise| exercised(exercise, width)));
        lines.iter().for_each(|line| line.paint(color, &mut page));
        page.push('\n');
    }
    page
}

fn variation(name: &str, says: &str, width: usize) -> Vec<Line> {
    let name = Line::of(Style::Plain, &format!("  {name}"));
    // A long name gets a line of its own, so that all explanations stand in one column.
    let alone = name.width() + 2 > INDENT;
    let mut lead = name.clone();
    if alone {
        lead = Line::new();
    }
    lead.push(Style::Plain, &" ".repeat(INDENT.saturating_sub(lead.width())));
    let mut all = vec![Word { gap: 0, line: lead }];
    all.extend(words(Style::Dim, says).into_iter().enumerate().map(|(number, word)| word.gap(usize::from(number > 0))));
    let mut lines = wrap(&all, width, INDENT);
    if alone {
        lines.insert(0, name);
    }
    lines
}

/// One line, apart from the variations by its first word.
fn exercised(exercise: &Exercised, width: usize) -> Vec<Line> {
    let mut all = vec![Word { gap: 0, line: Line::of(Style::Plain, "  exercise") }];
    all.push(Word::new(Style::Plain, &exercise.name));
    all.extend(words(Style::Dim, &exercise.title));
    if exercise.passed {
        all.push(Word::new(Style::Good, "(passed)"));
    }
    wrap(&all, width, INDENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_stand_in_one_column_and_no_line_is_too_wide() {
        let lesson = Listed {
            name: "07-recv-behaviour".into(),
            title: "What recv returns (收发缓冲区)".into(),
            variations: vec![
                ("short".into(), "one two three ".repeat(8)),
                ("a-name-that-is-rather-long".into(), "words".into()),
            ],
            exercises: vec![Exercised { name: "07-classify".into(), title: "What happened".into(), passed: true }],
        };
        let text = listing(&[lesson], 60, false);
        assert!(text.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 60), "{text}");
        assert_eq!(text.lines().filter(|line| line.starts_with(&" ".repeat(INDENT))).count(), 4, "{text}");
        assert!(text.contains("\n  short                 one two"), "{text}");
        assert!(text.contains("\n  exercise 07-classify What happened (passed)\n"), "{text}");
    }
}
