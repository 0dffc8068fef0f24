//! Names of calls, frames and events. `Display` writes exactly what the parser reads.
//!
//! How they are read is in `grammar`; what they match is decided here, so that the gate, the expectations and the views
//! cannot disagree about it.

use std::fmt;

/// Common names of calls. The one list of them: the parser, its suggestions and the recorder agree by using it.
pub const CALL_NAMES: &[&str] = &[
    "socket",
    "socketpair",
    "bind",
    "listen",
    "accept",
    "connect",
    "send",
    "sendto",
    "recv",
    "recvfrom",
    "shutdown",
    "close",
    "setsockopt",
    "getsockopt",
    "getsockname",
    "getpeername",
    "sendmmsg",
    "recvmmsg",
    "sendfile",
    "splice",
];

/// The end of a frame that belongs to no program of the run: `nobody>client RST[1]` is the kernel's own answer where nobody
/// listens. Not a role: it makes no calls, and no program may be called so.
pub const NOBODY: &str = "nobody";

/// Which of the calls or frames of a name are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nth {
    /// `[2]`
    One(u32),
    /// `[1..3]`, both ends included
    Range(u32, u32),
    /// no index: all of them
    All,
}

/// `client.send[2]`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallRef {
    /// `client`
    pub role: String,
    /// `send`
    pub name: String,
    /// `[2]`
    pub nth: Nth,
}

/// Kind of a frame. The recording writes the same words in `Frame::kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any frame: `frame`
    Any,
    /// A TCP segment with payload: `data` (whatever else it carries, but see Fin and Rst)
    Data,
    /// `SYN`
    Syn,
    /// `SYN,ACK`
    SynAck,
    /// `ACK`: a TCP segment that carries nothing but an acknowledgment (or window update, or probe)
    Ack,
    /// `FIN`: a segment with FIN and without payload. A FIN on a segment with payload is `data`; see ARCHITECTURE.
    Fin,
    /// `RST`
    Rst,
    /// A UDP datagram: `datagram`
    Datagram,
    /// `ICMP`, both versions, neighbour discovery excepted
    Icmp,
    /// `ARP`, and IPv6 neighbour discovery
    Arp,
    /// Everything else: `other`
    Other,
}

/// `client>server data[1]`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FrameRef {
    /// `client`
    pub from: String,
    /// `server`
    pub to: String,
    /// `data`
    pub kind: Kind,
    /// `[1]`
    pub nth: Nth,
}

/// Something that happens at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventRef {
    /// `client.send[3]`: it returned. With `All` or a range: the last of them.
    Returned(CallRef),
    /// `server.recv[1] enters`: it began.
    Entered(CallRef),
    /// `server.recv[1] goes`: the kernel was asked. A call that is held has begun and has not gone.
    Gone(CallRef),
    /// `client>server FIN[1]`: it was on the wire.
    Frame(FrameRef),
    /// `client>server FIN[1] arrives`: it went into its receiver's interface. Without a cable that is one moment with
    /// the other.
    Arrived(FrameRef),
    /// `client.exit`: the role's program ended.
    Exited(String),
}

/// `<`, `<=`, `=`, `>=`, `>`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Nth {
    /// True when the call or frame of that number is meant.
    pub fn contains(&self, nth: u32) -> bool {
        match *self {
            Nth::One(one) => one == nth,
            Nth::Range(first, last) => (first..=last).contains(&nth),
            Nth::All => true,
        }
    }
}

impl CallRef {
    /// True when the call `role.name[nth]` is one of those meant.
    pub fn matches(&self, role: &str, name: &str, nth: u32) -> bool {
        self.role == role && self.name == name && self.nth.contains(nth)
    }
}

impl FrameRef {
    /// True when the frame `from>to kind[nth]` is one of those meant; `kind` is the word of the recording.
    pub fn matches(&self, from: &str, to: &str, kind: &str, nth: u32) -> bool {
        let kind_fits = self.kind == Kind::Any || self.kind.as_str() == kind;
        self.from == from && self.to == to && kind_fits && self.nth.contains(nth)
    }
}

impl Kind {
    /// Every kind, in the order in which they are explained.
    pub const ALL: [Kind; 11] = [
        Kind::Any,
        Kind::Data,
        Kind::Syn,
        Kind::SynAck,
        Kind::Ack,
        Kind::Fin,
        Kind::Rst,
        Kind::Datagram,
        Kind::Icmp,
        Kind::Arp,
        Kind::Other,
    ];

    /// The word of the notation and of recordings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Any => "frame",
            Kind::Data => "data",
            Kind::Syn => "SYN",
            Kind::SynAck => "SYN,ACK",
            Kind::Ack => "ACK",
            Kind::Fin => "FIN",
            Kind::Rst => "RST",
            Kind::Datagram => "datagram",
            Kind::Icmp => "ICMP",
            Kind::Arp => "ARP",
            Kind::Other => "other",
        }
    }
}

impl Comparison {
    /// True when the comparison holds between the two, in that order.
    pub fn holds<N: PartialOrd>(self, left: N, right: N) -> bool {
        match self {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Equal => left == right,
            Comparison::AtLeast => left >= right,
            Comparison::More => left > right,
        }
    }

    /// The mark of the notation.
    pub fn as_str(self) -> &'static str {
        match self {
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Equal => "=",
            Comparison::AtLeast => ">=",
            Comparison::More => ">",
        }
    }
}

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nth::One(nth) => write!(f, "[{nth}]"),
            Nth::Range(first, last) => write!(f, "[{first}..{last}]"),
            Nth::All => Ok(()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CallRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}{}", self.role, self.name, self.nth)
    }
}

impl fmt::Display for FrameRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}>{} {}{}", self.from, self.to, self.kind, self.nth)
    }
}

impl fmt::Display for EventRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EventRef::Returned(call) => write!(f, "{call}"),
            EventRef::Entered(call) => write!(f, "{call} enters"),
            EventRef::Gone(call) => write!(f, "{call} goes"),
            EventRef::Frame(frame) => write!(f, "{frame}"),
            EventRef::Arrived(frame) => write!(f, "{frame} arrives"),
            EventRef::Exited(role) => write!(f, "{role}.exit"),
        }
    }
}
