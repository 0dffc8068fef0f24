//! What is neither call nor frame, in words: what programs print, how they end, what the schedule does.

use super::context::Context;
use super::sanitise::clean;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::recording::{Ended, Usage};
use crate::timeline::Mark;

pub(in crate::view) fn role_of(mark: &Mark) -> Option<&str> {
    Some(match mark {
        Mark::Spawn(m) => &m.role,
        Mark::Task(m) => &m.role,
        Mark::Exec(m) => &m.role,
        Mark::Action(m) => &m.role,
        Mark::Output(m) => &m.role,
        Mark::Input(m) => &m.role,
        Mark::Signal(m) => &m.role,
        Mark::Ended(m) => &m.role,
        Mark::Refused(m) => &m.role,
        Mark::Usage(m) => &m.role,
        Mark::Notice(m) => return m.role.as_deref(),
        Mark::Limit(m) => return m.role.as_deref(),
        Mark::Held(_) | Mark::Released(_) | Mark::Rest(_) => return None,
    })
}

/// Lines of a printed text in a lane, at most.
const PRINTED_LINES: usize = 4;

/// The thread or process a row is about, for its prefix.
pub(super) fn task_of(mark: &Mark) -> i32 {
    match mark {
        Mark::Signal(m) => m.tid,
        Mark::Ended(m) => m.pid,
        Mark::Exec(m) => m.pid,
        Mark::Refused(m) => m.pid,
        Mark::Usage(m) => m.pid,
        _ => 0,
    }
}

/// A mark within its lane; `lead` names the role where that is needed.
pub(super) fn in_lane(context: &Context, number: usize, lead: &Line, width: usize) -> Vec<Line> {
    let mark = &context.timeline.marks[number];
    // What is printed stands as it was, but for what `sanitise` escapes; it needs no quotes, for it ends with its row.
    let said = |verb: &str, text: &str| {
        let mut words = vec![Word::new(Style::Dim, verb)];
        // No more than can be shown: a line may be as long as the program liked.
        let start: String = text.chars().take(width * (PRINTED_LINES + 1)).collect();
        words.extend(wrap::words(Style::Plain, &clean(&start)));
        let mut lines = wrap::wrap(&wrap::led(lead, words), width, 2);
        if lines.len() > PRINTED_LINES {
            lines.truncate(PRINTED_LINES);
            if let Some(last) = lines.pop() {
                let mut last = last.cut(width.saturating_sub(2));
                last.push(Style::Dim, " …");
                lines.push(last);
            }
        }
        lines
    };
    let plain = |style: Style, text: &str| wrap::wrap(&wrap::led(lead, wrap::words(style, text)), width, 2);
    if let Some(words) = context.folds.bystanders.words(number) {
        return plain(Style::Dim, words);
    }
    match mark {
        Mark::Spawn(_) => plain(Style::Dim, "starts"),
        Mark::Task(task) => {
            let what = if task.pid == task.tid { "process" } else { "thread" };
            let number = context.lanes.task_number(&task.role, task.tid).unwrap_or(0);
            plain(Style::Dim, &format!("new {what} #{number}"))
        }
        Mark::Exec(exec) => plain(Style::Dim, &format!("runs {}", exec.path)),
        Mark::Output(output) if output.stream == "stdout" => said("prints:", &output.text),
        Mark::Output(output) => said(&format!("{}:", output.stream), &output.text),
        Mark::Input(input) => said("stdin:", &input.text),
        Mark::Signal(signal) => plain(Style::Bad, &format!("{} arrives", signal.signal)),
        Mark::Ended(ended) => ended_words(context, ended, lead, width, &plain),
        Mark::Refused(refused) => {
            let mut words = wrap::words(Style::Bold, &clean(&refused.call));
            words.extend(wrap::words(Style::Plain, &format!("refused: {}", clean(&refused.text))));
            wrap::wrap(&wrap::led(lead, words), width, 2)
        }
        Mark::Usage(usage) => plain(Style::Dim, &usage_words(usage)),
        // Those go across the lanes, or have no row.
        Mark::Held(_) | Mark::Released(_) | Mark::Rest(_) => Vec::new(),
        Mark::Action(_) | Mark::Notice(_) | Mark::Limit(_) => Vec::new(),
    }
}

/// `used 12 ms, 3400 KiB (3500 at most), 2 sockets among 6 descriptors`
fn usage_words(usage: &Usage) -> String {
    let sockets = if usage.sockets == 1 { "1 socket".to_string() } else { format!("{} sockets", usage.sockets) };
    format!(
        "used {} ms, {} KiB ({} at most), {sockets} among {} descriptors",
        usage.cpu_ms, usage.resident_kib, usage.peak_kib, usage.files
    )
}

fn ended_words(
    context: &Context,
    ended: &Ended,
    lead: &Line,
    width: usize,
    plain: &dyn Fn(Style, &str) -> Vec<Line>,
) -> Vec<Line> {
    let who = if ended.main || context.lanes.task_number(&ended.role, ended.pid).is_some() { "" } else { "a process " };
    if ended.by_lab {
        let long = format!("{who}stopped by the lab when the run was over");
        let fits = super::sanitise::width(&long) + lead.width() < width;
        return plain(Style::Dim, if fits { &long } else { "stopped by the lab" });
    }
    match (&ended.signal, ended.code) {
        (Some(signal), _) => plain(Style::Bad, &format!("{who}killed by {signal}")),
        (None, Some(0)) => plain(Style::Dim, &format!("{who}exits 0")),
        (None, Some(code)) => plain(Style::Bad, &format!("{who}exits {code}")),
        (None, None) => plain(Style::Dim, &format!("{who}ends")),
    }
}

/// A mark across all lanes.
pub(super) fn across(mark: &Mark, width: usize) -> Vec<Line> {
    let dotted = |text: String| {
        let mut words = vec![Word::new(Style::Dim, "····")];
        words.extend(wrap::words(Style::Bold, &text));
        // The dots at the end stay with the last word.
        if let Some(last) = words.last_mut() {
            last.line.append_after(1, &Line::of(Style::Dim, "····"));
        }
        wrap::wrap(&words, width, 5)
    };
    let told = |what: &str, role: Option<&str>, text: &str| {
        let mut words = vec![Word::new(Style::Bad, what)];
        words.extend(role.map(|role| Word::new(Style::Bold, &format!("{role}:"))));
        words.extend(wrap::words(Style::Plain, text));
        wrap::wrap(&words, width, 6)
    };
    match mark {
        Mark::Held(held) => dotted(format!("held by the schedule: {}", held.rule)),
        Mark::Action(action) => dotted(format!("done by the schedule: {}", action.rule)),
        Mark::Notice(notice) => told("note:", notice.role.as_deref(), &notice.text),
        Mark::Limit(limit) => told("limit:", limit.role.as_deref(), &limit.text),
        _ => Vec::new(),
    }
}
