//! How the run ended, when it did not simply end.

use super::context::Context;
use super::kernel;
use super::sanitise::clean;
use super::seen::labelled;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::recording::{BY_HAND, Nanos, Reason, Standing};
use crate::timeline::{Mark, Timeline};

/// Lines of a crashed program's output that are repeated here.
const LAST_LINES: usize = 8;

/// The section; empty for a run in which everything went as programs should.
pub(super) fn lines(context: &Context) -> Vec<Line> {
    let mut said: Vec<Vec<Word>> = Vec::new();
    let plain = |text: &str| wrap::words(Style::Plain, text);
    let timeline = context.timeline;
    match &timeline.end {
        None => said.push(wrap::words(
            Style::Bad,
            "the recording was cut short: what happened after its last row is not known",
        )),
        Some(end) => {
            match end.reason {
                Reason::Done => {}
                Reason::Deadline => {
                    let deadline = duration(timeline.header.deadline_ns);
                    let why = match passed(timeline) {
                        Some(limit) => format!("the lab ended the run: {limit}"),
                        None => format!("the lab ended the run at its deadline of {deadline}"),
                    };
                    said.push(plain(&format!("{why}; standing then:")));
                }
                Reason::Interrupted => said.push(plain("the run was interrupted; standing then:")),
            }
            if end.reason != Reason::Done {
                said.extend(end.standing.iter().map(|standing| stood(context, standing)));
            }
            let awaited = end.awaited.iter();
            said.extend(awaited.map(|rule| plain(&format!("still awaited: {rule}"))));
            if end.lost > 0 {
                let text = format!("{} frames were lost by the recorder: the wire is not complete", end.lost);
                said.push(wrap::words(Style::Bad, &text));
            }
        }
    }
    let mut lines: Vec<Line> = said.iter().flat_map(|words| wrap::wrap(words, context.options.width - 7, 2)).collect();
    lines.extend(crashes(context));
    labelled("ended", lines, context.options.width)
}

/// `server used more than 2000 ms of processor time`, when that and not the deadline ended the run.
fn passed(timeline: &Timeline) -> Option<String> {
    timeline.marks.iter().find_map(|mark| match mark {
        Mark::Limit(limit) => {
            let role = limit.role.as_ref().map(|role| format!("{role} ")).unwrap_or_default();
            Some(format!("{role}{}", clean(&limit.text)))
        }
        _ => None,
    })
}

/// Who holds a call: the schedule, or the person who steps.
fn by(context: &Context, call: Option<usize>) -> &'static str {
    let rule = call.and_then(|call| context.timeline.calls[call].hold.as_ref()).map(|hold| hold.rule.as_str());
    if rule == Some(BY_HAND) { BY_HAND } else { "by the schedule" }
}

/// `server  in recv[1], 0 B queued, ESTABLISHED`
fn stood(context: &Context, standing: &Standing) -> Vec<Word> {
    let mut words = vec![Word::new(context.lanes.style(&standing.role), &standing.role)];
    let call = standing.call.and_then(|call| context.timeline.call_index(call));
    let name = |call: usize| context.call_name(&context.timeline.calls[call]);
    let place = match (call.map(name), standing.held) {
        (Some(name), true) => format!("held {} before {name}", by(context, call)),
        (Some(name), false) => format!("in {name}"),
        (None, true) => format!("held {}", by(context, call)),
        (None, false) => match &standing.syscall {
            Some(syscall) => format!("in {syscall}"),
            None => "in no system call: it was computing, or not yet there".to_string(),
        },
    };
    words.extend(
        wrap::words(Style::Plain, &place).into_iter().enumerate().map(|(n, w)| w.gap(if n == 0 { 2 } else { 1 })),
    );
    for (n, kernel) in standing.kernel.iter().enumerate() {
        let owner = kernel::owner(context.timeline, kernel);
        if n == 0 && owner == standing.role {
            // An empty queue is the answer to why a recv waits, so here it is said.
            let held = kernel::holds(context.timeline, kernel, true);
            if let Some(last) = words.last_mut() {
                last.line.push(Style::Plain, ",");
            }
            words.extend(wrap::words(Style::Plain, &held));
        } else {
            let held = kernel::holds(context.timeline, kernel, false);
            words.push(Word::new(Style::Dim, "·"));
            words.extend(wrap::words(Style::Dim, &format!("{owner} {held}")));
        }
    }
    words
}

/// Roles that did not end well, with the last they printed.
fn crashes(context: &Context) -> Vec<Line> {
    let width = context.options.width.saturating_sub(7);
    let mut lines = Vec::new();
    for mark in &context.timeline.marks {
        let Mark::Ended(ended) = mark else { continue };
        if !ended.main || ended.by_lab || (ended.signal.is_none() && matches!(ended.code, Some(0) | None)) {
            continue;
        }
        let printed: Vec<&str> = context
            .timeline
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Output(output) if output.role == ended.role && output.stream == "stderr" => {
                    Some(output.text.as_str())
                }
                _ => None,
            })
            .collect();
        let mut words = vec![Word::new(context.lanes.style(&ended.role), &ended.role)];
        words.extend(wrap::words(
            Style::Bad,
            &match &ended.signal {
                Some(signal) => format!("was killed by {signal}"),
                None => format!("exited with status {}", ended.code.unwrap_or(0)),
            },
        ));
        if !printed.is_empty() {
            let more =
                if printed.len() > LAST_LINES { "; the last it wrote to stderr:" } else { "; it wrote to stderr:" };
            words.extend(
                wrap::words(Style::Plain, more).into_iter().enumerate().map(|(n, w)| w.gap(usize::from(n > 0))),
            );
        }
        lines.extend(wrap::wrap(&words, width, 2));
        for text in &printed[printed.len().saturating_sub(LAST_LINES)..] {
            let mut bar = Line::of(Style::Dim, "│ ");
            let text = wrap::wrap(&wrap::words(Style::Plain, text), width.saturating_sub(4), 0);
            for part in &text {
                let mut line = Line::of(Style::Plain, "  ");
                line.append(&bar);
                line.append(part);
                lines.push(line);
                bar = Line::of(Style::Dim, "│ ");
            }
        }
    }
    lines
}

/// `5 s`, `500 ms`
fn duration(t: Nanos) -> String {
    let ms = t / 1_000_000;
    match ms % 1000 {
        0 if ms > 0 => format!("{} s", ms / 1000),
        _ if ms > 10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        _ => format!("{ms} ms"),
    }
}
