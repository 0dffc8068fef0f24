//! Who is called what: hosts by name and by address, both versions of IP, and frames by the roles they are between.

use crate::common::{User, users};
use crate::harness::{Run, lab, program, trace};
use socket_lab::timeline::Frame;

/// Each pair of programs with each user; none where there is no Python.
fn both_users(server: &str, client: &str) -> Vec<Run> {
    users().into_iter().filter_map(|user| trace(user, server, client, &[])).collect()
}

#[test]
fn a_program_finds_the_server_by_its_name_and_by_its_address() {
    for host in ["server", "{server}"] {
        for run in both_users("serve {server}", &format!("say {host} hello hai")) {
            run.assert_sound();
            run.shows(&["client exits 0", "server prints \"8 \"", "client>server data[2] carries client.send[2]"]);
            let hosts: Vec<_> =
                run.timeline.header.wire.hosts.iter().map(|host| (&host.name[..], &host.ipv4[..])).collect();
            assert_eq!(hosts, [("server", "192.0.2.1"), ("client", "192.0.2.2")]);
        }
    }
}

#[test]
fn a_program_finds_the_other_role_by_its_name_whatever_that_is_and_nobody_who_is_not_there() {
    let Some(server) = program("peer.py", "resolve server client desk localhost elsewhere") else { return };
    for user in users() {
        let run = lab(user, &["trace", "--server", &server, "--role", "desk=sleep 0", "--client", "sleep 0"]);
        // The hosts in the order of the roles on the command line: server, client, then the others.
        let expected = ["server 192.0.2.1 2001:db8::1", "client 192.0.2.2 2001:db8::2", "desk 192.0.2.3 2001:db8::3"];
        assert_eq!(run.printed("server")[..3], expected, "{}", run.text());
        assert_eq!(run.printed("server")[3..], ["localhost 127.0.0.1 ::1", "elsewhere nowhere"], "{}", run.text());
    }
}

#[test]
fn over_ipv6_neighbours_find_each_other_by_frames_of_their_own() {
    for run in both_users("serve {server6}", "say {server6} hello") {
        run.assert_sound();
        run.shows(&[
            "client>server ARP[1] arrives before server>client ARP[1]",
            "server>client ARP[1] before client>server SYN[1]",
        ]);
        run.shows(&["client>server data[1] carries client.send[1]", "server.recv[1] returns client.send[1]"]);
        let nobodys = run.timeline.frames.iter().filter(|frame| frame.from() == "nobody" || frame.to() == "nobody");
        assert_eq!(nobodys.map(|frame| frame.name()).collect::<Vec<_>>(), [""; 0]);
        let version = |frame: &Frame| frame.record.bytes.0[12..14].to_vec();
        assert!(run.timeline.frames.iter().all(|frame| version(frame) == [0x86, 0xdd]), "{}", run.text());
    }
}

#[test]
fn datagrams_and_their_answers_have_their_senders() {
    for (host, bound) in
        [("{server}", "{server}"), ("{server6}", "{server6}"), ("{server}", "0.0.0.0"), ("{server}", "::")]
    {
        let Some(run) = trace(User::Self_, &format!("answer {bound} 2"), &format!("ask {host} 5 6"), &[]) else {
            return;
        };
        run.assert_sound();
        assert_eq!(run.printed("client"), ["5 True", "6 True"], "{host} at {bound}\n{}", run.text());
        run.shows(&["server.recvfrom[2] returns client.sendto[2]", "client.recvfrom[1] returns server.sendto[1]"]);
        run.shows(&["client>server datagram[2] = 6", "server>client datagram[2] carries server.sendto[2]"]);
    }
}

#[test]
fn where_nobody_listens_the_kernel_of_that_host_answers() {
    for run in both_users("answer {server} 1", "knock {server}") {
        run.shows(&["client.connect[1] fails ECONNREFUSED", "server>client RST[1] arrives before client.connect[1]"]);
        run.shows(&["client>server SYN[1] arrives before server>client RST[1]", "server runs"]);
        assert_eq!(run.output.status.code(), Some(0));
    }
}

#[test]
fn a_datagram_to_a_port_without_a_socket_is_answered_with_icmp() {
    let Some(run) = trace(User::Self_, "serve {server}", "tell {server} 7", &[]) else { return };
    run.shows(&["client>server datagram[1] arrives before server>client ICMP[1]"]);
    assert_eq!(run.fates("server>client ICMP[1]"), ["arrived"], "{}", run.text());
}

#[test]
fn an_address_that_no_host_has_is_asked_for_in_vain() {
    let Some(run) = trace(User::Self_, "answer {server} 1", "knock 192.0.2.77", &[]) else { return };
    // Everybody hears the questions, a second apart, and nobody answers.
    run.shows(&["client.connect[1] fails EHOSTUNREACH", "no client>nobody SYN", "no server>client frame"]);
    run.shows(&["count(client>nobody ARP) = 3", "client>nobody ARP[3] arrives before client.connect[1]"]);
}

#[test]
fn three_hosts_are_on_one_cable_and_each_gets_its_own_frames() {
    let programs = ["meet {server} 2", "say {server} one", "say {server} two"].map(|words| program("peer.py", words));
    let [Some(server), Some(one), Some(two)] = programs else { return };
    for user in users() {
        let second = format!("client2={two}");
        let order = ["--schedule", "client2.connect[1] after client.exit"];
        let run =
            lab(user, &[&["trace", "--server", &server, "--client", &one, "--role", &second], &order[..]].concat());
        run.assert_sound();
        run.shows(&["server.recv[1] returns client.send[1]", "server.recv[3] returns client2.send[1]"]);
        run.shows(&["client2>server data[1] carries client2.send[1]", "server.accept[2] from client2"]);
        run.shows(&["no client2>client SYN", "no client>client2 SYN", "count(client2>server SYN) = 1"]);
        // A question to everybody has its answer from one.
        run.shows(&["count(server>client2 ARP) = 1", "no client>client2 ARP"]);
    }
}

#[test]
fn roles_on_hosts_of_their_own_use_the_same_port_side_by_side() {
    let programs =
        ["serve {server}", "serve {server2}", "twice {server} {server2}"].map(|words| program("peer.py", words));
    let [Some(server), Some(server2), Some(client)] = programs else { return };
    let second = format!("server2={server2}");
    let run = lab(User::Self_, &["trace", "--server", &server, "--role", &second, "--client", &client]);
    run.assert_sound();
    run.shows(&["server.bind[1] succeeds", "server2.bind[1] succeeds"]);
    run.shows(&["server.recv[1] returns client.send[1]", "server2.recv[1] returns client.send[2]"]);
    run.shows(&["client>server2 data[1] carries client.send[2]"]);
}

#[test]
fn the_loopback_of_a_host_is_its_own_and_not_on_the_cable() {
    let Some(run) = trace(User::Self_, "serve 127.0.0.1", "knock 127.0.0.1", &[]) else { return };
    run.shows(&["client.connect[1] fails ECONNREFUSED", "server.accept[1] blocks"]);
    assert_eq!(run.timeline.frames.len(), 0, "{}", run.text());
}
