//! The one walk over the headers of a frame. It gathers the facts and hands the place of each header to a visitor.
//!
//! Lengths are believed only as far as bytes are there: every range it hands out lies within the frame. The first thing
//! that contradicts the bytes becomes the frame's damage; what stands before it is still reported.

use super::checksum::{self, Check};
use super::fields::{be16, be32};
use super::packet::{Icmp, Ip, Packet, Transport};
use super::{arp, ethernet, icmp, icmpv6, ipv4, ipv6, tcp, udp};
use std::net::IpAddr;
use std::ops::Range;

/// A header the walk came across, with its bytes.
pub(super) enum Step {
    Ethernet(Range<usize>),
    Vlan(Range<usize>),
    Arp(Range<usize>),
    Ipv4(Range<usize>),
    Ipv6(Range<usize>),
    /// An IPv6 extension header of this number.
    Extension(u8, Range<usize>),
    Tcp(Body),
    Udp(Body),
    Icmpv4(Body),
    Icmpv6(Body),
    /// Bytes behind a datagram: Ethernet frames have at least 60 bytes on a real cable.
    Padding(Range<usize>),
}

/// A transport header and what its checksum covers.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) header: Range<usize>,
    /// Header and payload.
    pub(super) whole: Range<usize>,
    pub(super) check: Check,
    /// Version of IP below, 4 or 6.
    pub(super) version: u8,
}

/// Visits every header of the frame.
pub(super) fn frame(bytes: &[u8], see: &mut dyn FnMut(Step)) -> Packet {
    let mut walk = Walk::new(bytes, see);
    walk.ethernet();
    walk.packet
}

/// Visits the headers of the datagram that an ICMP error quotes; none when it quotes none. Ranges count in the frame.
pub(super) fn quoted(frame: &[u8], icmp: &Icmp, see: &mut dyn FnMut(Step)) -> Option<Packet> {
    let at = icmp.quoted.clone()?;
    frame.get(at.clone())?;
    let mut walk = Walk::new(frame, see);
    // Errors quote as much as fits (RFC 1812, 4.3.2.3; RFC 4443, 2.4), so an end in mid-header is no damage there.
    walk.quote = true;
    match icmp.version {
        4 => walk.ipv4(at),
        _ => walk.ipv6(at),
    }
    Some(walk.packet)
}

struct Walk<'a> {
    frame: &'a [u8],
    see: &'a mut dyn FnMut(Step),
    packet: Packet,
    quote: bool,
}

/// What the network layer tells the transport layer.
struct Carrier {
    version: u8,
    /// Source and destination, one behind the other.
    addresses: Range<usize>,
    /// Why checksums cannot be checked.
    unchecked: Option<&'static str>,
}

impl<'a> Walk<'a> {
    fn new(frame: &'a [u8], see: &'a mut dyn FnMut(Step)) -> Self {
        let end = frame.len();
        let packet = Packet { ip: None, transport: Transport::Other, payload: end..end, damage: None };
        Walk { frame, see, packet, quote: false }
    }

    fn damaged(&mut self, what: impl FnOnce() -> String) {
        if self.packet.damage.is_none() && !self.quote {
            self.packet.damage = Some(what());
        }
    }

    /// A header of at least `least` bytes; when they are not there, what is there is shown and the walk ends.
    fn short(&mut self, name: &str, least: usize, at: Range<usize>, step: impl FnOnce(Range<usize>) -> Step) -> bool {
        if at.len() >= least {
            return false;
        }
        self.damaged(|| format!("{name} needs {least} bytes, {} are there", at.len()));
        if !at.is_empty() {
            (self.see)(step(at));
        }
        true
    }

