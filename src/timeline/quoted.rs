//! ICMP errors and the frames they complain about, found by what the error quotes of them.

use super::{Cause, Frame};
use crate::recording::Nanos;
use crate::wire::{Ip, Transport};
use std::collections::HashMap;
use std::net::IpAddr;

/// A datagram on its way: addresses, protocol, and the first bytes behind its IP header.
type Key = (IpAddr, IpAddr, u8, u64);

/// Sets `provoked_by` and `cause` of every ICMP error that quotes a frame of the recording.
pub(super) fn attach(frames: &mut [Frame]) {
    let icmp = |frame: &Frame| matches!(frame.packet.transport, Transport::Icmp(_));
    if !frames.iter().any(icmp) {
        return;
    }
    // The first eight bytes of a UDP header hold its checksum and those of a TCP header the sequence number: together
    // they name one frame. Ports alone are the second best, for hosts that change a checksum on the way.
    let mut exact: HashMap<Key, (usize, Nanos)> = HashMap::new();
    let mut ports: HashMap<Key, (usize, Nanos)> = HashMap::new();
    for (number, frame) in frames.iter_mut().enumerate() {
        if let Some((key, rough)) = frame.packet.quoted(&frame.record.bytes.0).and_then(|quoted| {
            let ip = quoted.ip?;
            keys(&frame.record.bytes.0, &ip)
        }) {
            // What has not arrived yet provokes nothing.
            let heard = |(_, at): &&(usize, Nanos)| *at <= frame.record.t;
            let provoked_by = exact.get(&key).filter(heard).or_else(|| ports.get(&rough).filter(heard));
            if let Some(&(by, _)) = provoked_by {
                frame.provoked_by = Some(by);
                frame.cause = Cause::Frame(by);
            }
        } else if !icmp(frame)
            && let Some((key, rough)) = frame.packet.ip.as_ref().and_then(|ip| keys(&frame.record.bytes.0, ip))
            && let Some(at) = frame.heard()
        {
            exact.insert(key, (number, at));
            ports.insert(rough, (number, at));
        }
    }
}

/// The datagram's key, and the same with the ports alone. None for later fragments, which no error quotes.
fn keys(bytes: &[u8], ip: &Ip) -> Option<(Key, Key)> {
    if ip.fragment_offset > 0 {
        return None;
    }
    let datagram = bytes.get(ip.range.clone())?;
    let header = match ip.src {
        IpAddr::V4(_) => usize::from(datagram.first()? & 15) * 4,
        // Of the extension headers only the fragment header is common on the machines this records.
        IpAddr::V6(_) => 40 + if *datagram.get(6)? == 44 { 8 } else { 0 },
    };
    let head: [u8; 8] = datagram.get(header..header + 8)?.try_into().ok()?;
    let key = |head: u64| (ip.src, ip.dst, ip.protocol, head);
    let head = u64::from_be_bytes(head);
    Some((key(head), key(head >> 32)))
}
