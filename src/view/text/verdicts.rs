//! What the judge found: every scenario with its mark, and for the first that was not passed what proves it.

use super::hexdump::{self, Dump};
use super::seen::labelled;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{Options, WIDTHS, excerpt};
use crate::judge::{Cause, Compare, Excerpt, Failure, PeerStory, StepState, StepStory, Verdict};
use crate::timeline::Timeline;

/// Columns of the words in the margin.
const MARGIN: usize = 7;
/// Rows of the timeline that a verdict shows.
const ROWS: usize = 14;
/// Steps that are told before and after the one in question; what lies further away is counted.
const STEPS_BEFORE: usize = 6;
const STEPS_AFTER: usize = 2;
/// Scenarios that failed and have a line of their own; of more only the names are told.
const MOST_FAILED: usize = 4;
/// Characters of a value that are told.
const VALUE: usize = 40;

/// The list of scenarios with their marks. Where some failed, those that were passed share a line: what is told next is the
/// first that failed, and it should be near.
pub fn scenarios(verdicts: &[Verdict], width: usize, color: bool) -> String {
    let width = width.clamp(WIDTHS.0, WIDTHS.1);
    let (failed, passed): (Vec<&Verdict>, Vec<&Verdict>) =
        verdicts.iter().partition(|verdict| verdict.failure.is_some());
    let longest = verdicts.iter().map(|verdict| verdict.scenario.len()).max().unwrap_or(0).min(28);
    let mut lines = Vec::new();
    if failed.is_empty() {
        lines.extend(passed.iter().flat_map(|verdict| listed(Style::Good, "✔", verdict, longest, width - 2)));
    } else {
        let names: Vec<&str> = passed.iter().map(|verdict| verdict.scenario.as_str()).collect();
        let mut words = vec![Word::new(Style::Good, "✔")];
        words.extend(wrap::words(Style::Plain, &names.join(", ")));
        if !names.is_empty() {
            lines.extend(wrap::wrap(&words, width - 2, 2));
        }
        let shown = if failed.len() > MOST_FAILED + 1 { MOST_FAILED } else { failed.len() };
        lines.extend(failed[..shown].iter().flat_map(|verdict| listed(Style::Bad, "✘", verdict, longest, width - 2)));
        let names: Vec<&str> = failed[shown..].iter().map(|verdict| verdict.scenario.as_str()).collect();
        if !names.is_empty() {
            let mut words = vec![Word::new(Style::Bad, "✘")];
            words.extend(wrap::words(Style::Plain, &names.join(", ")));
            lines.extend(wrap::wrap(&words, width - 2, 2));
        }
    }
    let mut page = String::new();
    for line in &lines {
        let mut indented = Line::of(Style::Plain, "  ");
        indented.append(line);
        indented.paint(color, &mut page);
    }
    page
}

fn listed(style: Style, mark: &str, verdict: &Verdict, longest: usize, room: usize) -> Vec<Line> {
    let mut lead = Line::of(style, mark);
    lead.push(Style::Plain, &format!(" {:longest$}", verdict.scenario));
    let mut words = vec![Word { gap: 0, line: lead }];
    let says = wrap::words(Style::Dim, &verdict.says).into_iter().enumerate();
    words.extend(says.map(|(n, word)| word.gap(if n == 0 { 2 } else { 1 })));
    wrap::wrap(&words, room, longest + 4)
}

/// Why one scenario was not passed. `commands` are what to type next, each with what it shows.
pub fn failure(
    failure: &Failure,
    timeline: Option<&Timeline>,
    commands: &[(String, String)],
    options: &Options,
) -> String {
    let mut options = options.clone();
    options.width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let room = options.width - MARGIN;
    let mut sections = vec![("what", what(failure, room))];
    if failure.cause != Cause::NotWritten {
        let told = failure.values.iter().flat_map(|(name, excerpt)| value(name, excerpt, room));
        sections.push(("steps", steps(failure, room).into_iter().chain(told).collect()));
        sections.push(("bytes", failure.compare.as_ref().map(|compare| bytes(compare, room)).unwrap_or_default()));
    }
    let mut page = String::new();
    put(sections, &options, &mut page);
    if let Some(timeline) = timeline.filter(|_| !matches!(failure.cause, Cause::NotWritten | Cause::NotStarted)) {
        let peers: Vec<&str> = failure.peers.iter().map(|peer| peer.role.as_str()).collect();
        let rows = excerpt::before(timeline, failure.at, ROWS, &peers, &options);
        if !rows.is_empty() {
            page.push('\n');
            rows.into_iter().for_each(|line| line.cut(options.width).paint(options.color, &mut page));
        }
    }
    let mut sections = Vec::new();
    if failure.cause != Cause::NotWritten {
        sections.push(("said", printed(failure, room)));
    }
    if failure.cause != Cause::NotWritten {
        sections.push(("look", wrap::wrap(&wrap::words(Style::Plain, &failure.look), room, 0)));
    }
    sections.push(("next", next(commands, room)));
    put(sections, &options, &mut page);
    page
}

