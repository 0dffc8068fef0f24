//! Why a connection's end was announced: the call that closed it, the end of the program, or the frame it answers.

use super::calls::{SocketCalls, begun_before, in_window};
use super::{Call, Cause, Mark, Timeline};
use crate::recording::{Nanos, Socket};
use std::collections::HashMap;

/// How many closes of one socket are looked at: a descriptor has as many copies as processes share it.
const CLOSES: usize = 64;

/// What closing is explained by.
pub(super) struct Closing<'a> {
    calls: &'a [Call],
    sockets: &'a [Socket],
    of_socket: &'a [SocketCalls],
    /// When the last process of each role ended.
    ended: HashMap<&'a str, Nanos>,
    /// When each process ended.
    ended_pid: HashMap<i32, Nanos>,
    /// When each process last began a call: one that still calls has not ended.
    last_call: HashMap<i32, Nanos>,
    /// Listening sockets by local port.
    listeners: HashMap<u16, Vec<usize>>,
}

impl<'a> Closing<'a> {
    pub(super) fn new(timeline: &'a Timeline, of_socket: &'a [SocketCalls]) -> Self {
        let (mut ended, mut ended_pid) = (HashMap::new(), HashMap::new());
        for mark in &timeline.marks {
            if let Mark::Ended(end) = mark {
                ended.insert(end.role.as_str(), end.t);
                ended_pid.insert(end.pid, end.t);
            }
        }
        let mut last_call: HashMap<i32, Nanos> = HashMap::new();
        for call in &timeline.calls {
            let last = last_call.entry(call.enter.pid).or_default();
            *last = call.enter.t.max(*last);
        }
        let mut listeners: HashMap<u16, Vec<usize>> = HashMap::new();
        for (socket, record) in timeline.sockets.iter().enumerate().filter(|(_, record)| record.listening) {
            if let Some(local) = record.local.as_deref().and_then(super::parse_address) {
                listeners.entry(local.port()).or_default().push(socket);
            }
        }
        Closing {
            calls: &timeline.calls,
            sockets: &timeline.sockets,
            of_socket,
            ended,
            ended_pid,
            last_call,
            listeners,
        }
    }

    /// Why the socket of this end sent its FIN.
    pub(super) fn fin(&self, socket: Option<usize>, t: Nanos) -> Cause {
        let Some((own, record)) = socket.and_then(|at| Some((self.of_socket.get(at)?, self.sockets.get(at)?))) else {
            return Cause::Unknown;
        };
        if let Some(call) = in_window(self.calls, &own.closes, t) {
            return Cause::Call { call, later: false, inferred: false };
        }
        let closed = self.half_closed(own, t).or_else(|| begun_before(self.calls, &own.closes, t));
        // A FIN follows the last descriptor. As long as some process has not closed its own, an earlier close (a parent
        // that handed the connection to a child) did not send it: the end of that process did.
        let closers = || own.closes.iter().take(CLOSES).map(|&call| self.calls[call as usize].enter.pid);
        let holder_ended = own.users.iter().any(|pid| {
            let ended = self.ended_pid.get(pid).is_some_and(|&end| t <= end) && self.calls_no_more(*pid, t);
            ended && closers().all(|closer| closer != *pid)
        });
        match closed {
            Some(call) if !holder_ended => Cause::Call { call, later: true, inferred: true },
            _ if holder_ended || self.ended_with(own, record, t) => Cause::End(record.role.clone()),
            _ => Cause::Unknown,
        }
    }

    /// Why the socket of this end, or its listener on `port`, sent a RST. `answered` is the last frame of the other
    /// direction, and `fresh` says that nothing was sent since it came.
    pub(super) fn rst(
        &self,
        socket: Option<usize>,
        port: Option<u16>,
        t: Nanos,
        answered: Option<usize>,
        fresh: bool,
    ) -> Cause {
        let provoked = answered.map_or(Cause::Unknown, Cause::Frame);
        let own = socket.and_then(|at| self.of_socket.get(at));
        if own.is_none_or(|own| own.users.is_empty()) {
            // Nobody accepted the connection: the listener's close resets what waits in its queue.
            let listeners = port.and_then(|port| self.listeners.get(&port)).map_or(&[][..], |list| list);
            let mut closes = listeners.iter().filter_map(|&at| in_window(self.calls, &self.of_socket[at].closes, t));
            if let Some(call) = closes.next() {
                return Cause::Call { call, later: false, inferred: true };
            }
        }
        let (Some(own), Some(record)) = (own, socket.and_then(|at| self.sockets.get(at))) else {
            return provoked;
        };
        if let Some(call) = in_window(self.calls, &own.closes, t) {
            return Cause::Call { call, later: false, inferred: false };
        }
        // A socket that is still open answers no segment of its connection with a RST, so it was the end of the program
        // that closed it, with bytes unread. One that was closed before answers what still comes.
        let open = begun_before(self.calls, &own.closes, t).is_none();
        if (open || !fresh) && self.ended_with(own, record, t) {
            return Cause::End(record.role.clone());
        }
        provoked
    }

    /// The shutdown that ended what the socket writes: a close that comes after it has no FIN left to send.
    fn half_closed(&self, own: &SocketCalls, t: Nanos) -> Option<usize> {
        let begun = own.closes.iter().take(CLOSES).map(|&call| call as usize);
        let mut shut = begun.filter(|&call| self.calls[call].enter.t <= t && self.calls[call].enter.name == "shutdown");
        shut.find(|&call| self.calls[call].moved().is_some())
    }

    /// True when the socket can have been closed by the end of its program: the role ended after `t`, and nothing used
    /// the socket in between.
    fn ended_with(&self, own: &SocketCalls, record: &Socket, t: Nanos) -> bool {
        let ended = self.ended.get(record.role.as_str());
        let alive = own.users.iter().any(|pid| !self.calls_no_more(*pid, t));
        ended.is_some_and(|&end| t <= end) && !own.used_after(self.calls, t) && !alive
    }

    /// True when the process began no call after `t`.
    fn calls_no_more(&self, pid: i32, t: Nanos) -> bool {
        self.last_call.get(&pid).is_none_or(|&last| last <= t)
    }
}
