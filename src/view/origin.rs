//! Where a frame comes from and what became of it, in words: what caused it, what it repeats, whose bytes it carries, what
//! the cable did. The same words stand in the text view and in the comments of a pcapng file.

use super::fate;
use crate::timeline::{Cause, Frame, Span, Timeline, Timer};

/// `caused by client.send[1]`, `bytes from client.send[1..3]` …: each part on its own, the cause first.
pub(super) fn parts(timeline: &Timeline, frame: &Frame) -> Vec<String> {
    let mut parts = Vec::new();
    let repeated = frame.repeats.and_then(|index| timeline.frames.get(index)).map(Frame::name);
    parts.push(cause(timeline, frame, repeated.as_deref()));
    if let Some(name) = repeated.filter(|_| !matches!(frame.cause, Cause::Timer(_))) {
        parts.push(format!("repeats {name}"));
    }
    // The cause of an ICMP error is the frame that provoked it, and then the comment has said so.
    if let Some(index) = frame.provoked_by.filter(|index| frame.cause != Cause::Frame(*index))
        && let Some(provoking) = timeline.frames.get(index)
    {
        parts.push(format!("provoked by {}", provoking.name()));
    }
    if let Some(names) = sources(timeline, &frame.sources) {
        parts.push(format!("bytes from {names}"));
    }
    let (captured, length) = (frame.record.bytes.0.len(), frame.record.len as usize);
    if captured < length {
        // What is missing makes the packet look damaged, but it was whole on the wire.
        parts.push(format!("the capture kept {captured} of {length} bytes"));
    } else if let Some(damage) = &frame.packet.damage {
        parts.push(format!("damaged: {damage}"));
    }
    parts.extend(fate::spoiled(frame));
    parts.extend(fate::kept(frame));
    parts.extend(fate::unfinished(timeline, frame).map(str::to_string));
    parts
}

fn cause(timeline: &Timeline, frame: &Frame, repeated: Option<&str>) -> String {
    let unknown = || "cause not known".to_string();
    match &frame.cause {
        Cause::Call { call, later, inferred } => match timeline.calls.get(*call) {
            Some(call) => format!(
                "caused by {}{}{}",
                call.name(),
                if *later { ", sent later than the call" } else { "" },
                if *inferred { " (inferred)" } else { "" },
            ),
            None => unknown(),
        },
        Cause::Frame(index) => match timeline.frames.get(*index) {
            Some(asked) if frame.signs.fast_retransmit => format!("fast retransmit that {} asked for", asked.name()),
            Some(answered) => format!("the kernel's answer to {}", answered.name()),
            None => unknown(),
        },
        Cause::Timer(Timer::DelayedAck(index)) => match timeline.frames.get(*index) {
            Some(answered) => format!("delayed acknowledgment of {}", answered.name()),
            None => "delayed acknowledgment".into(),
        },
        Cause::Timer(which) => {
            let timer = match which {
                Timer::Retransmission => "retransmission timeout",
                Timer::TailLossProbe => "tail-loss probe",
                Timer::WindowProbe => "window probe",
                Timer::Keepalive => "keepalive",
                Timer::DelayedAck(_) | Timer::Unknown => "kernel timer",
            };
            repeated.map_or(timer.into(), |name| format!("{timer}: repeats {name}"))
        }
        Cause::Cable => {
            let copied = frame.carried.as_ref().and_then(|carried| timeline.frames.get(carried.copy_of?));
            copied.map_or("copy made by the cable".into(), |copied| {
                format!("copy of {} made by the cable", copied.name())
            })
        }
        Cause::End(role) => format!("the kernel closed a socket of {role}, which had ended"),
        Cause::Unknown => unknown(),
    }
}

/// Names of the calls, each once; three and more in a row as the notation's range, `client.send[1..3]`.
fn sources(timeline: &Timeline, spans: &[Span]) -> Option<String> {
    let mut runs: Vec<(&str, &str, u32, u32)> = Vec::new();
    for enter in spans.iter().filter_map(|span| timeline.calls.get(span.call)).map(|call| &call.enter) {
        match runs.last_mut() {
            Some((role, name, first, last))
                if *role == enter.role
                    && *name == enter.name
                    && (*first..=last.saturating_add(1)).contains(&enter.nth) =>
            {
                *last = enter.nth.max(*last);
            }
            _ => runs.push((&enter.role, &enter.name, enter.nth, enter.nth)),
        }
    }
    let names = runs.iter().map(|(role, name, first, last)| match last - first {
        0 => format!("{role}.{name}[{first}]"),
        1 => format!("{role}.{name}[{first}], {role}.{name}[{last}]"),
        _ => format!("{role}.{name}[{first}..{last}]"),
    });
    (!runs.is_empty()).then(|| names.collect::<Vec<_>>().join(", "))
}