    fn ethernet(&mut self) {
        let mut at = 0..self.frame.len();
        if self.short("Ethernet header", ethernet::HEADER, at.clone(), Step::Ethernet) {
            return;
        }
        (self.see)(Step::Ethernet(0..ethernet::HEADER));
        let mut ether_type = be16(self.frame, 12);
        at.start = ethernet::HEADER;
        while ethernet::is_vlan(ether_type) {
            if self.short("VLAN tag", ethernet::TAG, at.clone(), Step::Vlan) {
                return;
            }
            (self.see)(Step::Vlan(at.start..at.start + ethernet::TAG));
            ether_type = be16(self.frame, at.start + 2);
            at.start += ethernet::TAG;
        }
        match ether_type {
            ethernet::ARP => self.arp(at),
            ethernet::IPV4 => self.ipv4(at),
            ethernet::IPV6 => self.ipv6(at),
            _ => {}
        }
    }

    fn arp(&mut self, at: Range<usize>) {
        self.packet.transport = Transport::Neighbour;
        let least = arp::length(&self.frame[at.clone()]).unwrap_or(8).max(8);
        if self.short("ARP packet", least, at.clone(), Step::Arp) {
            return;
        }
        (self.see)(Step::Arp(at.start..at.start + least));
        self.padding(at.start + least..at.end);
    }

    fn padding(&mut self, at: Range<usize>) {
        if !at.is_empty() {
            (self.see)(Step::Padding(at));
        }
    }

    fn ipv4(&mut self, at: Range<usize>) {
        if self.short("IPv4 header", ipv4::HEADER, at.clone(), Step::Ipv4) {
            return;
        }
        let bytes = &self.frame[at.clone()];
        let said = ipv4::header_length(bytes);
        let header = at.start..at.start + said.clamp(ipv4::HEADER, at.len());
        (self.see)(Step::Ipv4(header.clone()));
        if bytes[0] >> 4 != 4 {
            return self.damaged(|| format!("the frame's type says IPv4, the version field says {}", bytes[0] >> 4));
        }
        let total = match be16(bytes, 2) {
            // More than the field can say: segmentation offload leaves it 0 (BIG TCP).
            0 => at.len(),
            total => usize::from(total),
        };
        let end = at.start + total.clamp(header.len(), at.len());
        let fragment = be16(bytes, 6);
        let ip = Ip {
            src: v4(bytes, 12),
            dst: v4(bytes, 16),
            id: Some(u32::from(be16(bytes, 4))),
            fragment_offset: u32::from(fragment & 0x1fff) * 8,
            more_fragments: fragment & 0x2000 != 0,
            protocol: bytes[9],
            range: at.start..end,
        };
        let (later, more) = (ip.fragment_offset > 0, ip.more_fragments);
        self.packet.ip = Some(ip);
        self.padding(end..at.end);
        if said < ipv4::HEADER {
            return self.damaged(|| format!("IPv4 header says it has {said} bytes, the least is 20"));
        } else if said > at.len() {
            return self.damaged(|| format!("IPv4 header says it has {said} bytes, {} are there", at.len()));
        } else if total < said {
            return self.damaged(|| format!("IPv4 header says {total} bytes in all, its own {said} are more"));
        } else if total > at.len() {
            self.damaged(|| format!("IPv4 header says {total} bytes, {} are there", at.len()));
        }
        if later {
            self.packet.payload = header.end..end;
            return;
        }
        let unchecked = unchecked(more, total > at.len());
        let carrier = Carrier { version: 4, addresses: at.start + 12..at.start + 20, unchecked };
        self.transport(bytes[9], header.end..end, &carrier);
    }

