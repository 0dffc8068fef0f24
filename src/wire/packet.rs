//! The few facts of a frame that the recorder and the timeline decide by: addresses, ports, flags, payload range.

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
        let _ = frame;
        todo!()
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
