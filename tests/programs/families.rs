//! AF_UNIX, IPv6, and one socket for both protocols.

use crate::harness::{Bench, Run, source};
use std::collections::HashSet;

fn both(name: &str, server: &str, client: &str) -> Option<Run> {
    let bench = Bench::new(name);
    let python = format!("/usr/bin/python3 {}", source("families.py"));
    crate::common::tool("python3")?;
    let path = bench.file("socket");
    let command = |what: &str| format!("{python} {}", what.replace("PATH", &path));
    Some(bench.trace(&["--server", &command(server), "--client", &command(client)]))
}

#[test]
fn a_unix_stream_has_no_frames_and_full_provenance() {
    let Some(run) = both("unix-stream", "stream-server PATH", "stream-client PATH") else { return };
    run.assert_sound();
    assert_eq!(run.timeline.frames.len(), 0);
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
    assert_eq!(run.sources("client.recv[2]"), ["server.send[2]"]);
}

#[test]
fn unix_datagrams_name_their_senders() {
    let Some(run) = both("unix-datagram", "datagram-server PATH", "datagram-client PATH") else { return };
    run.assert_sound();
    assert_eq!(run.timeline.frames.len(), 0);
    assert_eq!(run.sources("server.recvfrom[2]"), ["client.sendto[2]"]);
    assert_eq!(run.sources("client.recv[1]"), ["server.sendto[1]"]);
}

#[test]
fn a_socketpair_joins_a_parent_and_its_child() {
    let bench = Bench::new("pair");
    if crate::common::tool("python3").is_none() {
        return;
    }
    let run = bench.trace(&["--client", &format!("/usr/bin/python3 {} pair", source("families.py"))]);
    run.assert_sound();
    assert_eq!(run.received("client"), 16);
    let pids: HashSet<i32> = run.calls("client", "recv").iter().map(|call| call.enter.pid).collect();
    assert_eq!(pids.len(), 2, "{}", run.text());
}

#[test]
fn tcp_runs_over_ipv6() {
    let Some(run) = both("tcp6", "tcp6-server ::1", "tcp-client ::1") else { return };
    run.assert_sound();
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
    assert_eq!(run.frames("client", "server", "data").len(), 2);
}

#[test]
fn an_ipv4_client_of_an_ipv6_server_is_the_same_connection_on_both_sides() {
    let Some(run) = both("dual", "tcp6-server ::", "tcp-client 127.0.0.1") else { return };
    run.assert_sound();
    assert_eq!(run.sources("client.recv[2]"), ["server.send[2]"]);
    assert_eq!((run.frames("client", "server", "data").len(), run.frames("server", "client", "data").len()), (2, 2));
}

#[test]
fn udp_runs_over_ipv6_and_over_both() {
    for (name, server, client) in [
        ("udp6", "udp6-server ::1", "udp-client ::1"),
        ("udp-dual", "udp6-server ::", "udp-client 127.0.0.1"),
        ("udp6-any", "udp6-server ::", "udp-client ::1"),
    ] {
        let Some(run) = both(name, server, client) else { return };
        run.assert_sound();
        assert_eq!(run.sources("server.recvfrom[1]"), ["client.sendto[1]"], "{name}\n{}", run.text());
        assert_eq!(run.sources("client.recvfrom[2]"), ["server.sendto[2]"], "{name}\n{}", run.text());
        assert_eq!(run.frames("client", "server", "datagram").len(), 2, "{name}\n{}", run.text());
    }
}

#[test]
fn packets_in_sequence_keep_their_borders() {
    let Some(run) = both("unix-packets", "packet-server PATH", "packet-client PATH") else { return };
    run.assert_sound();
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
    assert_eq!(run.sources("server.recv[2]"), ["client.send[2]"]);
    assert_eq!(run.sources("client.recv[2]"), ["server.send[2]"]);
}
