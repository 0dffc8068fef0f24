//! Why each TCP frame was sent: the call that asked for it, the frame it answers, a timer, the end of a program, or the
//! cable that copied it.
//!
//! Frames that carry bytes are explained by those bytes. Only what carries none is explained by stamps, and then the
//! answer says that it was inferred wherever more than one thing could have happened. A frame is answered when it has
//! arrived and not before; one that never arrived causes nothing. Which timer repeated a segment is told by what its
//! kernel held then, and not by how long it took.

mod timers;

use super::calls::{SocketCalls, begun_before, in_window};
use super::closing::Closing;
use super::connections::{Connection, Connections};
use super::flows::payload_length;
use super::sides::{self, Passing, Side, Turn, counted};
use super::{Call, Cause, Frame, Signs, Timeline, Timer, neighbours, quoted};
use crate::recording::{Kernel, Nanos, Socket};
use crate::wire::{Tcp, Transport};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::net::SocketAddr;

/// Fills `cause` and `signs` of TCP frames and `cause` of ICMP errors and ARP replies. Provenance must be there already;
/// datagrams bring their own.
pub(super) fn explain(timeline: &mut Timeline, connections: &Connections, of_socket: &[SocketCalls]) {
    let mut causes: Vec<(u32, Cause, Signs)> = Vec::new();
    let closing = Closing::new(timeline, of_socket);
    let dialled = dialled(&timeline.calls);
    for connection in &connections.list {
        let mut talk = Talk {
            calls: &timeline.calls,
            frames: &timeline.frames,
            sockets: &timeline.sockets,
            of_socket,
            closing: &closing,
            dialled: &dialled,
            connection,
            sides: Default::default(),
            under_way: BinaryHeap::new(),
            turn: 0,
            place: 0,
        };
        for &(number, side) in &connection.frames {
            if let Some((cause, signs)) = talk.next(number as usize, side as usize) {
                causes.push((number, cause, signs));
            }
        }
    }
    drop(closing);
    for (number, cause, signs) in causes {
        let frame = &mut timeline.frames[number as usize];
        (frame.cause, frame.signs) = (cause, signs);
    }
    quoted::attach(&mut timeline.frames);
    neighbours::answer(&mut timeline.frames);
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
    sockets: &'a [Socket],
    of_socket: &'a [SocketCalls],
    closing: &'a Closing<'a>,
    dialled: &'a HashMap<SocketAddr, Vec<u32>>,
    connection: &'a Connection,
    sides: [Side; 2],
    /// Frames on a cable, by when they arrive.
    under_way: BinaryHeap<Reverse<Passing>>,
    /// Arrivals so far.
    turn: Turn,
    /// Frames of the connection so far.
    place: usize,
}

