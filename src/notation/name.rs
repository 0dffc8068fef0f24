//! Names of calls, frames and events. `Display` writes exactly what the parser reads.

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
    /// `client>server FIN[1]`: it was on the wire.
    Frame(FrameRef),
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

impl std::str::FromStr for EventRef {
    type Err = super::ParseError;
    fn from_str(_: &str) -> Result<Self, Self::Err> {
        todo!()
    }
}
