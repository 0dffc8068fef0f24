//! ICMPv6 (RFC 4443): errors and echo; neighbour discovery (RFC 4861), which is to IPv6 what ARP is to IPv4; and
//! multicast listener reports (RFC 2710, RFC 3810), the noise a host makes when an interface comes up.

use super::checksum;
use super::dissect::Body;
use super::fields::{Fields, Layer, address, be, be16, hex, named};

/// Bytes of the fixed part of a neighbour discovery message; none for other types.
pub(super) fn neighbour_length(kind: u8) -> Option<usize> {
    match kind {
        133 => Some(8),
        134 => Some(16),
        135 | 136 => Some(24),
        137 => Some(40),
        _ => None,
    }
}

/// True for multicast listener messages, which are all header.
pub(super) fn is_listener(kind: u8) -> bool {
    matches!(kind, 130..=132 | 143)
}

/// Bytes of the quoted datagram of an error message, at most; none for other messages.
pub(super) fn quoted_length(message: &[u8]) -> Option<usize> {
    match (message.first()?, message.get(4)?) {
        // With extensions the message says where the quote ends, in words of eight bytes (RFC 4884).
        (1 | 3, words) if *words > 0 => Some(usize::from(*words) * 8),
        (1..=4, _) => Some(usize::MAX),
        _ => None,
    }
}

pub(super) fn layer(frame: &[u8], body: Body) -> Layer {
    let covered = frame.get(body.whole.clone()).unwrap_or_default();
    let mut fields = Fields::new("ICMPv6", frame, body.header);
    let kind = fields.bytes().first().copied().unwrap_or(0);
    fields.add("type", 0..1, |bytes| named(be(bytes), type_name(bytes[0])));
    fields.add("code", 1..2, |bytes| named(be(bytes), code_name(kind, bytes[0])));
    fields.add("checksum", 2..4, |bytes| checksum::verdict(be16(bytes, 0), covered, body.check));
    match kind {
        1 | 3 => {
            fields.add("length of the quote", 4..5, |bytes| match be(bytes) {
                0 => "0 (to the end of the message)".into(),
                words => format!("{} bytes", words * 8),
            });
            fields.number("unused", 5..8);
        }
        2 => fields.number("MTU of the next hop", 4..8),
        4 => fields.number("pointer", 4..8),
        128 | 129 => {
            fields.number("identifier", 4..6);
            fields.number("sequence number", 6..8);
        }
        130..=132 => {
            fields.add("longest response delay", 4..6, |bytes| format!("{} ms", be(bytes)));
            fields.number("reserved", 6..8);
            fields.add("multicast address", 8..24, address);
        }
        133..=137 => neighbour(&mut fields, kind),
        143 => records(&mut fields),
        _ => fields.hex("rest of the header", 4..8),
    }
    fields.finish()
}

fn neighbour(fields: &mut Fields, kind: u8) {
    match kind {
        134 => {
            fields.number("hop limit", 4..5);
            fields.hex("flags", 5..6);
            fields.add("router lifetime", 6..8, |bytes| format!("{} s", be(bytes)));
            fields.add("reachable time", 8..12, |bytes| format!("{} ms", be(bytes)));
            fields.add("retransmission timer", 12..16, |bytes| format!("{} ms", be(bytes)));
        }
        136 => {
            fields.add("flags (3 bits)", 4..5, |bytes| {
                let names = [(0x80, "from a router"), (0x40, "solicited"), (0x20, "override")];
                let set: Vec<_> = names.iter().filter(|(bit, _)| be(bytes) & bit != 0).map(|(_, name)| *name).collect();
                if set.is_empty() { "none".into() } else { set.join(", ") }
            });
            fields.add("reserved (29 bits)", 4..8, |bytes| (be(bytes) & 0x1fff_ffff).to_string());
            fields.add("target address", 8..24, address);
        }
        _ => {
            fields.number("reserved", 4..8);
            if kind != 133 {
                fields.add("target address", 8..24, address);
            }
            if kind == 137 {
                fields.add("destination address", 24..40, address);
            }
        }
    }
    options(fields, neighbour_length(kind).unwrap_or(8));
}

/// Options of neighbour discovery: a number, a length in units of eight bytes, the content (RFC 4861, 4.6).
fn options(fields: &mut Fields, mut at: usize) {
    let message = fields.bytes();
    while let Some(&kind) = message.get(at) {
        let left = message.len() - at;
        let said = message.get(at + 1).map_or(0, |units| usize::from(*units) * 8);
        if said == 0 || said > left {
            fields.add("option, damaged", at..at + left, |_| {
                format!("number {kind} says {said} bytes, {left} are there")
            });
            return;
        }
        let name = match kind {
            1 => "option: link-layer address of the sender",
            2 => "option: link-layer address of the target",
            3 => "option: prefix",
            4 => "option: redirected header",
            5 => "option: MTU",
            14 => "option: nonce",
            _ => "option",
        };
        fields.add(name, at..at + said, |bytes| match kind {
            1 | 2 => address(&bytes[2..]),
            5 => be(&bytes[4..8]).to_string(),
            3 if said == 32 => format!("{}/{}", address(&bytes[16..32]), bytes[2]),
            _ => format!("number {kind}: {}", hex(&bytes[2..])),
        });
        at += said;
    }
}

/// Records of a version 2 listener report: which groups this host joins or leaves (RFC 3810, 5.2).
fn records(fields: &mut Fields) {
    fields.number("reserved", 4..6);
    fields.number("number of records", 6..8);
    let message = fields.bytes();
    let mut at = 8;
    while at < message.len() {
        let auxiliary = message.get(at + 1).map_or(0, |words| usize::from(*words) * 4);
        let sources = message.get(at + 2..at + 4).map_or(0, |bytes| usize::from(be16(bytes, 0)));
        let length = 20 + sources * 16 + auxiliary;
        fields.add("record", at..at + length, |bytes| {
            let what = match bytes[0] {
                1 => "only from the sources of",
                2 => "from everyone but the sources of",
                3 => "from now on only from the sources of",
                4 => "from now on from everyone but the sources of",
                5 => "also from the sources of",
                6 => "no longer from the sources of",
                _ => "of an unknown kind about",
            };
            format!("{} {what} {}, {sources} sources", bytes[0], address(&bytes[4..20]))
        });
        at += length;
    }
}

fn type_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "destination unreachable",
        2 => "packet too big",
        3 => "time exceeded",
        4 => "parameter problem",
        128 => "echo request",
        129 => "echo reply",
        130 => "multicast listener query",
        131 => "multicast listener report",
        132 => "multicast listener done",
        133 => "router solicitation",
        134 => "router advertisement",
        135 => "neighbour solicitation",
        136 => "neighbour advertisement",
        137 => "redirect",
        143 => "multicast listener report, version 2",
        _ => return None,
    })
}

fn code_name(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (1, 0) => "no route",
        (1, 1) => "forbidden by an administrator",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (3, 0) => "hop limit ran out on the way",
        (3, 1) => "time for reassembly ran out",
        (4, 0) => "erroneous header field",
        (4, 1) => "unknown next header",
        (4, 2) => "unknown option",
        _ => return None,
    })
}