fn put(sections: Vec<(&str, Vec<Line>)>, options: &Options, page: &mut String) {
    for (label, lines) in sections.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        page.push('\n');
        for line in labelled(label, lines, options.width) {
            line.cut(options.width).paint(options.color, page);
        }
    }
}

fn what(failure: &Failure, room: usize) -> Vec<Line> {
    let lines = failure.what.iter().enumerate();
    lines
        .flat_map(|(n, text)| wrap::wrap(&wrap::words(if n == 0 { Style::Bold } else { Style::Plain }, text), room, 2))
        .collect()
}

fn steps(failure: &Failure, room: usize) -> Vec<Line> {
    let peers = &failure.peers;
    // A run that a limit ended says nothing about the step that was on.
    let waited = match failure.cause {
        Cause::Step | Cause::Exit => "it waited here until the end",
        _ => "here the run was ended",
    };
    peers.iter().flat_map(|peer| of_peer(peer, peers.len() > 1, waited, room)).collect()
}

fn of_peer(peer: &PeerStory, several: bool, waited: &str, room: usize) -> Vec<Line> {
    let at = peer.steps.iter().position(|step| !matches!(step.state, StepState::Done)).unwrap_or(peer.steps.len());
    let first = at.saturating_sub(STEPS_BEFORE);
    let last = peer.steps.len().min(at + 1 + STEPS_AFTER);
    let mut lines = Vec::new();
    if several {
        lines.push(Line::of(Style::Bold, &peer.role));
    }
    if first > 0 {
        lines.push(Line::of(Style::Dim, &format!("… {first} before, done")));
    }
    for step in &peer.steps[first..last] {
        lines.extend(of_step(step, &peer.role, several, waited, room));
    }
    if last < peer.steps.len() {
        lines.push(Line::of(Style::Dim, &format!("… {} more", peer.steps.len() - last)));
    }
    lines
}

/// `$reply has 41 bytes: "kjihgf…`
fn value(name: &str, excerpt: &Excerpt, room: usize) -> Vec<Line> {
    let text = String::from_utf8_lossy(&excerpt.bytes).into_owned();
    let start: String = text.chars().take(VALUE).collect();
    let more = if excerpt.total > excerpt.bytes.len() || start.len() < text.len() { "…" } else { "" };
    let what = format!("${name} has {}: {start:?}{more}", count(excerpt.total));
    wrap::wrap(&wrap::words(Style::Dim, &what), room, 2)
}

/// `1 byte`, `4 096 bytes`
fn count(bytes: usize) -> String {
    if bytes == 1 { "1 byte".to_owned() } else { format!("{} bytes", super::numbers::grouped(bytes)) }
}

fn of_step(step: &StepStory, role: &str, several: bool, waited: &str, room: usize) -> Vec<Line> {
    let (mark, style, said) = match &step.state {
        StepState::Done => ("✔", Style::Good, None),
        StepState::Failed(why) => ("✘", Style::Bad, Some(why.as_str())),
        StepState::Waiting => ("…", Style::Bad, Some(waited)),
        StepState::Never => (" ", Style::Dim, None),
    };
    let mut lead = Line::of(style, mark);
    lead.push(Style::Dim, &format!(" {:>2}", step.number));
    let mut words = vec![Word { gap: 0, line: lead }];
    let text = if several { step.text.clone() } else { format!("{role}: {}", step.text) };
    let plain = if step.state == StepState::Never { Style::Dim } else { Style::Plain };
    words.extend(
        wrap::words(plain, &text).into_iter().enumerate().map(|(n, word)| word.gap(if n == 0 { 2 } else { 1 })),
    );
    if let Some(round) = &step.round {
        words.extend(wrap::words(Style::Dim, &format!("(round {round})")));
    }
    let mut lines = wrap::wrap(&words, room, 6);
    if let Some(said) = said {
        for line in wrap::wrap(&wrap::words(style, said), room - 6, 2) {
            let mut indented = Line::of(Style::Plain, "      ");
            indented.append(&line);
            lines.push(indented);
        }
    }
    lines
}

/// Both sides in hex around the first difference, with a caret below it.
fn bytes(compare: &Compare, room: usize) -> Vec<Line> {
    let at = compare.differs_at();
    let per_row = hexdump::per_row(room);
    let mut lines = side("expected", &compare.expected, at, per_row);
    lines.extend(side("received", &compare.received, at, per_row));
    lines
}

