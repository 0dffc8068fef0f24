//! One incarnation of a TCP connection on the wire: its sequence numbers counted from the first, and its repetitions.

use super::Frame;
use crate::recording::Nanos;
use crate::wire::{Tcp, Transport};
use std::collections::BTreeMap;

/// A frame of a flow and the side that sent it.
pub(super) type Sent = (u32, u8);

/// The frames from one SYN to the next of the same two addresses.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Stamp of the first frame.
    pub(super) begin: Nanos,
    /// The side whose SYN began it; none when no SYN was captured.
    pub(super) opener: Option<usize>,
    /// True when a SYN,ACK was seen.
    pub(super) answered: bool,
    /// When each side first sent a RST.
    pub(super) reset_by: [Option<Nanos>; 2],
    /// Its frames in order.
    pub(super) frames: Vec<Sent>,
    sides: [Side; 2],
    looped: bool,
}

/// What one side has sent.
#[derive(Debug, Default)]
struct Side {
    /// The sequence number of its SYN.
    first: Option<u32>,
    /// The frames of its SYN and of its SYN,ACK: when both sides open at once, one side sends both.
    syn: [Option<usize>; 2],
    fin: Option<(u64, usize)>,
    /// One more than the highest number sent, counted from the SYN.
    next: u64,
    /// Stretches of the sequence space by their first number: where they end, and the frame that carried them first.
    seen: BTreeMap<u64, (u64, u32)>,
}

impl Flow {
    /// `looped` when both ends have one address: a socket connected to itself.
    pub(super) fn new(begin: Nanos, looped: bool) -> Flow {
        Flow { begin, looped, ..Flow::default() }
    }

    /// The other side.
    pub(super) fn other(&self, side: usize) -> usize {
        if self.looped { side } else { 1 - side }
    }

    /// True when this SYN of `side` cannot belong here: it begins the next incarnation.
    pub(super) fn ends_before_syn(&self, side: usize, seq: u32) -> bool {
        match self.sides[side].first {
            Some(first) => first != seq,
            // A SYN from the other side of a flow that was refused or never had one is a new attempt; otherwise both
            // sides opened at once (RFC 9293, 3.5).
            None => self.opener.is_none() || self.reset_by.iter().any(Option::is_some),
        }
    }

    /// True when the segment carries numbers from before this flow's SYN: a leftover of the incarnation before.
    pub(super) fn precedes(&self, side: usize, tcp: &Tcp) -> bool {
        self.sides[side]
            .first
            .is_some_and(|first| !tcp.syn && relative(tcp.seq, first, self.sides[side].next).is_none())
    }

    /// Adds a frame: sets its `seq`, `ack` and `repeats`.
    pub(super) fn take(&mut self, number: usize, side: usize, frame: &mut Frame) {
        let Transport::Tcp(tcp) = &frame.packet.transport else {
            return;
        };
        self.frames.push((number as u32, side as u8));
        let other = self.other(side);
        // A copy that the cable made sends nothing: neither new bytes nor old ones.
        let sent = !frame.is_copy();
        if tcp.syn && sent {
            if tcp.ack_flag {
                self.answered = true;
            } else if self.opener.is_none() {
                self.opener = Some(side);
            }
            // A listener may answer a repeated SYN with a number of its own when it has forgotten the first.
            if self.sides[side].first != Some(tcp.seq) && self.sides[side].next <= 1 {
                self.sides[side].first = Some(tcp.seq);
                self.sides[side].syn = [None; 2];
            }
        }
        if tcp.rst && sent {
            self.reset_by[side].get_or_insert(frame.record.t);
        }
        let far = &self.sides[other];
        if let Some(first) = far.first.filter(|_| tcp.ack_flag) {
            frame.ack = relative(tcp.ack, first, far.next);
        }
        let length = payload_length(frame);
        let near = &mut self.sides[side];
        let Some(seq) = near.first.and_then(|first| relative(tcp.seq, first, near.next)) else {
            return;
        };
        frame.seq = Some(seq);
        // A RST may carry a number far from the stream's: it sends nothing, so it moves nothing.
        if !tcp.rst && sent {
            frame.repeats = near.sent(number, tcp, seq, length);
        }
    }
}

impl Side {
    /// Notes what a segment sends; returns the frame that sent some of it before.
    fn sent(&mut self, number: usize, tcp: &Tcp, seq: u64, length: u64) -> Option<usize> {
        let mut repeats = None;
        if tcp.syn {
            let first = &mut self.syn[usize::from(tcp.ack_flag)];
            repeats = repeats.or(*first);
            first.get_or_insert(number);
        }
        let from = seq + u64::from(tcp.syn);
        let to = from.saturating_add(length);
        if length > 0 {
            repeats = repeats.or(self.cover(number, from, to));
        }
        if tcp.fin {
            match self.fin {
                Some((at, first)) if at == to => repeats = repeats.or(Some(first)),
                _ => self.fin = Some((to, number)),
            }
        }
        self.next = self.next.max(to.saturating_add(u64::from(tcp.fin)));
        repeats
    }

    /// Notes the payload `from..to`; returns the frame that carried some of it before.
    fn cover(&mut self, number: usize, from: u64, to: u64) -> Option<usize> {
        let before = self.seen.range(..=from).next_back().map(|(_, &stretch)| stretch).filter(|&(end, _)| end > from);
        match before.or_else(|| self.seen.range(from..to).next().map(|(_, &stretch)| stretch)) {
            None => {
                self.seen.insert(from, (to, number as u32));
                None
            }
            Some((_, first)) => {
                // Bytes beyond all that was seen are this frame's own; repetitions of what lies between stay the first's.
                let last = self.seen.last_key_value().map_or(0, |(_, &(end, _))| end);
                if to > last {
                    self.seen.insert(last.max(from), (to, number as u32));
                }
                Some(first as usize)
            }
        }
    }
}

/// A sequence number counted from the first, near `next`: the 32 bits wrap after 4 GiB. None when it lies before the first.
fn relative(number: u32, first: u32, next: u64) -> Option<u64> {
    const WRAP: i128 = 1 << 32;
    let low = i128::from(number.wrapping_sub(first));
    let next = i128::from(next);
    let turns = next.div_euclid(WRAP) * WRAP;
    let nearest = [turns - WRAP, turns, turns + WRAP].into_iter().min_by_key(|&turn| (turn + low - next).abs());
    u64::try_from(nearest? + low).ok()
}

/// Bytes of payload on the wire, also when the capture kept fewer.
pub(super) fn payload_length(frame: &Frame) -> u64 {
    let payload = &frame.packet.payload;
    let captured = frame.record.bytes.0.len();
    let missing = (frame.record.len as usize).saturating_sub(captured);
    // A frame that was cut is longer than Ethernet's minimum, so nothing of what is missing is padding.
    if missing > 0 && payload.end >= captured {
        return (payload.len() + missing) as u64;
    }
    payload.len() as u64
}
