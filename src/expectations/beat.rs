//! When the explanation of a beat may be told: its event has happened, all that it rests on was seen, and the evidence of that
//! lies behind us too.
//!
//! Moments are counted in the order of the timeline, not by the clock: what a view shows of them is exactly what had happened.

use super::{Verdict, evaluate, events};
use crate::notation::{CallRef, EventRef, Expectation, FrameRef, ParseError};
use crate::recording::{Beat, Expect};
use crate::timeline::{Frame, Mark, Moment, Timeline};

/// A beat, and what became of it in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// As the lesson has it.
    pub beat: Beat,
    /// How many moments of the timeline have happened when the event has, and all that proves the explanation. None when the
    /// run does not show it.
    pub until: Option<usize>,
    /// The calls and frames it is about, in the notation.
    pub evidence: Vec<String>,
    /// When the run does not show it: which of its lines, and what the recording shows instead.
    pub missing: Option<(String, Option<String>)>,
}

/// What became of each beat. Fails when one is not in the notation.
pub fn told(beats: &[Beat], timeline: &Timeline) -> Result<Vec<Told>, ParseError> {
    beats.iter().map(|beat| of_beat(beat, timeline)).collect()
}

fn of_beat(beat: &Beat, timeline: &Timeline) -> Result<Told, ParseError> {
    let event: EventRef = beat.at.parse()?;
    let that = beat.that.iter().map(|that| that.parse()).collect::<Result<Vec<Expectation>, _>>()?;
    let mut told = Told { beat: beat.clone(), until: None, evidence: Vec::new(), missing: None };
    let happened = match events::find(timeline, &event) {
        Ok(happened) => happened,
        Err(verdict) => {
            told.missing = Some((beat.at.clone(), verdict.instead));
            return Ok(told);
        }
    };
    let mut until = position(timeline, &event).unwrap_or(timeline.moments.len());
    add(&mut told.evidence, happened.evidence);
    for (line, expectation) in beat.that.iter().zip(&that) {
        let verdict = evaluate(expectation, timeline);
        if !verdict.seen {
            told.missing = Some((line.clone(), verdict.instead));
            return Ok(told);
        }
        until = until.max(proved(timeline, expectation, &verdict));
        add(&mut told.evidence, verdict.evidence);
    }
    told.until = Some(until);
    Ok(told)
}

/// Beats made of what a run is held to, in the order in which the evidence happened: for runs that have none of their own. What
/// was not seen comes last.
pub fn told_by_expectations(verdicts: &[(Expect, Verdict)], timeline: &Timeline) -> Result<Vec<Told>, ParseError> {
    let mut all = Vec::new();
    for (expect, verdict) in verdicts {
        let says = if expect.says.is_empty() { &expect.that } else { &expect.says };
        let beat = Beat { that: vec![expect.that.clone()], says: says.clone(), ..Beat::default() };
        let until = verdict.seen.then_some(proved(timeline, &expect.that.parse()?, verdict));
        let missing = (!verdict.seen).then(|| (expect.that.clone(), verdict.instead.clone()));
        all.push(Told { beat, until, evidence: verdict.evidence.clone(), missing });
    }
    all.sort_by_key(|told| told.until.unwrap_or(usize::MAX));
    Ok(all)
}

