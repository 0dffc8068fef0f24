//! Ethernet II and the VLAN tag (IEEE 802.3, 802.1Q). Loopback frames have both addresses all zero.

use super::fields::{Fields, Layer, address, be, be16, named};
use std::ops::Range;

/// Bytes of the header.
pub(super) const HEADER: usize = 14;
/// Bytes of a VLAN tag.
pub(super) const TAG: usize = 4;

/// EtherType of IPv4.
pub(super) const IPV4: u16 = 0x0800;
/// EtherType of ARP.
pub(super) const ARP: u16 = 0x0806;
/// EtherType of IPv6.
pub(super) const IPV6: u16 = 0x86dd;

/// True for the EtherTypes that announce a VLAN tag: customer and service tags.
pub(super) fn is_vlan(ether_type: u16) -> bool {
    matches!(ether_type, 0x8100 | 0x88a8)
}

pub(super) fn layer(frame: &[u8], range: Range<usize>) -> Layer {
    let mut fields = Fields::new("Ethernet", frame, range);
    fields.add("destination", 0..6, mac);
    fields.add("source", 6..12, mac);
    ether_type(&mut fields, 12);
    fields.finish()
}

pub(super) fn vlan_layer(frame: &[u8], range: Range<usize>) -> Layer {
    let mut fields = Fields::new("VLAN", frame, range);
    fields.add("priority (3 bits)", 0..1, |bytes| (be(bytes) >> 5).to_string());
    fields.add("drop eligible (1 bit)", 0..1, |bytes| (be(bytes) >> 4 & 1).to_string());
    fields.add("VLAN identifier (12 bits)", 0..2, |bytes| (be(bytes) & 0xfff).to_string());
    ether_type(&mut fields, 2);
    fields.finish()
}

fn ether_type(fields: &mut Fields, at: usize) {
    // Below 0x0600 the field is the length of an IEEE 802.3 frame, not a type.
    if fields.len() >= at + 2 && be16(fields.bytes(), at) < 0x0600 {
        return fields.number("length", at..at + 2);
    }
    fields.add("type", at..at + 2, |bytes| {
        let number = be16(bytes, 0);
        named(format!("0x{number:04x}"), name(number))
    });
}

/// Name of an EtherType.
pub(super) fn name(ether_type: u16) -> Option<&'static str> {
    Some(match ether_type {
        IPV4 => "IPv4",
        ARP => "ARP",
        IPV6 => "IPv6",
        0x8100 => "VLAN",
        0x88a8 => "service VLAN",
        0x88cc => "LLDP",
        _ => return None,
    })
}

fn mac(bytes: &[u8]) -> String {
    let text = address(bytes);
    match bytes {
        [0, 0, 0, 0, 0, 0] => format!("{text} (loopback has no addresses)"),
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff] => format!("{text} (everyone)"),
        [first, ..] if first & 1 == 1 => format!("{text} (a group)"),
        _ => text,
    }
}
