//! Claims about timelines. Recordings are written by [`Run`], event by event; frames are real bytes.

mod cable;
mod causes;
mod connections;
mod datagrams;
mod hostile;
mod order;
mod qualities;
mod run;
mod streams;

pub(crate) use run::{CLIENT, Link, Run, SERVER};

use super::{Cause, Span, Timeline, Timer};

/// The number in `calls` of `server.recv[1]`.
fn call(timeline: &Timeline, name: &str) -> usize {
    timeline.calls.iter().position(|call| call.name() == name).unwrap_or_else(|| panic!("no {name}"))
}

/// The number in `frames` of `client>server data[1]`; of a repetition with `again`: `client>server data[1] again`.
fn frame(timeline: &Timeline, name: &str) -> usize {
    let (stem, again) = name.strip_suffix(" again").map_or((name, false), |stem| (stem, true));
    let found = timeline.frames.iter().position(|frame| frame.name() == stem && frame.record.again == again);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// Where a call's or a frame's bytes come from: `0..5 client.send[1] 0..5, …`.
fn sources(timeline: &Timeline, name: &str) -> String {
    let spans: &[Span] = match name.contains('>') {
        true => &timeline.frames[frame(timeline, name)].sources,
        false => &timeline.calls[call(timeline, name)].sources,
    };
    let text = |span: &Span| {
        let sender = timeline.calls[span.call].name();
        format!("{}..{} {sender} {}..{}", span.here.start, span.here.end, span.there.start, span.there.end)
    };
    spans.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Why a frame was sent, in words.
fn cause(timeline: &Timeline, name: &str) -> String {
    match &timeline.frames[frame(timeline, name)].cause {
        Cause::Call { call, later, inferred } => {
            let mut text = timeline.calls[*call].name();
            text += if *later { " later" } else { "" };
            text += if *inferred { " inferred" } else { "" };
            text
        }
        Cause::Frame(frame) => timeline.frames[*frame].name(),
        Cause::Timer(Timer::Unknown) => "timer".into(),
        Cause::Timer(Timer::DelayedAck(frame)) => format!("delayed ACK of {}", timeline.frames[*frame].name()),
        Cause::Timer(timer) => format!("{timer:?}"),
        Cause::Cable => "the cable".into(),
        Cause::End(role) => format!("end of {role}"),
        Cause::Unknown => "unknown".into(),
    }
}

/// The frames that carried a call's bytes.
fn carried_by(timeline: &Timeline, name: &str) -> String {
    let frames = &timeline.calls[call(timeline, name)].carried_by;
    frames.iter().map(|&frame| timeline.frames[frame].name()).collect::<Vec<_>>().join(", ")
}
