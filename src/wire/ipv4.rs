//! IPv4 (RFC 791) and its options.

use super::checksum::{self, Check};
use super::fields::{Fields, Layer, address, be, be16, hex, named};
use std::ops::Range;

/// Bytes of the header without options.
pub(super) const HEADER: usize = 20;

/// What the header says about its own length, in bytes.
pub(super) fn header_length(bytes: &[u8]) -> usize {
    bytes.first().map_or(0, |byte| usize::from(byte & 15) * 4)
}

pub(super) fn layer(frame: &[u8], range: Range<usize>) -> Layer {
    let mut fields = Fields::new("IPv4", frame, range);
    let header = fields.bytes();
    let check = if header.len() < header_length(header) { Check::Not("bytes are missing") } else { Check::From(0) };
    fields.add("version (4 bits)", 0..1, |bytes| (be(bytes) >> 4).to_string());
    fields.add("header length (4 bits)", 0..1, |bytes| format!("{} bytes", header_length(bytes)));
    fields.add("DSCP (6 bits)", 1..2, |bytes| (be(bytes) >> 2).to_string());
    fields.add("ECN (2 bits)", 1..2, |bytes| ecn(be(bytes)));
    fields.add("total length", 2..4, |bytes| match be16(bytes, 0) {
        0 => "0 (segmentation offload: the datagram is the rest of the frame)".into(),
        length => length.to_string(),
    });
    fields.hex("identification", 4..6);
    fields.add("flags (3 bits)", 6..7, |bytes| {
        let flags = be(bytes) >> 5;
        let names = [(4, "reserved bit"), (2, "don't fragment"), (1, "more fragments")];
        let set: Vec<_> = names.iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| *name).collect();
        if set.is_empty() { "none".into() } else { set.join(", ") }
    });
    fields.add("fragment offset (13 bits)", 6..8, |bytes| format!("{} bytes", (be(bytes) & 0x1fff) * 8));
    fields.number("time to live", 8..9);
    fields.add("protocol", 9..10, |bytes| named(be(bytes), protocol_name(be(bytes) as u8)));
    fields.add("header checksum", 10..12, |bytes| checksum::verdict(be16(bytes, 0), header, check));
    fields.add("source", 12..16, address);
    fields.add("destination", 16..20, address);
    options(&mut fields);
    fields.finish()
}

fn options(fields: &mut Fields) {
    let header = fields.bytes();
    let mut at = HEADER;
    while let Some(&kind) = header.get(at) {
        let left = header.len() - at;
        let said = match kind {
            0 => left,
            1 => 1,
            _ => header.get(at + 1).copied().map_or(0, usize::from),
        };
        if kind > 1 && !(2..=left).contains(&said) {
            fields.add("option, damaged", at..at + left, |_| {
                format!("number {kind} says {said} bytes, {left} are there")
            });
            return;
        }
        let name = match kind {
            0 => "option: end",
            1 => "option: no operation",
            7 => "option: record route",
            68 => "option: timestamps",
            131 => "option: loose source route",
            137 => "option: strict source route",
            148 => "option: router alert",
            _ => "option",
        };
        fields.add(name, at..at + said, |bytes| match kind {
            0 | 1 => format!("{said} bytes"),
            _ => format!("number {kind}: {}", hex(bytes.get(2..).unwrap_or_default())),
        });
        at += said;
    }
}

/// The two ECN bits in words (RFC 3168).
pub(super) fn ecn(byte: u64) -> String {
    let name = match byte & 3 {
        0 => "not capable",
        1 => "capable, ECT(1)",
        2 => "capable, ECT(0)",
        _ => "congestion experienced",
    };
    named(byte & 3, Some(name))
}

/// Name of an IP protocol number (IPv6: next header).
pub(super) fn protocol_name(number: u8) -> Option<&'static str> {
    Some(match number {
        0 => "hop-by-hop options",
        1 => "ICMP",
        2 => "IGMP",
        4 => "IPv4 in IP",
        6 => "TCP",
        17 => "UDP",
        41 => "IPv6 in IP",
        43 => "routing header",
        44 => "fragment header",
        47 => "GRE",
        50 => "ESP",
        51 => "AH",
        58 => "ICMPv6",
        59 => "nothing follows",
        60 => "destination options",
        132 => "SCTP",
        _ => return None,
    })
}
