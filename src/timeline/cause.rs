//! Why each TCP frame was sent: the call that asked for it, the frame it answers, a timer, or the end of a program.
//!
//! Frames that carry bytes are explained by those bytes. Only what carries none is explained by stamps, and then the
//! answer says that it was inferred wherever more than one thing could have happened.

use super::calls::{SocketCalls, begun_before, in_window};
use super::closing::Closing;
use super::connections::{Connection, Connections};
use super::flows::payload_length;
use super::{Call, Cause, Frame, Timeline, quoted};
use crate::recording::Nanos;
use crate::wire::{Tcp, Transport};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

/// A millisecond: the kernel's shortest timers are several.
const AT_ONCE: Nanos = 1_000_000;

/// Fills `cause` of TCP frames and of ICMP errors. Provenance must be there already; datagrams bring their own.
pub(super) fn explain(timeline: &mut Timeline, connections: &Connections, of_socket: &[SocketCalls]) {
    let mut causes: Vec<(u32, Cause)> = Vec::new();
    let closing = Closing::new(timeline, of_socket);
    let dialled = dialled(&timeline.calls);
    for connection in &connections.list {
        let mut talk = Talk {
            calls: &timeline.calls,
            frames: &timeline.frames,
            of_socket,
            closing: &closing,
            dialled: &dialled,
            connection,
            sides: Default::default(),
        };
        for &(number, side) in &connection.frames {
            if let Some(cause) = talk.next(number as usize, side as usize) {
                causes.push((number, cause));
            }
        }
    }
    drop(closing);
    for (number, cause) in causes {
        timeline.frames[number as usize].cause = cause;
    }
    quoted::attach(&mut timeline.frames);
    answer_neighbours(&mut timeline.frames);
}

/// The calls that gave an address to connect to, by that address. For sockets whose own addresses nobody recorded.
fn dialled(calls: &[Call]) -> HashMap<SocketAddr, Vec<u32>> {
    let mut dialled: HashMap<SocketAddr, Vec<u32>> = HashMap::new();
    for (number, call) in calls.iter().enumerate().filter(|(_, call)| call.enter.name == "connect") {
        if let Some(target) = call.enter.args.addr.as_deref().and_then(super::parse_address) {
            dialled.entry(super::address::destination(target)).or_default().push(number as u32);
        }
    }
    dialled
}

/// One connection, frame by frame.
struct Talk<'a> {
    calls: &'a [Call],
    frames: &'a [Frame],
    of_socket: &'a [SocketCalls],
    closing: &'a Closing<'a>,
    dialled: &'a HashMap<SocketAddr, Vec<u32>>,
    connection: &'a Connection,
    sides: [Side; 2],
}

/// What one side has done so far.
#[derive(Default)]
struct Side {
    /// Its last frame.
    last: Option<usize>,
    /// Its last SYN.
    syn: Option<usize>,
    /// The highest number it acknowledged.
    acknowledged: u64,
    /// One more than the highest number it sent.
    next: u64,
    /// What it sent and the other side has not acknowledged: where the numbers end, and the frame.
    open: VecDeque<(u64, usize)>,
    /// Its segments and probes to which the other side has not reacted yet.
    unanswered: VecDeque<usize>,
    /// The other side's last frame, if that is a repeated acknowledgment.
    nudged: Option<usize>,
}