    fn ipv6(&mut self, at: Range<usize>) {
        if self.short("IPv6 header", ipv6::HEADER, at.clone(), Step::Ipv6) {
            return;
        }
        let bytes = &self.frame[at.clone()];
        (self.see)(Step::Ipv6(at.start..at.start + ipv6::HEADER));
        if bytes[0] >> 4 != 6 {
            return self.damaged(|| format!("the frame's type says IPv6, the version field says {}", bytes[0] >> 4));
        }
        let mut next = bytes[6];
        let total = match be16(bytes, 4) {
            // A jumbogram (RFC 2675), or a segment that offload left larger than the field can say.
            0 if next != ipv6::NOTHING => at.len(),
            length => ipv6::HEADER + usize::from(length),
        };
        let end = at.start + total.min(at.len());
        let mut ip = Ip {
            src: v6(bytes, 8),
            dst: v6(bytes, 24),
            id: None,
            fragment_offset: 0,
            more_fragments: false,
            protocol: next,
            range: at.start..end,
        };
        self.padding(end..at.end);
        if total > at.len() {
            self.damaged(|| format!("IPv6 header says {total} bytes, {} are there", at.len()));
        }
        let mut rest = at.start + ipv6::HEADER..end;
        let mut routed = None;
        while ipv6::is_extension(next) && ip.fragment_offset == 0 {
            ip.protocol = next;
            let length = ipv6::extension_length(next, &self.frame[rest.clone()]);
            if self.short(ipv6::extension_name(next), length, rest.clone(), |at| Step::Extension(next, at)) {
                self.packet.ip = Some(ip);
                return;
            }
            (self.see)(Step::Extension(next, rest.start..rest.start + length));
            let header = &self.frame[rest.clone()];
            if next == ipv6::FRAGMENT {
                ip.fragment_offset = u32::from(be16(header, 2) & 0xfff8);
                ip.more_fragments = header[3] & 1 == 1;
                ip.id = Some(be32(header, 4));
            } else if next == ipv6::ROUTING && header[3] > 0 {
                // The sum is over the last destination of the route (RFC 8200, 8.1).
                routed = Some("a routing header changes the destination");
            }
            next = header[0];
            rest.start += length;
        }
        ip.protocol = next;
        let (later, more) = (ip.fragment_offset > 0, ip.more_fragments);
        self.packet.ip = Some(ip);
        if later {
            self.packet.payload = rest;
            return;
        }
        let unchecked = unchecked(more, total > at.len()).or(routed);
        let carrier = Carrier { version: 6, addresses: at.start + 8..at.start + 40, unchecked };
        self.transport(next, rest, &carrier);
    }

    fn transport(&mut self, protocol: u8, at: Range<usize>, carrier: &Carrier) {
        match (protocol, carrier.version) {
            (6, _) => self.tcp(at, carrier),
            (17, _) => self.udp(at, carrier),
            (1, 4) => self.icmpv4(at, carrier),
            (58, 6) => self.icmpv6(at, carrier),
            _ => self.packet.payload = at,
        }
    }

    /// A transport header whose checksum covers `whole`.
    fn body(&self, header: Range<usize>, whole: Range<usize>, protocol: u8, carrier: &Carrier) -> Body {
        let check = match carrier.unchecked {
            Some(why) => Check::Not(why),
            None if protocol == 1 => Check::From(0),
            None => Check::From(checksum::pseudo(&self.frame[carrier.addresses.clone()], protocol, whole.len())),
        };
        Body { header, whole, check, version: carrier.version }
    }

    fn tcp(&mut self, at: Range<usize>, carrier: &Carrier) {
        let part = self.body(at.clone(), at.clone(), 6, carrier);
        let Some((tcp, damage)) = tcp::read(&self.frame[at.clone()]) else {
            self.short("TCP header", tcp::HEADER, at, |_| Step::Tcp(part));
            return;
        };
        let said = tcp::header_length(&self.frame[at.clone()]);
        let header = at.start..at.start + said.clamp(tcp::HEADER, at.len());
        self.packet.transport = Transport::Tcp(tcp);
        if said < tcp::HEADER {
            self.damaged(|| format!("TCP header says it has {said} bytes, the least is 20"));
        } else if said > at.len() {
            self.damaged(|| format!("TCP header says it has {said} bytes, {} are there", at.len()));
        } else {
            self.packet.payload = header.end..at.end;
        }
        if let Some(damage) = damage {
            self.damaged(|| damage);
        }
        (self.see)(Step::Tcp(Body { header, ..part }));
    }

