//! Ethernet, ARP, IPv4, IPv6, ICMP: fields, ranges, and what is damaged.

use super::frames::{self, bytes};
use super::{field, layer_names, value};
use crate::wire::{Packet, Transport};

#[test]
fn loopback_has_no_hardware_addresses() {
    let frame = bytes(frames::SYN);
    assert_eq!(value(&frame, "Ethernet", "source"), "00:00:00:00:00:00 (loopback has no addresses)");
    assert_eq!(value(&bytes(frames::ARP_REQUEST), "Ethernet", "destination"), "ff:ff:ff:ff:ff:ff (everyone)");
}

#[test]
fn arp_asks_and_answers() {
    let frame = bytes(frames::ARP_REQUEST);
    let packet = Packet::parse(&frame);
    assert_eq!((packet.kind(), packet.transport, packet.ip, packet.damage), ("ARP", Transport::Neighbour, None, None));
    assert_eq!(value(&frame, "ARP", "operation"), "1 (request: who has the target address?)");
    assert_eq!(value(&frame, "ARP", "target protocol address"), "192.0.2.2");
    assert_eq!(field(&frame, "ARP", "target protocol address").range, 38..42);
    let frame = bytes(frames::ARP_REPLY);
    assert_eq!(value(&frame, "ARP", "sender hardware address"), "5a:04:24:74:c1:29");
}

#[test]
fn neighbour_discovery_is_the_arp_of_ipv6() {
    for frame in [frames::SOLICITATION, frames::ADVERTISEMENT, frames::ROUTER_SOLICITATION] {
        let packet = Packet::parse(&bytes(frame));
        assert_eq!((packet.kind(), packet.transport, packet.damage), ("ARP", Transport::Neighbour, None));
    }
    let frame = bytes(frames::SOLICITATION);
    assert_eq!(value(&frame, "ICMPv6", "target address"), "2001:db8::2");
    assert_eq!(value(&frame, "ICMPv6", "option: link-layer address of the sender"), "8e:05:37:74:8c:60");
    assert!(value(&frame, "ICMPv6", "checksum").ends_with("correct"));
    let frame = bytes(frames::ADVERTISEMENT);
    assert_eq!(value(&frame, "ICMPv6", "flags (3 bits)"), "solicited, override");
    assert_eq!(value(&frame, "ICMPv6", "option: link-layer address of the target"), "5a:04:24:74:c1:29");
}

#[test]
fn a_listener_report_is_icmp_behind_hop_by_hop_options() {
    let frame = bytes(frames::LISTENER_REPORT);
    let packet = Packet::parse(&frame);
    assert_eq!((packet.kind(), packet.damage, packet.ip.unwrap().protocol), ("ICMP", None, 58));
    assert_eq!(layer_names(&frame), ["Ethernet", "IPv6", "IPv6 hop-by-hop options", "ICMPv6"]);
    assert_eq!(value(&frame, "IPv6 hop-by-hop options", "option: router alert"), "0 (multicast listener discovery)");
    let record = value(&frame, "ICMPv6", "record");
    assert_eq!(record, "4 from now on from everyone but the sources of ff02::1:ff74:8c60, 0 sources");
}

#[test]
fn a_later_fragment_of_a_datagram_is_a_datagram_without_ports() {
    for (frame, offset, id) in [(frames::LAST_FRAGMENT, 1480, 0x119e), (frames::LAST_FRAGMENT_V6, 1448, 0x894e_1905)] {
        let frame = bytes(frame);
        let packet = Packet::parse(&frame);
        let ip = packet.ip.clone().unwrap();
        assert_eq!((packet.kind(), &packet.transport, ip.protocol), ("datagram", &Transport::Other, 17));
        assert_eq!((ip.fragment_offset, ip.more_fragments, ip.id), (offset, false, Some(id)));
        // Header and 1600 bytes in two parts
        assert_eq!(packet.payload.len(), 8 + 1600 - offset as usize);
    }
    assert_eq!(value(&bytes(frames::LAST_FRAGMENT), "IPv4", "fragment offset (13 bits)"), "1480 bytes");
    assert_eq!(value(&bytes(frames::LAST_FRAGMENT_V6), "IPv6 fragment", "fragment offset (13 bits)"), "1448 bytes");
}

#[test]
fn a_first_fragment_has_ports_and_a_checksum_that_cannot_be_checked() {
    let mut frame = bytes(frames::DATAGRAM);
    frame[20] = 0x20;
    frame[38..40].copy_from_slice(&1608u16.to_be_bytes());
    let packet = Packet::parse(&frame);
    assert_eq!((packet.kind(), packet.damage.as_deref(), packet.payload.len()), ("datagram", None, 2));
    assert!(packet.ip.as_ref().unwrap().more_fragments);
    assert_eq!(value(&frame, "UDP", "checksum"), "0xfe1d, not checked: the datagram is in fragments");
}

