//! Every way to move bytes through a socket keeps its provenance: several buffers, several messages, none, flags.

use crate::common::tool;
use crate::harness::{Bench, Run, result};

/// Runs `calls MODE` as a client of the echo server.
fn with_echo(name: &str, mode: &str) -> Option<Run> {
    let bench = Bench::new(name);
    let (calls, peer) = (bench.c("calls")?, bench.c("peer")?);
    Some(bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{calls} {mode}")]))
}

#[test]
fn several_buffers_are_one_send_and_one_recv() {
    let Some(run) = with_echo("vectors", "vectors") else { return };
    run.assert_sound();
    let names: Vec<&str> = run
        .timeline
        .calls
        .iter()
        .filter(|call| call.enter.role == "client")
        .map(|call| call.enter.syscall.as_str())
        .collect();
    assert_eq!(names[..5], ["socket", "connect", "writev", "recvmsg", "sendmsg"], "{}", run.text());
    assert_eq!(run.call("client.send[1]").enter.data.as_ref().unwrap().0, b"alpha");
    assert_eq!(run.call("client.recv[1]").exit.as_ref().unwrap().data.as_ref().unwrap().0, b"alpha");
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
}

#[test]
fn a_peek_takes_nothing_and_a_truncating_recv_has_no_bytes() {
    let Some(run) = with_echo("flags", "flags") else { return };
    run.assert_complete();
    run.assert_frames_explained();
    // The peek and the recv after it return the same first bytes.
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
    assert_eq!(run.sources("client.recv[2]"), ["server.send[1]"]);
    assert_eq!(run.call("client.recv[2]").sources[0].there, 0..10);
    // tcp(7): MSG_TRUNC throws the bytes away. What lies in the buffer is not what came.
    assert!(run.call("client.recv[3]").exit.as_ref().unwrap().data.is_none(), "{}", run.text());
    assert_eq!(run.sources("client.recv[3]"), ["server.send[2]"]);
    assert_eq!(result(run.calls("client", "recv").last().unwrap()), "EAGAIN");
}

#[test]
fn a_datagram_that_does_not_fit_shows_its_length_and_keeps_its_sender() {
    let bench = Bench::new("truncated");
    let Some(calls) = bench.c("calls") else { return };
    let run = bench.trace(&["--server", &format!("{calls} truncated"), "--client", &format!("{calls} datagrams")]);
    run.assert_sound();
    let whole = run.call("server.recvfrom[1]");
    assert_eq!((whole.moved(), whole.exit.as_ref().unwrap().data.as_ref().unwrap().0.len()), (Some(10), 4));
    assert_eq!(run.sources("server.recvfrom[1]"), ["client.sendto[1]"]);
    let cut = run.call("server.recv[1]");
    assert_eq!(cut.moved(), Some(3));
    assert!(cut.returned_flag("MSG_TRUNC"), "{:?}", cut.exit);
    assert_eq!(run.sources("server.recv[1]"), ["client.sendto[2]"]);
}

#[test]
fn several_messages_in_one_call_are_shown_with_their_bytes() {
    let bench = Bench::new("messages");
    let Some(calls) = bench.c("calls") else { return };
    let run = bench.trace(&["--server", &format!("{calls} messages-in"), "--client", &format!("{calls} messages-out")]);
    run.assert_complete();
    let sent = run.call("client.sendmmsg[1]");
    assert_eq!((result(sent), &sent.enter.data.as_ref().unwrap().0[..]), ("3".into(), &b"undeuxtrois"[..]));
    assert_eq!(sent.exit.as_ref().unwrap().value.as_deref(), Some("2, 4, 5"));
    // The server may be given the three messages in one call or in three, and each call has the bytes of its own.
    let received: Vec<u8> = run
        .calls("server", "recvmmsg")
        .iter()
        .filter_map(|call| call.exit.as_ref()?.data.as_ref())
        .flat_map(|data| data.0.clone())
        .collect();
    assert_eq!(received, b"undeuxtrois", "{}", run.text());
    assert_eq!(run.frames("client", "server", "datagram").len(), 3);
}

#[test]
fn sendfile_and_splice_have_no_bytes_and_keep_their_offsets() {
    let bench = Bench::new("no-buffers");
    let (Some(calls), Some(peer)) = (bench.c("calls"), bench.c("peer")) else { return };
    let bytes: Vec<u8> = (0..1000u32).map(|n| (n % 251) as u8).collect();
    let file = bench.write("thousand", &bytes);
    let run =
        bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{calls} no-buffers {file}")]);
    run.assert_sound();
    assert_eq!(run.sources("server.recv[1]"), ["client.sendfile[1]"]);
    assert_eq!(run.call("server.recv[1]").exit.as_ref().unwrap().data.as_ref().unwrap().0, bytes);
    // Out of the socket into a pipe is a receiving call, and back into the socket a sending one.
    let spliced = |role: &str, sends: bool| -> u64 {
        let calls = run.timeline.calls.iter().filter(|call| call.enter.role == role && call.enter.syscall == "splice");
        calls.filter(|call| call.sends() == sends && call.receives() != sends).filter_map(|call| call.moved()).sum()
    };
    assert_eq!((spliced("client", false), spliced("client", true)), (1000, 1000), "{}", run.text());
}

#[test]
fn a_connect_that_does_not_wait_has_its_frames_and_its_outcome() {
    let Some(run) = with_echo("impatient", "impatient") else { return };
    run.assert_sound();
    assert_eq!(run.returned("client.connect[1]"), "EINPROGRESS");
    let asked = run.call("client.getsockopt[1]");
    assert_eq!(asked.exit.as_ref().unwrap().value.as_deref(), Some("0"), "{:?}", asked.exit);
    let syn = run.frames("client", "server", "SYN");
    assert_eq!(run.cause(syn[0]).as_deref(), Some("client.connect[1]"));
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
}

#[test]
fn an_epoll_server_keeps_the_bytes_of_its_connections_apart() {
    let bench = Bench::new("epoll");
    let (Some(calls), Some(peer)) = (bench.c("calls"), bench.c("peer")) else { return };
    let run = bench.trace(&[
        "--server",
        &format!("{calls} epoll 3"),
        "--client",
        &format!("{peer} say 8080 one two"),
        "--role",
        &format!("client2={peer} say 8080 three"),
        "--role",
        &format!("client3={peer} say 8080 four five six"),
    ]);
    run.assert_sound();
    assert_eq!(run.received("server"), 3 + 3 + 5 + 4 + 4 + 3);
    for role in ["client", "client2", "client3"] {
        assert_eq!(run.frames(role, "server", "SYN").len(), 1, "{}", run.text());
        for call in run.calls(role, "recv").iter().filter(|call| call.moved() > Some(0)) {
            // What came back was received by the server from this very client.
            let echo = &run.timeline.calls[call.sources[0].call];
            let from = run.timeline.calls.iter().find(|other| {
                other.enter.role == "server"
                    && other.enter.fd == echo.enter.fd
                    && other.enter.sock == echo.enter.sock
                    && !other.sources.is_empty()
            });
            let sender = &run.timeline.calls[from.expect("the server's recv").sources[0].call];
            assert_eq!(sender.enter.role, role, "{}", run.text());
        }
    }
}

#[test]
fn a_program_that_asks_for_io_uring_is_refused_and_goes_on() {
    let Some(run) = with_echo("uring", "uring") else { return };
    run.assert_complete();
    run.assert_bytes_known();
    assert_eq!(run.end("client"), "0");
    let notices = run.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("io_uring") && notices[0].contains("ENOSYS"), "{notices:?}");
}

