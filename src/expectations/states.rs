//! In which TCP state a frame leaves the socket at one end of its connection. The recorder asked both kernels when the
//! frame had been sent and when it had arrived; what it did not ask is not concluded from anything else.

use super::Verdict;
use super::frames::originals;
use super::names::of_frames;
use crate::notation::FrameRef;
use crate::timeline::{Carried, Frame, Timeline};

/// `server>client SYN,ACK[1] leaves server SYN-RECEIVED`: so it is with each of the frames that are meant.
pub(super) fn leaves(timeline: &Timeline, wanted: &FrameRef, role: &str, state: &str) -> Verdict {
    let found = match originals(timeline, wanted) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    for frame in &found {
        match left(timeline, frame, role) {
            Ok(there) if there == state => {}
            Ok(there) => {
                return Verdict::not(vec![frame.name()], format!("{} left the {role} in {there}", frame.name()));
            }
            Err(why) => return Verdict::unknown(vec![frame.name()], why),
        }
    }
    Verdict::seen(of_frames(found))
}

/// The state of the role's socket when the frame had arrived; of a frame that never did, when it had been sent.
fn left<'a>(timeline: &'a Timeline, frame: &'a Frame, role: &str) -> Result<&'a str, String> {
    let Some(carried) = &frame.carried else {
        return Err("only a cable's recording tells in which state a frame leaves a socket".into());
    };
    let (looked_at, when) = if arrived(carried) { (&carried.arrived, "arrived") } else { (&carried.sent, "been sent") };
    let of_role = |sock| timeline.socket(sock).is_some_and(|socket| socket.role == role);
    let kernel = looked_at.iter().find(|kernel| of_role(kernel.sock));
    kernel.map(|kernel| kernel.state.as_str()).ok_or_else(|| {
        let name = frame.name();
        format!(
            "the recording does not say what the {role}'s kernel held when {name} had {when} (--tcp-info asks always)"
        )
    })
}

fn arrived(carried: &Carried) -> bool {
    carried.fate.as_ref().is_some_and(|fate| !fate.dropped)
}
