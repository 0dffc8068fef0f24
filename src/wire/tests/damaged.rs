//! Frames as no kernel sends them: real ones of every type, on a cable, with bits flipped, cut, extended, tagged, or random.

use super::frames::{self, bytes};
use proptest::prelude::*;
use proptest::sample::Index;

/// The addresses of two hosts, as the recorder gives them.
pub(crate) const IPV4: [[u8; 4]; 2] = [[192, 0, 2, 1], [192, 0, 2, 2]];
pub(crate) const IPV6: [[u8; 16]; 2] = {
    let mut both = [[0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]; 2];
    both[1][15] = 2;
    both
};

/// A real frame as from the first host to the second: frames of a loopback get the addresses of a cable, also in what an
/// ICMP error quotes.
pub(crate) fn on_cable(frame: &str) -> Vec<u8> {
    let mut frame = bytes(frame);
    let mut put = |at: usize, from: &[u8], addresses: [&[u8]; 2]| {
        for (place, address) in [at, at + from.len()].into_iter().zip(addresses) {
            if frame.get(place..place + from.len()) == Some(from) {
                frame[place..place + from.len()].copy_from_slice(address);
            }
        }
    };
    let loopback6 = std::net::Ipv6Addr::LOCALHOST.octets();
    let (four, six) = ([&IPV4[0][..], &IPV4[1]], [&IPV6[0][..], &IPV6[1]]);
    put(26, &[127, 0, 0, 1], four);
    put(22, &loopback6, six);
    // What an error quotes went the other way.
    put(54, &[127, 0, 0, 1], [four[1], four[0]]);
    put(70, &loopback6, [six[1], six[0]]);
    frame
}

/// Any frame that a program could put on a cable.
pub(crate) fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let real = prop::sample::select(frames::ALL).prop_map(on_cable);
    let bits = prop::collection::vec((any::<Index>(), 0u8..8), 0..12);
    let cut = prop::option::of(any::<Index>());
    let more = prop::collection::vec(any::<u8>(), 0..80);
    let damaged = (real, bits, cut, more, any::<bool>()).prop_map(|(mut frame, bits, cut, more, vlan)| {
        if vlan {
            frame.splice(12..12, [0x81, 0x00, 0xa0, 0x05]);
        }
        for (at, bit) in bits {
            let at = at.index(frame.len());
            frame[at] ^= 1 << bit;
        }
        if let Some(cut) = cut {
            frame.truncate(cut.index(frame.len() + 1));
        }
        frame.extend(more);
        frame
    });
    prop_oneof![8 => damaged, 1 => prop::collection::vec(any::<u8>(), 0..100)]
}
