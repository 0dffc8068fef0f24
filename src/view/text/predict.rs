//! Questions before a run, and the answers marked by its recording: every choice with what the recording says of it, the
//! rows of the timeline that prove the right one, and what is wrong with the tempting ones.
//!
//! Nobody has written down which choice is right. Where none holds, or several do, nothing is marked.

use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{Options, excerpt};
use crate::expectations::{Marked, Verdict};
use crate::recording::{Choice, Prediction};
use crate::timeline::Timeline;

/// Rows of the timeline that are quoted for a question.
const ROWS: usize = 10;
/// Columns before a choice's words: `  ✔ b  `.
const MARGIN: usize = 7;

pub(in crate::view) const WITHHELD: &str =
    "This run went another way than the lesson's, so the explanation is withheld.";

/// `a`, `b`, `c` …: how the choice at this place is named.
pub fn letter(choice: usize) -> char {
    (b'a'..=b'z').nth(choice).map_or('?', char::from)
}

/// A question and its choices, as they are asked.
pub fn question(number: usize, of: usize, prediction: &Prediction, width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let mut lines = heading(&format!("Question {number} of {of}."), prediction, width);
    lines.push(Line::new());
    for (place, choice) in prediction.choices.iter().enumerate() {
        lines.extend(words(&format!("  {}", letter(place)), Style::Plain, &choice.says, 5, width));
    }
    written(&lines, color)
}

/// What became of each question, with the choice that was locked in (from 0).
pub fn predicted(timeline: &Timeline, answered: &[(Prediction, Marked, usize)], options: &Options) -> String {
    let width = options.width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let mut lines = vec![Line::of(Style::Bold, "your answers, marked by this run")];
    for (number, (prediction, marked, chosen)) in (1..).zip(answered) {
        lines.push(Line::new());
        lines.extend(heading(&format!("{number}."), prediction, width));
        for (place, (choice, verdict)) in prediction.choices.iter().zip(&marked.choices).enumerate() {
            lines.extend(choice_lines(place, choice, verdict, place == *chosen, width));
        }
        match marked.answer() {
            Some(answer) => lines.extend(explained(timeline, prediction, marked, answer, *chosen, options)),
            None => lines.extend(words("", Style::Bad, undecided(marked), 2, width)),
        }
    }
    lines.push(Line::new());
    let right = answered.iter().filter(|(_, marked, chosen)| marked.answer() == Some(*chosen)).count();
    let marked = answered.iter().filter(|(_, marked, _)| marked.answer().is_some()).count();
    lines.push(Line::of(Style::Bold, &format!("{right} of {marked} right")));
    written(&lines, options.color)
}

pub(in crate::view) fn undecided(marked: &Marked) -> &'static str {
    match marked.choices.iter().any(|choice| choice.unknown) {
        true => "This run cannot tell: what it would have to show was not recorded on this machine.",
        false => "This run does not decide between them: it went another way than the lesson's. Nothing is marked.",
    }
}

fn heading(lead: &str, prediction: &Prediction, width: usize) -> Vec<Line> {
    let mut all = vec![Word::new(Style::Bold, lead)];
    all.extend(wrap::words(Style::Bold, &prediction.question));
    wrap::wrap(&all, width, 0)
}

/// `✔ b  14 bytes …   your answer`, and below it what proves or refutes it.
fn choice_lines(place: usize, choice: &Choice, verdict: &Verdict, chosen: bool, width: usize) -> Vec<Line> {
    let (mark, style) = super::seen::mark(verdict);
    let mut lead = Line::of(Style::Plain, "  ");
    lead.push(style, mark);
    lead.push(if chosen { Style::Bold } else { Style::Plain }, &format!(" {}", letter(place)));
    let says = if chosen { format!("{}   ◀ your answer", choice.says) } else { choice.says.clone() };
    let mut lines = hung(lead, if chosen { Style::Bold } else { Style::Plain }, &says, MARGIN, width);
    if let Some(instead) = verdict.instead.as_ref().filter(|_| chosen && !verdict.seen) {
        let text = format!("{} {instead}", if verdict.unknown { "not known:" } else { "instead:" });
        lines.extend(words("", Style::Bad, &text, MARGIN, width));
    }
    if verdict.seen && !verdict.evidence.is_empty() {
        lines.extend(words("", Style::Dim, &verdict.evidence.join(", "), MARGIN, width));
    }
    lines
}

fn explained(
    timeline: &Timeline,
    prediction: &Prediction,
    marked: &Marked,
    answer: usize,
    chosen: usize,
    options: &Options,
) -> Vec<Line> {
    let width = options.width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let mut lines = excerpt::proving(timeline, &marked.choices[answer].evidence, ROWS, options);
    if !lines.is_empty() {
        lines.insert(0, Line::new());
        lines.push(Line::new());
    }
    // The lesson explains the answer that it expects, and what is wrong with the others then.
    let Some(why) = &prediction.choices[answer].why else {
        lines.extend(words("", Style::Bad, WITHHELD, 2, width));
        return lines;
    };
    lines.extend(words("  so", Style::Plain, why, MARGIN + 1, width));
    // What one said oneself comes first.
    let mut wrong: Vec<usize> = (0..prediction.choices.len()).filter(|place| *place != answer).collect();
    wrong.sort_by_key(|place| *place != chosen);
    for place in wrong {
        if let Some(tempting) = &prediction.choices[place].tempting {
            lines.extend(words(&format!("  not {}", letter(place)), Style::Plain, tempting, MARGIN + 1, width));
        }
    }
    lines
}

/// Words that begin in a column, with something before the first line.
fn words(lead: &str, style: Style, text: &str, column: usize, width: usize) -> Vec<Line> {
    hung(Line::of(Style::Bold, lead), style, text, column, width)
}

fn hung(lead: Line, style: Style, text: &str, column: usize, width: usize) -> Vec<Line> {
    let place = |(n, text): (usize, Line)| {
        let mut line = if n == 0 { lead.clone() } else { Line::new() };
        line.pad_to(column);
        line.append(&text);
        line.cut(width)
    };
    wrap::wrap(&wrap::words(style, text), width.saturating_sub(column), 0).into_iter().enumerate().map(place).collect()
}

fn written(lines: &[Line], color: bool) -> String {
    let mut page = String::new();
    lines.iter().for_each(|line| line.paint(color, &mut page));
    page
}
