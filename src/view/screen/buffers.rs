//! Which bytes lie in a kernel's buffers, and which send put them there: what was sent and received so far, laid beside the
//! number of bytes that the kernel says it holds.
//!
//! Bytes of a send that has not returned are nobody's until it has: how many of them the kernel took is not known before.

use crate::recording::{Nanos, SockId, Socket};
use crate::timeline::Timeline;
use std::collections::HashMap;
use std::ops::Range;

/// Bytes of one stretch that are kept for the eye.
const SEEN: usize = 256;

/// A stretch of a buffer that one send filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Its number in a circle; none where it is not known whose the bytes are.
    pub(super) badge: Option<u32>,
    /// The first of its bytes, where they are known.
    pub(super) bytes: Vec<u8>,
    /// How many it has.
    pub(super) length: u64,
}

/// What each socket sent and received.
#[derive(Debug, Default)]
pub(super) struct Streams {
    sent: HashMap<SockId, Vec<Moved>>,
    received: HashMap<SockId, Vec<Moved>>,
    /// The other end of each connection, where it is a socket of this run.
    peers: HashMap<SockId, SockId>,
}

/// A call that moved bytes.
#[derive(Debug, Clone, Copy)]
struct Moved {
    /// When it returned.
    t: Nanos,
    call: usize,
    /// Bytes moved so far, its own included.
    total: u64,
}

impl Streams {
    pub(super) fn new(timeline: &Timeline) -> Streams {
        let mut streams = Streams { peers: peers(timeline), ..Streams::default() };
        for (number, call) in timeline.calls.iter().enumerate() {
            let (Some(sock), Some(exit), Some(bytes)) = (call.enter.sock, &call.exit, call.moved()) else { continue };
            let list = match () {
                () if call.sends() => streams.sent.entry(sock).or_default(),
                () if call.receives() && !call.has_flag("MSG_PEEK") => streams.received.entry(sock).or_default(),
                () => continue,
            };
            list.push(Moved { t: exit.t, call: number, total: bytes });
        }
        // In the order in which they returned: only then are sums what had been moved by a time.
        for list in streams.sent.values_mut().chain(streams.received.values_mut()) {
            list.sort_by_key(|moved| moved.t);
            let mut total = 0;
            for moved in list {
                total += moved.total;
                moved.total = total;
            }
        }
        streams
    }

    /// The bytes that a socket has sent and that are not acknowledged: the last so many of what it sent.
    pub(super) fn to_send(&self, timeline: &Timeline, sock: SockId, t: Nanos, count: u64) -> Vec<Stretch> {
        let total = total(&self.sent, sock, t);
        self.stretches(timeline, sock, t, total.saturating_sub(count)..total.saturating_sub(count) + count)
    }

    /// The bytes that have arrived and were not read: of what the other side sent, the next so many.
    pub(super) fn to_read(&self, timeline: &Timeline, sock: SockId, t: Nanos, count: u64) -> Vec<Stretch> {
        let read = total(&self.received, sock, t);
        match self.peers.get(&sock) {
            Some(peer) => self.stretches(timeline, *peer, t, read..read + count),
            None => nobodys(count).into_iter().collect(),
        }
    }

    fn stretches(&self, timeline: &Timeline, sock: SockId, t: Nanos, wanted: Range<u64>) -> Vec<Stretch> {
        let sent = self.sent.get(&sock).map_or(&[][..], Vec::as_slice);
        let sent = &sent[..sent.partition_point(|moved| moved.t <= t)];
        let first = sent.partition_point(|moved| moved.total <= wanted.start);
        let mut from = first.checked_sub(1).map_or(0, |before| sent[before].total);
        let mut stretches = Vec::new();
        for moved in &sent[first..] {
            let here = from.max(wanted.start)..moved.total.min(wanted.end);
            if here.start >= wanted.end {
                break;
            }
            let call = &timeline.calls[moved.call];
            let data = call.enter.data.as_ref().map_or(&[][..], |data| data.0.as_slice());
            let start = usize::try_from(here.start - from).unwrap_or(usize::MAX).min(data.len());
            let length = here.end - here.start;
            let end = start.saturating_add(usize::try_from(length).unwrap_or(SEEN).min(SEEN)).min(data.len());
            stretches.push(Stretch { badge: call.badge, bytes: data[start..end].to_vec(), length });
            from = moved.total;
        }
        let known: u64 = stretches.iter().map(|stretch| stretch.length).sum();
        stretches.extend(nobodys((wanted.end - wanted.start).saturating_sub(known)));
        stretches
    }
}

/// Both ends of a connection have the same two addresses, the other way round. Of addresses that were used again the last use
/// counts.
fn peers(timeline: &Timeline) -> HashMap<SockId, SockId> {
    let known = || timeline.sockets.iter().filter(|socket| socket.sock > 0 && !socket.listening);
    let ends = |socket: &'_ Socket| Some((socket.local.clone()?, socket.remote.clone()?));
    let by_ends: HashMap<_, _> = known().filter_map(|socket| Some((ends(socket)?, socket.sock))).collect();
    let of = |socket: &Socket| {
        let by_address = || ends(socket).and_then(|(local, remote)| by_ends.get(&(remote, local)).copied());
        Some((socket.sock, socket.peer.or_else(by_address)?))
    };
    known().filter_map(of).collect()
}

fn total(moved: &HashMap<SockId, Vec<Moved>>, sock: SockId, t: Nanos) -> u64 {
    let list = moved.get(&sock).map_or(&[][..], Vec::as_slice);
    let count = list.partition_point(|moved| moved.t <= t);
    count.checked_sub(1).map_or(0, |last| list[last].total)
}

fn nobodys(length: u64) -> Option<Stretch> {
    (length > 0).then(|| Stretch { badge: None, bytes: Vec::new(), length })
}