    fn udp(&mut self, at: Range<usize>, carrier: &Carrier) {
        let Some(udp) = udp::read(&self.frame[at.clone()]) else {
            let part = self.body(at.clone(), at.clone(), 17, carrier);
            self.short("UDP header", udp::HEADER, at, |_| Step::Udp(part));
            return;
        };
        let said = match udp.length {
            // Larger than the field can say (RFC 2675, 4), which only IPv6 allows.
            0 if carrier.version == 6 => at.len(),
            length => usize::from(length),
        };
        self.packet.transport = Transport::Udp(udp);
        let header = at.start..at.start + udp::HEADER;
        let whole = at.start..at.start + said.clamp(udp::HEADER, at.len());
        let mut part = self.body(header.clone(), whole.clone(), 17, carrier);
        if said < udp::HEADER {
            part.check = Check::Not("the length is wrong");
            self.damaged(|| format!("UDP header says {said} bytes, the least is 8"));
        } else {
            self.packet.payload = header.end..whole.end;
            // The first fragment holds less than the whole by nature, and a cut capture was named above.
            if said > at.len() && carrier.unchecked.is_none() {
                part.check = Check::Not("bytes are missing");
                self.damaged(|| format!("UDP header says {said} bytes, {} are there", at.len()));
            }
        }
        (self.see)(Step::Udp(part));
    }

    fn icmpv4(&mut self, at: Range<usize>, carrier: &Carrier) {
        let part = self.body(at.clone(), at.clone(), 1, carrier);
        if at.len() < icmp::HEADER {
            self.short("ICMP header", icmp::HEADER, at, |_| Step::Icmpv4(part));
            return;
        }
        let message = &self.frame[at.clone()];
        let body = at.start + icmp::HEADER..at.end;
        let quoted = icmp::quoted_length(message).map(|length| body.start..body.start + length.min(body.len()));
        self.packet.transport = Transport::Icmp(Icmp { version: 4, kind: message[0], code: message[1], quoted });
        self.packet.payload = body;
        (self.see)(Step::Icmpv4(Body { header: at.start..at.start + icmp::HEADER, ..part }));
    }

    fn icmpv6(&mut self, at: Range<usize>, carrier: &Carrier) {
        let part = self.body(at.clone(), at.clone(), 58, carrier);
        if at.len() < icmp::HEADER {
            self.short("ICMPv6 header", icmp::HEADER, at, |_| Step::Icmpv6(part));
            return;
        }
        let message = &self.frame[at.clone()];
        if let Some(least) = icmpv6::neighbour_length(message[0]) {
            self.packet.transport = Transport::Neighbour;
            if !self.short("neighbour discovery message", least, at, |_| Step::Icmpv6(part.clone())) {
                (self.see)(Step::Icmpv6(part));
            }
            return;
        }
        let body = at.start + icmp::HEADER..at.end;
        let quoted = icmpv6::quoted_length(message).map(|length| body.start..body.start + length.min(body.len()));
        let header = if icmpv6::is_listener(message[0]) { at.clone() } else { at.start..body.start };
        self.packet.transport = Transport::Icmp(Icmp { version: 6, kind: message[0], code: message[1], quoted });
        self.packet.payload = body;
        (self.see)(Step::Icmpv6(Body { header, ..part }));
    }
}

fn unchecked(more_fragments: bool, missing: bool) -> Option<&'static str> {
    if more_fragments {
        Some("the datagram is in fragments")
    } else if missing {
        Some("bytes are missing")
    } else {
        None
    }
}

fn v4(bytes: &[u8], at: usize) -> IpAddr {
    IpAddr::from(be32(bytes, at).to_be_bytes())
}

fn v6(bytes: &[u8], at: usize) -> IpAddr {
    let half = |at| u128::from(be32(bytes, at)) << 32 | u128::from(be32(bytes, at + 4));
    IpAddr::from((half(at) << 64 | half(at + 8)).to_be_bytes())
}