/// How many moments have happened when an expectation that was seen is proved. One that speaks of the whole run (that a thing
/// occurs so often, or never) is proved at its end.
fn proved(timeline: &Timeline, expectation: &Expectation, verdict: &Verdict) -> usize {
    let all = timeline.moments.len();
    match expectation {
        // What was sent again has the number of the first: the last of them is what counts.
        Expectation::Is(frame, quality) | Expectation::CountFrames(frame, Some(quality), ..)
            if quality.is_of_repetitions() =>
        {
            last_of(timeline, frame).unwrap_or(all)
        }
        Expectation::CountCalls(..) | Expectation::CountFrames(..) => {
            // Most count what the explanation is about, such as three segments: nobody waits for the end to be told that.
            evidence_until(timeline, verdict).unwrap_or(all)
        }
        Expectation::NoCall(..) | Expectation::NoFrame(..) | Expectation::Runs(_) => all,
        Expectation::Before(first, second) => position(timeline, first).max(position(timeline, second)).unwrap_or(all),
        Expectation::Leaves(frame, ..) | Expectation::Is(frame, _) => {
            position(timeline, &EventRef::Arrived(frame.clone())).unwrap_or(all)
        }
        Expectation::Exits(role, _) | Expectation::KilledBy(role, _) => {
            position(timeline, &EventRef::Exited(role.clone())).unwrap_or(all)
        }
        Expectation::Prints(role, text) => {
            let prints = |moment: &Moment| match *moment {
                Moment::Mark(mark) => {
                    matches!(timeline.marks.get(mark), Some(Mark::Output(output)) if output.role == *role && output.text.contains(text))
                }
                _ => false,
            };
            timeline.moments.iter().position(prints).map_or(all, |at| at + 1)
        }
        Expectation::Call(..) | Expectation::Carries(..) | Expectation::Payload(..) => {
            evidence_until(timeline, verdict).unwrap_or(all)
        }
    }
}

/// How many moments have happened when the last of the calls has returned and the last of the frames was sent.
fn evidence_until(timeline: &Timeline, verdict: &Verdict) -> Option<usize> {
    let until = |name: &String| match (name.parse::<CallRef>(), name.parse::<FrameRef>()) {
        (Ok(call), _) => {
            let returned = position(timeline, &EventRef::Returned(call.clone()));
            returned.max(position(timeline, &EventRef::Entered(call)))
        }
        (_, Ok(frame)) => position(timeline, &EventRef::Frame(frame)),
        _ => None,
    };
    verdict.evidence.iter().filter_map(until).max()
}

/// How many moments have happened when the last of these frames was sent, repetitions included.
fn last_of(timeline: &Timeline, wanted: &FrameRef) -> Option<usize> {
    let is = |moment: &Moment| match *moment {
        Moment::Frame(number) => timeline.frames.get(number).is_some_and(|frame| is_meant(wanted, frame)),
        _ => false,
    };
    timeline.moments.iter().rposition(is).map(|at| at + 1)
}

fn is_meant(wanted: &FrameRef, frame: &Frame) -> bool {
    wanted.matches(frame.from(), frame.to(), &frame.record.kind, frame.record.nth)
}

/// How many moments have happened when the event has. None when no moment of the timeline is one of it.
fn position(timeline: &Timeline, event: &EventRef) -> Option<usize> {
    let call = |wanted: &CallRef, call: usize| {
        let call = timeline.calls.get(call);
        call.is_some_and(|call| wanted.matches(&call.enter.role, &call.enter.name, call.enter.nth))
    };
    let frame = |wanted: &FrameRef, frame: usize| {
        timeline.frames.get(frame).is_some_and(|this| !this.record.again && is_meant(wanted, this))
    };
    let is = |moment: &Moment| match (event, *moment) {
        (EventRef::Returned(wanted), Moment::Exit(number)) => call(wanted, number),
        (EventRef::Entered(wanted), Moment::Enter(number)) => call(wanted, number),
        // A call that nobody held has gone when it began.
        (EventRef::Gone(wanted), Moment::Enter(number)) => call(wanted, number),
        (EventRef::Gone(wanted), Moment::Mark(mark)) => match timeline.marks.get(mark) {
            Some(Mark::Released(released)) => {
                timeline.call_index(released.call).is_some_and(|number| call(wanted, number))
            }
            _ => false,
        },
        (EventRef::Frame(wanted), Moment::Frame(number)) => frame(wanted, number),
        // One without an arrival of its own was there at once.
        (EventRef::Arrived(wanted), Moment::Frame(number) | Moment::Arrival(number)) => frame(wanted, number),
        (EventRef::Exited(role), Moment::Mark(mark)) => {
            matches!(timeline.marks.get(mark), Some(Mark::Ended(ended)) if ended.main && ended.role == *role)
        }
        _ => false,
    };
    timeline.moments.iter().rposition(is).map(|at| at + 1)
}

fn add(evidence: &mut Vec<String>, more: Vec<String>) {
    evidence.extend(more.into_iter().filter(|name| !evidence.contains(name)).collect::<Vec<_>>());
}
