//! What frames are besides their kind: dropped, repeated, late. The timeline judges each frame; here it is said what that
//! makes of several, and of those that it could not judge.

use super::Verdict;
use super::frames::not_recorded;
use super::names::{self, no_frame, of_frames};
use crate::notation::{FrameRef, Nth, Quality};
use crate::timeline::{Frame, Timeline};

/// `client>server data[1] is dropped`: of each number that is meant, one transmission is so; without a number, one of all.
pub(super) fn is(timeline: &Timeline, wanted: &FrameRef, quality: Quality) -> Verdict {
    if let Some(verdict) = not_recorded(timeline) {
        return verdict;
    }
    let found = names::frames(timeline, wanted);
    if let Some(nth) = names::missing(wanted.nth, found.iter().map(|(_, frame)| frame.record.nth)) {
        let evidence = of_frames(found.iter().map(|(_, frame)| *frame));
        return Verdict::not(evidence, no_frame(timeline, wanted, nth));
    }
    let mut numbers: Vec<Nth> = found.iter().map(|(_, frame)| Nth::One(frame.record.nth)).collect();
    numbers.dedup();
    if wanted.nth == Nth::All {
        numbers = vec![Nth::All];
    }
    let mut evidence = Vec::new();
    for nth in numbers {
        let one = FrameRef { nth, ..wanted.clone() };
        let meant: Vec<_> =
            found.iter().copied().filter(|(_, frame)| nth == Nth::All || nth == Nth::One(frame.record.nth)).collect();
        let all = of_frames(meant.iter().map(|(_, frame)| *frame));
        let (so, unsure) = divide(timeline, meant, quality);
        match (so.is_empty(), unsure.is_empty()) {
            (false, _) => evidence.extend(so),
            (true, false) => return Verdict::unknown(all, cannot_tell(&one, quality)),
            (true, true) => return Verdict::not(all, format!("{one} is not {quality}")),
        }
    }
    Verdict::seen(of_frames(evidence))
}

/// Those of the frames that are so, and those of which the recording cannot tell.
pub(super) fn divide<'a>(
    timeline: &Timeline,
    frames: Vec<(usize, &'a Frame)>,
    quality: Quality,
) -> (Vec<&'a Frame>, Vec<&'a Frame>) {
    let (mut so, mut unsure) = (Vec::new(), Vec::new());
    for (place, frame) in frames {
        match timeline.frame_is(place, quality) {
            Some(true) => so.push(frame),
            Some(false) => {}
            None => unsure.push(frame),
        }
    }
    (so, unsure)
}

/// Why nothing can be said.
pub(super) fn cannot_tell(frames: &FrameRef, quality: Quality) -> String {
    format!("the recording does not tell whether {frames} is {quality}")
}
