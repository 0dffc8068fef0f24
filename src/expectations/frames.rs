//! What is expected of frames: how many there are, what they carry, and that there are none.

use super::Verdict;
use super::events;
use super::names::{self, listed, no_call, no_frame, occurs, of_calls, of_frames};
use super::qualities::{cannot_tell, divide};
use crate::notation::{CallRef, Comparison, EventRef, FrameRef, Kind, Nth, Quality};
use crate::timeline::{Frame, Timeline};

/// The verdict on everything about frames when there are none to look at.
pub(super) fn not_recorded(timeline: &Timeline) -> Option<Verdict> {
    let header = &timeline.header;
    let why = || format!("the wire was not recorded on this machine (tier {})", header.tier);
    (!header.wire.captured).then(|| Verdict::unknown(Vec::new(), why()))
}

/// The frames that are meant, without repetitions; or the verdict when one is missing.
pub(super) fn originals<'a>(timeline: &'a Timeline, wanted: &FrameRef) -> Result<Vec<&'a Frame>, Verdict> {
    if let Some(verdict) = not_recorded(timeline) {
        return Err(verdict);
    }
    let found = names::frames(timeline, wanted).into_iter().map(|(_, frame)| frame);
    let found: Vec<&Frame> = found.filter(|frame| !frame.record.again).collect();
    match names::missing(wanted.nth, found.iter().map(|frame| frame.record.nth)) {
        Some(nth) => Err(Verdict::not(of_frames(found), no_frame(timeline, wanted, nth))),
        None => Ok(found),
    }
}

/// `client>server data[1] = 1448`
pub(super) fn payload(timeline: &Timeline, wanted: &FrameRef, bytes: u64) -> Verdict {
    let found = match originals(timeline, wanted) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let wrong = found.iter().find(|frame| frame.payload_length() != bytes);
    let instead = wrong.map(|frame| format!("{} carries {}", frame.name(), count_bytes(frame.payload_length())));
    match instead {
        None => Verdict::seen(of_frames(found)),
        Some(instead) => Verdict::not(of_frames(found), instead),
    }
}

pub(super) fn count_bytes(number: u64) -> String {
    if number == 1 { "1 byte".into() } else { format!("{number} bytes") }
}

/// `client>server data[1] carries client.send[1]`: the frames carry bytes of each of these calls and of no others.
pub(super) fn carries(timeline: &Timeline, wanted: &FrameRef, calls: &CallRef) -> Verdict {
    let found = match originals(timeline, wanted) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let asked = names::calls(timeline, calls);
    if let Some(nth) = names::missing(calls.nth, asked.iter().map(|(_, call)| call.enter.nth)) {
        return Verdict::not(of_frames(found), no_call(timeline, calls, nth));
    }
    let carried: Vec<usize> = found.iter().flat_map(|frame| frame.sources.iter().map(|span| span.call)).collect();
    let carried_calls = of_calls(carried.iter().filter_map(|&call| timeline.calls.get(call)));
    let all_known = found.iter().all(|frame| is_explained(frame));
    let all_asked = asked.iter().all(|(number, _)| carried.contains(number));
    let no_other = carried.iter().all(|call| asked.iter().any(|(number, _)| number == call));
    let mut evidence = of_frames(found.iter().copied());
    let subject = listed(&evidence);
    evidence.extend(carried_calls.iter().cloned());
    let verb = if found.len() == 1 { "carries" } else { "carry" };
    if all_known && all_asked && no_other {
        Verdict::seen(evidence)
    } else if carried.is_empty() {
        Verdict::not(evidence, format!("{subject} {verb} no bytes of a call that is known"))
    } else if all_known {
        Verdict::not(evidence, format!("{subject} {verb} {}", listed(&carried_calls)))
    } else {
        let known = listed(&carried_calls);
        Verdict::not(evidence, format!("{subject} {verb} {known}, and bytes of which no call is known"))
    }
}

/// True when every captured byte of its payload has a source.
fn is_explained(frame: &Frame) -> bool {
    let covered: usize = frame.sources.iter().map(|span| span.here.len()).sum();
    !frame.sources.is_empty() && covered == frame.packet.payload.len()
}

/// `count(client>server data) = 3`, `count(client>server data is again) = 3`
pub(super) fn count(
    timeline: &Timeline,
    wanted: &FrameRef,
    quality: Option<Quality>,
    comparison: Comparison,
    number: u64,
) -> Verdict {
    if let Some(verdict) = not_recorded(timeline) {
        return verdict;
    }
    let mut found = names::frames(timeline, wanted);
    if quality.is_none() {
        found.retain(|(_, frame)| wanted.kind == Kind::Any || !frame.record.again);
    }
    let (so, unsure) = those(timeline, found, quality);
    let there = so.len() as u64;
    let mut possible = there..=there + unsure.len() as u64;
    if possible.clone().all(|there| comparison.holds(there, number)) {
        return Verdict::seen(of_frames(so));
    }
    match quality {
        Some(quality) if possible.any(|there| comparison.holds(there, number)) => {
            Verdict::unknown(of_frames(unsure), cannot_tell(wanted, quality))
        }
        Some(quality) => {
            let what = format!("{wanted} that is {quality}");
            let most = there + unsure.len() as u64;
            let how_often =
                if most == there { occurs(&what, there) } else { format!("{what} occurs {there} to {most} times") };
            Verdict::not(of_frames(so), how_often)
        }
        None => Verdict::not(of_frames(so), occurs(&FrameRef { nth: Nth::All, ..wanted.clone() }, there)),
    }
}

/// `no client>server frame after client.send[1]`, `no client>server data is again`
pub(super) fn none(
    timeline: &Timeline,
    wanted: &FrameRef,
    quality: Option<Quality>,
    after: Option<&EventRef>,
) -> Verdict {
    if let Some(verdict) = not_recorded(timeline) {
        return verdict;
    }
    let since = match after.map(|event| events::find(timeline, event)).transpose() {
        Ok(since) => since,
        Err(verdict) => return verdict,
    };
    let (since, evidence) = since.map_or((None, Vec::new()), |event| (Some(event.t), event.evidence));
    let mut found = names::frames(timeline, wanted);
    found.retain(|(_, frame)| since.is_none_or(|since| frame.record.t > since));
    let (so, unsure) = those(timeline, found, quality);
    let Some(first) = so.first() else {
        return match quality.filter(|_| !unsure.is_empty()) {
            Some(quality) => Verdict::unknown(of_frames(unsure), cannot_tell(wanted, quality)),
            None => Verdict::seen(evidence),
        };
    };
    let name = first.name();
    let number = so.len() as u64;
    let is = quality.map_or(String::new(), |quality| format!(" that is {quality}"));
    let others = if number > 1 { format!(", and {} more", number - 1) } else { String::new() };
    let place = after.map_or(String::new(), |event| format!(" after {event}"));
    Verdict::not(of_frames(so), format!("there is {name}{is}{place}{others}"))
}

/// The frames that have the quality, if one is asked for, and those of which the recording cannot tell.
fn those<'a>(
    timeline: &Timeline,
    found: Vec<(usize, &'a Frame)>,
    quality: Option<Quality>,
) -> (Vec<&'a Frame>, Vec<&'a Frame>) {
    match quality {
        Some(quality) => divide(timeline, found, quality),
        None => (found.into_iter().map(|(_, frame)| frame).collect(), Vec::new()),
    }
}
