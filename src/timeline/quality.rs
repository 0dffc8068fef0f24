//! Whether a frame is what a word of the notation says, by the recorded facts.

use super::{Cause, Frame, Timeline, Timer};
use crate::notation::Quality;
use crate::wire::{Tcp, Transport};

impl Timeline {
    /// True when the frame is that, false when it is not, none when the recording cannot tell.
    pub fn frame_is(&self, frame: usize, quality: Quality) -> Option<bool> {
        let frame = self.frames.get(frame)?;
        match quality {
            Quality::Dropped => self.on_the_way(frame, frame.dropped()),
            Quality::Late => self.on_the_way(frame, frame.kept_by().next().is_some()),
            Quality::Changed => self.on_the_way(frame, frame.fate().is_some_and(|fate| fate.changed.is_some())),
            Quality::Copy => Some(frame.is_copy()),
            Quality::Again => Some(repeats(frame)),
            Quality::Timeout => again(frame, frame.cause == Cause::Timer(Timer::Retransmission)),
            Quality::FastRetransmit => again(frame, frame.signs.fast_retransmit),
            Quality::TailLossProbe => again(frame, frame.cause == Cause::Timer(Timer::TailLossProbe)),
            Quality::WindowProbe => asks(frame, Timer::WindowProbe),
            Quality::Keepalive => asks(frame, Timer::Keepalive),
            Quality::ZeroWindow => Some(tcp(frame).is_some_and(|tcp| tcp.window == 0 && !tcp.rst && !tcp.syn)),
            Quality::WindowUpdate => beside(frame, frame.signs.window_update),
            Quality::DelayedAck => delayed(frame),
            Quality::DuplicateAck => beside(frame, frame.signs.duplicate_ack),
        }
    }

    /// What a cable did with a frame is known when its fate is. A frame that was still on the cable when the run ended was
    /// neither dropped nor did it arrive; where the recording was cut short, nobody knows.
    fn on_the_way(&self, frame: &Frame, so: bool) -> Option<bool> {
        let known = frame.carried.is_none() || frame.fate().is_some() || self.end.is_some();
        known.then_some(so)
    }
}

fn tcp(frame: &Frame) -> Option<&Tcp> {
    match &frame.packet.transport {
        Transport::Tcp(tcp) => Some(tcp),
        _ => None,
    }
}

/// True when the kernel sent it again; a copy is not the kernel's.
fn repeats(frame: &Frame) -> bool {
    frame.record.again && !frame.is_copy()
}

/// Why the kernel repeated it is known where it was asked, and of a SYN, which nothing but its timer or another SYN repeats.
fn again(frame: &Frame, so: bool) -> Option<bool> {
    if so || !repeats(frame) || frame.signs.fast_retransmit {
        return Some(so);
    }
    let asked = frame.carried.iter().flat_map(|carried| &carried.sent).any(|held| held.info.is_some());
    let known = match &frame.cause {
        Cause::Timer(timer) => *timer != Timer::Unknown,
        Cause::Frame(_) => asked || tcp(frame).is_some_and(|tcp| tcp.syn),
        _ => false,
    };
    known.then_some(false)
}

/// An acknowledgment of which nobody knows why it came may have been held back, unless it acknowledges nothing new.
fn delayed(frame: &Frame) -> Option<bool> {
    let old = frame.signs.window_update || frame.signs.duplicate_ack;
    match &frame.cause {
        Cause::Unknown if frame.record.kind == "ACK" && !old => None,
        cause => Some(matches!(cause, Cause::Timer(Timer::DelayedAck(_)))),
    }
}

/// What an acknowledgment is beside others is known where its connection is.
fn beside(frame: &Frame, so: bool) -> Option<bool> {
    (frame.record.kind != "ACK" || frame.ack.is_some()).then_some(so)
}

/// True when it is a probe of that timer.
fn asks(frame: &Frame, timer: Timer) -> Option<bool> {
    match &frame.cause {
        Cause::Timer(Timer::Unknown) if !repeats(frame) => None,
        cause => Some(*cause == Cause::Timer(timer)),
    }
}
