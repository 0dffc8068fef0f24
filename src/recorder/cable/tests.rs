//! What the cable does to the bytes of any frame: one byte is changed or none, and only listener reports are left out.

use super::{change, is_listener_report};
use crate::wire::tests::damaged::{any_frame, on_cable};
use crate::wire::tests::frames;
use crate::wire::{Packet, layers};
use proptest::prelude::*;

/// Where a frame is changed, and its bytes then.
fn changed(frame: &[u8]) -> Option<(usize, Vec<u8>)> {
    let mut bytes = frame.to_vec();
    let changed = change(&Packet::parse(frame), &mut bytes)?;
    assert_eq!((changed.was, changed.is), (frame[changed.at as usize], bytes[changed.at as usize]));
    Some((changed.at as usize, bytes))
}

#[test]
fn the_last_byte_of_the_payload_is_changed_or_of_the_header_where_there_is_none() {
    for frame in frames::ALL {
        let frame = on_cable(frame);
        assert_eq!(changed(&frame).map(|(at, _)| at), Some(frame.len() - 1));
    }
}

#[test]
fn padding_behind_a_packet_is_not_what_is_changed() {
    for frame in [frames::DATA, frames::SYN, frames::FIN, frames::DATAGRAM] {
        let frame = on_cable(frame);
        let mut padded = frame.clone();
        padded.resize(frame.len() + 6, 0);
        assert_eq!(changed(&padded).map(|(at, _)| at), Some(frame.len() - 1), "no checksum covers padding");
    }
}

#[test]
fn a_changed_segment_or_datagram_has_a_wrong_checksum() {
    let checksum = |frame: &[u8], layer: &str| {
        let layers = layers(frame);
        let fields = layers.iter().filter(|found| found.name == layer).flat_map(|layer| &layer.fields);
        let found = fields.filter(|field| field.name == "checksum").map(|field| field.value.clone()).next();
        found.expect("a checksum")
    };
    // Those of a loopback are unfinished; this one was on a cable.
    let frame = on_cable(frames::SOLICITATION);
    assert!(checksum(&frame, "ICMPv6").ends_with("correct"));
    let (_, bytes) = changed(&frame).expect("a change");
    assert!(!checksum(&bytes, "ICMPv6").ends_with("correct"), "{}", checksum(&bytes, "ICMPv6"));
}

#[test]
fn of_all_frames_only_listener_reports_are_left_out() {
    for frame in frames::ALL {
        assert_eq!(is_listener_report(&on_cable(frame)), *frame == frames::LISTENER_REPORT);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn exactly_one_byte_of_any_frame_is_changed_or_none_of_an_empty_one(frame in any_frame()) {
        match changed(&frame) {
            None => prop_assert!(frame.is_empty()),
            Some((_, bytes)) => {
                prop_assert_eq!(bytes.len(), frame.len());
                prop_assert_eq!(bytes.iter().zip(&frame).filter(|(is, was)| is != was).count(), 1);
            }
        }
    }

    #[test]
    fn what_is_left_out_of_any_frames_is_of_ipv6_and_no_segment_and_no_datagram(frame in any_frame()) {
        if is_listener_report(&frame) {
            prop_assert!(["ICMP", "ARP", "other"].contains(&Packet::parse(&frame).kind()));
            prop_assert_eq!(&frame[12..14], &[0x86, 0xdd]);
        }
    }
}
