//! TCP and UDP: fields, ranges, options, and what is damaged.

use super::frames::{self, bytes};
use super::{field, layer_names, value};
use crate::wire::{Packet, Tcp, Transport, layers};

fn tcp(packet: &Packet) -> &Tcp {
    match &packet.transport {
        Transport::Tcp(tcp) => tcp,
        other => panic!("not TCP: {other:?}"),
    }
}

#[test]
fn a_syn_shows_its_addresses_and_options() {
    let frame = bytes(frames::SYN);
    let packet = Packet::parse(&frame);
    let (src, dst) = packet.endpoints().unwrap();
    assert_eq!((src.to_string(), dst.to_string()), ("127.0.0.1:38132".into(), "127.0.0.1:8080".into()));
    assert_eq!((packet.kind(), tcp(&packet).flag_names()), ("SYN", "SYN".to_string()));
    assert_eq!((tcp(&packet).mss, tcp(&packet).window_scale), (Some(65495), Some(10)));
    assert_eq!((packet.payload.len(), packet.damage.clone()), (0, None));
    assert_eq!(value(&frame, "TCP", "option: maximum segment size"), "65495 bytes");
    assert_eq!(value(&frame, "TCP", "option: window scale"), "10 (window counts times 1024, but not in this SYN)");
    assert_eq!(value(&frame, "TCP", "option: SACK permitted"), "yes");
    assert_eq!(value(&frame, "TCP", "option: timestamps"), "value 1935063315, echo 0");
}

#[test]
fn every_field_of_a_syn_names_its_bytes() {
    let frame = bytes(frames::SYN);
    // Ethernet 0..14, IPv4 14..34, TCP 34..74
    assert_eq!(field(&frame, "Ethernet", "type").range, 12..14);
    assert_eq!(field(&frame, "IPv4", "destination").range, 30..34);
    assert_eq!(field(&frame, "TCP", "destination port").range, 36..38);
    assert_eq!(field(&frame, "TCP", "flags").range, 47..48);
    assert_eq!(field(&frame, "TCP", "option: maximum segment size").range, 54..58);
    let covered: usize = layers(&frame).iter().map(|layer| layer.range.len()).sum();
    assert_eq!(covered, frame.len());
}

#[test]
fn kinds_and_flags_follow_the_notation() {
    for (frame, kind, flags) in
        [(frames::SYN_ACK, "SYN,ACK", "SYN ACK"), (frames::DATA, "data", "PSH ACK"), (frames::FIN, "FIN", "FIN ACK")]
    {
        let packet = Packet::parse(&bytes(frame));
        assert_eq!((packet.kind(), tcp(&packet).flag_names().as_str()), (kind, flags));
    }
    let kind_with_flags = |frame: &str, flags: u8| {
        let mut frame = bytes(frame);
        frame[47] = flags;
        let packet = Packet::parse(&frame);
        (packet.kind(), tcp(&packet).flag_names())
    };
    assert_eq!(kind_with_flags(frames::DATA, 0x14), ("RST", "RST ACK".to_string()));
    assert_eq!(kind_with_flags(frames::DATA, 0x16), ("RST", "SYN RST ACK".to_string()));
    assert_eq!(kind_with_flags(frames::DATA, 0x02), ("SYN", "SYN".to_string()));
    assert_eq!(kind_with_flags(frames::DATA, 0x19), ("data", "FIN PSH ACK".to_string()));
    assert_eq!(kind_with_flags(frames::FIN, 0x10), ("ACK", "ACK".to_string()));
    assert_eq!(kind_with_flags(frames::FIN, 0x00), ("ACK", "no flags".to_string()));
}

#[test]
fn the_payload_is_exactly_what_was_sent() {
    for (frame, payload) in
        [(frames::DATA, "hello"), (frames::DATAGRAM, "hi"), (frames::DATAGRAM_V6, "hi6"), (frames::FIN, "")]
    {
        let frame = bytes(frame);
        assert_eq!(&frame[Packet::parse(&frame).payload], payload.as_bytes());
    }
}

