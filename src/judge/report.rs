//! What a peer printed about its steps, read back from a recording. A line it does not know says nothing.

use super::verdict::{Compare, Excerpt, PeerStory, StepState, StepStory};
use crate::recording::Nanos;
use crate::timeline::{Mark, Timeline};

/// How far a peer came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// The last step it began: its number, the round, when that was read.
    last: Option<(usize, Option<String>, Nanos)>,
    /// When that step began.
    pub since: Option<Nanos>,
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
        report.since = report.last.as_ref().map(|(_, _, told)| began(timeline, role, *told));
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

/// When the step began that was told in a line read at `told`: when the call before it returned, or without one, when the
/// peer was started. Not when the line was read: a peer is patient, and between its write and the reading of it the programs
/// may do nothing, or all they can. The line comes after the exit of what the step before it did last and is read before the
/// next call is let in, so which exit that is does not depend on when it was read.
fn began(timeline: &Timeline, role: &str, told: Nanos) -> Nanos {
    let own = timeline.calls.iter().filter(|call| call.enter.role == role);
    let returned = own.filter_map(|call| call.exit.as_ref()).map(|exit| exit.t);
    let started = timeline.marks.iter().filter_map(|mark| match mark {
        Mark::Spawn(spawn) if spawn.role == role => Some(spawn.t),
        _ => None,
    });
    returned.chain(started).filter(|t| *t <= told).max().unwrap_or(0)
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
    use crate::timeline::tests::Run;

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
    fn a_step_began_when_the_call_before_it_returned_however_late_its_line_was_read() {
        let since = |late: bool| {
            let mut run = Run::new();
            run.spawn("client");
            let connect = run.enter("client", "connect", 1);
            run.exit(connect, 0);
            let returned = run.t;
            let line = |run: &mut Run| run.prints("client", "step 2: receive $m");
            if !late {
                line(&mut run);
            }
            let bind = run.enter("server", "bind", 2);
            run.exit(bind, 0);
            if late {
                line(&mut run);
            }
            run.enter("client", "recv", 1);
            run.end();
            (Report::read(&run.timeline(), "client").since, returned)
        };
        for late in [false, true] {
            let (since, returned) = since(late);
            assert_eq!(since, Some(returned), "late: {late}");
        }
    }

    #[test]
    fn a_peers_first_step_began_when_it_was_started() {
        let mut run = Run::new();
        run.spawn("client");
        let started = run.t;
        run.enter("server", "accept", 2);
        run.prints("client", "step 1: connect");
        run.end();
        assert_eq!(Report::read(&run.timeline(), "client").since, Some(started));
    }

    #[test]
    fn other_lines_say_nothing() {
        let odd = ["", "step", "step x: y", "step 1", "step 1: expected some", "step 1: expected 3 bytes, from 0: 6g"];
        assert!(odd.iter().all(|line| report(&[line]).compare.is_none()), "{odd:?}");
    }
}
