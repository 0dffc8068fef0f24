//! Any bytes give a result: random ones, real frames with a few bytes changed, real frames cut at every length.

use super::frames::{self, bytes};
use crate::wire::{Packet, Transport, layers};
use proptest::prelude::*;

/// Everything both readers hand out lies where it must.
fn holds_together(frame: &[u8]) {
    let packet = Packet::parse(frame);
    assert!(packet.payload.start <= packet.payload.end && packet.payload.end <= frame.len(), "{packet:?}");
    if let Some(ip) = &packet.ip {
        assert!(ip.range.end <= frame.len(), "{packet:?}");
        assert!(packet.payload.is_empty() || ip.range.start <= packet.payload.start, "{packet:?}");
        assert!(packet.payload.is_empty() || packet.payload.end <= ip.range.end, "{packet:?}");
    }
    if let Transport::Icmp(icmp) = &packet.transport
        && let Some(quoted) = &icmp.quoted
    {
        assert!(frame.get(quoted.clone()).is_some(), "{packet:?}");
    }
    if let Some(quoted) = packet.quoted(frame) {
        assert!(frame.get(quoted.payload).is_some());
    }
    packet.kind();
    packet.endpoints();
    let mut end = 0;
    for layer in layers(frame) {
        assert!(layer.range.start >= end && layer.range.end <= frame.len(), "layers overlap: {layer:?}");
        assert!(!layer.range.is_empty(), "{layer:?}");
        end = layer.range.end;
        let mut start = 0;
        for field in &layer.fields {
            let inside = layer.range.start <= field.range.start && field.range.end <= layer.range.end;
            assert!(inside && !field.range.is_empty(), "{field:?} of {layer:?}");
            assert!(field.range.start >= start, "out of order: {field:?} of {layer:?}");
            start = field.range.start;
        }
    }
}

#[test]
fn a_real_frame_cut_at_any_length_holds_together() {
    for frame in frames::ALL {
        let frame = bytes(frame);
        for length in 0..=frame.len() {
            holds_together(&frame[..length]);
            assert_eq!(Packet::parse(&frame[..length]).damage.is_some(), length < frame.len(), "{length} of {frame:?}");
        }
    }
}

#[test]
fn a_real_frame_with_any_one_byte_changed_holds_together() {
    for frame in frames::ALL {
        let mut frame = bytes(frame);
        for at in 0..frame.len() {
            let byte = frame[at];
            for other in 0..=255 {
                frame[at] = other;
                holds_together(&frame);
            }
            frame[at] = byte;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_hold_together(frame in prop::collection::vec(any::<u8>(), 0..200)) {
        holds_together(&frame);
    }

    #[test]
    fn random_bytes_behind_a_known_type_hold_together(
        kind in prop::sample::select(vec![[0x08u8, 0x00, 0x45], [0x08, 0x06, 0x00], [0x86, 0xdd, 0x60], [0x81, 0x00, 0x00]]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut frame = vec![0; 12];
        frame.extend(kind);
        frame.extend(rest);
        holds_together(&frame);
    }

    #[test]
    fn real_frames_with_bytes_changed_and_cut_hold_together(
        frame in prop::sample::select(frames::ALL),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut frame = bytes(frame);
        for (at, byte) in changes {
            let at = at.index(frame.len());
            frame[at] = byte;
        }
        if let Some(cut) = cut {
            frame.truncate(cut.index(frame.len() + 1));
        }
        holds_together(&frame);
    }
}
