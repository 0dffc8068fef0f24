//! Datagrams on their way: what the frames say was sent, put together from fragments, and the call that sent each.

use super::queues::{Look, Queues, fingerprint};
use super::{Call, Cause, Frame, Span, Timeline, address};
use crate::recording::{Nanos, Socket};
use crate::wire::Transport;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// One datagram.
#[derive(Debug, Clone)]
pub(super) struct Flight {
    /// When it was sent: seen, or its call began.
    pub(super) t: Nanos,
    /// When it could be received; none when it never arrived whole.
    pub(super) arrived: Option<Nanos>,
    /// The call that sent it.
    pub(super) call: Option<u32>,
    /// The frame it was seen in; the first of them, when it came in fragments.
    pub(super) frame: Option<u32>,
    /// Payload bytes in all.
    pub(super) length: u64,
    /// Who sent it, where an address says so.
    pub(super) source: Option<SocketAddr>,
    /// Where it goes.
    pub(super) target: Option<SocketAddr>,
}

impl Flight {
    /// Its first bytes, as many as were recorded.
    pub(super) fn bytes<'a>(&self, timeline: &'a Timeline) -> &'a [u8] {
        match (self.frame, self.call) {
            (_, Some(call)) => sent_bytes(&timeline.calls[call as usize]),
            (Some(frame), None) => captured(&timeline.frames[frame as usize]),
            (None, None) => &[],
        }
    }

    /// The place of its frame. Those seen on the wire stand in this order.
    fn place(&self) -> usize {
        self.frame.map_or(usize::MAX, |frame| frame as usize)
    }
}

/// The bytes a call asked to send, as far as they were recorded.
pub(super) fn sent_bytes(call: &Call) -> &[u8] {
    call.enter.data.as_ref().map_or(&[], |data| &data.0)
}

/// Payload length of the datagram a call sent. A call that never returned may have sent it all the same.
pub(super) fn sent_length(call: &Call) -> Option<u64> {
    match call.exit {
        Some(_) => call.moved(),
        None => call.enter.args.len,
    }
}

fn captured(frame: &Frame) -> &[u8] {
    frame.record.bytes.0.get(frame.packet.payload.clone()).unwrap_or_default()
}

/// The address a call sends to: the one it gives, else the one its socket is connected to.
pub(super) fn target(call: &Call, socket: &Socket) -> Option<SocketAddr> {
    let text = call.enter.args.addr.as_ref().or(socket.remote.as_ref())?;
    address::parse(text).map(address::destination)
}

/// The calls whose datagrams have not been seen on the wire yet.
struct Waiting {
    queues: Queues,
    /// The calls by their number in the queues; none once matched.
    calls: Vec<Option<u32>>,
}

/// Where fragments belong: source, destination, identification.
type Train = (IpAddr, IpAddr, u32);

/// Reads the datagrams off the captured frames, and fills `sources`, `cause` and `repeats` of those frames and
/// `carried_by` of the calls.
pub(super) fn from_frames(timeline: &mut Timeline) -> Vec<Flight> {
    let mut waiting = waiting(timeline);
    let mut flights: Vec<Flight> = Vec::new();
    let mut seen: HashMap<u64, u32> = HashMap::new();
    let mut trains: HashMap<Train, u32> = HashMap::new();
    let mut early: HashMap<Train, Vec<usize>> = HashMap::new();
    for number in 0..timeline.frames.len() {
        let frame = &timeline.frames[number];
        let Some(ip) = frame.packet.ip.as_ref().filter(|ip| ip.protocol == 17) else {
            continue;
        };
        let train = ip.id.filter(|_| ip.fragment_offset > 0 || ip.more_fragments).map(|id| (ip.src, ip.dst, id));
        if ip.fragment_offset > 0 {
            // Fragments may come in any order: those before the first wait for it.
            match train.and_then(|train| trains.get(&train)) {
                Some(&flight) => attach_fragment(timeline, number, &mut flights[flight as usize]),
                None => early.entry(train.unwrap_or((ip.src, ip.dst, 0))).or_default().push(number),
            }
            continue;
        }
        let Some(mut flight) = flight(number, frame) else {
            continue;
        };
        if frame.is_copy() {
            let original = frame.carried.as_ref().and_then(|carried| carried.copy_of);
            let place = original.and_then(|copied| flights.binary_search_by_key(&copied, |flight| flight.place()).ok());
            flight.call = place.and_then(|place| flights[place].call);
            attach(timeline, number, &flight);
            flights.push(flight);
            continue;
        }
        flight.call = waiting.match_frame(timeline, frame, &flight);
        let same = fingerprint((flight.source, flight.target, ip.id), flight.length, captured(frame));
        let original = same.and_then(|same| seen.get(&same)).copied();
        if let (None, Some(original)) = (flight.call, original) {
            // No call is left that could have sent it, and an equal one was here before: the network doubled it.
            flight.call = flights[original as usize].call;
            timeline.frames[number].repeats = flights[original as usize].frame.map(|frame| frame as usize);
        } else if let Some(same) = same {
            seen.insert(same, flights.len() as u32);
        }
        attach(timeline, number, &flight);
        if let Some(train) = train {
            trains.insert(train, flights.len() as u32);
            for number in early.remove(&train).unwrap_or_default() {
                attach_fragment(timeline, number, &mut flight);
            }
        }
        flights.push(flight);
    }
    flights
}

