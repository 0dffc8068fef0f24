//! How long frames may be: MTUs, the segments that fit them, and datagrams that do not.

use crate::common::{User, users};
use crate::harness::{Run, trace};
use socket_lab::timeline::Frame;
use socket_lab::wire::Transport;

/// An Ethernet header.
const HEADER: u32 = 14;

/// Bytes of a frame's IP packet.
fn packet(frame: &Frame) -> u32 {
    frame.record.len - HEADER
}

fn longest(run: &Run, from: &str) -> u32 {
    let frames = run.timeline.frames.iter().filter(|frame| frame.from() == from);
    frames.map(packet).max().expect("a frame")
}

/// The largest segment that a role says it takes, in its SYN or SYN,ACK.
fn offered(run: &Run, name: &str) -> u16 {
    let frames = run.transmissions(name);
    let Transport::Tcp(tcp) = &frames[0].packet.transport else { panic!("{name} is no segment") };
    tcp.mss.expect("the option MSS")
}

/// A client that sends 30 000 bytes and a server that sends them back, on hosts of these sizes.
fn there_and_back(user: User, host: &str, rules: &[&str]) -> Option<Run> {
    let run = trace(user, &format!("reflect {host}"), &format!("fetch {host} 30000"), rules)?;
    run.assert_sound();
    assert_eq!(run.printed("client"), ["30000 True"], "{}", run.text());
    Some(run)
}

#[test]
fn segments_are_as_long_as_the_mtu_allows_and_no_longer() {
    for user in users() {
        for mtu in [576, 1500, 9000, 68] {
            let Some(run) = there_and_back(user, "{server}", &[&format!("mtu {mtu}")]) else { return };
            for role in ["client", "server"] {
                assert_eq!(longest(&run, role), mtu, "{}", run.text());
            }
            let options = ["client>server SYN[1]", "server>client SYN,ACK[1]"].map(|name| offered(&run, name));
            // The kernel offers no less than RFC 9293 presumes where nothing is said, though less fits.
            let fits = (mtu as u16 - 40).max(if mtu == 68 { options[0] } else { 0 });
            assert_eq!(options, [fits; 2], "mtu {mtu}\n{}", run.text());
            assert!(run.timeline.header.wire.hosts.iter().all(|host| host.mtu == mtu));
        }
    }
}

#[test]
fn over_ipv6_segments_have_room_for_the_longer_header() {
    let Some(run) = there_and_back(User::Self_, "{server6}", &["mtu 1280"]) else { return };
    assert_eq!((longest(&run, "client"), longest(&run, "server")), (1280, 1280));
    assert_eq!(offered(&run, "client>server SYN[1]"), 1280 - 60);
}

#[test]
fn between_hosts_of_different_mtu_both_send_what_the_smaller_takes() {
    let Some(run) = there_and_back(User::Self_, "{server}", &["mtu server 576"]) else { return };
    assert_eq!((offered(&run, "client>server SYN[1]"), offered(&run, "server>client SYN,ACK[1]")), (1460, 536));
    assert_eq!((longest(&run, "client"), longest(&run, "server")), (576, 576), "{}", run.text());
    let mtus: Vec<_> = run.timeline.header.wire.hosts.iter().map(|host| host.mtu).collect();
    assert_eq!(mtus, [576, 1500]);
}

#[test]
fn a_datagram_that_does_not_fit_travels_in_fragments_and_arrives_whole() {
    for user in users() {
        for (host, rules, frames) in [
            ("{server}", &[][..], 3),
            ("{server6}", &[], 3),
            ("{server}", &["mtu 576"], 8),
            ("{server}", &["mtu 9000"], 1),
        ] {
            let Some(run) = trace(user, &format!("answer {host} 1"), &format!("ask {host} 4000"), rules) else {
                return;
            };
            run.assert_sound();
            assert_eq!(run.printed("client"), ["4000 True"], "{}", run.text());
            let between = |from: &str, to: &str| {
                let frames = run.timeline.frames_between(from, to).map(|frame| &run.timeline.frames[frame]);
                frames.filter(|frame| frame.record.kind == "datagram").collect::<Vec<_>>()
            };
            for fragments in [between("client", "server"), between("server", "client")] {
                assert_eq!(fragments.len(), frames, "{host} {rules:?}\n{}", run.text());
                let more = |frame: &&Frame| frame.packet.ip.as_ref().is_some_and(|ip| ip.more_fragments);
                assert_eq!(fragments.iter().filter(|frame| more(frame)).count(), frames - 1);
                assert!(fragments.iter().all(|frame| packet(frame) <= run.timeline.header.wire.mtu), "{}", run.text());
            }
        }
    }
}

#[test]
fn a_datagram_of_which_a_fragment_is_lost_is_not_received() {
    let rules = ["drop client>server datagram[2]"];
    let Some(run) = trace(User::Self_, "take {server} 1", "tell {server} 4000 5", &rules) else { return };
    run.assert_sound();
    assert_eq!(run.printed("server"), ["5"], "{}", run.text());
    assert_eq!(run.fates("client>server datagram[3]"), ["arrived"], "{}", run.text());
}

#[test]
fn a_datagram_longer_than_the_receivers_mtu_does_not_arrive_and_says_why() {
    let rules = ["mtu server 576"];
    let Some(run) = trace(User::Self_, "take {server} 1", "tell {server} 1000 5", &rules) else { return };
    run.assert_sound();
    assert_eq!(run.fates("client>server datagram[1]"), ["dropped by mtu server 576"], "{}", run.text());
    assert_eq!(run.printed("server"), ["5"], "{}", run.text());
}
