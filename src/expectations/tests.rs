//! Claims about expectations, each written in the notation and held against a small run.

mod beat;
mod cable;
mod predictions;
mod qualities;

use super::{Verdict, evaluate};
use crate::notation::Expectation;
use crate::recording::{Exit, Kernel};
use crate::timeline::Timeline;
use crate::timeline::tests::{CLIENT, Link, Run, SERVER};

fn verdict(timeline: &Timeline, line: &str) -> Verdict {
    let expectation: Expectation = line.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
    evaluate(&expectation, timeline)
}

#[track_caller]
fn seen(timeline: &Timeline, line: &str, evidence: &[&str]) {
    let verdict = verdict(timeline, line);
    assert!(verdict.seen && !verdict.unknown, "{line}: {verdict:?}");
    assert_eq!(verdict.evidence, evidence, "{line}");
    assert_eq!(verdict.instead, None, "{line}");
}

#[track_caller]
fn not_seen(timeline: &Timeline, line: &str, instead: &str) {
    let verdict = verdict(timeline, line);
    assert!(!verdict.seen && !verdict.unknown, "{line}: {verdict:?}");
    assert_eq!(verdict.instead.as_deref(), Some(instead), "{line}");
}

#[track_caller]
fn unknown(timeline: &Timeline, line: &str, why: &str) {
    let verdict = verdict(timeline, line);
    assert!(!verdict.seen && verdict.unknown, "{line}: {verdict:?}");
    assert_eq!(verdict.instead.as_deref(), Some(why), "{line}");
}

fn connected() -> Run {
    let mut run = Run::new();
    run.spawn("server");
    run.spawn("client");
    run.connected(&Link::new());
    run
}

/// Three sends, three segments, one recv.
fn sticky() -> Run {
    let mut run = connected();
    let mut seq = 1;
    for part in ["hello", "hai", "hahaha"] {
        let send = run.enter_send("client", 1, part.as_bytes());
        run.segment(&Link::new(), CLIENT, "PSH,ACK", seq, 1, part.as_bytes());
        run.exit(send, part.len() as i64);
        seq += part.len() as u64;
    }
    run.recv("server", 2, b"hellohaihahaha");
    run
}

fn kernel(sock: u32, state: &str, recv_queue: u32) -> Kernel {
    Kernel { sock, state: state.into(), recv_queue, send_queue: 0, next_datagram: None, timer: None, info: None }
}

#[test]
fn a_call_returned_a_number_or_another() {
    let run = sticky().timeline();
    seen(&run, "server.recv[1] = 14", &["server.recv[1]"]);
    not_seen(&run, "server.recv[1] = 5", "server.recv[1] returned 14");
    not_seen(&run, "server.recv[2] = 5", "there is no server.recv[2]: the server called recv once");
    not_seen(&run, "server.close[1] = 0", "the server never called close");
}

#[test]
fn what_a_call_returned_is_compared_and_a_failure_is_no_small_number() {
    let mut run = sticky();
    run.fail("client", "send", 1, "EAGAIN");
    run.enter("server", "recv", 2);
    let run = run.timeline();
    seen(&run, "client.send[1] < 6", &["client.send[1]"]);
    seen(&run, "client.send[1..3] >= 3", &["client.send[1..3]"]);
    seen(&run, "client.send[3] > 5", &["client.send[3]"]);
    seen(&run, "client.send[3] <= 6", &["client.send[3]"]);
    not_seen(&run, "client.send[1] < 5", "client.send[1] returned 5");
    not_seen(&run, "client.send[4] < 5", "client.send[4] failed with EAGAIN");
    seen(&run, "client.send[4] = -1", &["client.send[4]"]);
    not_seen(&run, "server.recv[2] >= 0", "server.recv[2] never returned");
}

#[test]
fn a_statement_about_several_calls_is_about_each_of_them() {
    let run = sticky().timeline();
    seen(&run, "client.send succeeds", &["client.send[1..3]"]);
    seen(&run, "client.send[2..3] succeeds", &["client.send[2..3]"]);
    not_seen(&run, "client.send = 5", "client.send[2] returned 3");
    not_seen(&run, "client.send[1..4] succeeds", "there is no client.send[4]: the client called send 3 times");
    not_seen(&run, "client.shutdown succeeds", "the client never called shutdown");
}

#[test]
fn a_call_failed_so_or_otherwise() {
    let mut run = connected();
    run.fail("client", "send", 1, "EPIPE");
    let run = run.timeline();
    seen(&run, "client.send[1] fails EPIPE", &["client.send[1]"]);
    not_seen(&run, "client.send[1] fails ECONNRESET", "client.send[1] failed with EPIPE");
    not_seen(&run, "client.send[1] succeeds", "client.send[1] failed with EPIPE");
    not_seen(&run, "client.connect[1] fails EPIPE", "client.connect[1] returned 0");
}

