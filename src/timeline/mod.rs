//! A recording, put in order and explained: lanes, the cause of each frame, the provenance of each byte.
//!
//! A pure function of a recording: no clock, no I/O, no colours. What is inferred rather than recorded is marked so.
//! Bytes are matched by stream offset and never by time (Nagle, retransmission and buffering all break time).

mod address;
mod build;
mod cable;
mod calls;
mod cause;
mod closing;
mod connections;
mod datagrams;
mod flights;
mod flows;
mod inbox;
mod index;
mod neighbours;
mod order;
mod provenance;
mod quality;
mod queues;
mod quoted;
mod sides;
mod spans;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use address::{belongs, parse as parse_address};
pub(crate) use cable::keeps;

use crate::notation::NOBODY;
use crate::recording::{self, CallId, Header, Nanos, SockId};
use crate::wire::Packet;
use std::ops::Range;

/// The whole run.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// The recording's first line.
    pub header: Header,
    /// What was last known of each socket; `SockId` n is at n - 1. A number the recording says nothing about leaves a
    /// gap: an entry whose own `sock` is 0. [`Timeline::socket`] never returns a gap.
    pub sockets: Vec<recording::Socket>,
    /// The calls in the order in which they began.
    pub calls: Vec<Call>,
    /// The frames in the order in which the kernel stamped them.
    pub frames: Vec<Frame>,
    /// Everything else that has a place in time.
    pub marks: Vec<Mark>,
    /// All of it in one order.
    pub moments: Vec<Moment>,
    /// The last line; none when the recording was cut short.
    pub end: Option<recording::End>,
    /// Where calls and frames stand, by number and by name.
    pub(crate) index: index::Index,
}

/// One entry of the one order. The numbers index `calls`, `frames` and `marks`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Moment {
    Enter(usize),
    Exit(usize),
    /// It was sent.
    Frame(usize),
    /// It reached its receiver, later than at once: a rule of the cable kept it, or something that was not its sender's
    /// doing happened in between. A frame without this moment arrived when it was sent, or never.
    Arrival(usize),
    Mark(usize),
}

/// A call of a role.
#[derive(Debug, Clone)]
pub struct Call {
    /// As recorded.
    pub enter: recording::Enter,
    /// As recorded; none when it never returned.
    pub exit: Option<recording::Exit>,
    /// Interruptions by signals that the kernel restarted.
    pub restarts: Vec<Nanos>,
    /// The hold it went through, if any.
    pub hold: Option<Hold>,
    /// Where the bytes of a receiving call come from; whole and in order where all is known. What is not covered is not
    /// known. Offsets count what the kernel returned, so they pass the end of recorded data that was cut. An empty
    /// datagram has one empty span, which still names its sender.
    pub sources: Vec<Span>,
    /// Where the bytes of a sending call went: frames that carried them.
    pub carried_by: Vec<usize>,
    /// Number shown in a circle for a call that sent bytes: ① …, counted per sending role in the order in which the calls
    /// began; none for calls that sent nothing or failed. A call that never returned has one: it may have queued bytes.
    pub badge: Option<u32>,
}

/// A stretch of received or carried bytes and the call that sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where it lies in the receiving call's bytes, or in the frame's payload.
    pub here: Range<usize>,
    /// The sending call: index into `calls`.
    pub call: usize,
    /// Where it lies in that call's bytes.
    pub there: Range<usize>,
}

/// How long the gate held a call, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// From.
    pub from: Nanos,
    /// Until; none when it was never released.
    pub until: Option<Nanos>,
    /// The rule.
    pub rule: String,
}

/// A frame and what is known about it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// As recorded.
    pub record: recording::Frame,
    /// Its bytes, dissected.
    pub packet: Packet,
    /// Sequence number relative to the connection's first (SYN = 0), for TCP segments whose connection is known.
    pub seq: Option<u64>,
    /// Acknowledgment number relative to the other direction's first.
    pub ack: Option<u64>,
    /// Where its payload comes from, as far as it was captured. An empty datagram has one empty span.
    pub sources: Vec<Span>,
    /// Why it is there.
    pub cause: Cause,
    /// What it is beside the other segments of its connection.
    pub signs: Signs,
    /// For a retransmission: index of the frame it repeats. A copy that the cable made repeats nothing.
    pub repeats: Option<usize>,
    /// For an ICMP error: index of the frame that provoked it.
    pub provoked_by: Option<usize>,
    /// What a cable did with it; none on a loopback.
    pub carried: Option<Box<Carried>>,
}

/// What a cable did with a frame, and what the kernels at both ends held then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Where it ended; none when the run was over before.
    pub fate: Option<recording::Fate>,
    /// For a copy that the cable made: index of the frame it copies.
    pub copy_of: Option<usize>,
    /// The sockets of its connection when it had been sent, its sender's first.
    pub sent: Vec<recording::Kernel>,
    /// When the kernels were asked for that: a little later, and other things may have happened before.
    pub sent_asked: Nanos,
    /// The same when it had arrived.
    pub arrived: Vec<recording::Kernel>,
    /// When the kernels were asked for that.
    pub arrived_asked: Nanos,
}

