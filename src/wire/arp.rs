//! ARP (RFC 826): who has this address? The lengths of the addresses stand in the packet, and are believed.

use super::fields::{Fields, Layer, address, be16, named};
use std::ops::Range;

/// Bytes of the packet without its four addresses.
const FIXED: usize = 8;

/// Bytes of the packet that starts here; none when too little is there to tell.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    let (hardware, protocol) = (bytes.get(4)?, bytes.get(5)?);
    Some(FIXED + 2 * (usize::from(*hardware) + usize::from(*protocol)))
}

pub(super) fn layer(frame: &[u8], range: Range<usize>) -> Layer {
    let mut fields = Fields::new("ARP", frame, range);
    let bytes = fields.bytes();
    let hardware = bytes.get(4).copied().map_or(0, usize::from);
    let protocol = bytes.get(5).copied().map_or(0, usize::from);
    fields.add("hardware type", 0..2, |bytes| named(be16(bytes, 0), (be16(bytes, 0) == 1).then_some("Ethernet")));
    fields.add("protocol type", 2..4, |bytes| {
        named(format!("0x{:04x}", be16(bytes, 0)), super::ethernet::name(be16(bytes, 0)))
    });
    fields.number("hardware address length", 4..5);
    fields.number("protocol address length", 5..6);
    fields.add("operation", 6..8, |bytes| {
        let name = match be16(bytes, 0) {
            1 => Some("request: who has the target address?"),
            2 => Some("reply: the sender has it"),
            _ => None,
        };
        named(be16(bytes, 0), name)
    });
    let mut at = FIXED;
    for (name, length) in [
        ("sender hardware address", hardware),
        ("sender protocol address", protocol),
        ("target hardware address", hardware),
        ("target protocol address", protocol),
    ] {
        if length > 0 {
            fields.add(name, at..at + length, address);
        }
        at += length;
    }
    fields.finish()
}
