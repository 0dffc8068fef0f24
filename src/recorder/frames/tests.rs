//! The names of frames on a cable: real ones have theirs, damaged ones have some.

use super::{NOBODY, Name, Namer, neighbours};
use crate::recorder::hosts::Hosts;
use crate::recorder::sockets::Sockets;
use crate::wire::Packet;
use crate::wire::tests::damaged::{IPV4, IPV6, any_frame, on_cable};
use crate::wire::tests::frames;
use proptest::prelude::*;
use std::collections::HashMap;
use std::net::IpAddr;

/// A cable between `left`, the first host, and `right`.
fn sockets() -> Sockets {
    let addresses = |host: usize| [IpAddr::from(IPV4[host]), IpAddr::from(IPV6[host])];
    Sockets::new(Hosts::silent(&[("left", addresses(0)), ("right", addresses(1))]))
}

/// As the recorder does: an ICMP error is named by what it quotes.
fn name(namer: &mut Namer, frame: &[u8]) -> Option<Name> {
    let packet = Packet::parse(frame);
    match packet.quoted(frame) {
        Some(quoted) => namer.name_error(&quoted, &sockets(), true),
        None => namer.name(&packet, frame, &sockets(), true),
    }
}

/// Names of frames one after another, as the notation writes them.
fn names(frames: &[Vec<u8>]) -> Vec<String> {
    let mut namer = Namer::default();
    let written = |Name { from, to, kind, nth, again, .. }: Name| {
        format!("{from}>{to} {kind}[{nth}]{}", if again { " again" } else { "" })
    };
    frames.iter().map(|frame| name(&mut namer, frame).map(written).expect("a private cable names all")).collect()
}

#[test]
fn a_frame_is_from_the_host_with_its_address_to_the_other_whatever_it_is() {
    for (frame, expected) in [
        (frames::SYN, "left>right SYN[1]"),
        (frames::SYN_ACK, "left>right SYN,ACK[1]"),
        (frames::DATA, "left>right data[1]"),
        (frames::FIN, "left>right FIN[1]"),
        (frames::DATAGRAM, "left>right datagram[1]"),
        (frames::DATAGRAM_V6, "left>right datagram[1]"),
        (frames::LAST_FRAGMENT, "left>right datagram[1]"),
        (frames::LAST_FRAGMENT_V6, "left>right datagram[1]"),
        (frames::UNREACHABLE, "left>right ICMP[1]"),
        (frames::UNREACHABLE_V6, "left>right ICMP[1]"),
        (frames::ARP_REQUEST, "left>right ARP[1]"),
        (frames::ARP_REPLY, "right>left ARP[1]"),
        (frames::SOLICITATION, "left>right ARP[1]"),
        (frames::ADVERTISEMENT, "right>left ARP[1]"),
        (frames::ROUTER_SOLICITATION, "nobody>nobody ARP[1]"),
    ] {
        assert_eq!(names(&[on_cable(frame)]), [expected]);
    }
}

#[test]
fn a_vlan_tag_does_not_change_the_name_of_a_packet() {
    for frame in frames::ALL.iter().map(|frame| on_cable(frame)).filter(|frame| Packet::parse(frame).kind() != "ARP") {
        let mut tagged = frame.clone();
        tagged.splice(12..12, [0x81, 0x00, 0xa0, 0x05]);
        assert_eq!(names(&[tagged]), names(&[frame]));
    }
}

#[test]
fn a_segment_that_comes_again_has_the_number_of_the_first() {
    let [syn, data, fin] = [frames::SYN, frames::DATA, frames::FIN].map(on_cable);
    let sent = [&syn, &syn, &data, &data, &fin, &data, &fin].map(Clone::clone);
    let [first, again] = ["", " again"];
    let expected = [("SYN", first), ("SYN", again), ("data", first), ("data", again), ("FIN", first)];
    let expected = expected.into_iter().chain([("data", again), ("FIN", again)]);
    assert_eq!(names(&sent), expected.map(|(kind, again)| format!("left>right {kind}[1]{again}")).collect::<Vec<_>>());
}

#[test]
fn frames_count_within_their_kind_and_direction() {
    let sent = [frames::DATAGRAM, frames::ARP_REQUEST, frames::DATAGRAM, frames::ARP_REPLY, frames::SOLICITATION];
    let expected = [
        "left>right datagram[1]",
        "left>right ARP[1]",
        "left>right datagram[2]",
        "right>left ARP[1]",
        "left>right ARP[2]",
    ];
    assert_eq!(names(&sent.map(on_cable)), expected);
}

#[test]
fn nobody_is_at_an_address_that_no_host_has() {
    let mut frame = on_cable(frames::DATA);
    frame[29] = 77;
    assert_eq!(names(&[frame.clone()]), ["nobody>right data[1]"]);
    frame[33] = 78;
    assert_eq!(names(&[frame]), ["nobody>nobody data[1]"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_frames_have_names_whose_numbers_count_from_one_without_a_gap(
        frames in prop::collection::vec(any_frame(), 1..12),
    ) {
        let mut namer = Namer::default();
        let mut counts: HashMap<(String, String, &str), u32> = HashMap::new();
        for frame in &frames {
            let Name { from, to, kind, nth, again, .. } = name(&mut namer, frame).expect("a private cable names all");
            for end in [&from, &to] {
                prop_assert!(["left", "right", NOBODY].contains(&end.as_str()), "{end}");
            }
            prop_assert_eq!(kind, Packet::parse(frame).kind());
            let count = counts.entry((from, to, kind)).or_default();
            *count += u32::from(!again);
            prop_assert!(if again { nth <= *count } else { nth == *count }, "{kind}[{nth}] after {count}");
        }
    }

    #[test]
    fn any_bytes_have_neighbours_or_none(frame in any_frame()) {
        if let Some((asks, asked)) = neighbours(&frame) {
            let families = [asks, asked].map(|address| address.map(|address| address.is_ipv4()));
            let family = Some(frame[12..14] == [8, 6]);
            prop_assert!(families.iter().all(|one| one.is_none() || *one == family), "{families:?}");
        }
    }
}