#[test]
fn a_call_that_never_returned_blocks_unless_the_schedule_held_it() {
    let mut run = connected();
    run.enter("server", "recv", 2);
    let held = run.enter("client", "recv", 1);
    run.held(held, "client.recv[1] after server.send[1]");
    let run = run.timeline();
    seen(&run, "server.recv[1] blocks", &["server.recv[1]"]);
    not_seen(&run, "client.recv[1] blocks", "the schedule held client.recv[1] to the end of the run");
    not_seen(&run, "client.connect[1] blocks", "client.connect[1] returned 0");
    not_seen(&run, "server.recv[1] = 3", "server.recv[1] never returned");
}

#[test]
fn a_datagram_was_truncated_or_not() {
    let mut run = Run::new();
    for flags in [Some("MSG_TRUNC"), None] {
        let call = run.enter("server", "recvfrom", 1);
        run.exit_with(call, 1, |exit| exit.flags = flags.map(str::to_string));
    }
    let run = run.timeline();
    seen(&run, "server.recvfrom[1] truncated", &["server.recvfrom[1]"]);
    not_seen(&run, "server.recvfrom[2] truncated", "server.recvfrom[2] returned 1");
}

#[test]
fn a_recv_returns_exactly_the_bytes_of_these_sends() {
    let run = sticky().timeline();
    seen(&run, "server.recv[1] returns client.send[1..3]", &["server.recv[1]", "client.send[1..3]"]);
    seen(&run, "server.recv[1] returns client.send", &["server.recv[1]", "client.send[1..3]"]);
    not_seen(&run, "server.recv[1] returns client.send[1]", "server.recv[1] returned 14 bytes of client.send[1..3]");
    not_seen(
        &run,
        "server.recv[1] returns client.send[1..4]",
        "there is no client.send[4]: the client called send 3 times",
    );
}

#[test]
fn recvs_together_return_what_one_send_sent() {
    let mut run = connected();
    run.send("client", 1, b"hello");
    run.recv("server", 2, b"he");
    run.recv("server", 2, b"llo");
    run.recv("server", 2, b"");
    let run = run.timeline();
    seen(&run, "server.recv[1..2] returns client.send[1]", &["server.recv[1..2]", "client.send[1]"]);
    seen(&run, "server.recv returns client.send", &["server.recv[1..3]", "client.send[1]"]);
    not_seen(
        &run,
        "server.recv[1] returns client.send[1]",
        "server.recv[1] returned 2 of the 5 bytes of client.send[1]",
    );
    not_seen(&run, "server.recv[3] returns client.send[1]", "server.recv[3] returned 0 bytes");
}