#[test]
fn a_vlan_tag_is_stepped_over() {
    let mut frame = bytes(frames::DATA);
    frame.splice(12..12, [0x81, 0x00, 0xa0, 0x05]);
    assert_eq!(layer_names(&frame), ["Ethernet", "VLAN", "IPv4", "TCP"]);
    assert_eq!(value(&frame, "VLAN", "VLAN identifier (12 bits)"), "5");
    assert_eq!(value(&frame, "VLAN", "priority (3 bits)"), "5");
    assert_eq!(&frame[Packet::parse(&frame).payload], b"hello");
}

#[test]
fn padding_behind_the_datagram_is_not_payload() {
    let mut frame = bytes(frames::DATAGRAM);
    frame.resize(60, 0);
    let packet = Packet::parse(&frame);
    assert_eq!((&frame[packet.payload], packet.damage), (&b"hi"[..], None));
    assert_eq!(value(&frame, "padding", "padding"), "16 bytes behind the datagram");
}

#[test]
fn ipv4_options_are_shown_and_skipped() {
    let mut frame = bytes(frames::DATAGRAM);
    frame.splice(34..34, [148, 4, 0, 0]);
    frame[14] = 0x46;
    frame[16..18].copy_from_slice(&34u16.to_be_bytes());
    assert_eq!(value(&frame, "IPv4", "option: router alert"), "number 148: 0x0000");
    assert_eq!(value(&frame, "IPv4", "header length (4 bits)"), "24 bytes");
    assert_eq!(&frame[Packet::parse(&frame).payload], b"hi");
}

#[test]
fn ipv6_extension_headers_are_walked_to_the_datagram() {
    // Destination options (padding), routing with a segment left, an atomic fragment header, then UDP.
    let extensions =
        bytes("2b00 0104 00000000  2c02 0401 00000000 20010db8000000000000000000000009  1100 0000 00000007");
    let mut frame = bytes(frames::DATAGRAM_V6);
    frame[20] = 60;
    frame.splice(54..54, extensions.iter().copied());
    frame[18..20].copy_from_slice(&(11 + extensions.len() as u16).to_be_bytes());
    let packet = Packet::parse(&frame);
    let names = ["Ethernet", "IPv6", "IPv6 destination options", "IPv6 routing", "IPv6 fragment", "UDP"];
    assert_eq!((layer_names(&frame).as_slice(), packet.damage), (names.as_slice(), None));
    assert_eq!((&frame[packet.payload], packet.ip.unwrap().id), (&b"hi6"[..], Some(7)));
    assert_eq!(value(&frame, "IPv6 routing", "segments left"), "1");
    assert_eq!(value(&frame, "UDP", "checksum"), "0x001e, not checked: a routing header changes the destination");
}

#[test]
fn a_frame_of_an_unknown_type_is_other() {
    let mut frame = bytes(frames::DATA);
    frame[12..14].copy_from_slice(&[0x88, 0xcc]);
    let packet = Packet::parse(&frame);
    assert_eq!((packet.kind(), packet.payload.len(), packet.damage), ("other", 0, None));
    assert_eq!(layer_names(&frame), ["Ethernet"]);
}

#[test]
fn segmentation_offload_may_leave_the_lengths_zero() {
    let mut frame = bytes(frames::DATA);
    frame[16..18].copy_from_slice(&[0, 0]);
    assert_eq!(&frame[Packet::parse(&frame).payload], b"hello");
}

#[test]
fn a_cut_frame_says_what_is_missing() {
    let damage = |frame: &str, length: usize| Packet::parse(&bytes(frame)[..length]).damage.expect("damage");
    assert_eq!(damage(frames::SYN, 0), "Ethernet header needs 14 bytes, 0 are there");
    assert_eq!(damage(frames::SYN, 26), "IPv4 header needs 20 bytes, 12 are there");
    assert_eq!(damage(frames::SYN, 46), "IPv4 header says 60 bytes, 32 are there");
    assert_eq!(damage(frames::DATAGRAM_V6, 60), "IPv6 header says 51 bytes, 46 are there");
    assert_eq!(damage(frames::ARP_REPLY, 40), "ARP packet needs 28 bytes, 26 are there");
    // What is there is shown, the field in the middle of the cut as well.
    let frame = &bytes(frames::SYN)[..45];
    assert_eq!(value(frame, "TCP", "acknowledgment number"), "cut off: 3 of 4 bytes are there");
    assert_eq!(value(frame, "TCP", "sequence number"), 0x2b8eb0aeu32.to_string());
}

#[test]
fn a_header_that_contradicts_the_frame_is_damage() {
    let damage = |frame: &str, at: usize, byte: u8| {
        let mut frame = bytes(frame);
        frame[at] = byte;
        Packet::parse(&frame).damage.expect("damage")
    };
    assert_eq!(damage(frames::SYN, 14, 0x65), "the frame's type says IPv4, the version field says 6");
    assert_eq!(damage(frames::SYN, 14, 0x44), "IPv4 header says it has 16 bytes, the least is 20");
    assert_eq!(damage(frames::DATAGRAM, 14, 0x4f), "IPv4 header says it has 60 bytes, 30 are there");
    assert_eq!(damage(frames::SYN, 17, 12), "IPv4 header says 12 bytes in all, its own 20 are more");
    assert_eq!(damage(frames::DATAGRAM_V6, 14, 0x45), "the frame's type says IPv6, the version field says 4");
}
