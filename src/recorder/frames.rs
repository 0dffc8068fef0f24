//! A captured frame's name in the notation: who sent it to whom, its kind, its number, and whether it repeats another.

#[cfg(test)]
mod tests;

use super::sockets::Sockets;
use crate::wire::{Packet, Transport};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// A frame's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub from: String,
    pub to: String,
    pub kind: &'static str,
    pub nth: u32,
    pub again: bool,
    /// True for a segment without content and a number that was acknowledged long ago: it only asks for an answer (a
    /// keepalive, or a probe of a closed window).
    pub probe: bool,
}

/// The role of an address that belongs to no program: the kernel itself answers there.
const NOBODY: &str = "nobody";

/// Numbers frames per direction and kind.
#[derive(Debug, Default)]
pub(crate) struct Namer {
    /// Frames so far of each direction and kind. There are few: looking through them is quicker than hashing names.
    counts: Vec<(String, String, &'static str, u32)>,
    flows: HashMap<(SocketAddr, SocketAddr), Flow>,
}

/// One direction of a TCP connection.
#[derive(Debug, Default)]
struct Flow {
    /// Sequence number of the first byte seen, and the end of what was seen, relative to it.
    first: u32,
    end: u32,
    /// Starts of data segments and their numbers, for naming what a retransmission repeats.
    numbered: HashMap<(u32, &'static str), u32>,
}

impl Namer {
    /// Names a frame. None when, on a shared loopback, it belongs to nobody of this run.
    pub(crate) fn name(&mut self, packet: &Packet, bytes: &[u8], sockets: &Sockets, private: bool) -> Option<Name> {
        let kind = packet.kind();
        let (from, to) = self.roles(packet, bytes, sockets);
        if !private && from.is_none() && to.is_none() {
            return None;
        }
        let from = from.unwrap_or_else(|| NOBODY.into());
        let to = to.unwrap_or_else(|| NOBODY.into());
        let next = |counts: &mut Vec<_>| count(counts, &from, &to, kind);
        let (nth, again, probe) = match (packet.endpoints(), &packet.transport) {
            (Some(ends), Transport::Tcp(tcp)) => {
                let flow = self.flows.entry(ends).or_default();
                // A SYN with another number begins another connection between the same ports.
                if tcp.syn && (flow.end == 0 || flow.first != tcp.seq) {
                    *flow = Flow { first: tcp.seq, end: 0, numbered: HashMap::new() };
                }
                if flow.end == 0 && !tcp.syn {
                    flow.first = tcp.seq;
                }
                let start = tcp.seq.wrapping_sub(flow.first);
                let length = packet.payload.len() as u32 + u32::from(tcp.syn) + u32::from(tcp.fin);
                let end = start.wrapping_add(length);
                // Half the number space ahead is behind: RFC 9293 section 3.4.
                let fresh = length == 0 || tcp.rst || end.wrapping_sub(flow.end).wrapping_sub(1) < 1 << 31;
                let probe = length == 0 && !tcp.rst && flow.end > 1 && start.wrapping_add(1) == flow.end;
                if fresh {
                    let nth = next(&mut self.counts);
                    if length > 0 {
                        flow.end = end;
                        flow.numbered.insert((start, kind), nth);
                    }
                    (nth, false, probe)
                } else {
                    (flow.numbered.get(&(start, kind)).copied().unwrap_or(0), true, probe)
                }
            }
            _ => (next(&mut self.counts), false, false),
        };
        Some(Name { from, to, kind, nth, again, probe })
    }

    /// On a cable a frame is from host to host, so it bears the names of the roles there, whether or not their programs
    /// have anything to do with it. On a loopback the socket's owner is meant.
    fn roles(&self, packet: &Packet, bytes: &[u8], sockets: &Sockets) -> (Option<String>, Option<String>) {
        let owner = |udp, local: SocketAddr, remote| match sockets.only_role(local.ip()) {
            Some(role) => Some(role.to_string()),
            None => {
                let owner = sockets.at(udp, local, remote).map(|sock| sockets.get(sock).record.role.clone());
                owner.or_else(|| sockets.first_role(local.ip()).map(str::to_string))
            }
        };
        let host = |address: Option<IpAddr>| sockets.first_role(address?).map(str::to_string);
        match &packet.transport {
            Transport::Tcp(_) | Transport::Udp(_) => {
                let Some((src, dst)) = packet.endpoints() else { return (None, None) };
                let udp = matches!(packet.transport, Transport::Udp(_));
                let canonical = |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
                let (src, dst) = (canonical(src), canonical(dst));
                (owner(udp, src, dst), owner(udp, dst, src))
            }
            _ => {
                let ends = neighbours(bytes).or(packet.ip.as_ref().map(|ip| (Some(ip.src), Some(ip.dst))));
                let (src, dst) = ends.unwrap_or_default();
                (host(src), host(dst))
            }
        }
    }

    /// Names an ICMP error by the datagram it quotes: it travels the other way.
    pub(crate) fn name_error(&mut self, quoted: &Packet, sockets: &Sockets, private: bool) -> Option<Name> {
        let (from, to) = self.roles(quoted, &[], sockets);
        if !private && from.is_none() {
            return None;
        }
        let (from, to) = (to.unwrap_or_else(|| NOBODY.into()), from.unwrap_or_else(|| NOBODY.into()));
        let nth = count(&mut self.counts, &from, &to, "ICMP");
        Some(Name { nth, from, to, kind: "ICMP", again: false, probe: false })
    }
}

/// Counts one more frame of this direction and kind, and gives the number.
fn count(counts: &mut Vec<(String, String, &'static str, u32)>, from: &str, to: &str, kind: &'static str) -> u32 {
    match counts.iter_mut().find(|(sender, receiver, counted, _)| *counted == kind && sender == from && receiver == to)
    {
        Some((.., count)) => {
            *count += 1;
            *count
        }
        None => {
            counts.push((from.into(), to.into(), kind, 1));
            1
        }
    }
}

/// Who asks and who is asked, of ARP (RFC 826) and of neighbour solicitations and advertisements (RFC 4861): their Ethernet
/// or IPv6 destination is everybody.
fn neighbours(bytes: &[u8]) -> Option<(Option<IpAddr>, Option<IpAddr>)> {
    const ARP: [u8; 2] = [8, 6];
    const IPV6: [u8; 2] = [0x86, 0xdd];
    let four = |at: usize| Some(IpAddr::from(<[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok()?));
    let sixteen = |at: usize| Some(IpAddr::from(<[u8; 16]>::try_from(bytes.get(at..at + 16)?).ok()?));
    match bytes.get(12..14)?.try_into().ok()? {
        ARP => Some((four(28), four(38))),
        // Next header 58 at 20, ICMPv6 type at 54, target at 62. A solicitation goes to a group that the target is in.
        IPV6 if bytes.get(20) == Some(&58) && bytes.get(54) == Some(&135) => Some((sixteen(22), sixteen(62))),
        _ => None,
    }
}
