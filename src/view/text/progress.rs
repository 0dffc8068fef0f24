//! How far the learner is: a table of the exercises, one line each. Words say the state; colours only repeat it.

use super::style::{Line, Style};

/// An exercise in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progressed {
    /// `06-framed-echo`
    pub name: String,
    /// The lesson it belongs to.
    pub lesson: String,
    /// True when it was passed.
    pub passed: bool,
    /// The day, if it is known.
    pub date: Option<String>,
    /// Hints shown, and how many there are.
    pub hints: (usize, usize),
    /// True for the one that is next.
    pub is_next: bool,
}

/// Below this many columns a pass is shown without its day.
const ROOM_FOR_DATES: usize = 72;

/// The table as text.
pub fn progress(exercises: &[Progressed], width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let rows: Vec<[String; 4]> = exercises.iter().map(|exercise| row(exercise, width)).collect();
    let head = ["exercise", "state", "hints", "lesson"].map(str::to_owned);
    let columns = [0, 1, 2].map(|column| {
        let cells = rows.iter().chain([&head]).map(|row| Line::of(Style::Plain, &row[column]).width());
        cells.max().unwrap_or_default() + 2
    });
    let mut page = String::new();
    paint(&head, [Style::Dim; 2], columns, width, color, &mut page);
    for (row, exercise) in rows.iter().zip(exercises) {
        let name = if exercise.is_next { Style::Bold } else { Style::Plain };
        let state = if exercise.passed { Style::Good } else { Style::Plain };
        paint(row, [name, state], columns, width, color, &mut page);
    }
    page
}

fn row(exercise: &Progressed, width: usize) -> [String; 4] {
    let state = match (&exercise.date, exercise.passed, exercise.is_next) {
        (Some(date), true, _) if width >= ROOM_FOR_DATES => format!("passed {date}"),
        (_, true, _) => "passed".to_owned(),
        (_, _, true) => "next".to_owned(),
        _ => "open".to_owned(),
    };
    let hints = match exercise.hints {
        (0, _) => String::new(),
        (shown, all) => format!("{shown} of {all}"),
    };
    [exercise.name.clone(), state, hints, exercise.lesson.clone()]
}

fn paint(
    cells: &[String; 4],
    [name, state]: [Style; 2],
    columns: [usize; 3],
    width: usize,
    color: bool,
    page: &mut String,
) {
    let mut line = Line::new();
    let mut start = 0;
    for ((cell, style), column) in
        cells.iter().zip([name, state, Style::Dim, Style::Dim]).zip(columns.into_iter().chain([0]))
    {
        line.pad_to(start);
        line.push(style, cell);
        start += column;
    }
    line.cut(width).paint(color, page);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exercise(name: &str) -> Progressed {
        Progressed {
            name: name.into(),
            lesson: "06-struct-header".into(),
            passed: false,
            date: None,
            hints: (0, 3),
            is_next: false,
        }
    }

    #[test]
    fn a_line_says_state_hints_and_lesson_of_each_exercise() {
        let done = Progressed { passed: true, date: Some("2026-11-21".into()), hints: (2, 3), ..exercise("01-fetch") };
        let next = Progressed { is_next: true, ..exercise("06-file-receiver") };
        let all = [done, next, exercise("06-framed-echo")];
        let expected = "exercise          state              hints   lesson\n\
                        01-fetch          passed 2026-11-21  2 of 3  06-struct-header\n\
                        06-file-receiver  next                       06-struct-header\n\
                        06-framed-echo    open                       06-struct-header\n";
        assert_eq!(progress(&all, 80, false), expected);
        let narrow = progress(&all, 60, false);
        assert!(narrow.contains("\n01-fetch          passed  2 of 3  06-struct-header\n"), "{narrow}");
        assert!(narrow.lines().all(|line| line.chars().count() <= 60), "{narrow}");
    }
}
