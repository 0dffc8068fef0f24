//! What each side of a connection has sent, what of it has arrived, and what of that is not answered yet.
//!
//! A side sends when its kernel does, and hears when a frame has arrived. Without a cable that is one moment.

use super::{Frame, Signs};
use crate::recording::Nanos;
use crate::wire::Tcp;
use std::collections::{BTreeMap, VecDeque};

/// Numbers arrivals, from the first of the connection.
pub(super) type Turn = u32;

/// One side.
#[derive(Default)]
pub(super) struct Side {
    /// The highest number it acknowledged.
    pub(super) acknowledged: u64,
    /// One more than the highest number it sent.
    pub(super) next: u64,
    /// True when something arrived here since it sent its last frame.
    pub(super) fresh: bool,
    /// True when a SYN arrived here since it sent its last SYN,ACK.
    pub(super) asked: bool,
    /// The last frame that arrived here, if that is a repeated acknowledgment while more is under way.
    pub(super) nudged: Option<usize>,
    /// Its last frame that arrived.
    pub(super) heard: Option<usize>,
    /// Its last SYN that arrived.
    pub(super) syn: Option<usize>,
    /// True when the last window of it that arrived was 0.
    pub(super) closed: bool,
    /// The window it said last, in bytes, and how much it had beyond a gap.
    said: Option<(u64, u32)>,
    /// The window scale of its SYN.
    scale: Option<u8>,
    /// Its segments and probes that arrived and to which the other side has not reacted yet.
    unanswered: VecDeque<(Turn, usize)>,
    /// What of its stream has arrived and is not acknowledged: where the numbers end, and the frame that brought it there.
    reached: VecDeque<(u64, Turn, usize)>,
    /// Where the part of its stream ends that has arrived without a gap.
    whole: u64,
    /// Stretches that arrived beyond the gap: first number and end.
    ahead: BTreeMap<u64, u64>,
}

/// A frame that was sent and has not arrived. Ordered by when it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Passing {
    /// When it arrives.
    pub(super) at: Nanos,
    pub(super) number: usize,
    /// Who sent it.
    pub(super) side: usize,
    /// True when it asks for an answer: it takes up numbers, or is a probe.
    pub(super) asks: bool,
    /// True when it acknowledges again what its sender had acknowledged, and nothing else.
    pub(super) repeats_ack: bool,
}

/// How many numbers a segment takes up.
pub(super) fn counted(tcp: &Tcp, length: u64) -> u64 {
    length.saturating_add(u64::from(tcp.syn)).saturating_add(u64::from(tcp.fin))
}

impl Side {
    /// What a segment is beside what this side sent before. `outstanding`: the other side has sent more than it acknowledges.
    pub(super) fn signs(&self, frame: &Frame, tcp: &Tcp, bare: bool, factor: u64, outstanding: bool) -> Signs {
        let again = bare && frame.ack.is_some_and(|ack| ack > 0 && ack == self.acknowledged);
        let Some((window, sacked)) = self.said.filter(|_| again && !self.probes(frame, tcp, 0)) else {
            return Signs::default();
        };
        let now = window_of(tcp, factor);
        let more = tcp.sacked > sacked;
        let duplicate_ack = outstanding && (now == window || more);
        Signs { window_update: now > window && !more, duplicate_ack, fast_retransmit: false }
    }

    /// True for a bare segment with a number below the next one: it invites the other side to answer, as a keepalive or a
    /// probe of a closed window does.
    pub(super) fn probes(&self, frame: &Frame, tcp: &Tcp, counted: u64) -> bool {
        let below = frame.seq.is_some_and(|seq| seq + 1 == self.next);
        counted == 0 && !tcp.rst && self.next > 1 && below
    }

    /// Remembers what it said in a frame that it sent.
    pub(super) fn sends(&mut self, frame: &Frame, tcp: &Tcp, counted: u64, factor: u64) {
        self.fresh = false;
        self.nudged = None;
        if tcp.syn {
            self.scale = tcp.window_scale;
            self.asked &= !tcp.ack_flag;
        }
        if !tcp.rst {
            self.said = Some((window_of(tcp, factor), tcp.sacked));
            if let Some(seq) = frame.seq.filter(|_| counted > 0) {
                self.next = self.next.max(seq.saturating_add(counted));
            }
        }
        self.acknowledged = self.acknowledged.max(frame.ack.unwrap_or(0));
    }

    /// A frame of this side has arrived.
    pub(super) fn arrives(&mut self, passing: &Passing, turn: Turn, frame: &Frame, tcp: &Tcp, counted: u64) {
        self.heard = Some(passing.number);
        if tcp.syn {
            self.syn = Some(passing.number);
        }
        let Some(seq) = frame.seq.filter(|_| !tcp.rst) else { return };
        self.closed = tcp.window == 0;
        if passing.asks {
            self.unanswered.push_back((turn, passing.number));
        }
        if counted > 0 {
            self.extend(seq, seq.saturating_add(counted), turn, passing.number);
        }
    }

    /// The numbers `from..to` have arrived.
    fn extend(&mut self, from: u64, to: u64, turn: Turn, number: usize) {
        if from > self.whole {
            let end = self.ahead.entry(from).or_insert(to);
            *end = to.max(*end);
            return;
        }
        self.whole = self.whole.max(to);
        let mut end = to;
        while let Some(next) = self.ahead.first_entry().filter(|next| *next.key() <= self.whole) {
            self.whole = self.whole.max(next.remove());
            end = self.whole;
        }
        self.reached.push_back((end, turn, number));
    }

    /// The frame that an acknowledgment up to `ack` answers: the last that brought the stream there, else the one within
    /// which it ends; and which arrival it was.
    pub(super) fn acknowledged_by(&self, ack: u64) -> Option<(Turn, usize)> {
        let covered = self.reached.iter().take_while(|&&(end, ..)| end <= ack);
        let exact = covered.clone().filter(|&&(end, ..)| end == ack).last();
        let within = || self.reached.iter().find(|&&(end, ..)| end >= ack);
        let last = || covered.clone().max_by_key(|&&(end, ..)| end);
        exact.or_else(within).or_else(last).map(|&(_, turn, number)| (turn, number))
    }

    /// What may have made the other side repeat its acknowledgment of `ack`: a segment behind the gap (the one that begins
    /// at `ack` is the gap), a repetition, a probe.
    pub(super) fn provoked(&self, ack: u64, frames: &[Frame]) -> Option<(Turn, usize)> {
        let gap = |&&(_, number): &&(Turn, usize)| frames[number].seq == Some(ack);
        self.unanswered.iter().find(|entry| !gap(entry)).or(self.unanswered.front()).copied()
    }

    /// The other side has reacted to what arrived up to this turn, and acknowledged the numbers up to `ack`.
    pub(super) fn settle(&mut self, turn: Turn, ack: u64) {
        while self.unanswered.front().is_some_and(|&(earlier, _)| earlier <= turn) {
            self.unanswered.pop_front();
        }
        while self.reached.front().is_some_and(|&(end, ..)| end <= ack) {
            self.reached.pop_front();
        }
    }
}

/// What the window field counts once both SYNs have offered to scale it (RFC 7323, 2.3).
pub(super) fn factor(sides: &[Side; 2], near: usize, far: usize) -> u64 {
    match (sides[near].scale, sides[far].scale) {
        (Some(scale), Some(_)) => 1 << scale.min(14),
        _ => 1,
    }
}

fn window_of(tcp: &Tcp, factor: u64) -> u64 {
    u64::from(tcp.window) * if tcp.syn { 1 } else { factor }
}
