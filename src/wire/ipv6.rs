//! IPv6 (RFC 8200) and the extension headers of that RFC: hop-by-hop, routing, fragment, destination options.

use super::fields::{Fields, Layer, address, be, be16, hex, named};
use super::ipv4::{ecn, protocol_name};
use std::ops::Range;

/// Bytes of the fixed header.
pub(super) const HEADER: usize = 40;

/// Next header: hop-by-hop options.
pub(super) const HOP_BY_HOP: u8 = 0;
/// Next header: routing.
pub(super) const ROUTING: u8 = 43;
/// Next header: fragment.
pub(super) const FRAGMENT: u8 = 44;
/// Next header: nothing follows.
pub(super) const NOTHING: u8 = 59;
/// Next header: destination options.
const DESTINATION: u8 = 60;

/// True for the extension headers that are walked through.
pub(super) fn is_extension(next: u8) -> bool {
    matches!(next, HOP_BY_HOP | ROUTING | FRAGMENT | DESTINATION)
}

/// Name of an extension header.
pub(super) fn extension_name(number: u8) -> &'static str {
    match number {
        HOP_BY_HOP => "IPv6 hop-by-hop options",
        ROUTING => "IPv6 routing",
        FRAGMENT => "IPv6 fragment",
        _ => "IPv6 destination options",
    }
}

/// Bytes an extension header says it has; at least 8, which it needs in order to say so.
pub(super) fn extension_length(number: u8, bytes: &[u8]) -> usize {
    match (number, bytes.get(1)) {
        (FRAGMENT, _) | (_, None) => 8,
        (_, Some(&units)) => 8 + usize::from(units) * 8,
    }
}

pub(super) fn layer(frame: &[u8], range: Range<usize>) -> Layer {
    let mut fields = Fields::new("IPv6", frame, range);
    fields.add("version (4 bits)", 0..1, |bytes| (be(bytes) >> 4).to_string());
    fields.add("DSCP (6 bits)", 0..2, |bytes| (be(bytes) >> 6 & 0x3f).to_string());
    fields.add("ECN (2 bits)", 1..2, |bytes| ecn(be(bytes) >> 4));
    fields.add("flow label (20 bits)", 1..4, |bytes| format!("0x{:05x}", be(bytes) & 0xf_ffff));
    fields.number("payload length", 4..6);
    fields.add("next header", 6..7, next_header);
    fields.number("hop limit", 7..8);
    fields.add("source", 8..24, address);
    fields.add("destination", 24..40, address);
    fields.finish()
}

pub(super) fn extension_layer(frame: &[u8], number: u8, range: Range<usize>) -> Layer {
    let mut fields = Fields::new(extension_name(number), frame, range);
    fields.add("next header", 0..1, next_header);
    if number == FRAGMENT {
        fields.number("reserved", 1..2);
        fields.add("fragment offset (13 bits)", 2..4, |bytes| format!("{} bytes", be16(bytes, 0) & 0xfff8));
        fields.add("reserved (2 bits)", 3..4, |bytes| (be(bytes) >> 1 & 3).to_string());
        fields.add("more fragments (1 bit)", 3..4, |bytes| if be(bytes) & 1 == 1 { "yes" } else { "no" }.into());
        fields.hex("identification", 4..8);
        return fields.finish();
    }
    fields.add("length", 1..2, |bytes| format!("{} bytes ({} × 8 after the first 8)", 8 + be(bytes) * 8, be(bytes)));
    if number == ROUTING {
        fields.number("routing type", 2..3);
        fields.number("segments left", 3..4);
        if fields.len() > 4 {
            fields.hex("data", 4..fields.len());
        }
    } else {
        options(&mut fields);
    }
    fields.finish()
}

fn options(fields: &mut Fields) {
    let header = fields.bytes();
    let mut at = 2;
    while let Some(&kind) = header.get(at) {
        let left = header.len() - at;
        // Pad1 is the one option without a length byte (RFC 8200, 4.2).
        let said = if kind == 0 { 1 } else { header.get(at + 1).map_or(left + 1, |length| 2 + usize::from(*length)) };
        if said > left {
            fields.add("option, damaged", at..at + left, |_| {
                format!("number {kind} is longer than the {left} bytes left")
            });
            return;
        }
        let name = match kind {
            0 | 1 => "option: padding",
            5 => "option: router alert",
            0xc2 => "option: jumbo payload",
            _ => "option",
        };
        fields.add(name, at..at + said, |bytes| match (kind, said) {
            (0 | 1, _) => format!("{said} bytes"),
            (5, 4) => named(be16(bytes, 2), (be16(bytes, 2) == 0).then_some("multicast listener discovery")),
            (0xc2, 6) => format!("{} bytes", be(&bytes[2..])),
            _ => format!("number {kind}: {}", hex(bytes.get(2..).unwrap_or_default())),
        });
        at += said;
    }
}

fn next_header(bytes: &[u8]) -> String {
    named(be(bytes), protocol_name(be(bytes) as u8))
}
