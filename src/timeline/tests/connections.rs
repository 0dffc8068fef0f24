//! Which sockets and frames belong to one connection.

use super::*;

#[test]
fn the_same_addresses_meeting_twice_are_two_connections() {
    let mut run = Run::new();
    let first = Link::new();
    let second = Link { first: [500_000, 700_000], ..Link::new() };
    run.connected(&first);
    run.send("client", 1, b"one");
    run.segment(&first, CLIENT, "PSH,ACK", 1, 1, b"one");
    run.recv("server", 2, b"one");
    run.connect(&second, 4, 5);
    run.send("client", 4, b"two");
    run.segment(&second, CLIENT, "PSH,ACK", 1, 1, b"two");
    run.recv("server", 5, b"two");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..3 client.send[1] 0..3");
    assert_eq!(sources(&timeline, "server.recv[2]"), "0..3 client.send[2] 0..3");
    assert_eq!(sources(&timeline, "client>server data[2]"), "0..3 client.send[2] 0..3");
    assert_eq!(timeline.frames[frame(&timeline, "client>server SYN[2]")].repeats, None);
    assert_eq!(cause(&timeline, "client>server SYN[2]"), "client.connect[2]");
}

#[test]
fn two_meetings_are_told_apart_without_frames() {
    let mut run = Run::new();
    run.connected(&Link::new());
    run.connect(&Link::new(), 4, 5);
    run.send("client", 4, b"two");
    run.send("client", 1, b"one");
    run.recv("server", 2, b"one");
    run.recv("server", 5, b"two");
    let timeline = run.without_wire().timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..3 client.send[2] 0..3");
    assert_eq!(sources(&timeline, "server.recv[2]"), "0..3 client.send[1] 0..3");
}

#[test]
fn a_segment_left_over_from_the_first_meeting_stays_with_it() {
    let mut run = Run::new();
    let first = Link::new();
    let second = Link { first: [500_000, 700_000], ..Link::new() };
    run.connected(&first);
    run.send("client", 1, b"old");
    run.segment(&first, CLIENT, "PSH,ACK", 1, 1, b"old");
    run.connect(&second, 4, 5);
    run.again(&first, CLIENT, "PSH,ACK", 1, 1, b"old");
    let timeline = run.timeline();
    let again = frame(&timeline, "client>server data[1] again");
    assert_eq!(timeline.frames[again].repeats, Some(frame(&timeline, "client>server data[1]")));
    assert_eq!(sources(&timeline, "client>server data[1] again"), "0..3 client.send[1] 0..3");
}

#[test]
fn an_ipv4_address_in_ipv6_clothes_is_the_same_end() {
    let mut run = Run::new();
    let link = Link::new();
    run.connected(&link);
    run.socket(2, "server", "inet6 stream", "[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:4000");
    // The record that came first is replaced everywhere: only the mapped form is left.
    for event in &mut run.events {
        if let crate::recording::Event::Socket(socket) = event
            && socket.sock == 2
        {
            socket.local = Some("[::ffff:127.0.0.1]:80".into());
            socket.remote = Some("[::ffff:127.0.0.1]:4000".into());
        }
    }
    run.send("client", 1, b"hi");
    run.recv("server", 2, b"hi");
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), "0..2 client.send[1] 0..2");
}

#[test]
fn ipv6_connections_are_followed_like_any_other() {
    let mut run = Run::new();
    let link = Link { addresses: ["[2001:db8::1]:4000", "[2001:db8::2]:80"], ..Link::new() };
    run.connected(&link);
    let call = run.enter_send("client", 1, b"hi");
    run.segment(&link, CLIENT, "PSH,ACK", 1, 1, b"hi");
    run.exit(call, 2);
    run.recv("server", 2, b"hi");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server data[1]"), "0..2 client.send[1] 0..2");
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..2 client.send[1] 0..2");
}

#[test]
fn a_connection_whose_syn_was_not_captured_has_no_sequence_numbers_but_its_calls_are_joined() {
    let mut run = Run::new();
    run.connected(&Link::new());
    run.events.retain(|event| !matches!(event, crate::recording::Event::Frame(_)));
    run.send("client", 1, b"hi");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"hi");
    run.recv("server", 2, b"hi");
    let timeline = run.timeline();
    assert_eq!(timeline.frames[0].seq, None);
    assert_eq!(sources(&timeline, "client>server data[1]"), "");
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..2 client.send[1] 0..2");
}

#[test]
fn a_socket_connected_to_itself_reads_what_it_wrote() {
    let mut run = Run::new();
    let link = Link { addresses: ["127.0.0.1:4000"; 2], roles: ["client"; 2], first: [1000, 1000] };
    let connect = run.enter("client", "connect", 1);
    run.segment(&link, CLIENT, "SYN", 0, 0, b"");
    run.segment(&link, CLIENT, "SYN,ACK", 0, 1, b"");
    run.exit(connect, 0);
    run.socket(1, "client", "inet stream", "127.0.0.1:4000", "127.0.0.1:4000");
    let call = run.enter_send("client", 1, b"me");
    run.segment(&link, CLIENT, "PSH,ACK", 1, 1, b"me");
    run.exit(call, 2);
    run.recv("client", 1, b"me");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client.recv[1]"), "0..2 client.send[1] 0..2");
    assert_eq!(cause(&timeline, "client>client SYN,ACK[1]"), "client>client SYN[1]");
    assert_eq!(cause(&timeline, "client>client data[1]"), "client.send[1]");
}

#[test]
fn a_refused_attempt_from_the_same_port_is_not_the_connection() {
    let mut run = Run::new();
    let refused = Link { first: [77, 0], ..Link::new() };
    let connect = run.enter_with("client", "connect", 7, |enter| enter.args.addr = Some("127.0.0.1:80".into()));
    run.segment(&refused, CLIENT, "SYN", 0, 0, b"");
    run.segment(&refused, SERVER, "RST,ACK", 0, 1, b"");
    run.exit_with(connect, -1, |exit| exit.errno = Some("ECONNREFUSED".into()));
    run.connected(&Link::new());
    run.send("client", 1, b"hi");
    run.recv("server", 2, b"hi");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "client>server SYN[1]"), "client.connect[1]");
    assert_eq!(cause(&timeline, "server>client RST[1]"), "client>server SYN[1]");
    assert_eq!(cause(&timeline, "client>server SYN[2]"), "client.connect[2]");
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..2 client.send[1] 0..2");
}
