//! Why each TCP frame was sent: the call that asked for it, the frame it answers, a timer, the end of a program, or the
//! cable that copied it.
//!
//! Frames that carry bytes are explained by those bytes. Only what carries none is explained by stamps, and then the
//! answer says that it was inferred wherever more than one thing could have happened. A frame is answered when it has
//! arrived and not before; one that never arrived causes nothing. Which timer repeated a segment is told by what its
//! kernel held then, and not by how long it took.

use super::calls::{SocketCalls, begun_before, in_window, turning_near};
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

/// A millisecond: the kernel's shortest timers are several.
const AT_ONCE: Nanos = 1_000_000;
/// An acknowledgment that came later was held back: the kernel's shortest time for that is 40 ms (TCP_DELACK_MIN).
const HELD_BACK: Nanos = 30_000_000;
/// How many frames are looked at for one that arrived before a kernel was asked; that takes less than a millisecond.
const LOOK_AHEAD: usize = 64;

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

    /// What the sender's kernel held when it had sent the frame, if that was recorded.
    fn held<'f>(&self, frame: &'f Frame, side: usize) -> Option<&'f Kernel> {
        let held = || frame.carried.iter().flat_map(|carried| &carried.sent).filter(|held| held.state != "LISTEN");
        let own = self.connection.ends[side];
        let role = |held: &&Kernel| {
            let socket = self.sockets.get((held.sock as usize).wrapping_sub(1));
            socket.is_some_and(|socket| Some(&socket.role) == frame.record.from.as_ref())
        };
        held().find(|held| own.is_some_and(|own| held.sock as usize == own + 1)).or_else(|| held().find(role))
    }

    /// True when something arrived at the sender between its sending and the question what its kernel held then: the answer
    /// is about another moment.
    fn asked_too_late(&self, frame: &Frame, side: usize) -> bool {
        let other = self.other(side);
        let Some(asked) = frame.carried.as_ref().map(|carried| carried.sent_asked) else { return true };
        let between = |at: Nanos| frame.record.t < at && at <= asked;
        let mut under_way = self.under_way.iter().take(LOOK_AHEAD);
        let following = self.connection.frames.iter().skip(self.place).take(LOOK_AHEAD);
        let mut following = following.map(|&(number, side)| (&self.frames[number as usize], side as usize));
        under_way.any(|Reverse(passing)| passing.side == other && between(passing.at))
            || following.any(|(frame, sender)| sender == other && frame.heard().is_some_and(between))
    }

    /// The last frame that arrived here, if that was just before: what the kernel does at once, it does because of it.
    fn just_heard(&self, frame: &Frame, side: usize) -> Option<usize> {
        let heard = self.sides[self.other(side)].heard.filter(|_| self.sides[side].fresh)?;
        self.at_once(frame, heard).then_some(heard)
    }

    fn at_once(&self, frame: &Frame, heard: usize) -> bool {
        self.frames[heard].heard().is_some_and(|at| frame.record.t.saturating_sub(at) < AT_ONCE)
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

    /// Why a segment was sent again, and whether that is known to be a fast retransmit.
    fn repetition(&self, frame: &Frame, tcp: &Tcp, counted: u64, side: usize) -> (Cause, bool) {
        if tcp.syn {
            return (Cause::Timer(Timer::Retransmission), false);
        }
        let own = &self.sides[side];
        let asked = own.nudged.filter(|&nudge| self.at_once(frame, nudge));
        let info = self.held(frame, side).and_then(|held| held.info.as_ref());
        if info.is_some_and(|info| info.retransmits > 0) {
            return (Cause::Timer(Timer::Retransmission), false);
        }
        let Some(info) = info.filter(|_| !self.asked_too_late(frame, side)) else {
            // Stamps tell a timer from an answer to a repeated acknowledgment: no timer of the kernel is as short as that.
            return (asked.map_or(Cause::Timer(Timer::Unknown), Cause::Frame), false);
        };
        let heard = || self.just_heard(frame, side);
        let last = frame.seq.is_some_and(|seq| seq.saturating_add(counted) >= own.next);
        match info.ca_state.as_str() {
            "Recovery" => (asked.or_else(heard).map_or(Cause::Timer(Timer::Unknown), Cause::Frame), true),
            // After a timeout an acknowledgment lets the kernel repeat what else it takes for lost.
            "Loss" => (heard().map_or(Cause::Timer(Timer::Retransmission), Cause::Frame), false),
            _ if last => (Cause::Timer(Timer::TailLossProbe), false),
            _ => (asked.map_or(Cause::Timer(Timer::Unknown), Cause::Frame), false),
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

    /// Which timer asks whether the other side is still there, or has room.
    fn probe(&self, frame: &Frame, side: usize) -> Timer {
        let timer = self.held(frame, side).and_then(|held| held.timer.as_ref()).map(|timer| timer.kind.as_str());
        let closed = self.sides[self.other(side)].closed;
        match (timer, self.kept_alive(side), closed) {
            (Some("window-probe"), ..) => Timer::WindowProbe,
            (Some("keepalive"), ..) => Timer::Keepalive,
            // Without SO_KEEPALIVE the kernel has one reason to ask, and with an open window it does not ask for room.
            (_, Some(false), true) => Timer::WindowProbe,
            (_, Some(true), false) => Timer::Keepalive,
            _ => Timer::Unknown,
        }
    }

    /// True when SO_KEEPALIVE was set on the socket, or on the listener it was accepted from. None when its calls are not
    /// known.
    fn kept_alive(&self, side: usize) -> Option<bool> {
        let own = self.calls_of(side)?;
        let accept = own.accept.and_then(|accept| self.calls.get(accept as usize));
        let listener = accept.and_then(|accept| self.of_socket.get((accept.enter.sock? as usize).checked_sub(1)?));
        Some(own.keepalive || listener.is_some_and(|listener| listener.keepalive))
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

    /// True when the segment it acknowledges had arrived a good while before, and no call of the program can have sent the
    /// acknowledgment now: one that took bytes out, or asked for it.
    fn held_back(&self, frame: &Frame, answered: usize, side: usize) -> bool {
        let t = frame.record.t;
        let late = self.frames[answered].heard().is_some_and(|at| t.saturating_sub(at) > HELD_BACK);
        let Some(own) = self.calls_of(side).filter(|_| late) else { return false };
        let lists = [&own.receives, &own.quickacks].into_iter();
        let mut turning = lists.flat_map(|list| turning_near(self.calls, list, t, AT_ONCE));
        let slept = |call: &Call| call.covers(t.saturating_sub(AT_ONCE)) && follows(call, &self.frames[answered]);
        turning.all(slept)
    }

    /// Nothing asked for it: a call that made room in the receive buffer may have told the other side so.
    fn window_update(&self, side: usize, t: Nanos) -> Cause {
        let call = self.calls_of(side).and_then(|own| in_window(self.calls, &own.receives, t));
        call.map_or(Cause::Unknown, |call| Cause::Call { call, later: false, inferred: true })
    }
}

/// True when all that a recv returned stands in the stream behind what the frame carried: an acknowledgment of the frame
/// was on its way before the recv had anything to take.
fn follows(recv: &Call, frame: &Frame) -> bool {
    let first = recv.sources.first().map(|span| (span.call, span.there.start));
    let last = frame.sources.last().map(|span| (span.call, span.there.end));
    first.zip(last).is_some_and(|(first, last)| first >= last)
}