#[test]
fn a_program_that_splices_its_own_input_and_output_is_refused_and_goes_on() {
    let Some(run) = with_echo("pour", "pour") else { return };
    run.assert_complete();
    run.assert_bytes_known();
    assert_eq!(run.end("client"), "0");
    assert!(run.text().contains("prints: poured"), "{}", run.text());
    let notices = run.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("splice") && notices[0].contains("EINVAL"), "{notices:?}");
}

#[test]
fn every_role_that_asks_for_io_uring_is_named() {
    let bench = Bench::new("uring-two");
    let (Some(calls), Some(peer)) = (bench.c("calls"), bench.c("peer")) else { return };
    let uring = format!("{calls} uring");
    let run = bench.trace(&[
        "--server",
        &format!("{peer} echo 8080 2"),
        "--client",
        &uring,
        "--role",
        &format!("client2={uring}"),
    ]);
    run.assert_complete();
    assert_eq!(run.notices().len(), 2, "{}", run.text());
}

#[test]
fn a_program_has_its_own_three_descriptors_and_no_terminal() {
    let bench = Bench::new("inventory");
    let Some(calls) = bench.c("calls") else { return };
    let run = bench.trace(&["--client", &format!("{calls} inventory")]);
    assert_eq!(run.end("client"), "0", "{}", run.text());
}

#[test]
fn a_32_bit_program_runs_and_the_reader_is_told_that_its_calls_are_not_read() {
    if !cfg!(target_arch = "x86_64") {
        eprintln!("skipped: 32-bit programs are tested on x86_64 only");
        return;
    }
    let bench = Bench::new("thirtytwo");
    if tool("gcc").is_none() {
        return;
    }
    // Without a C library, so that an ordinary 64-bit compiler builds it.
    let options = ["-m32", "-nostdlib", "-static", "-ffreestanding", "-fno-pic", "-fno-stack-protector", "-O1"];
    let Some(program) = bench.c_with("thirtytwo", &options) else { return };
    let run = bench.trace(&["--client", &program]);
    assert_eq!(run.end("client"), "7", "{}", run.text());
    assert!(run.text().contains("thirty-two"), "{}", run.text());
    assert!(run.notices().iter().any(|notice| notice.contains("32-bit")), "{}", run.text());
}
