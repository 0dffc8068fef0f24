//! What was sent to each socket that keeps the borders between messages, and which of it a receiving call got.

use super::datagrams::keeps_borders;
use super::flights::{Flight, agree};
use super::queues::{Look, Queues, fingerprint};
use super::{Call, Timeline, address};
use crate::recording::Socket;
use std::collections::HashMap;
use std::net::SocketAddr;

/// How many datagrams that cannot be the one a search passes before it goes by the fingerprint alone.
const PATIENCE: usize = 256;
/// How many sockets a datagram may be for: several only with multicast, or with an address bound again and again.
const FANOUT: usize = 64;

/// The inboxes of all sockets.
pub(super) struct Inboxes<'a> {
    queues: Queues,
    /// By entry: the datagram; none once received.
    entries: Vec<Option<u32>>,
    lists: Vec<List>,
    by_port: HashMap<u16, Vec<(usize, SocketAddr)>>,
    by_path: HashMap<&'a str, Vec<usize>>,
}

/// The inbox of one socket.
#[derive(Default, Clone)]
struct List {
    entries: Vec<u32>,
    /// Everything before this was received.
    low: usize,
}

impl<'a> Inboxes<'a> {
    pub(super) fn new(timeline: &'a Timeline) -> Self {
        let mut inboxes = Inboxes {
            queues: Queues::default(),
            entries: Vec::new(),
            lists: vec![List::default(); timeline.sockets.len()],
            by_port: HashMap::new(),
            by_path: HashMap::new(),
        };
        for (number, socket) in timeline.sockets.iter().enumerate().filter(|(_, socket)| keeps_borders(socket)) {
            let Some(local) = socket.local.as_deref() else { continue };
            if let Some(address) = address::parse(local) {
                inboxes.by_port.entry(address.port()).or_default().push((number, address));
            } else if local != "unix:" {
                inboxes.by_path.entry(local).or_default().push(number);
            }
        }
        inboxes
    }

    /// True when nothing was sent to this socket.
    pub(super) fn is_empty(&self, socket: usize) -> bool {
        self.lists[socket].entries.is_empty()
    }

    /// Puts a datagram that was seen on the wire into the inboxes it may have reached.
    pub(super) fn deliver_from_wire(&mut self, timeline: &Timeline, number: u32, flight: &Flight) {
        let Some(frame) = flight.frame.map(|frame| &timeline.frames[frame as usize]) else {
            return;
        };
        let bytes = frame.record.bytes.0.get(frame.packet.payload.clone()).unwrap_or_default();
        for socket in self.bound_to(flight.target) {
            // Hosts of their own may use one port each: then the wildcard does not tell them apart, but the role does.
            if frame.record.to.as_ref().is_none_or(|role| *role == timeline.sockets[socket].role) {
                self.put(socket, number, flight.length, bytes);
            }
        }
    }

    /// Puts a datagram of which only the call is known into the inboxes it may have reached.
    pub(super) fn deliver_from_call(&mut self, number: u32, flight: &Flight, call: &Call, socket: &Socket) {
        let bytes = super::flights::sent_bytes(call);
        let peer = || socket.peer.and_then(|peer| (peer as usize).checked_sub(1));
        let targets = match (&call.enter.args.addr, flight.target) {
            (_, Some(_)) => self.bound_to(flight.target),
            (Some(path), None) => self.at_path(path),
            (None, None) => match (peer(), &socket.remote) {
                (Some(peer), _) => vec![peer],
                (None, Some(path)) => self.at_path(path),
                (None, None) => Vec::new(),
            },
        };
        for socket in targets {
            self.put(socket, number, flight.length, bytes);
        }
    }

    fn bound_to(&self, target: Option<SocketAddr>) -> Vec<usize> {
        let at_port = target.and_then(|target| self.by_port.get(&target.port()));
        let bound = at_port.into_iter().flatten().rev().take(FANOUT);
        bound
            .filter(|(_, local)| target.is_some_and(|target| address::belongs(*local, target)))
            .map(|&(at, _)| at)
            .collect()
    }

