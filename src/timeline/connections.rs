//! Which sockets are the two ends of one connection, and which frames went between them.
//!
//! The same two addresses may meet several times in a run. Each meeting is told apart by its SYN; the socket that
//! connected is the one whose `connect` had begun by then, and listeners hand out connections in the order in which
//! they came in.

use super::calls::{SocketCalls, begun_before};
use super::flows::Flow;
use super::{Timeline, address};
use crate::recording::{self, Nanos};
use crate::wire::Transport;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;

/// A connection: two ends and the frames between them.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// The sockets (number - 1) by side; none for a program that is not part of the run, or an end nobody accepted.
    pub(super) ends: [Option<usize>; 2],
    /// Its frames in order, each with the side that sent it.
    pub(super) frames: Vec<super::flows::Sent>,
    /// True when both ends are one socket.
    pub(super) looped: bool,
}

/// All connections of a run.
#[derive(Debug, Default)]
pub(super) struct Connections {
    pub(super) list: Vec<Connection>,
    /// For each socket, the connection it is an end of, and which side.
    of_socket: Vec<Option<(u32, u8)>>,
}

/// What met between two addresses.
#[derive(Default)]
struct Meeting {
    flows: Vec<Flow>,
    /// The sockets of each side that connected, and those that were accepted (or whose beginning is not known).
    active: [Vec<Party>; 2],
    passive: [Vec<Party>; 2],
}

/// A socket that had these two addresses.
#[derive(Clone, Copy)]
struct Party {
    start: Nanos,
    socket: usize,
}

type Pair = [SocketAddr; 2];

impl Connections {
    /// Finds them, and sets `seq`, `ack` and `repeats` of their frames.
    pub(super) fn find(
        timeline: &mut Timeline,
        history: &[recording::Socket],
        of_socket: &[SocketCalls],
    ) -> Connections {
        let mut places: HashMap<Pair, usize> = HashMap::new();
        let mut meetings: Vec<(Pair, Meeting)> = Vec::new();
        let mut place = |pair: Pair, meetings: &mut Vec<(Pair, Meeting)>| {
            *places.entry(pair).or_insert_with(|| {
                meetings.push((pair, Meeting::default()));
                meetings.len() - 1
            })
        };
        for number in 0..timeline.frames.len() {
            let frame = &mut timeline.frames[number];
            let Transport::Tcp(_) = &frame.packet.transport else {
                continue;
            };
            let Some((source, target)) = frame.packet.endpoints() else {
                continue;
            };
            let (pair, side) = pair(address::plain(source), address::plain(target));
            let at = place(pair, &mut meetings);
            meetings[at].1.take_frame(number, side, frame, pair[0] == pair[1]);
        }
        let mut known: HashSet<(u32, Pair)> = HashSet::new();
        for record in history.iter().filter(|record| record.kind == "stream" && !record.listening) {
            let (Some(local), Some(remote)) = (endpoint(&record.local), endpoint(&record.remote)) else {
                continue;
            };
            let Some(calls) = (record.sock as usize).checked_sub(1).and_then(|place| of_socket.get(place)) else {
                continue;
            };
            let (pair, side) = pair(local, remote);
            if known.insert((record.sock, pair)) {
                let at = place(pair, &mut meetings);
                meetings[at].1.take_socket(timeline, record, side, calls);
            }
        }
        let mut connections = Connections { list: Vec::new(), of_socket: vec![None; timeline.sockets.len()] };
        for (pair, meeting) in meetings {
            meeting.join(pair, timeline, &mut connections);
        }
        connections.join_by_peer(timeline);
        connections
    }

    /// True when the socket is an end of a connection.
    pub(super) fn is_connected(&self, socket: usize) -> bool {
        self.of_socket.get(socket).is_some_and(Option::is_some)
    }

    /// The socket at the other end.
    pub(super) fn peer(&self, socket: usize) -> Option<usize> {
        let (connection, side) = (*self.of_socket.get(socket)?)?;
        let connection = self.list.get(connection as usize)?;
        if connection.looped { Some(socket) } else { connection.ends[1 - side as usize] }
    }

    fn add(&mut self, connection: Connection) {
        for (side, end) in connection.ends.iter().enumerate() {
            if let Some(of) = end.and_then(|socket| self.of_socket.get_mut(socket)) {
                *of = Some((self.list.len() as u32, side as u8));
            }
        }
        self.list.push(connection);
    }

    /// Joins the sockets that addresses do not tell about: AF_UNIX, and TCP where the recorder knew the other end.
    fn join_by_peer(&mut self, timeline: &Timeline) {
        for (socket, record) in timeline.sockets.iter().enumerate() {
            if record.kind != "stream" || record.listening || self.is_connected(socket) {
                continue;
            }
            let Some(peer) = peer_of(timeline, socket).filter(|&peer| peer == socket || !self.is_connected(peer))
            else {
                continue;
            };
            let looped = peer == socket;
            self.add(Connection { ends: [Some(socket), Some(peer)], looped, ..Connection::default() });
        }
    }
}