/// Why a frame was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A call asked for it: index into `calls`. `inferred` when stamps alone do not prove it.
    Call {
        /// Index into `calls`.
        call: usize,
        /// True when it left outside the call's own window (buffered, Nagle, after a hold …).
        later: bool,
        /// True when the link is a conclusion rather than matched bytes or a stamp within the call's window.
        inferred: bool,
    },
    /// The kernel answered another frame when that had arrived: index into `frames`.
    Frame(usize),
    /// A timer of the kernel.
    Timer(Timer),
    /// The cable made it: a copy of the frame that [`Carried::copy_of`] names.
    Cable,
    /// The kernel closed the socket of a role that ended: name of the role.
    End(String),
    /// Not known.
    Unknown,
}

/// Which of its timers made the kernel send a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer {
    /// The retransmission timeout: what was sent was not acknowledged in time (RFC 6298).
    Retransmission,
    /// The last segment was sent again to provoke an acknowledgment before the retransmission timeout (RFC 8985, 7).
    TailLossProbe,
    /// The other side's window is closed: has it opened (RFC 9293, 3.8.6.1)?
    WindowProbe,
    /// Nothing was said for long: is the other side still there (RFC 9293, 3.8.4)?
    Keepalive,
    /// An acknowledgment was held back for a while (RFC 9293, 3.8.6.3): index of the frame it answers.
    DelayedAck(usize),
    /// It is not known which.
    Unknown,
}

/// What a segment is beside the others of its connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// It acknowledges nothing new and raises the window above what the same side said last.
    pub window_update: bool,
    /// It acknowledges again what was acknowledged, and nothing else, while more was under way (RFC 5681, 2). With SACK it
    /// may say which bytes it is asking for by what it has beyond them (RFC 6675, 2), and then the window may differ.
    pub duplicate_ack: bool,
    /// A repetition that acknowledgments asked for (RFC 5681, 3.2): recorded of the kernel, not concluded from stamps.
    pub fast_retransmit: bool,
}

/// Everything that is neither call nor frame.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Mark {
    Spawn(recording::Spawn),
    Task(recording::Task),
    Exec(recording::Exec),
    Held(recording::Held),
    Released(recording::Released),
    Action(recording::Action),
    Output(recording::Output),
    Input(recording::Input),
    Signal(recording::Signal),
    Ended(recording::Ended),
    Notice(recording::Notice),
    Limit(recording::Limit),
    Refused(recording::Refused),
    Rest(recording::Rest),
    Usage(recording::Usage),
}

impl Timeline {
    /// Puts a recording in order and explains it. Total: a recording that contradicts itself gives a poorer timeline.
    pub fn new(recording: recording::Recording) -> Timeline {
        build::build(recording)
    }

    /// The socket with this number, if the recording knows it.
    pub fn socket(&self, sock: SockId) -> Option<&recording::Socket> {
        self.sockets.get((sock as usize).checked_sub(1)?).filter(|socket| socket.sock == sock)
    }

    /// Index of the call with this number.
    pub fn call_index(&self, id: CallId) -> Option<usize> {
        self.index.call(id)
    }

    /// Indices of a role's calls of this name, in order.
    pub fn calls_named(&self, role: &str, name: &str) -> impl Iterator<Item = usize> + Clone + '_ {
        self.index.calls(role, name).iter().map(|&call| call as usize)
    }

    /// Indices of the frames from one role to another, either of which may be `nobody`, in order.
    pub fn frames_between(&self, from: &str, to: &str) -> impl Iterator<Item = usize> + Clone + '_ {
        self.index.frames(from, to).iter().map(|&frame| frame as usize)
    }
}

impl Call {
    /// `server.recv[1]`
    pub fn name(&self) -> String {
        format!("{}.{}[{}]", self.enter.role, self.enter.name, self.enter.nth)
    }
}

impl Frame {
    /// `client>server data[1]`; an end that belongs to no program is `nobody`. The kind alone where neither end does.
    pub fn name(&self) -> String {
        let record = &self.record;
        match (&record.from, &record.to) {
            (None, None) => format!("{}[{}]", record.kind, record.nth),
            _ => format!("{}>{} {}[{}]", self.from(), self.to(), record.kind, record.nth),
        }
    }

    /// Bytes of payload on the wire, also when the capture kept fewer.
    pub fn payload_length(&self) -> u64 {
        flows::payload_length(self)
    }

    /// The role that sent it, or `nobody`.
    pub fn from(&self) -> &str {
        self.record.from.as_deref().unwrap_or(NOBODY)
    }

    /// The role it was sent to, or `nobody`.
    pub fn to(&self) -> &str {
        self.record.to.as_deref().unwrap_or(NOBODY)
    }
}
