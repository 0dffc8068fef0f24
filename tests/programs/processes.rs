//! Threads and processes that share sockets: whose call it was, and which socket it meant, stays right.

use crate::harness::{Bench, Run, result};
use socket_lab::recording::{Event, Reason};
use socket_lab::timeline::{Cause, Mark};
use std::collections::HashSet;

/// Runs `processes MODE` as the server of `peer say`.
fn serving(name: &str, mode: &str, clients: &[&str]) -> Option<Run> {
    let bench = Bench::new(name);
    let (program, peer) = (bench.c("processes")?, bench.c("peer")?);
    let mut arguments = vec!["--server".to_string(), format!("{program} {mode}")];
    for (number, words) in clients.iter().enumerate() {
        let role = if number == 0 { "client".into() } else { format!("client{}", number + 1) };
        arguments.extend(["--role".to_string(), format!("{role}={peer} say 8080 {words}")]);
    }
    Some(bench.trace(&arguments.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Runs `processes MODE` as a client of `peer echo`.
fn asking(name: &str, mode: &str, connections: u32) -> Option<Run> {
    let bench = Bench::new(name);
    let (program, peer) = (bench.c("processes")?, bench.c("peer")?);
    Some(bench.trace(&[
        "--server",
        &format!("{peer} echo 8080 {connections}"),
        "--client",
        &format!("{program} {mode}"),
    ]))
}

/// Processes that a role's receiving calls were made by.
fn receivers(run: &Run, role: &str) -> HashSet<i32> {
    run.calls(role, "recv").iter().map(|call| call.enter.pid).collect()
}

#[test]
fn each_connection_of_a_threaded_server_has_its_thread() {
    let bench = Bench::new("threads");
    let (Some(threads), Some(peer)) = (bench.c("threads"), bench.c("peer")) else { return };
    let run = bench.trace(&[
        "--server",
        &format!("{threads} server 2"),
        "--client",
        &format!("{peer} say 8080 one two"),
        "--role",
        &format!("client2={peer} say 8080 three"),
    ]);
    run.assert_sound();
    let receives = run.calls("server", "recv");
    let tids: HashSet<i32> = receives.iter().map(|call| call.enter.tid).collect();
    assert_eq!((tids.len(), receivers(&run, "server").len()), (2, 1), "two threads of one process\n{}", run.text());
    for call in receives {
        let same = run.calls("server", "recv").into_iter().filter(|other| other.enter.sock == call.enter.sock);
        assert!(
            same.map(|other| other.enter.tid).all(|tid| tid == call.enter.tid),
            "a socket wandered\n{}",
            run.text()
        );
    }
}

#[test]
fn one_thread_may_send_while_another_receives_on_the_same_socket() {
    let bench = Bench::new("duplex");
    let (Some(threads), Some(peer)) = (bench.c("threads"), bench.c("peer")) else { return };
    let run = bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{threads} duplex")]);
    run.assert_sound();
    assert_eq!((run.received("server"), run.received("client")), (200, 200));
    let of = |name: &str| -> HashSet<i32> { run.calls("client", name).iter().map(|call| call.enter.tid).collect() };
    assert!(of("send").is_disjoint(&of("recv")), "{}", run.text());
}

#[test]
fn the_calls_of_threads_that_outlive_their_leader_are_recorded() {
    let bench = Bench::new("leader");
    let (Some(threads), Some(peer)) = (bench.c("threads"), bench.c("peer")) else { return };
    let run = bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{threads} leader")]);
    run.assert_sound();
    assert_eq!(run.order("client"), ["socket", "connect", "send", "recv", "close"], "{}", run.text());
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
}

#[test]
fn a_forking_server_serves_in_children_and_the_fin_is_the_childs() {
    let Some(run) = serving("forking", "forking 2", &["one two", "three"]) else { return };
    run.assert_sound();
    let main = run.timeline.marks.iter().find_map(|mark| match mark {
        Mark::Spawn(spawn) if spawn.role == "server" => Some(spawn.pid),
        _ => None,
    });
    let children = receivers(&run, "server");
    assert_eq!(children.len(), 2, "{}", run.text());
    assert!(!children.contains(&main.unwrap()), "the parent accepts, its children receive");
    // The parent's close of its copy sends nothing; the child's does.
    for client in ["client", "client2"] {
        let fins = run.frames("server", client, "FIN");
        assert_eq!(fins.len(), 1, "{}", run.text());
        let Cause::Call { call, .. } = fins[0].cause else { panic!("{:?}\n{}", fins[0].cause, run.text()) };
        assert!(children.contains(&run.timeline.calls[call].enter.pid), "{}", run.text());
    }
}

#[test]
fn workers_accept_from_the_listener_of_their_parent() {
    let Some(run) = serving("prefork", "prefork 2", &["one", "two"]) else { return };
    run.assert_sound();
    let accepts = run.calls("server", "accept");
    assert_eq!(accepts.iter().map(|call| call.enter.pid).collect::<HashSet<_>>().len(), 2, "{}", run.text());
    assert_eq!(accepts.iter().map(|call| call.enter.sock).collect::<HashSet<_>>().len(), 1, "one listener");
}

#[test]
fn a_connection_passed_to_a_child_is_the_same_socket_there() {
    let Some(run) = serving("passing", "passing", &["one two"]) else { return };
    run.assert_sound();
    let accept = run.call("server.accept[1]");
    let sock = accept.exit.as_ref().unwrap().sock;
    let echoes: Vec<_> = run.calls("server", "send").into_iter().filter(|call| call.enter.sock == sock).collect();
    assert_eq!(echoes.len(), 2, "{}", run.text());
    assert!(echoes.iter().all(|call| call.enter.pid != accept.enter.pid), "{}", run.text());
    assert_eq!(run.sources("client.recv[1]"), [echoes[0].name()]);
}

#[test]
fn a_connection_passed_to_another_role_keeps_its_bytes() {
    let bench = Bench::new("roles");
    let (Some(program), Some(peer)) = (bench.c("processes"), bench.c("peer")) else { return };
    let path = bench.file("socket");
    let run = bench.trace(&[
        "--role",
        &format!("server2={program} taker {path}"),
        "--server",
        &format!("{program} giver {path}"),
        "--client",
        &format!("{peer} say 8080 one"),
    ]);
    run.assert_sound();
    // The frames go to the role that accepted; the calls are those of the role that makes them.
    assert_eq!(run.frames("client", "server", "data").len(), 1, "{}", run.text());
    let received =
        run.calls("server2", "recv").into_iter().find(|call| !call.sources.is_empty() && call.moved() == Some(3));
    let received = received.unwrap_or_else(|| panic!("server2 received nothing\n{}", run.text()));
    assert_eq!(run.sources(&received.name()), ["client.send[1]"]);
    assert_eq!(run.sources("client.recv[1]").len(), 1);
    assert!(run.sources("client.recv[1]")[0].starts_with("server2.send"), "{}", run.text());
}

#[test]
fn a_descriptor_closed_by_a_process_that_shares_the_table_is_closed() {
    let Some(run) = asking("table", "table", 2) else { return };
    run.assert_sound();
    assert_eq!(run.calls("client", "send").len(), 2, "a file took the number for a while\n{}", run.text());
    let socks: HashSet<_> = run.calls("client", "send").iter().map(|call| call.enter.sock).collect();
    assert_eq!(socks.len(), 2, "{}", run.text());
}

#[test]
fn a_connection_inherited_through_vfork_and_exec_is_read_as_standard_input() {
    let Some(run) = serving("inetd", "inetd", &["one two"]) else { return };
    run.assert_sound();
    assert_eq!(run.call("server.recv[1]").enter.fd, Some(0));
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
}

#[test]
fn exec_from_a_thread_goes_on_as_the_process() {
    let Some(run) = asking("thread-exec", "thread-exec", 1) else { return };
    run.assert_complete();
    run.assert_bytes_known();
    run.assert_frames_explained();
    assert_eq!(run.end("client"), "0", "{}", run.text());
    let interrupted = run.calls("client", "recv").into_iter().find(|call| call.exit.is_none());
    assert!(interrupted.is_some(), "the leader's recv never returned\n{}", run.text());
    let last = run.calls("client", "send").into_iter().next_back().unwrap();
    assert_eq!((last.enter.pid, last.enter.data.as_ref().unwrap().0.as_slice()), (last.enter.tid, &b"after"[..]));
}

#[test]
fn clients_wait_for_a_server_that_becomes_a_daemon() {
    let Some(run) = serving("daemon", "daemon", &["one"]) else { return };
    run.assert_complete();
    run.assert_bytes_known();
    assert_eq!(run.end("client"), "0", "{}", run.text());
    assert_eq!(run.calls("client", "connect").iter().map(|call| result(call)).collect::<Vec<_>>(), ["0"]);
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
}

#[test]
fn duplicates_of_a_descriptor_are_one_socket_that_ends_with_the_last() {
    let Some(run) = asking("duplicates", "duplicates", 1) else { return };
    run.assert_sound();
    let moves: Vec<_> = run
        .timeline
        .calls
        .iter()
        .filter(|call| call.enter.role == "client" && (call.sends() || call.receives()))
        .collect();
    assert_eq!(moves.len(), 4, "the file that took the number is no socket\n{}", run.text());
    assert_eq!(moves.iter().map(|call| call.enter.sock).collect::<HashSet<_>>().len(), 1, "{}", run.text());
    assert_eq!(moves.iter().map(|call| call.enter.fd).collect::<HashSet<_>>().len(), 4);
    let fin = run.frames("client", "server", "FIN");
    assert_eq!(run.cause(fin[0]), run.calls("client", "close").last().map(|call| call.name()), "{}", run.text());
}

#[test]
fn sixty_children_that_end_during_a_recv_disturb_nothing() {
    let Some(run) = asking("storm", "storm", 1) else { return };
    run.assert_sound();
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
    let ended = run
        .timeline
        .marks
        .iter()
        .filter(|mark| matches!(mark, Mark::Ended(ended) if ended.role == "client" && !ended.main));
    assert_eq!(ended.count(), 60);
}

#[test]
fn a_rule_that_kills_a_role_kills_all_its_processes() {
    let bench = Bench::new("family");
    let (Some(program), Some(peer)) = (bench.c("processes"), bench.c("peer")) else { return };
    let run = bench.trace(&[
        "--server",
        &format!("{program} family"),
        "--client",
        &format!("{peer} idle 8080"),
        "--schedule",
        "kill server after server.accept[1]",
    ]);
    run.assert_complete();
    let killed = run.timeline.marks.iter().filter(|mark| {
        matches!(mark, Mark::Ended(ended) if ended.role == "server" && ended.signal.as_deref() == Some("SIGKILL") && !ended.by_lab)
    });
    assert_eq!(killed.count(), 2, "{}", run.text());
    assert_eq!(run.end("client"), "0");
}

#[test]
fn a_role_that_is_killed_while_it_is_held_lets_the_run_end() {
    let bench = Bench::new("held");
    let Some(peer) = bench.c("peer") else { return };
    let run = bench.trace(&[
        "--server",
        &format!("{peer} echo 8080"),
        "--client",
        &format!("{peer} say 8080 one two"),
        "--schedule",
        "server.recv[2] after client.close[1]",
        "--schedule",
        "kill server after client.send[2]",
    ]);
    run.assert_complete();
    assert_eq!(run.end("server"), "SIGKILL", "{}", run.text());
}

#[test]
fn programs_that_never_pause_keep_nobody_waiting_and_end_at_the_deadline() {
    let bench = Bench::new("restless");
    let Some(program) = bench.c("processes") else { return };
    let run = bench.trace(&["--client", &format!("{program} restless"), "--timeout", "1", "--hex", "none"]);
    let Some(Event::End(end)) = run.recording.events.last() else { panic!("no end") };
    assert_eq!((end.reason, run.end("client").as_str()), (Reason::Deadline, "by the lab"));
    // What it printed meanwhile was taken in meanwhile, and not only at the end.
    let place = |is: &dyn Fn(&Event) -> bool| run.recording.events.iter().position(is);
    let printed = place(&|event| matches!(event, Event::Output(_))).expect("it printed");
    assert!(run.recording.events[printed..].iter().any(|event| matches!(event, Event::Enter(_))));
    assert!(run.calls("client", "send").len() > 100);
}

#[test]
fn what_runs_before_the_program_does_not_clutter() {
    let bench = Bench::new("shim");
    let (Some(program), Some(peer)) = (bench.c("peer"), bench.c("peer")) else { return };
    // As a version manager does it: scripts that look around, then become the program.
    let shim =
        bench.write("shim", format!("#!/bin/sh\nprobe=$(echo found | cat)\nexec env PROBE=$probe {program} \"$@\"\n"));
    let status = std::process::Command::new("chmod").args(["755", &shim]).status().unwrap();
    assert!(status.success());
    let run = bench.trace(&["--server", &format!("{shim} echo 8080"), "--client", &format!("{peer} say 8080 one")]);
    run.assert_sound();
    let plain =
        bench.trace(&["--server", &format!("{program} echo 8080"), "--client", &format!("{peer} say 8080 one")]);
    assert_eq!(run.order("server"), plain.order("server"), "{}", run.text());
}

#[test]
fn the_bytes_of_two_threads_that_send_on_one_socket_keep_their_senders() {
    let bench = Bench::new("writers");
    let (Some(threads), Some(peer)) = (bench.c("threads"), bench.c("peer")) else { return };
    let run = bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{threads} writers")]);
    run.assert_complete();
    assert_eq!((run.received("server"), run.received("client")), (100, 100), "{}", run.text());
    let tids: HashSet<i32> = run.calls("client", "send").iter().map(|call| call.enter.tid).collect();
    assert_eq!(tids.len(), 2);
    // Where two sends overlapped nobody can know which came first, and nothing is said; what is said is true.
    for call in run.calls("server", "recv") {
        let got = call.exit.as_ref().and_then(|exit| exit.data.as_ref()).map_or(&[][..], |data| &data.0);
        for span in &call.sources {
            let sent = &run.timeline.calls[span.call].enter.data.as_ref().unwrap().0;
            assert_eq!(got[span.here.clone()], sent[span.there.clone()], "{}", run.text());
        }
    }
}

#[test]
fn a_descriptor_that_is_given_to_a_file_closes_the_connection() {
    let Some(run) = asking("replaced", "replaced", 1) else { return };
    run.assert_sound();
    let fin = run.frames("client", "server", "FIN");
    assert_eq!(run.cause(fin[0]).as_deref(), Some("client.close[1]"), "{}", run.text());
    assert_eq!(run.call("client.close[1]").enter.syscall, "dup2");
    assert_eq!(run.calls("client", "send").len(), 1, "{}", run.text());
}