#[test]
fn a_checksum_is_not_filled_in_or_correct_or_wrong() {
    let mut frame = bytes(frames::DATA);
    assert_eq!(value(&frame, "TCP", "checksum"), "0xfe2d, not filled in (loopback leaves it to hardware)");
    assert_eq!(value(&frame, "IPv4", "header checksum"), "0x84cf, correct");
    frame[50..52].copy_from_slice(&[0, 1]);
    let wrong = value(&frame, "TCP", "checksum");
    let right = wrong.strip_prefix("0x0001, wrong (0x").and_then(|rest| rest.get(..4)).expect(&wrong);
    frame[50..52].copy_from_slice(&bytes(right));
    assert_eq!(value(&frame, "TCP", "checksum"), format!("0x{right}, correct"));
    // The last bit of the payload flips, and the checksum notices.
    *frame.last_mut().unwrap() ^= 1;
    assert!(value(&frame, "TCP", "checksum").contains("wrong"));
}

#[test]
fn a_udp_checksum_may_be_left_out_over_ipv4() {
    let mut frame = bytes(frames::DATAGRAM);
    assert_eq!(value(&frame, "UDP", "checksum"), "0xfe1d, not filled in (loopback leaves it to hardware)");
    frame[40..42].copy_from_slice(&[0, 0]);
    assert_eq!(value(&frame, "UDP", "checksum"), "0x0000, none (the sender left it out)");
}

#[test]
fn an_icmp_error_quotes_the_datagram_it_is_about() {
    for (error, datagram, port) in
        [(frames::UNREACHABLE, frames::DATAGRAM, 9), (frames::UNREACHABLE_V6, frames::DATAGRAM_V6, 9)]
    {
        let (frame, datagram) = (bytes(error), bytes(datagram));
        let packet = Packet::parse(&frame);
        assert_eq!((packet.kind(), packet.damage.as_deref()), ("ICMP", None));
        let Transport::Icmp(icmp) = &packet.transport else { panic!("{packet:?}") };
        assert_eq!(frame[icmp.quoted.clone().unwrap()], datagram[14..]);
        let quoted = packet.quoted(&frame).unwrap();
        assert_eq!(quoted.endpoints().unwrap().1.port(), port);
        assert_eq!(frame[quoted.payload], datagram[Packet::parse(&datagram).payload]);
    }
    let frame = bytes(frames::UNREACHABLE);
    assert_eq!(layer_names(&frame), ["Ethernet", "IPv4", "ICMPv4", "quoted IPv4", "quoted UDP"]);
    assert_eq!(value(&frame, "ICMPv4", "code"), "3 (port unreachable)");
    assert_eq!(value(&frame, "ICMPv4", "checksum"), "0xceb3, correct");
    assert_eq!(value(&frame, "quoted UDP", "destination port"), "9");
    let frame = bytes(frames::UNREACHABLE_V6);
    assert_eq!(layer_names(&frame), ["Ethernet", "IPv6", "ICMPv6", "quoted IPv6", "quoted UDP"]);
    assert_eq!(value(&frame, "ICMPv6", "code"), "4 (port unreachable)");
}

#[test]
fn a_quote_that_is_cut_short_is_no_damage() {
    // The least an ICMP error must quote: the IP header and eight bytes (RFC 792).
    let mut frame = bytes(frames::UNREACHABLE);
    // ICMP 34..42, quoted IPv4 42..62, quoted UDP header 62..70; its two payload bytes are gone.
    frame.truncate(70);
    frame[16..18].copy_from_slice(&56u16.to_be_bytes());
    let packet = Packet::parse(&frame);
    assert_eq!(packet.damage, None);
    assert_eq!(packet.quoted(&frame).unwrap().endpoints().unwrap().1.port(), 9);
    assert_eq!(value(&frame, "quoted UDP", "checksum"), "0xfe1d, not checked: bytes are missing");
}