impl Meeting {
    fn take_frame(&mut self, number: usize, side: usize, frame: &mut super::Frame, looped: bool) {
        let Transport::Tcp(tcp) = &frame.packet.transport else {
            return;
        };
        let opens = tcp.syn && !tcp.ack_flag && !frame.is_copy();
        let new = self.flows.last().is_none_or(|flow| opens && flow.ends_before_syn(side, tcp.seq));
        if new {
            self.flows.push(Flow::new(frame.record.t, looped));
        }
        let last = self.flows.len() - 1;
        let leftover = last > 0 && self.flows[last].precedes(side, tcp) && !self.flows[last - 1].precedes(side, tcp);
        self.flows[last - usize::from(leftover)].take(number, side, frame);
    }

    fn take_socket(&mut self, timeline: &Timeline, record: &recording::Socket, side: usize, own: &SocketCalls) {
        let calls = &timeline.calls;
        let connect = begun_before(calls, &own.connects, record.t).or(own.connects.first().map(|&call| call as usize));
        let socket = record.sock as usize - 1;
        match (connect, own.accept) {
            (Some(connect), _) => self.active[side].push(Party { start: calls[connect].enter.t, socket }),
            (None, Some(accept)) => {
                self.passive[side].push(Party { start: calls[accept as usize].returned_at(), socket });
            }
            (None, None) => self.passive[side].push(Party { start: record.t, socket }),
        }
    }

    /// Gives each flow its sockets, then pairs the sockets no frame speaks of.
    fn join(mut self, pair: Pair, timeline: &Timeline, connections: &mut Connections) {
        for parties in self.active.iter_mut().chain(&mut self.passive) {
            parties.sort_by_key(|party| party.start);
        }
        let mut used: HashSet<usize> = HashSet::new();
        let mut next = [0, 0];
        let flows = std::mem::take(&mut self.flows);
        for flow in flows {
            let mut ends = [None, None];
            for side in [0, 1] {
                if flow.opener.is_none_or(|opener| opener == side) {
                    ends[side] = self.connecting(side, flow.begin);
                }
            }
            for side in [0, 1] {
                if ends[side].is_none() && flow.opener != Some(side) {
                    let known = ends[flow.other(side)].and_then(|opener| peer_of(timeline, opener));
                    ends[side] = known.or_else(|| self.accepted(side, &flow, &mut next[side]));
                }
                if ends[side].is_none() {
                    // Nobody accepted it, and yet a socket connected from there: both opened at once. Or its connect
                    // was not recorded: then it stands among those whose beginning is not known.
                    let connecting = self.connecting(side, flow.begin);
                    ends[side] = connecting.or_else(|| self.accepted(side, &flow, &mut next[side]));
                }
            }
            if pair[0] == pair[1] {
                ends = [ends[0].or(ends[1]); 2];
            }
            used.extend(ends.iter().flatten());
            let (looped, frames) = (pair[0] == pair[1], flow.frames);
            connections.add(Connection { ends, frames, looped });
        }
        self.join_unseen(pair, used, timeline, connections);
    }

    /// The socket of a side that was connecting at `t`.
    fn connecting(&self, side: usize, t: Nanos) -> Option<usize> {
        let begun = self.active[side].partition_point(|party| party.start <= t);
        Some(self.active[side][..begun].last()?.socket)
    }

    /// The accepted socket of a flow: accept hands connections out in the order in which they came in.
    fn accepted(&self, side: usize, flow: &Flow, next: &mut usize) -> Option<usize> {
        if flow.opener.is_some() && !flow.answered {
            return None;
        }
        let parties = &self.passive[side];
        if flow.opener.is_some() {
            while parties.get(*next).is_some_and(|party| party.start < flow.begin) {
                *next += 1;
            }
        }
        let party = parties.get(*next)?;
        // A listener that is closed resets what waits in its queue: that connection is never accepted.
        if flow.reset_by[side].is_some_and(|reset| reset < party.start) {
            return None;
        }
        *next += 1;
        Some(party.socket)
    }

    /// Pairs sockets without frames (none were captured): as the recorder says, else in the order in which they began.
    fn join_unseen(&self, pair: Pair, mut used: HashSet<usize>, timeline: &Timeline, connections: &mut Connections) {
        let looped = pair[0] == pair[1];
        let on_side = |side: usize| self.active[side].iter().chain(&self.passive[side]).map(|party| party.socket);
        let mut others = on_side(1);
        for socket in on_side(0) {
            if !used.insert(socket) {
                continue;
            }
            let known = peer_of(timeline, socket).filter(|peer| !used.contains(peer));
            let other = match looped {
                true => Some(socket),
                false => known.or_else(|| others.find(|other| !used.contains(other))),
            };
            if let Some(other) = other {
                used.insert(other);
                connections.add(Connection { ends: [Some(socket), Some(other)], looped, ..Connection::default() });
            }
        }
    }
}

/// The socket the recorder named as the other end, unless that one names a third.
fn peer_of(timeline: &Timeline, socket: usize) -> Option<usize> {
    let record = timeline.sockets.get(socket)?;
    let peer = record.peer?;
    let there = timeline.socket(peer)?;
    there.peer.is_none_or(|back| back == record.sock).then_some(peer as usize - 1)
}

fn endpoint(text: &Option<String>) -> Option<SocketAddr> {
    address::parse(text.as_deref()?)
}

/// Both addresses in one order, and which of them is the first given.
fn pair(near: SocketAddr, far: SocketAddr) -> (Pair, usize) {
    if near <= far { ([near, far], 0) } else { ([far, near], 1) }
}
