//! Which `sendto` sent what which `recvfrom` returned.

use super::run::{datagram, ip, udp, unreachable};
use super::*;

const NEAR: &str = "127.0.0.1:5000";
const FAR: &str = "127.0.0.1:7000";

/// A client (socket 1) and a server bound to port 7000 (socket 2).
fn pair() -> Run {
    let mut run = Run::new();
    run.socket(1, "client", "inet dgram", "0.0.0.0:5000", "");
    run.socket(2, "server", "inet dgram", FAR, "");
    run
}

/// A datagram, sent and seen on the wire.
fn flies(run: &mut Run, data: &[u8]) {
    let call = run.enter_sendto("client", 1, FAR, data);
    run.frame("client", "server", datagram(NEAR, FAR, 0, data));
    run.exit(call, data.len() as i64);
}

#[test]
fn a_datagram_is_followed_from_sendto_over_its_frame_to_recvfrom() {
    let mut run = pair();
    flies(&mut run, b"hello");
    run.recvfrom("server", 2, 1024, b"hello", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server datagram[1]"), "0..5 client.sendto[1] 0..5");
    assert_eq!(cause(&timeline, "client>server datagram[1]"), "client.sendto[1]");
    assert_eq!(carried_by(&timeline, "client.sendto[1]"), "client>server datagram[1]");
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..5 client.sendto[1] 0..5");
}

#[test]
fn equal_datagrams_are_told_apart_by_their_order() {
    let mut run = pair();
    for _ in 0..3 {
        flies(&mut run, b"same");
    }
    for _ in 0..3 {
        run.recvfrom("server", 2, 1024, b"same", NEAR);
    }
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "client>server datagram[2]"), "client.sendto[2]");
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..4 client.sendto[1] 0..4");
    assert_eq!(sources(&timeline, "server.recvfrom[3]"), "0..4 client.sendto[3] 0..4");
}