fn side(label: &str, excerpt: &Excerpt, at: usize, per_row: usize) -> Vec<Line> {
    let mut head = Line::of(Style::Bold, label);
    head.push(Style::Plain, &format!("  {}", count(excerpt.total)));
    let mut lines = vec![head];
    // The row with the difference, one before it and one after.
    let row_of = |byte: usize| byte / per_row * per_row;
    let from = row_of(at).saturating_sub(per_row).max(row_of(excerpt.from));
    let end = (excerpt.from + excerpt.bytes.len()).min(row_of(at) + 2 * per_row);
    let part = |from: usize, to: usize| {
        let (from, to) = (from.saturating_sub(excerpt.from), to.saturating_sub(excerpt.from));
        excerpt.bytes.get(from.min(excerpt.bytes.len())..to.min(excerpt.bytes.len())).unwrap_or_default()
    };
    let mut row = from;
    while row < end {
        let shown = part(row, (row + per_row).min(end));
        lines.extend(hexdump::from(shown, row, Dump { per_row, indent: 2, all: true }));
        if row == row_of(at) {
            lines.push(caret(at, row));
        }
        row += per_row;
    }
    if row_of(at) >= end.max(from) {
        // What is missing has its place too.
        let mut empty = Line::of(Style::Dim, &format!("  {:04x}:", row_of(at)));
        empty.push(Style::Dim, "   (nothing)");
        if at == excerpt.total && excerpt.total.is_multiple_of(per_row) {
            lines.push(empty);
        }
        lines.push(caret(at, row_of(at)));
    }
    lines
}

fn caret(at: usize, row: usize) -> Line {
    let mut line = Line::new();
    line.pad_to(2 + hexdump::column(at - row));
    line.push(Style::Bad, "^");
    line.push(Style::Dim, &format!(" byte {}", super::numbers::grouped(at)));
    line
}

fn printed(failure: &Failure, room: usize) -> Vec<Line> {
    let several = failure.printed.iter().any(|line| line.role != failure.printed[0].role);
    let mut lines = Vec::new();
    for line in &failure.printed {
        let mut bar = Line::of(Style::Dim, "│ ");
        if several {
            bar.push(Style::Dim, &format!("{} ", line.role));
        }
        let text = if line.text.is_empty() { Line::new() } else { Line::of(Style::Plain, &line.text) };
        bar.append(&text);
        lines.push(bar.cut(room));
    }
    lines
}

fn next(commands: &[(String, String)], room: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (command, says) in commands {
        let mut words = wrap::words(Style::Bold, command);
        words.extend(
            wrap::words(Style::Dim, says).into_iter().enumerate().map(|(n, word)| word.gap(if n == 0 { 3 } else { 1 })),
        );
        lines.extend(wrap::wrap(&words, room, 4));
    }
    lines
}

/// What is checked, in one line.
pub fn check_heading(name: &str, title: &str, seed: u64, options: &Options) -> String {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let seed = Line::of(Style::Dim, &format!("seed {seed}"));
    let mut words = vec![Word::new(Style::Bold, name)];
    words.extend(
        wrap::words(Style::Plain, title).into_iter().enumerate().map(|(n, word)| word.gap(if n == 0 { 3 } else { 1 })),
    );
    let mut lines = wrap::wrap(&words, width, 2);
    match lines.last_mut() {
        Some(last) if last.width() + 2 + seed.width() <= width => {
            last.pad_to(width - seed.width());
            last.append(&seed);
        }
        _ => lines.push(seed),
    }
    page(&lines, options)
}

/// Which scenario is told now.
pub fn scenario_heading(verdict: &Verdict, options: &Options) -> String {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let mut words = vec![Word::new(Style::Bold, &verdict.scenario)];
    words.extend(
        wrap::words(Style::Plain, &verdict.says)
            .into_iter()
            .enumerate()
            .map(|(n, word)| word.gap(if n == 0 { 3 } else { 1 })),
    );
    page(&wrap::wrap(&words, width, 2), options)
}

/// The last lines of a check that was passed.
pub fn check_passed(summary: &str, commands: &[(String, String)], options: &Options) -> String {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let mut text = format!("\n{}", page(&wrap::wrap(&wrap::words(Style::Good, summary), width, 2), options));
    let next = labelled("next", next(commands, width - MARGIN), width);
    if !next.is_empty() {
        text.push('\n');
    }
    text + &page(&next, options)
}

/// The last line of a check that was not.
pub fn check_failed(summary: &str, options: &Options) -> String {
    format!("\n{}", page(&[Line::of(Style::Bad, summary)], options))
}

fn page(lines: &[Line], options: &Options) -> String {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let mut page = String::new();
    lines.iter().for_each(|line| line.clone().cut(width).paint(options.color, &mut page));
    page
}
