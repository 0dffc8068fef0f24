//! What is expected of a program as a whole: how it ended, and what it printed.

use super::Verdict;
use super::events::ended;
use crate::recording::Ended;
use crate::timeline::{Mark, Timeline};

/// `server exits 1`
pub(super) fn exits(timeline: &Timeline, role: &str, code: i32) -> Verdict {
    match ended(timeline, role) {
        Some(end) if !end.by_lab && end.code == Some(code) => Verdict::seen(vec![format!("{role}.exit")]),
        end => not_so(role, end),
    }
}

/// `server killed by SIGPIPE`
pub(super) fn killed_by(timeline: &Timeline, role: &str, signal: &str) -> Verdict {
    match ended(timeline, role) {
        Some(end) if !end.by_lab && end.signal.as_deref() == Some(signal) => {
            Verdict::seen(vec![format!("{role}.exit")])
        }
        end => not_so(role, end),
    }
}

/// `server runs`
pub(super) fn runs(timeline: &Timeline, role: &str) -> Verdict {
    let started = timeline.marks.iter().any(|mark| matches!(mark, Mark::Spawn(spawn) if spawn.role == role));
    match ended(timeline, role) {
        Some(end) if !end.by_lab => not_so(role, Some(end)),
        Some(_) => Verdict::seen(Vec::new()),
        None if started => Verdict::seen(Vec::new()),
        None => Verdict::not(Vec::new(), format!("the {role} was never started")),
    }
}

fn not_so(role: &str, end: Option<&Ended>) -> Verdict {
    let Some(end) = end else {
        return Verdict::not(Vec::new(), format!("the {role} did not end"));
    };
    let what = match (end.by_lab, end.code, &end.signal) {
        (true, ..) => format!("the {role} was still running when the run was over"),
        (_, _, Some(signal)) => format!("the {role} was killed by {signal}"),
        (_, Some(code), None) => format!("the {role} exited with status {code}"),
        (_, None, None) => format!("the {role} ended, and the recording does not say how"),
    };
    Verdict::not(vec![format!("{role}.exit")], what)
}

/// How much of a printed line is quoted.
const QUOTED: usize = 60;

/// `server prints "text"`
pub(super) fn prints(timeline: &Timeline, role: &str, text: &str) -> Verdict {
    let lines = || {
        timeline.marks.iter().filter_map(|mark| match mark {
            Mark::Output(output) if output.role == role => Some(output.text.as_str()),
            _ => None,
        })
    };
    if lines().any(|line| line.contains(text)) {
        return Verdict::seen(Vec::new());
    }
    let instead = match (lines().count(), lines().next_back()) {
        (_, None) => format!("the {role} printed nothing"),
        (1, Some(line)) => format!("the {role} printed {:?}", line.chars().take(QUOTED).collect::<String>()),
        (number, Some(line)) => {
            let line: String = line.chars().take(QUOTED).collect();
            format!("the {role} printed {number} lines, the last one {line:?}")
        }
    };
    Verdict::not(Vec::new(), instead)
}
