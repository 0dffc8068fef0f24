//! The few facts of a frame that the recorder and the timeline decide by: addresses, ports, flags, payload range.
//!
//! Checksums are not among them: loopback leaves them unfinished, and the receiving kernel judges them anyway. `layers`
//! shows them.

use super::{dissect, tcp};
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;

/// A frame, dissected as far as its bytes allow. Every part that could not be read is none, never a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// The network layer.
    pub ip: Option<Ip>,
    /// The transport layer of an unfragmented datagram or a first fragment.
    pub transport: Transport,
    /// The transport payload: TCP, UDP or ICMP body as a byte range of the frame (checked against the captured bytes).
    /// Of a later fragment, or where the protocol is not known, all that follows the IP headers; else empty.
    pub payload: Range<usize>,
    /// What is wrong with the frame, if anything: `IPv4 header says 60 bytes, 12 are there`.
    pub damage: Option<String>,
}

/// The network layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ip {
    /// Source address.
    pub src: IpAddr,
    /// Destination address.
    pub dst: IpAddr,
    /// Identification (IPv4), or that of the fragment header (IPv6).
    pub id: Option<u32>,
    /// Offset of this fragment in bytes; 0 when whole.
    pub fragment_offset: u32,
    /// True when more fragments follow.
    pub more_fragments: bool,
    /// Protocol number of what it carries: 6 is TCP, 17 UDP (IPv6: the last next-header value that could be read).
    pub protocol: u8,
    /// The IP datagram within the frame, padding excluded.
    pub range: Range<usize>,
}

/// The transport layer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Transport {
    Tcp(Tcp),
    Udp(Udp),
    Icmp(Icmp),
    /// ARP or IPv6 neighbour discovery.
    Neighbour,
    /// Not present (a later fragment), not known, or too damaged to read.
    Other,
}

/// A TCP header's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tcp {
    pub src_port: u16,
    pub dst_port: u16,
    pub seq: u32,
    pub ack: u32,
    pub syn: bool,
    pub ack_flag: bool,
    pub fin: bool,
    pub rst: bool,
    pub psh: bool,
    pub urg: bool,
    pub window: u16,
    /// Option MSS, in SYN segments.
    pub mss: Option<u16>,
    /// Option window scale, in SYN segments.
    pub window_scale: Option<u8>,
    /// Option SACK: bytes beyond `ack` that have arrived, though something before them is missing.
    pub sacked: u32,
}

/// A UDP header's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Udp {
    pub src_port: u16,
    pub dst_port: u16,
    /// The length field: header and payload.
    pub length: u16,
}

/// An ICMP message's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icmp {
    /// 4 or 6.
    pub version: u8,
    /// Type field.
    pub kind: u8,
    /// Code field.
    pub code: u8,
    /// For errors: where the quoted IP datagram lies in the frame.
    pub quoted: Option<Range<usize>>,
}

impl Packet {
    /// Dissects a frame that starts with an Ethernet header. Total: any bytes give a result, never a panic.
    pub fn parse(frame: &[u8]) -> Packet {
        dissect::frame(frame, &mut |_| {})
    }

    /// The datagram that an ICMP error quotes, dissected; its ranges count in the same frame. None for everything else.
    /// Quotes are cut short by nature: what is missing there is no damage.
    pub fn quoted(&self, frame: &[u8]) -> Option<Packet> {
        match &self.transport {
            Transport::Icmp(icmp) => dissect::quoted(frame, icmp, &mut |_| {}),
            _ => None,
        }
    }

    /// The frame's kind, in the word the notation and the recording use: `data`, `SYN`, `SYN,ACK`, `ACK`, `FIN`, `RST`,
    /// `datagram`, `ICMP`, `ARP` or `other`.
    ///
    /// A segment is called after the first of these that it is: RST, SYN, data, FIN, ACK. So a SYN with payload (TCP
    /// Fast Open) is a SYN, and the last data with FIN set is data.
    pub fn kind(&self) -> &'static str {
        match &self.transport {
            Transport::Tcp(tcp) if tcp.rst => "RST",
            Transport::Tcp(tcp) if tcp.syn && tcp.ack_flag => "SYN,ACK",
            Transport::Tcp(tcp) if tcp.syn => "SYN",
            Transport::Tcp(_) if !self.payload.is_empty() => "data",
            Transport::Tcp(tcp) if tcp.fin => "FIN",
            Transport::Tcp(_) => "ACK",
            Transport::Udp(_) => "datagram",
            Transport::Icmp(_) => "ICMP",
            Transport::Neighbour => "ARP",
            Transport::Other => match &self.ip {
                // A later fragment has no UDP header, but it is part of a datagram all the same.
                Some(ip) if ip.fragment_offset > 0 && ip.protocol == 17 => "datagram",
                _ => "other",
            },
        }
    }

    /// Source and destination with ports, for TCP and UDP.
    pub fn endpoints(&self) -> Option<(SocketAddr, SocketAddr)> {
        let ip = self.ip.as_ref()?;
        let (src, dst) = match &self.transport {
            Transport::Tcp(tcp) => (tcp.src_port, tcp.dst_port),
            Transport::Udp(udp) => (udp.src_port, udp.dst_port),
            _ => return None,
        };
        Some((SocketAddr::new(ip.src, src), SocketAddr::new(ip.dst, dst)))
    }
}

impl Tcp {
    /// Names of the set flags: `SYN`, `SYN ACK`, `PSH ACK`, `FIN ACK`; `no flags` when none is set. In the order of the
    /// bits, from the lowest up, as other tools write them.
    pub fn flag_names(&self) -> String {
        let flags = [self.fin, self.syn, self.rst, self.psh, self.ack_flag, self.urg];
        tcp::flag_names(flags.iter().rev().fold(0, |bits, set| bits << 1 | u8::from(*set)))
    }
}