#[test]
fn an_echo_shows_identifier_and_sequence_number() {
    // Echo request 1 of identifier 0x1234 with four bytes, checksum computed by hand: !(0x0800+0x1234+0x0001+0x6162+0x6364)
    let mut frame = bytes(frames::DATAGRAM);
    frame[23] = 1;
    frame.truncate(34);
    frame.extend(bytes("0800 2104 1234 0001 61626364"));
    frame[16..18].copy_from_slice(&32u16.to_be_bytes());
    assert_eq!(value(&frame, "ICMPv4", "type"), "8 (echo request)");
    assert_eq!(value(&frame, "ICMPv4", "identifier"), 0x1234.to_string());
    assert_eq!(value(&frame, "ICMPv4", "sequence number"), "1");
    assert_eq!(value(&frame, "ICMPv4", "checksum"), "0x2104, correct");
    assert_eq!(&frame[Packet::parse(&frame).payload], b"abcd");
}

/// The DATA frame with other options (whole words of four bytes) in the place of its timestamps.
fn with_options(options: &str) -> Vec<u8> {
    let mut frame = bytes(frames::DATA);
    let options = bytes(options);
    frame.splice(54..66, options.iter().copied());
    frame[46] = ((20 + options.len()) / 4 * 16) as u8;
    frame[16..18].copy_from_slice(&((40 + options.len() + 5) as u16).to_be_bytes());
    frame
}

#[test]
fn sack_blocks_and_unknown_options_are_shown() {
    // No operation twice, so that the SACK option's numbers are aligned.
    let frame = with_options("0101 0512 0000000a00000014 000000640000006e");
    assert_eq!(value(&frame, "TCP", "option: SACK"), "received out of order: 10..20, 100..110");
    let frame = with_options("fd04 abcd");
    assert_eq!(value(&frame, "TCP", "option"), "number 253: 0xabcd");
    assert_eq!(&frame[Packet::parse(&frame).payload], b"hello");
}

#[test]
fn of_sack_blocks_only_those_beyond_the_acknowledgment_count() {
    let sacked = |options: &str, ack: u32| {
        let mut frame = with_options(options);
        frame[42..46].copy_from_slice(&ack.to_be_bytes());
        tcp(&Packet::parse(&frame)).sacked
    };
    let two_blocks = "0101 0512 0000000a00000014 000000640000006e";
    assert_eq!(sacked(two_blocks, 5), 20);
    // The first block reports what came twice (RFC 2883).
    assert_eq!(sacked(two_blocks, 30), 10);
    assert_eq!(sacked(two_blocks, 200), 0);
    // Sequence numbers wrap.
    assert_eq!(sacked("0101 050a 0000000a00000014", u32::MAX - 9), 10);
}

#[test]
fn a_damaged_option_is_named_and_the_rest_still_read() {
    for (options, damage) in [
        ("080a 0000", "TCP option 8 says 10 bytes, 4 are there"),
        ("0800 0000", "TCP option 8 says 0 bytes, the least is 2"),
        ("0101 0108", "TCP option 8 has no length byte"),
    ] {
        let frame = with_options(options);
        let packet = Packet::parse(&frame);
        assert_eq!(packet.damage.as_deref(), Some(damage));
        assert_eq!(value(&frame, "TCP", "option, damaged"), damage);
        assert_eq!(&frame[packet.payload], b"hello");
    }
}

#[test]
fn options_after_the_end_of_options_do_not_count() {
    let frame = with_options("00 02 04 05");
    assert_eq!(value(&frame, "TCP", "option: end"), "4 bytes to the end of the header");
    assert_eq!(Packet::parse(&frame).damage, None);
}

#[test]
fn headers_that_lie_about_their_length_are_named() {
    let damage = |frame: &str, at: usize, byte: u8| {
        let mut frame = bytes(frame);
        frame[at] = byte;
        Packet::parse(&frame).damage.expect("damage")
    };
    assert_eq!(damage(frames::DATA, 46, 0x40), "TCP header says it has 16 bytes, the least is 20");
    assert_eq!(damage(frames::DATA, 46, 0xf0), "TCP header says it has 60 bytes, 37 are there");
    assert_eq!(damage(frames::DATAGRAM, 39, 7), "UDP header says 7 bytes, the least is 8");
    assert_eq!(damage(frames::DATAGRAM, 39, 99), "UDP header says 99 bytes, 10 are there");
}
