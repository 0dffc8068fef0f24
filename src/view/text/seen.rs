//! What the lesson claims and whether this run shows it; and the explanation, which is told only when it does.

use super::context::Context;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::expectations::Verdict;
use crate::recording::{Expect, Next};

/// Columns of the words in the margin: `seen   `.
const MARGIN: usize = 7;
pub(in crate::view) const WITHHELD: &str =
    "This run did not show what the lesson says, so its explanation is withheld.";
pub(in crate::view) const UNCHECKED: &str = "(What is marked ? could not be checked in this run.)";

/// Lines with a word in the margin of the first.
pub(super) fn labelled(label: &str, lines: Vec<Line>, width: usize) -> Vec<Line> {
    let place = |(n, line): (usize, Line)| {
        let mut whole = Line::of(Style::Bold, if n == 0 { label } else { "" });
        whole.pad_to(MARGIN);
        whole.append(&line);
        whole.cut(width)
    };
    lines.into_iter().enumerate().map(place).collect()
}

/// `seen`: each claim with its mark and its evidence.
pub(super) fn seen(verdicts: &[(Expect, Verdict)], width: usize) -> Vec<Line> {
    let room = width - MARGIN;
    let mut lines = Vec::new();
    for (expect, verdict) in verdicts {
        let (mark, style) = mark(verdict);
        let says = if expect.says.is_empty() { &expect.that } else { &expect.says };
        let mut words = vec![Word::new(style, mark)];
        words.extend(wrap::words(Style::Plain, says));
        let mut claim = wrap::wrap(&words, room, 2);
        let evidence = verdict.evidence.join(", ");
        let proof = Line::of(Style::Dim, &evidence);
        match claim.last_mut() {
            Some(last) if last.width() + 3 + proof.width() <= room => {
                if !proof.is_empty() {
                    last.pad_to(room - proof.width());
                    last.append(&proof);
                }
                lines.extend(claim);
            }
            _ => {
                lines.extend(claim);
                lines.extend(below(Style::Dim, "", &evidence, room));
            }
        }
        if !verdict.seen {
            lines.extend(below(Style::Plain, "expected:", &expect.that, room));
            if let Some(instead) = &verdict.instead {
                let label = if verdict.unknown { "not known:" } else { "instead:" };
                lines.extend(below(Style::Bad, label, instead, room));
            }
        }
    }
    labelled("seen", lines, width)
}

/// `?` where the recording cannot tell: that is neither seen nor refuted.
pub(in crate::view) fn mark(verdict: &Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict { seen: true, .. } => ("✔", Style::Good),
        Verdict { unknown: true, .. } => ("?", Style::Bold),
        _ => ("✘", Style::Bad),
    }
}

fn below(style: Style, label: &str, text: &str, room: usize) -> Vec<Line> {
    let mut words = wrap::words(Style::Dim, label);
    words.extend(wrap::words(style, text));
    let indent = |line: &Line| {
        let mut whole = Line::of(Style::Plain, "  ");
        whole.append(line);
        whole
    };
    wrap::wrap(&words, room - 2, 2).iter().map(indent).collect()
}

/// `so`: the conclusion, unless the run contradicts it.
pub(super) fn so(context: &Context, verdicts: &[(Expect, Verdict)]) -> Vec<Line> {
    let Some(story) = &context.timeline.header.story else {
        return Vec::new();
    };
    let width = context.options.width;
    let refuted = verdicts.iter().any(|(_, verdict)| !verdict.seen && !verdict.unknown);
    let unknown = verdicts.iter().any(|(_, verdict)| verdict.unknown);
    let mut words = wrap::words(Style::Bad, if refuted { WITHHELD } else { "" });
    if !refuted && !story.so.is_empty() {
        words.extend(wrap::words(Style::Dim, if unknown { UNCHECKED } else { "" }));
        words.extend(wrap::words(Style::Plain, &story.so));
    }
    if words.is_empty() {
        return Vec::new();
    }
    labelled("so", wrap::wrap(&words, width - MARGIN, 0), width)
}

/// `next`: commands worth trying, with what they show.
pub(super) fn next(next: &[Next], width: usize) -> Vec<Line> {
    let room = width - MARGIN;
    let commands: Vec<Line> = next.iter().map(|next| Line::of(Style::Bold, &format!("lab {}", next.run))).collect();
    let longest = commands.iter().map(Line::width).max().unwrap_or(0);
    let widest = next.iter().map(|next| super::sanitise::width(&next.says)).max().unwrap_or(0);
    // Side by side only if the words keep a readable line.
    let beside = longest + 3 + widest.min(30) <= room;
    let mut lines = Vec::new();
    for (command, next) in commands.into_iter().zip(next) {
        let words = wrap::words(Style::Plain, &next.says);
        if !beside {
            lines.extend(wrap::wrap(&[Word { gap: 0, line: command }], room, 2));
            lines.extend(below(Style::Plain, "", &next.says, room).into_iter().filter(|line| line.width() > 2));
            continue;
        }
        for (n, text) in wrap::wrap(&words, room - longest - 3, 0).iter().enumerate() {
            let mut line = if n == 0 { command.clone() } else { Line::new() };
            line.pad_to(longest + 3);
            line.append(text);
            lines.push(line);
        }
    }
    labelled("next", lines, width)
}