#[test]
fn a_lost_datagram_is_skipped() {
    let mut run = pair();
    flies(&mut run, b"one");
    flies(&mut run, b"two");
    flies(&mut run, b"six");
    run.recvfrom("server", 2, 1024, b"one", NEAR);
    run.recvfrom("server", 2, 1024, b"six", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..3 client.sendto[3] 0..3");
}

#[test]
fn a_datagram_that_the_network_doubled_comes_from_the_same_call_twice() {
    let mut run = pair();
    let call = run.enter_sendto("client", 1, FAR, b"dup");
    run.frame("client", "server", datagram(NEAR, FAR, 77, b"dup"));
    run.exit(call, 3);
    run.frame("client", "server", datagram(NEAR, FAR, 77, b"dup"));
    run.recvfrom("server", 2, 1024, b"dup", NEAR);
    run.recvfrom("server", 2, 1024, b"dup", NEAR);
    let timeline = run.timeline();
    assert_eq!(timeline.frames[1].repeats, Some(0));
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..3 client.sendto[1] 0..3");
}

#[test]
fn an_empty_datagram_still_has_a_sender() {
    let mut run = pair();
    flies(&mut run, b"");
    run.recvfrom("server", 2, 1024, b"", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server datagram[1]"), "0..0 client.sendto[1] 0..0");
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..0 client.sendto[1] 0..0");
}

#[test]
fn a_datagram_cut_to_the_room_is_the_first_in_the_queue_not_a_later_one_that_fits() {
    let mut run = pair();
    flies(&mut run, b"hello");
    flies(&mut run, b"h");
    run.recvfrom("server", 2, 1, b"h", NEAR);
    run.recvfrom("server", 2, 1, b"h", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..1 client.sendto[1] 0..1");
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..1 client.sendto[2] 0..1");
}

#[test]
fn a_recv_that_asks_for_the_true_length_keeps_only_what_had_room() {
    let mut run = pair();
    flies(&mut run, b"hello");
    let call = run.enter_with("server", "recvfrom", 2, |enter| {
        enter.args.len = Some(2);
        enter.args.flags = Some("MSG_PEEK|MSG_TRUNC".into());
    });
    run.exit_with(call, 5, |exit| exit.data = Some(crate::recording::Hex(b"he".to_vec())));
    run.recvfrom("server", 2, 1024, b"hello", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..2 client.sendto[1] 0..2");
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..5 client.sendto[1] 0..5");
}

#[test]
fn fragments_belong_to_the_datagram_whose_first_fragment_names_the_ports() {
    let mut run = pair();
    let data: Vec<u8> = (0..100).collect();
    let whole = udp(NEAR, FAR, &data);
    let host = "127.0.0.1".parse().unwrap();
    let call = run.enter_sendto("client", 1, FAR, &data);
    run.frame("client", "server", ip(host, host, 17, 9, 0x2000, &whole[..48]));
    run.frame("client", "server", ip(host, host, 17, 9, 6, &whole[48..]));
    run.exit(call, 100);
    run.recvfrom("server", 2, 1024, &data, NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server datagram[1]"), "0..40 client.sendto[1] 0..40");
    assert_eq!(sources(&timeline, "client>server datagram[2]"), "0..60 client.sendto[1] 40..100");
    assert_eq!(timeline.calls[0].carried_by, [0, 1]);
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..100 client.sendto[1] 0..100");
}

#[test]
fn fragments_in_the_wrong_order_are_put_together_too() {
    let mut run = pair();
    let data: Vec<u8> = (0..100).collect();
    let whole = udp(NEAR, FAR, &data);
    let host = "127.0.0.1".parse().unwrap();
    let call = run.enter_sendto("client", 1, FAR, &data);
    run.frame("client", "server", ip(host, host, 17, 9, 6, &whole[48..]));
    run.frame("client", "server", ip(host, host, 17, 9, 0x2000, &whole[..48]));
    run.exit(call, 100);
    assert_eq!(sources(&run.timeline(), "client>server datagram[1]"), "0..60 client.sendto[1] 40..100");
}

#[test]
fn an_icmp_error_is_tied_to_the_datagram_it_quotes() {
    let mut run = pair();
    flies(&mut run, b"one");
    flies(&mut run, b"two!");
    run.frame("", "client", unreachable("127.0.0.1", "127.0.0.1", &datagram(NEAR, FAR, 0, b"one")));
    let timeline = run.timeline();
    assert_eq!(timeline.frames[2].provoked_by, Some(0));
    assert_eq!(timeline.frames[2].cause, Cause::Frame(0));
    assert_eq!(timeline.frames[2].name(), "nobody>client ICMP[1]");
}

#[test]
fn a_connected_udp_socket_sends_and_receives_without_addresses() {
    let mut run = Run::new();
    run.socket(1, "client", "inet dgram", NEAR, FAR);
    run.socket(2, "server", "inet dgram", "0.0.0.0:7000", "");
    let call = run.enter_send("client", 1, b"q");
    run.frame("client", "server", datagram(NEAR, FAR, 0, b"q"));
    run.exit(call, 1);
    run.recvfrom("server", 2, 1024, b"q", NEAR);
    let call = run.enter_sendto("server", 2, NEAR, b"a");
    run.frame("server", "client", datagram(FAR, NEAR, 0, b"a"));
    run.exit(call, 1);
    run.recv("client", 1, b"a");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..1 client.send[1] 0..1");
    assert_eq!(sources(&timeline, "client.recv[1]"), "0..1 server.sendto[1] 0..1");
}

#[test]
fn datagrams_that_overtook_one_another_are_matched_by_their_bytes() {
    let mut run = pair();
    flies(&mut run, b"one");
    flies(&mut run, b"two");
    run.recvfrom("server", 2, 1024, b"two", NEAR);
    run.recvfrom("server", 2, 1024, b"one", NEAR);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..3 client.sendto[2] 0..3");
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..3 client.sendto[1] 0..3");
}

#[test]
fn without_a_wire_calls_are_matched_with_calls() {
    let mut run = pair();
    flies(&mut run, b"one");
    flies(&mut run, b"two");
    run.recvfrom("server", 2, 1024, b"two", NEAR);
    let timeline = run.without_wire().timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..3 client.sendto[2] 0..3");
}

#[test]
fn unix_datagrams_are_matched_by_path_and_order() {
    let mut run = Run::new();
    run.socket(1, "client", "unix dgram", "unix:", "");
    run.socket(2, "server", "unix dgram", "unix:/tmp/d", "");
    run.sendto("client", 1, "unix:/tmp/d", b"x");
    run.sendto("client", 1, "unix:/tmp/d", b"x");
    run.recvfrom("server", 2, 1024, b"x", "unix:");
    run.recvfrom("server", 2, 1024, b"x", "unix:");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recvfrom[1]"), "0..1 client.sendto[1] 0..1");
    assert_eq!(sources(&timeline, "server.recvfrom[2]"), "0..1 client.sendto[2] 0..1");
}

#[test]
fn packets_of_a_seqpacket_pair_keep_their_borders() {
    let mut run = Run::new();
    run.socket_with(1, "client", "unix seqpacket", "unix:", "", |socket| socket.peer = Some(2));
    run.socket_with(2, "client", "unix seqpacket", "unix:", "", |socket| socket.peer = Some(1));
    run.send("client", 1, b"one");
    run.send("client", 1, b"two");
    run.recv("client", 2, b"one");
    run.recv("client", 2, b"two");
    assert_eq!(sources(&run.timeline(), "client.recv[2]"), "0..3 client.send[2] 0..3");
}