impl Talk<'_> {
    /// The cause of the next frame.
    fn next(&mut self, number: usize, side: usize) -> Option<Cause> {
        let frame = &self.frames[number];
        let Transport::Tcp(tcp) = &frame.packet.transport else {
            return None;
        };
        let length = payload_length(frame);
        let cause = if tcp.rst {
            self.reset(frame, tcp, side)
        } else if tcp.syn && tcp.ack_flag {
            self.answer_to_syn(frame, side)
        } else if frame.repeats.is_some() && !self.brings_new(frame, length, side) {
            self.repetition(frame, side)
        } else if length > 0 {
            self.data(frame, side)
        } else if tcp.syn {
            self.syn(frame, tcp, side)
        } else if tcp.fin {
            self.closing.fin(self.connection.ends[side], frame.record.t)
        } else {
            self.acknowledgment(frame, side)
        };
        self.note(number, side, tcp, length, &cause);
        Some(cause)
    }

    fn other(&self, side: usize) -> usize {
        if self.connection.looped { side } else { 1 - side }
    }

    fn calls_of(&self, side: usize) -> Option<&SocketCalls> {
        self.of_socket.get(self.connection.ends[side]?)
    }

    /// True when a repetition also carries bytes that were not sent before.
    fn brings_new(&self, frame: &Frame, length: u64, side: usize) -> bool {
        length > 0 && frame.seq.is_some_and(|seq| seq.saturating_add(length) > self.sides[side].next)
    }

    fn reset(&self, frame: &Frame, tcp: &Tcp, side: usize) -> Cause {
        let other = self.other(side);
        let (own, far) = (self.sides[side].last, self.sides[other].last);
        let socket = self.connection.ends[side];
        self.closing.rst(socket, Some(tcp.src_port), frame.record.t, far, far > own)
    }

    fn answer_to_syn(&self, frame: &Frame, side: usize) -> Cause {
        let syn = self.sides[self.other(side)].syn;
        match (syn, frame.repeats) {
            // The SYN did not come again since the first answer, so the timer sent the answer again.
            (Some(syn), Some(first)) if syn < first => Cause::Timer,
            (Some(syn), _) => Cause::Frame(syn),
            (None, Some(_)) => Cause::Timer,
            (None, None) => Cause::Unknown,
        }
    }

    /// The timer repeats, except when a repeated acknowledgment made the kernel do it at once (fast retransmit). Stamps
    /// tell the two apart: no timer of the kernel is as short as this.
    fn repetition(&self, frame: &Frame, side: usize) -> Cause {
        let nudge = self.sides[side].nudged;
        let at_once = |nudge: &usize| frame.record.t.saturating_sub(self.frames[*nudge].record.t) < AT_ONCE;
        nudge.filter(at_once).map_or(Cause::Timer, Cause::Frame)
    }

    fn data(&self, frame: &Frame, side: usize) -> Cause {
        let t = frame.record.t;
        if let Some(last) = frame.sources.last() {
            return Cause::Call { call: last.call, later: !self.calls[last.call].covers(t), inferred: false };
        }
        let call = self.calls_of(side).and_then(|own| in_window(self.calls, &own.sends, t));
        call.map_or(Cause::Unknown, |call| Cause::Call { call, later: false, inferred: true })
    }

    fn syn(&self, frame: &Frame, tcp: &Tcp, side: usize) -> Cause {
        let t = frame.record.t;
        let own = self.calls_of(side).map(|own| &own.connects[..]).filter(|connects| !connects.is_empty());
        let inferred = own.is_none();
        let target = frame.packet.ip.as_ref().map(|ip| SocketAddr::new(ip.dst, tcp.dst_port));
        let by_address = || self.dialled.get(&super::address::plain(target?)).map(|list| &list[..]);
        let Some(connects) = own.or_else(by_address) else {
            return Cause::Unknown;
        };
        if let Some(call) = in_window(self.calls, connects, t) {
            return Cause::Call { call, later: false, inferred: false };
        }
        let begun = begun_before(self.calls, connects, t);
        begun.map_or(Cause::Unknown, |call| Cause::Call { call, later: true, inferred })
    }

    fn acknowledgment(&self, frame: &Frame, side: usize) -> Cause {
        let (own, far) = (&self.sides[side], &self.sides[self.other(side)]);
        // A number below the next one invites the other side to answer: a keepalive or a probe of a closed window.
        if frame.seq.is_some_and(|seq| seq + 1 == own.next && own.next > 1) {
            return Cause::Timer;
        }
        let Some(ack) = frame.ack else { return Cause::Unknown };
        if ack > own.acknowledged {
            return far.acknowledged_by(ack).map_or(Cause::Unknown, Cause::Frame);
        }
        // It acknowledges nothing new. What came since may have made the kernel repeat itself: a segment behind a hole
        // (the one that begins at `ack` is the hole), a repetition, a probe.
        let hole = |number: usize| self.frames[number].seq == Some(ack);
        let reason = far.unanswered.iter().copied().find(|&number| !hole(number));
        match reason.or(far.unanswered.front().copied()) {
            Some(number) => Cause::Frame(number),
            None => self.window_update(side, frame.record.t),
        }
    }

    /// Nothing asked for it: a call that made room in the receive buffer may have told the other side so.
    fn window_update(&self, side: usize, t: Nanos) -> Cause {
        let call = self.calls_of(side).and_then(|own| in_window(self.calls, &own.receives, t));
        call.map_or(Cause::Unknown, |call| Cause::Call { call, later: false, inferred: true })
    }

    /// Remembers what the frame means for those that follow.
    fn note(&mut self, number: usize, side: usize, tcp: &Tcp, length: u64, cause: &Cause) {
        let other = self.other(side);
        let frame = &self.frames[number];
        let counted = length + u64::from(tcp.syn) + u64::from(tcp.fin);
        let bare = counted == 0 && !tcp.rst;
        let repeated = bare && frame.ack.is_some_and(|ack| ack > 0 && ack == self.sides[side].acknowledged);
        let own = &mut self.sides[side];
        own.last = Some(number);
        own.nudged = None;
        if tcp.syn {
            own.syn = Some(number);
        }
        if let Some(seq) = frame.seq.filter(|_| !tcp.rst) {
            if counted > 0 || (bare && *cause == Cause::Timer) {
                own.unanswered.push_back(number);
            }
            if counted > 0 {
                let end = seq.saturating_add(counted);
                own.open.push_back((end, number));
                own.next = own.next.max(end);
            }
        }
        if let Some(ack) = frame.ack {
            let own = &mut self.sides[side];
            own.acknowledged = own.acknowledged.max(ack);
            let far = &mut self.sides[other];
            // An answer settles what it answers and what came before; one that carries something settles all.
            let settled = match cause {
                Cause::Frame(answered) if bare => *answered,
                _ => number,
            };
            while far.unanswered.front().is_some_and(|&earlier| earlier <= settled) {
                far.unanswered.pop_front();
            }
            far.nudged = Some(number).filter(|_| repeated && !far.open.is_empty());
            while far.open.front().is_some_and(|&(end, _)| end <= ack) {
                far.open.pop_front();
            }
        }
    }
}

impl Side {
    /// The frame that an acknowledgment up to `ack` answers: the last one that ends there, else the one it ends in.
    fn acknowledged_by(&self, ack: u64) -> Option<usize> {
        let covered = self.open.iter().take_while(|&&(end, _)| end <= ack);
        let exact = covered.clone().filter(|&&(end, _)| end == ack).map(|&(_, number)| number).last();
        let within = || self.open.iter().find(|&&(end, _)| end >= ack).map(|&(_, number)| number);
        let last = || covered.clone().max_by_key(|&&(end, _)| end).map(|&(_, number)| number);
        exact.or_else(within).or_else(last)
    }
}

/// An ARP reply answers the last request.
fn answer_neighbours(frames: &mut [Frame]) {
    let mut request = None;
    for (number, frame) in frames.iter_mut().enumerate() {
        if frame.packet.transport != Transport::Neighbour {
            continue;
        }
        // Type ARP at 12, operation at 20.
        match frame.record.bytes.0.get(12..22) {
            Some([8, 6, .., 0, 1]) => request = Some(number),
            Some([8, 6, .., 0, 2]) => frame.cause = request.map_or(Cause::Unknown, Cause::Frame),
            _ => {}
        }
    }
}
