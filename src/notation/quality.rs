//! What a frame can be besides its kind: what the cable did with it, and why the kernel sent it.

use std::fmt;

/// A word that follows `is`: `client>server data[1] is dropped`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// `dropped`: a rule of the cable took it; it never arrived.
    Dropped,
    /// `late`: a rule of the cable kept it (delay, jitter, rate, hold, swap) before it arrived.
    Late,
    /// `changed`: a rule of the cable changed one of its bytes.
    Changed,
    /// `copy`: the cable made it; the kernel sent the original once.
    Copy,
    /// `again`: the kernel repeats bytes, a SYN or a FIN that it had sent before.
    Again,
    /// `timeout`: a repetition by the retransmission timer (RTO).
    Timeout,
    /// `fast-retransmit`: a repetition that acknowledgments asked for, without waiting for a timer.
    FastRetransmit,
    /// `tail-loss-probe`: a repetition of the last segment before the retransmission timer fires (RFC 8985).
    TailLossProbe,
    /// `window-probe`: the sender asks whether a closed window has opened.
    WindowProbe,
    /// `keepalive`: the kernel asks whether the other side is still there.
    Keepalive,
    /// `zero-window`: it says that its sender has no room for more.
    ZeroWindow,
    /// `window-update`: it says that its sender has room again.
    WindowUpdate,
    /// `delayed-ACK`: an acknowledgment that the kernel held back for a while.
    DelayedAck,
    /// `duplicate-ACK`: it acknowledges again what was acknowledged before: something is missing.
    DuplicateAck,
}

impl Quality {
    /// True when a frame can only have it by being sent again.
    pub fn is_of_repetitions(self) -> bool {
        matches!(self, Quality::Again | Quality::Timeout | Quality::FastRetransmit | Quality::TailLossProbe)
    }

    /// Every quality, in the order in which they are explained.
    pub const ALL: [Quality; 14] = [
        Quality::Dropped,
        Quality::Late,
        Quality::Changed,
        Quality::Copy,
        Quality::Again,
        Quality::Timeout,
        Quality::FastRetransmit,
        Quality::TailLossProbe,
        Quality::WindowProbe,
        Quality::Keepalive,
        Quality::ZeroWindow,
        Quality::WindowUpdate,
        Quality::DelayedAck,
        Quality::DuplicateAck,
    ];

    /// The word of the notation.
    pub fn as_str(self) -> &'static str {
        match self {
            Quality::Dropped => "dropped",
            Quality::Late => "late",
            Quality::Changed => "changed",
            Quality::Copy => "copy",
            Quality::Again => "again",
            Quality::Timeout => "timeout",
            Quality::FastRetransmit => "fast-retransmit",
            Quality::TailLossProbe => "tail-loss-probe",
            Quality::WindowProbe => "window-probe",
            Quality::Keepalive => "keepalive",
            Quality::ZeroWindow => "zero-window",
            Quality::WindowUpdate => "window-update",
            Quality::DelayedAck => "delayed-ACK",
            Quality::DuplicateAck => "duplicate-ACK",
        }
    }
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