    fn at_path(&self, path: &str) -> Vec<usize> {
        self.by_path.get(path).into_iter().flatten().rev().take(FANOUT).copied().collect()
    }

    fn put(&mut self, socket: usize, number: u32, length: u64, bytes: &[u8]) {
        let Some(list) = self.lists.get_mut(socket) else { return };
        list.entries.push(self.entries.len() as u32);
        self.entries.push(Some(number));
        self.queues.push(fingerprint(socket, length, bytes));
    }

    /// The call whose datagram a receiving call got, and how many of its bytes.
    pub(super) fn receive(
        &mut self,
        timeline: &Timeline,
        flights: &[Flight],
        socket: usize,
        number: u32,
    ) -> Option<(u32, usize)> {
        let call = &timeline.calls[number as usize];
        let request = Request::of(call)?;
        let entry = self.find(timeline, flights, socket, &request)?;
        let flight = &flights[self.entries[entry as usize]? as usize];
        if !call.has_flag("MSG_PEEK") {
            self.entries[entry as usize] = None;
        }
        Some((flight.call?, usize::try_from(request.kept.min(flight.length)).ok()?))
    }

    fn find(&mut self, timeline: &Timeline, flights: &[Flight], socket: usize, request: &Request) -> Option<u32> {
        let fits = |number: u32| {
            let flight = &flights[number as usize];
            request.fits(flight) && agree(request.data, flight.bytes(timeline))
        };
        let exact = fingerprint(socket, request.returned, request.data);
        if request.maybe_cut || exact.is_none() {
            // A datagram that was cut has a fingerprint of its own; the queue's order has to find it.
            let list = self.lists.get_mut(socket)?;
            while list.entries.get(list.low).is_some_and(|&entry| self.entries[entry as usize].is_none()) {
                list.low += 1;
            }
            let mut waiting = list.entries[list.low..].iter().take(PATIENCE);
            let fitting = |entry: u32| self.entries[entry as usize].is_some_and(fits);
            if let Some(&entry) = waiting.find(|&&entry| fitting(entry)) {
                return Some(entry);
            }
        }
        self.queues.find(exact?, |entry| match self.entries[entry as usize] {
            None => Look::Gone,
            Some(number) if fits(number) => Look::Yes,
            Some(_) => Look::No,
        })
    }
}

/// What a receiving call tells of the datagram it got.
struct Request<'a> {
    /// When it had returned.
    until: u64,
    data: &'a [u8],
    returned: u64,
    /// How many bytes it put into the program's memory.
    kept: u64,
    maybe_cut: bool,
    surely_cut: bool,
    /// True when the datagram's true length was asked for, so that `returned` is that.
    true_length: bool,
    source: Option<SocketAddr>,
}

impl<'a> Request<'a> {
    /// None when the call got no datagram.
    fn of(call: &'a Call) -> Option<Request<'a>> {
        let exit = call.exit.as_ref()?;
        let returned = call.moved().filter(|_| !call.has_flag("MSG_ERRQUEUE"))?;
        let room = call.enter.args.len;
        let true_length = call.has_flag("MSG_TRUNC");
        let surely_cut = call.returned_flag("MSG_TRUNC");
        Some(Request {
            until: call.returned_at(),
            data: exit.data.as_ref().map_or(&[], |data| &data.0),
            returned,
            kept: room.map_or(returned, |room| room.min(returned)),
            maybe_cut: surely_cut || true_length || room == Some(returned),
            surely_cut,
            true_length,
            source: exit.addr.as_deref().and_then(address::parse),
        })
    }

    fn fits(&self, flight: &Flight) -> bool {
        let length = if self.surely_cut {
            flight.length > self.kept
        } else if self.true_length {
            flight.length == self.returned
        } else {
            flight.length == self.returned || (self.maybe_cut && flight.length > self.returned)
        };
        let source = match (self.source, flight.source) {
            (Some(said), Some(seen)) => address::belongs(seen, said),
            _ => true,
        };
        length && source && flight.arrived.is_some_and(|arrived| arrived <= self.until)
    }
}
