//! When an event of the notation happened, and which of two came first.

use super::names::{self, no_call};
use super::{Verdict, frames};
use crate::notation::{CallRef, EventRef};
use crate::recording::{Ended, Nanos};
use crate::timeline::{Call, Frame, Mark, Timeline};

/// An event that happened.
pub(super) struct Happened {
    pub(super) t: Nanos,
    pub(super) evidence: Vec<String>,
}

/// When it happened. With several calls or frames it has happened when the last of them has. The error is the verdict
/// of whatever needs the event: it did not happen, or could not be recorded.
pub(super) fn find(timeline: &Timeline, event: &EventRef) -> Result<Happened, Verdict> {
    match event {
        EventRef::Returned(wanted) => {
            all_calls(timeline, wanted, |call| call.exit.as_ref().map(|exit| exit.t), "never returned")
        }
        EventRef::Entered(wanted) => all_calls(timeline, wanted, |call| Some(call.enter.t), "never began"),
        EventRef::Gone(wanted) => all_calls(timeline, wanted, Call::gone, "was never let go"),
        EventRef::Frame(wanted) => {
            let found = frames::originals(timeline, wanted)?;
            let t = found.iter().map(|frame| frame.record.t).max().unwrap_or_default();
            Ok(Happened { t, evidence: names::of_frames(found) })
        }
        EventRef::Arrived(wanted) => {
            let found = frames::originals(timeline, wanted)?;
            let mut t = 0;
            for frame in &found {
                t = t.max(arrived(timeline, frame).map_err(|why| Verdict::not(vec![frame.name()], why))?);
            }
            Ok(Happened { t, evidence: names::of_frames(found) })
        }
        EventRef::Exited(role) => match ended(timeline, role) {
            Some(ended) if !ended.by_lab => Ok(Happened { t: ended.t, evidence: vec![event.to_string()] }),
            Some(_) => Err(Verdict::not(Vec::new(), format!("the lab ended the {role} when the run was over"))),
            None => Err(Verdict::not(Vec::new(), format!("the {role} did not end"))),
        },
    }
}

/// When the last of these calls had come so far; `never` says what is wrong with one that did not.
fn all_calls(
    timeline: &Timeline,
    wanted: &CallRef,
    when: impl Fn(&Call) -> Option<Nanos>,
    never: &str,
) -> Result<Happened, Verdict> {
    let found = names::calls(timeline, wanted);
    let evidence = names::of_calls(found.iter().map(|(_, call)| *call));
    if let Some(nth) = names::missing(wanted.nth, found.iter().map(|(_, call)| call.enter.nth)) {
        return Err(Verdict::not(evidence, no_call(timeline, wanted, nth)));
    }
    if let Some((_, call)) = found.iter().find(|(_, call)| when(call).is_none()) {
        return Err(Verdict::not(evidence, format!("{} {never}", call.name())));
    }
    let t = found.iter().filter_map(|(_, call)| when(call)).max().unwrap_or_default();
    Ok(Happened { t, evidence })
}

/// When a frame reached its receiver, or why it did not. Without a cable it is there as soon as it is sent.
fn arrived(timeline: &Timeline, frame: &Frame) -> Result<Nanos, String> {
    let name = frame.name();
    match frame.carried.as_ref().and_then(|carried| carried.fate.as_ref()) {
        Some(fate) if fate.dropped => {
            let by = if fate.rules.is_empty() { String::new() } else { format!(": {}", fate.rules.join(", ")) };
            Err(format!("{name} never arrived{by}"))
        }
        Some(fate) => Ok(fate.t),
        None if timeline.header.wire.kind == "cable" => Err(format!("{name} had not arrived when the run was over")),
        None => Ok(frame.record.t),
    }
}

/// The end of a role's program.
pub(super) fn ended<'a>(timeline: &'a Timeline, role: &str) -> Option<&'a Ended> {
    timeline.marks.iter().find_map(|mark| match mark {
        Mark::Ended(ended) if ended.main && ended.role == role => Some(ended),
        _ => None,
    })
}

/// `EVENT before EVENT`
pub(super) fn before(timeline: &Timeline, first: &EventRef, second: &EventRef) -> Verdict {
    let (earlier, later) = match (find(timeline, first), find(timeline, second)) {
        (Ok(earlier), Ok(later)) => (earlier, later),
        (Err(verdict), Ok(_)) | (Ok(_), Err(verdict)) => return verdict,
        // One that surely did not happen refutes it, whatever could not be recorded of the other.
        (Err(one), Err(other)) => return if one.unknown { other } else { one },
    };
    let mut evidence = earlier.evidence;
    evidence.extend(later.evidence.into_iter().filter(|name| !evidence.contains(name)).collect::<Vec<_>>());
    match earlier.t.cmp(&later.t) {
        std::cmp::Ordering::Less => Verdict::seen(evidence),
        std::cmp::Ordering::Equal => Verdict::not(evidence, format!("{first} and {second} came at the same moment")),
        std::cmp::Ordering::Greater => Verdict::not(evidence, format!("{second} came first, {first} after it")),
    }
}