impl Talk<'_> {
    /// The cause of the next frame, and what it is beside the others.
    fn next(&mut self, number: usize, side: usize) -> Option<(Cause, Signs)> {
        self.place += 1;
        let frame = &self.frames[number];
        let Transport::Tcp(tcp) = &frame.packet.transport else {
            return None;
        };
        while let Some(Reverse(passing)) = self.under_way.peek().copied()
            && passing.at <= frame.record.t
        {
            self.under_way.pop();
            self.arrive(passing);
        }
        let length = payload_length(frame);
        let counted = counted(tcp, length);
        let mut passing =
            Passing { at: frame.record.t, number, side, asks: counted > 0 && !tcp.rst, repeats_ack: false };
        if frame.is_copy() {
            self.let_go(passing);
            return Some((Cause::Cable, Signs::default()));
        }
        let (near, other) = (&self.sides[side], self.other(side));
        let bare = counted == 0 && !tcp.rst;
        let factor = sides::factor(&self.sides, side, other);
        let outstanding = frame.ack.is_some_and(|ack| self.sides[other].next > ack);
        let mut signs = near.signs(frame, tcp, bare, factor, outstanding);
        let probe = near.probes(frame, tcp, counted);
        let mut settled = self.turn;
        let cause = if tcp.rst {
            self.reset(frame, tcp, side)
        } else if tcp.syn && tcp.ack_flag {
            self.answer_to_syn(frame, side)
        } else if frame.repeats.is_some() && !self.brings_new(frame, length, side) {
            let (cause, fast_retransmit) = self.repetition(frame, tcp, counted, side);
            signs.fast_retransmit = fast_retransmit;
            cause
        } else if length > 0 {
            self.data(frame, side)
        } else if tcp.syn {
            self.syn(frame, tcp, side)
        } else if tcp.fin {
            self.closing.fin(self.connection.ends[side], frame.record.t)
        } else if probe {
            Cause::Timer(self.probe(frame, side))
        } else {
            let (cause, answered) = self.acknowledgment(frame, side);
            // An answer settles what it answers and what came before; one that carries something settles all.
            settled = answered.unwrap_or(settled);
            cause
        };
        passing.asks |= probe;
        passing.repeats_ack = bare && frame.ack.is_some_and(|ack| ack > 0 && ack == self.sides[side].acknowledged);
        self.sides[side].sends(frame, tcp, counted, factor);
        if let Some(ack) = frame.ack {
            self.sides[other].settle(settled, ack);
        }
        self.let_go(passing);
        Some((cause, signs))
    }

    /// The frame is on its way; where no cable is, it is there.
    fn let_go(&mut self, passing: Passing) {
        let frame = &self.frames[passing.number];
        match frame.heard() {
            Some(at) if frame.carried.is_some() => self.under_way.push(Reverse(Passing { at, ..passing })),
            Some(_) => self.arrive(passing),
            None => {}
        }
    }

    fn arrive(&mut self, passing: Passing) {
        let frame = &self.frames[passing.number];
        let Transport::Tcp(tcp) = &frame.packet.transport else { return };
        self.turn = self.turn.saturating_add(1);
        self.sides[passing.side].arrives(&passing, self.turn, frame, tcp, counted(tcp, payload_length(frame)));
        let there = self.other(passing.side);
        let there = &mut self.sides[there];
        there.fresh = true;
        there.asked |= tcp.syn;
        if let Some(ack) = frame.ack {
            there.nudged = Some(passing.number).filter(|_| passing.repeats_ack && there.next > ack);
        }
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
        let (own, far) = (&self.sides[side], &self.sides[self.other(side)]);
        let socket = self.connection.ends[side];
        let fresh = own.fresh && !self.connection.looped;
        self.closing.rst(socket, Some(tcp.src_port), frame.record.t, far.heard, fresh)
    }

    /// A SYN that came again is answered again; otherwise only the timer repeats the answer.
    fn answer_to_syn(&self, frame: &Frame, side: usize) -> Cause {
        let syn = self.sides[self.other(side)].syn;
        match (syn, frame.repeats) {
            (_, Some(_)) if !self.sides[side].asked => Cause::Timer(Timer::Retransmission),
            (Some(syn), _) => Cause::Frame(syn),
            (None, _) => Cause::Unknown,
        }
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

    /// The cause of a bare acknowledgment; and the arrival that it answers, if it answers one.
    fn acknowledgment(&self, frame: &Frame, side: usize) -> (Cause, Option<Turn>) {
        let (own, far) = (&self.sides[side], &self.sides[self.other(side)]);
        let Some(ack) = frame.ack else { return (Cause::Unknown, None) };
        if ack > own.acknowledged {
            return match far.acknowledged_by(ack) {
                Some((turn, number)) if self.held_back(frame, number, side) => {
                    (Cause::Timer(Timer::DelayedAck(number)), Some(turn))
                }
                Some((turn, number)) => (Cause::Frame(number), Some(turn)),
                None => (Cause::Unknown, None),
            };
        }
        // It acknowledges nothing new. What came since may have made the kernel repeat itself.
        match far.provoked(ack, self.frames) {
            Some((turn, number)) => (Cause::Frame(number), Some(turn)),
            None => (self.window_update(side, frame.record.t), None),
        }
    }

    /// Nothing asked for it: a call that made room in the receive buffer may have told the other side so.
    fn window_update(&self, side: usize, t: Nanos) -> Cause {
        let call = self.calls_of(side).and_then(|own| in_window(self.calls, &own.receives, t));
        call.map_or(Cause::Unknown, |call| Cause::Call { call, later: false, inferred: true })
    }
}