#[test]
fn a_recv_returns_a_text() {
    let run = sticky().timeline();
    seen(&run, r#"server.recv[1] returns "hellohaihahaha""#, &["server.recv[1]"]);
    not_seen(&run, r#"server.recv[1] returns "hello""#, r#"server.recv[1] returned 14 bytes: "hellohaihahaha""#);
}

#[test]
fn a_datagram_and_a_connection_come_from_a_role() {
    let mut run = connected();
    run.socket(5, "client2", "inet dgram", "0.0.0.0:6000", "");
    run.recvfrom("server", 4, 100, b"x", "127.0.0.1:6000");
    run.recvfrom("server", 4, 100, b"x", "127.0.0.1:6001");
    let run = run.timeline();
    seen(&run, "server.accept[1] from client", &["server.accept[1]"]);
    seen(&run, "server.recvfrom[1] from client2", &["server.recvfrom[1]"]);
    not_seen(&run, "server.accept[1] from client2", "server.accept[1] came from client");
    not_seen(
        &run,
        "server.recvfrom[2] from client",
        "server.recvfrom[2] came from 127.0.0.1:6001, which belongs to no program",
    );
}

#[test]
fn a_call_leaves_its_own_socket_in_a_state() {
    let mut run = connected();
    let recv = run.enter("server", "recv", 2);
    run.exit_with(recv, 0, |exit| exit.kernel = vec![kernel(1, "FIN-WAIT-2", 0), kernel(2, "CLOSE-WAIT", 0)]);
    let accept = run.enter("server", "accept", 3);
    run.exit_with(accept, 6, |exit| {
        *exit =
            Exit { sock: Some(8), kernel: vec![kernel(3, "LISTEN", 0), kernel(8, "ESTABLISHED", 0)], ..exit.clone() };
    });
    let run = run.timeline();
    seen(&run, "server.recv[1] leaves CLOSE-WAIT", &["server.recv[1]"]);
    seen(&run, "server.accept[2] leaves ESTABLISHED", &["server.accept[2]"]);
    not_seen(&run, "server.recv[1] leaves ESTABLISHED", "server.recv[1] left its socket in CLOSE-WAIT");
    unknown(
        &run,
        "client.connect[1] leaves ESTABLISHED",
        "the recording does not say what the kernel held after client.connect[1]",
    );
}

#[test]
fn a_recv_finds_what_it_took_and_what_it_left() {
    let mut run = connected();
    for (flags, left) in [("MSG_PEEK", 14), ("", 9)] {
        let recv = run.enter_with("server", "recv", 2, |enter| enter.args.flags = Some(flags.into()));
        run.exit_with(recv, 5, |exit| exit.kernel = vec![kernel(2, "ESTABLISHED", left)]);
    }
    let run = run.timeline();
    seen(&run, "server.recv[1] finds 14 queued", &["server.recv[1]"]);
    seen(&run, "server.recv[2] finds 14 queued", &["server.recv[2]"]);
    not_seen(&run, "server.recv[2] finds 5 queued", "server.recv[2] found 14 bytes queued");
}

#[test]
fn frames_are_counted_without_repetitions_and_calls_as_they_are() {
    let mut run = sticky();
    run.again(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"hello");
    let run = run.timeline();
    seen(&run, "count(client>server data) = 3", &["client>server data[1..3]"]);
    seen(&run, "count(client.send) >= 3", &["client.send[1..3]"]);
    seen(
        &run,
        "count(client>server frame) = 6",
        &["client>server SYN[1]", "client>server ACK[1]", "client>server data[1..3]"],
    );
    not_seen(&run, "count(client>server data) = 1", "client>server data occurs 3 times");
    not_seen(&run, "count(server.recv) > 1", "server.recv occurs once");
    not_seen(&run, "count(server>client data) >= 1", "there is no server>client data");
}

#[test]
fn a_segment_carries_these_sends_and_no_others() {
    let run = sticky().timeline();
    let evidence = ["client>server data[1]", "client.send[1]"];
    seen(&run, "client>server data[1] carries client.send[1]", &evidence);
    not_seen(&run, "client>server data[1] carries client.send[2]", "client>server data[1] carries client.send[1]");
    not_seen(
        &run,
        "client>server data[4] carries client.send[1]",
        "there is no client>server data[4]: client>server data occurs 3 times",
    );
    seen(&run, "client>server data[3] = 6", &["client>server data[3]"]);
    not_seen(&run, "client>server data[3] = 1448", "client>server data[3] carries 6 bytes");
}

#[test]
fn nothing_of_the_kind_happened_after_an_event() {
    let mut run = sticky();
    run.segment(&Link::new(), SERVER, "ACK", 1, 15, b"");
    let run = run.timeline();
    seen(&run, "no server>client data", &[]);
    seen(&run, "no client>server frame after client.send[3]", &["client.send[3]"]);
    seen(&run, "no client.send after server.recv[1]", &["server.recv[1]"]);
    not_seen(&run, "no client.send", "there is client.send[1], and 2 more");
    not_seen(
        &run,
        "no client>server data after client.send[1]",
        "there is client>server data[2] after client.send[1], and 1 more",
    );
    not_seen(&run, "no client>server data after client.close[1]", "the client never called close");
}

#[test]
fn one_event_came_before_another() {
    let run = sticky().timeline();
    seen(&run, "server>client SYN,ACK[1] before server.accept[1]", &["server>client SYN,ACK[1]", "server.accept[1]"]);
    seen(&run, "client.send[1] enters before client.send[1]", &["client.send[1]"]);
    seen(&run, "client.send before server.recv[1]", &["client.send[1..3]", "server.recv[1]"]);
    not_seen(&run, "server.recv[1] before client.send[1]", "client.send[1] came first, server.recv[1] after it");
    not_seen(&run, "client.exit before server.recv[1]", "the client did not end");
}

#[test]
fn a_program_exits_is_killed_or_runs() {
    let mut run = connected();
    run.ended("client", |ended| {
        ended.code = None;
        ended.signal = Some("SIGPIPE".into());
    });
    run.ended("server", |ended| ended.by_lab = true);
    let run = run.timeline();
    seen(&run, "client killed by SIGPIPE", &["client.exit"]);
    seen(&run, "server runs", &[]);
    not_seen(&run, "client exits 0", "the client was killed by SIGPIPE");
    not_seen(&run, "client runs", "the client was killed by SIGPIPE");
    not_seen(&run, "server exits 0", "the server was still running when the run was over");
    not_seen(&run, "client2 runs", "the client2 was never started");
}

#[test]
fn a_program_prints_a_line_that_contains_the_text() {
    let mut run = connected();
    run.prints("server", "got 14 bytes");
    run.prints("server", "bye");
    let run = run.timeline();
    seen(&run, r#"server prints "14 bytes""#, &[]);
    not_seen(&run, r#"server prints "5 bytes""#, r#"the server printed 2 lines, the last one "bye""#);
    not_seen(&run, r#"client prints "x""#, "the client printed nothing");
}

#[test]
fn without_a_wire_nothing_about_frames_is_known_and_everything_about_calls_is() {
    let run = sticky().without_wire().timeline();
    let why = "the wire was not recorded on this machine (tier 3)";
    for line in [
        "count(client>server data) = 3",
        "no client>server RST",
        "client>server data[1] carries client.send[1]",
        "client>server data[1] = 5",
        "client>server SYN[1] before server.accept[1]",
        "no server.send after client>server FIN[1]",
    ] {
        unknown(&run, line, why);
    }
    seen(&run, "server.recv[1] returns client.send[1..3]", &["server.recv[1]", "client.send[1..3]"]);
    // What surely did not happen is refuted, whatever is not known of the other event.
    not_seen(&run, "client>server SYN[1] before server.close[1]", "the server never called close");
}
