//! ICMP for IPv4 (RFC 792): errors, which quote the datagram they are about, and echo.

use super::checksum;
use super::dissect::Body;
use super::fields::{Fields, Layer, address, be, be16, named};

/// Bytes of the header; ICMPv6 has as many.
pub(super) const HEADER: usize = 8;

/// Bytes of the quoted datagram of an error message, at most; none for other messages.
pub(super) fn quoted_length(message: &[u8]) -> Option<usize> {
    match (message.first()?, message.get(5)?) {
        // A message with extensions says where the quote ends, in words of four bytes (RFC 4884).
        (3 | 11 | 12, words) if *words > 0 => Some(usize::from(*words) * 4),
        (3 | 4 | 5 | 11 | 12, _) => Some(usize::MAX),
        _ => None,
    }
}

pub(super) fn layer(frame: &[u8], body: Body) -> Layer {
    let covered = frame.get(body.whole.clone()).unwrap_or_default();
    let mut fields = Fields::new("ICMPv4", frame, body.header);
    let (kind, code) = (fields.bytes().first().copied(), fields.bytes().get(1).copied().unwrap_or(0));
    fields.add("type", 0..1, |bytes| named(be(bytes), type_name(bytes[0])));
    fields.add("code", 1..2, |bytes| named(be(bytes), kind.and_then(|kind| code_name(kind, bytes[0]))));
    fields.add("checksum", 2..4, |bytes| checksum::verdict(be16(bytes, 0), covered, body.check));
    match (kind, code) {
        (Some(0 | 8 | 13..=18), _) => {
            fields.number("identifier", 4..6);
            fields.number("sequence number", 6..8);
        }
        (Some(3 | 11), _) => {
            fields.number("unused", 4..5);
            fields.add("length of the quote", 5..6, quote_words);
            fields.number(if kind == Some(3) && code == 4 { "MTU of the next hop" } else { "unused" }, 6..8);
        }
        (Some(12), _) => {
            fields.number("pointer", 4..5);
            fields.add("length of the quote", 5..6, quote_words);
            fields.number("unused", 6..8);
        }
        (Some(5), _) => fields.add("gateway", 4..8, address),
        _ => fields.hex("rest of the header", 4..8),
    }
    fields.finish()
}

fn quote_words(bytes: &[u8]) -> String {
    match be(bytes) {
        0 => "0 (to the end of the message)".into(),
        words => format!("{} bytes", words * 4),
    }
}

fn type_name(kind: u8) -> Option<&'static str> {
    Some(match kind {
        0 => "echo reply",
        3 => "destination unreachable",
        4 => "source quench",
        5 => "redirect",
        8 => "echo request",
        11 => "time exceeded",
        12 => "parameter problem",
        13 => "timestamp request",
        14 => "timestamp reply",
        _ => return None,
    })
}

fn code_name(kind: u8, code: u8) -> Option<&'static str> {
    Some(match (kind, code) {
        (3, 0) => "network unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed and not allowed",
        (3, 5) => "source route failed",
        (3, 9 | 10 | 13) => "forbidden by an administrator",
        (5, 0) => "for the network",
        (5, 1) => "for the host",
        (11, 0) => "time to live ran out on the way",
        (11, 1) => "time for reassembly ran out",
        _ => return None,
    })
}
