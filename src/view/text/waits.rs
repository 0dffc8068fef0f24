//! Which calls were in the kernel while other things happened: those are drawn as a span, the others as one row.

use crate::recording::Nanos;
use crate::timeline::{Call, Cause, Frame, Mark, Moment, Timeline};

/// Calls that only change or ask something. Whatever happens beside them is not what they wait for.
const NEVER_WAIT: &[&str] = &[
    "socket",
    "socketpair",
    "bind",
    "listen",
    "setsockopt",
    "getsockopt",
    "getsockname",
    "getpeername",
    "fcntl",
    "ioctl",
    "dup",
    "shutdown",
    "close",
    "epoll_ctl",
    "epoll_create",
];

/// A send or one of these that took longer is drawn as a span: something kept it. A shorter one is one row, though the
/// other program may have begun a call of its own meanwhile.
const A_WHILE: Nanos = 5_000_000;

/// For each call: true when it is to be drawn as a span. Each moment is looked at once, and so is each open call.
pub(super) fn waiting(timeline: &Timeline) -> Vec<bool> {
    let calls = &timeline.calls;
    // What the gate held was not at the kernel for that time, and must not look as if it had come back at once.
    let mut waits: Vec<bool> = calls.iter().map(|call| call.exit.is_none() || held(call)).collect();
    let roots = roots(&timeline.frames, calls.len());
    // Calls that have begun and of which nothing is known yet.
    let mut open: Vec<usize> = Vec::new();
    for moment in &timeline.moments {
        match *moment {
            Moment::Enter(call) if call < calls.len() => {
                if may_wait(&calls[call]) {
                    open.drain(..).for_each(|other| waits[other] = true);
                    open.push(call);
                }
            }
            Moment::Exit(call) => open.retain(|&other| other != call),
            Moment::Frame(frame) | Moment::Arrival(frame) => {
                let Some(record) = timeline.frames.get(frame).map(|frame| &frame.record) else {
                    continue;
                };
                let root = roots.get(frame).copied().flatten();
                open.retain(|&call| {
                    let own = root == Some(call) && !awaits(&calls[call], record.from.as_deref());
                    waits[call] |= !own;
                    own
                });
            }
            Moment::Mark(mark) => {
                let Some(role) = timeline.marks.get(mark).and_then(interrupts) else {
                    continue;
                };
                open.retain(|&call| {
                    let hit = calls[call].enter.role == role;
                    waits[call] |= hit;
                    !hit
                });
            }
            Moment::Enter(_) => {}
        }
    }
    waits
}

/// For each call: true when another call returned, or a late frame arrived, while it was open. What the kernel held at
/// its end then belongs to a later moment than a single row can stand for.
pub(super) fn overtaken(timeline: &Timeline) -> Vec<bool> {
    let mut overtaken = vec![false; timeline.calls.len()];
    // Calls that have begun, and which no other call has overtaken yet: each enters and leaves once.
    let mut open: Vec<usize> = Vec::new();
    for moment in &timeline.moments {
        match *moment {
            Moment::Enter(call) if call < overtaken.len() => open.push(call),
            Moment::Exit(call) => {
                for other in open.drain(..).filter(|other| *other != call) {
                    overtaken[other] = true;
                }
            }
            Moment::Arrival(_) => open.drain(..).for_each(|call| overtaken[call] = true),
            _ => {}
        }
    }
    overtaken
}

/// True when the gate held the call after it had begun; what is held before that is merely late.
fn held(call: &Call) -> bool {
    !call.held_by_hand() && call.hold.as_ref().is_some_and(|hold| hold.from >= call.enter.t)
}

fn may_wait(call: &Call) -> bool {
    let name = call.enter.name.as_str();
    let took = call.exit.as_ref().map(|exit| exit.t.saturating_sub(call.began()));
    let usually_quick = name.starts_with("send") || NEVER_WAIT.contains(&name);
    !(usually_quick && took.is_some_and(|took| took < A_WHILE))
}

/// A connect waits for the frame of the other side; a send that is answered within its own window did not.
fn awaits(call: &Call, from: Option<&str>) -> bool {
    call.enter.name == "connect" && from != Some(call.enter.role.as_str())
}

fn interrupts(mark: &Mark) -> Option<&str> {
    match mark {
        Mark::Signal(signal) => Some(&signal.role),
        Mark::Ended(ended) => Some(&ended.role),
        _ => None,
    }
}

/// The call at the start of each frame's chain of causes.
fn roots(frames: &[Frame], calls: usize) -> Vec<Option<usize>> {
    let mut roots: Vec<Option<usize>> = Vec::with_capacity(frames.len());
    for frame in frames {
        roots.push(match frame.cause {
            Cause::Call { call, .. } if call < calls => Some(call),
            Cause::Frame(earlier) => roots.get(earlier).copied().flatten(),
            _ => None,
        });
    }
    roots
}
