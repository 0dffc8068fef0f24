//! What a peer printed about its steps, read back from a recording. A line it does not know says nothing.

use super::verdict::{Compare, Excerpt, PeerStory, StepState, StepStory};
use crate::recording::Nanos;
use crate::timeline::{Mark, Timeline};

/// How far a peer came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The last step it began: its number, the round, when.
    last: Option<(usize, Option<String>, Nanos)>,
    /// Why that one failed.
    pub failed: Option<String>,
    /// When it said so.
    pub failed_at: Option<Nanos>,
    /// The bytes it compared.
    pub compare: Option<Compare>,
    /// True when it came to its end.
    pub done: bool,
    /// What it printed that is no report: a script it could not read.
    pub complaint: Option<String>,
}

impl Report {
    /// Reads what this role printed.
    pub fn read(timeline: &Timeline, role: &str) -> Report {
        let mut report = Report::default();
        for mark in &timeline.marks {
            let Mark::Output(output) = mark else { continue };
            if output.role == role && output.stream == "stdout" {
                report.line(&output.text, output.t);
            } else if output.role == role {
                report.complaint = Some(output.text.clone());
            }
        }
        report
    }

    fn line(&mut self, text: &str, t: Nanos) {
        if text.starts_with("all ") && text.ends_with(" done") {
            self.done = true;
            return;
        }
        let Some((number, round, says)) = step(text) else { return };
        if let Some(why) = says.strip_prefix("failed: ") {
            self.failed = Some(why.to_owned());
            self.failed_at = Some(t);
        } else if let Some(expected) = says.strip_prefix("expected ").and_then(excerpt) {
            self.compare.get_or_insert_default().expected = expected;
        } else if let Some(received) = says.strip_prefix("received ").and_then(excerpt) {
            self.compare.get_or_insert_default().received = received;
        } else {
            self.last = Some((number, round, t));
        }
    }

    /// The step it was in when the run was over, unless it had done them all.
    pub fn in_step(&self) -> Option<usize> {
        let (number, _, _) = self.last.as_ref()?;
        (!self.done).then_some(*number)
    }

    /// When that step began.
    pub fn since(&self) -> Option<Nanos> {
        self.last.as_ref().map(|(_, _, t)| *t)
    }

    /// The script with what became of each step. Of a repeat the last round is told.
    pub fn story(&self, role: &str, script: &[String]) -> PeerStory {
        let at = self.last.as_ref().map_or(0, |(number, _, _)| *number);
        let steps = script.iter().enumerate().map(|(index, text)| {
            let number = index + 1;
            let here = number == at && !self.done;
            let state = match &self.failed {
                Some(why) if here => StepState::Failed(why.clone()),
                None if here => StepState::Waiting,
                _ if self.done || number <= at => StepState::Done,
                _ => StepState::Never,
            };
            let round = self.last.as_ref().filter(|_| here).and_then(|(_, round, _)| round.clone());
            StepStory { number, text: text.clone(), round, state }
        });
        PeerStory { role: role.to_owned(), steps: steps.collect() }
    }
}

/// `step 3: …`, `step 3 round 2: …`
fn step(text: &str) -> Option<(usize, Option<String>, &str)> {
    let (head, says) = text.strip_prefix("step ")?.split_once(": ")?;
    let (number, round) = match head.split_once(" round ") {
        Some((number, round)) => (number, Some(round.to_owned())),
        None => (head, None),
    };
    Some((number.parse().ok()?, round, says))
}

/// `9 bytes, from 0: 00000005`
fn excerpt(text: &str) -> Option<Excerpt> {
    let (head, hex) = text.split_once(':')?;
    let (total, from) = head.split_once(", from ")?;
    let total = total.split(' ').next()?.parse().ok()?;
    let digits: Vec<u32> = hex.trim().chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let bytes = digits.chunks_exact(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect();
    Some(Excerpt { total, from: from.parse().ok()?, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lines: &[&str]) -> Report {
        let mut report = Report::default();
        lines.iter().enumerate().for_each(|(t, line)| report.line(line, t as Nanos));
        report
    }

    #[test]
    fn the_step_that_failed_has_its_reason_and_its_bytes() {
        let report = report(&[
            "step 1: connect",
            "step 2 round 3: receive $m",
            "step 2 round 3: failed: 2 of 3 bytes came, then the end of the stream",
            "step 2 round 3: expected 3 bytes, from 0: 616263",
            "step 2 round 3: received 2 bytes, from 0: 6162",
        ]);
        assert_eq!(report.in_step(), Some(2));
        assert_eq!(report.compare.as_ref().map(Compare::differs_at), Some(2));
        let script = ["connect", "receive $m", "close"].map(String::from);
        let states: Vec<_> = report.story("client", &script).steps.into_iter().map(|step| step.state).collect();
        let why = "2 of 3 bytes came, then the end of the stream".to_owned();
        assert_eq!(states, [StepState::Done, StepState::Failed(why), StepState::Never]);
    }

    #[test]
    fn a_peer_that_says_no_more_waits_in_its_last_step_unless_it_did_them_all() {
        assert_eq!(report(&["step 1: connect", "step 2: receive $m"]).in_step(), Some(2));
        assert_eq!(report(&["step 1: connect", "all 1 steps done"]).in_step(), None);
        assert_eq!(report(&[]).in_step(), None);
    }

    #[test]
    fn other_lines_say_nothing() {
        let odd = ["", "step", "step x: y", "step 1", "step 1: expected some", "step 1: expected 3 bytes, from 0: 6g"];
        assert!(odd.iter().all(|line| report(&[line]).compare.is_none()), "{odd:?}");
    }
}