fn waiting(timeline: &Timeline) -> Waiting {
    let mut waiting = Waiting { queues: Queues::default(), calls: Vec::new() };
    for (number, call) in timeline.calls.iter().enumerate().filter(|(_, call)| call.sends()) {
        let Some(socket) = call.enter.sock.and_then(|sock| timeline.socket(sock)) else {
            continue;
        };
        if socket.kind != "dgram" || socket.family == "unix" {
            continue;
        }
        let (Some(length), Some(target)) = (sent_length(call), target(call, socket)) else {
            continue;
        };
        let port = local(socket).map_or(0, |local| local.port());
        waiting.queues.push(fingerprint((port, target.port()), length, sent_bytes(call)));
        waiting.calls.push(Some(number as u32));
    }
    waiting
}

fn local(socket: &Socket) -> Option<SocketAddr> {
    address::parse(socket.local.as_deref()?)
}

impl Waiting {
    /// The call that sent this datagram: the one that had begun, addressed it so, and gave these bytes. Of several equal
    /// ones the one in whose window the frame falls, else the first that waits.
    fn match_frame(&mut self, timeline: &Timeline, frame: &Frame, flight: &Flight) -> Option<u32> {
        let (source, target) = (flight.source?, flight.target?);
        for port in [source.port(), 0] {
            let Some(key) = fingerprint((port, target.port()), flight.length, captured(frame)) else {
                continue;
            };
            for strict in [true, false] {
                let found = self.queues.find(key, |entry| match self.calls[entry as usize] {
                    None => Look::Gone,
                    Some(call) if sent_it(timeline, call, frame, flight, strict) => Look::Yes,
                    Some(_) => Look::No,
                });
                if let Some(entry) = found {
                    return self.calls[entry as usize].take();
                }
            }
        }
        None
    }
}

fn sent_it(timeline: &Timeline, call: u32, frame: &Frame, flight: &Flight, strict: bool) -> bool {
    let call = &timeline.calls[call as usize];
    let Some(socket) = call.enter.sock.and_then(|sock| timeline.socket(sock)) else {
        return false;
    };
    let at = flight.source.zip(local(socket)).is_none_or(|(source, local)| address::belongs(local, source));
    let role = frame.record.from.as_ref().is_none_or(|from| *from == call.enter.role);
    let when = if strict { call.covers(flight.t) } else { call.enter.t <= flight.t };
    at && role && when && target(call, socket) == flight.target && agree(captured(frame), sent_bytes(call))
}

/// True when two records of one datagram do not contradict each other; either may have been cut.
pub(super) fn agree(one: &[u8], other: &[u8]) -> bool {
    let length = one.len().min(other.len());
    one[..length] == other[..length]
}

/// The datagram a first fragment or a whole frame carries.
fn flight(number: usize, frame: &Frame) -> Option<Flight> {
    let Transport::Udp(udp) = &frame.packet.transport else {
        return None;
    };
    let (source, target) = frame.packet.endpoints()?;
    let length = match udp.length {
        0 => frame.packet.payload.len() as u64,
        length => u64::from(length).saturating_sub(8),
    };
    Some(Flight {
        t: frame.record.t,
        arrived: frame.heard(),
        call: None,
        frame: Some(number as u32),
        length,
        source: Some(address::plain(source)),
        target: Some(address::plain(target)),
    })
}

/// A later fragment of a datagram, which is there when all of it is.
fn attach_fragment(timeline: &mut Timeline, number: usize, flight: &mut Flight) {
    flight.arrived = flight.arrived.zip(timeline.frames[number].heard()).map(|(whole, part)| whole.max(part));
    attach(timeline, number, flight);
}

/// Tells a frame and a call of each other: the frame carries the datagram or a fragment of it.
fn attach(timeline: &mut Timeline, number: usize, flight: &Flight) {
    let frame = &mut timeline.frames[number];
    let copy = frame.is_copy();
    if copy {
        frame.cause = Cause::Cable;
    }
    let Some(call) = flight.call.map(|call| call as usize) else {
        return;
    };
    let kept = captured(frame).len();
    let header = 8;
    let offset = frame.packet.ip.as_ref().map_or(0, |ip| ip.fragment_offset.saturating_sub(header) as usize);
    frame.sources = vec![Span { here: 0..kept, call, there: offset..offset + kept }];
    let doubled = frame.repeats.is_some();
    let later = doubled || !timeline.calls[call].covers(frame.record.t);
    if !copy {
        frame.cause = Cause::Call { call, later, inferred: doubled };
    }
    timeline.calls[call].carried_by.push(number);
}
