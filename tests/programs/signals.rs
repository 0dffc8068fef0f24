//! Signals in the middle of calls: what was interrupted, what went on, what a handler did.

use crate::harness::{Bench, Run};
use socket_lab::timeline::Mark;

fn with(name: &str) -> Option<Run> {
    let bench = Bench::new(&format!("signal-{name}"));
    let (program, peer) = (bench.c("signals")?, bench.c("peer")?);
    Some(bench.trace(&["--server", &format!("{peer} echo 8080"), "--client", &format!("{program} {name}")]))
}

#[test]
fn without_sa_restart_the_interrupted_recv_fails_with_eintr() {
    let Some(run) = with("eintr") else { return };
    run.assert_sound();
    assert_eq!(run.returned("client.recv[1]"), "EINTR", "{}", run.text());
    assert_eq!(run.signals("client"), ["SIGALRM"]);
    assert_eq!(run.sources("client.recv[2]"), ["server.send[1]"]);
}

#[test]
fn with_sa_restart_it_is_one_call_and_what_the_handler_sent_is_its_answer() {
    let Some(run) = with("restart") else { return };
    run.assert_sound();
    assert_eq!(run.order("client"), ["socket", "connect", "recv", "send", "close"], "{}", run.text());
    assert_eq!(run.call("client.recv[1]").restarts.len(), 1);
    assert_eq!(run.returned("client.recv[1]"), "5");
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
    assert_eq!(run.sources("server.recv[1]"), ["client.send[1]"]);
}

#[test]
fn real_time_signals_are_delivered_each_and_named() {
    let Some(run) = with("realtime") else { return };
    run.assert_sound();
    let signals = run.signals("client");
    assert_eq!(signals.len(), 3, "{}", run.text());
    assert!(signals.iter().all(|name| name.contains("RT")), "{signals:?}");
}

#[test]
fn a_stopped_role_goes_on_in_the_same_recv() {
    let Some(run) = with("stop") else { return };
    run.assert_sound();
    assert_eq!(run.calls("client", "recv").len(), 1, "{}", run.text());
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
    // Each delivered once: the group-stop that follows is no second signal.
    assert_eq!(run.signals("client"), ["SIGSTOP", "SIGCONT"], "{}", run.text());
}

#[test]
fn a_thread_that_ends_the_program_leaves_the_others_recv_without_return() {
    let Some(run) = with("leaving") else { return };
    run.assert_sound();
    assert_eq!(run.returned("client.recv[1]"), "never");
    let ends = run.timeline.marks.iter().filter(|mark| matches!(mark, Mark::Ended(ended) if ended.role == "client"));
    assert_eq!(ends.count(), 1, "{}", run.text());
}

#[test]
fn a_call_that_a_handler_jumped_out_of_never_returns_and_the_next_is_another() {
    let Some(run) = with("jumping") else { return };
    run.assert_sound();
    assert_eq!(
        (run.returned("client.recv[1]"), run.returned("client.recv[2]")),
        ("never".into(), "4".into()),
        "{}",
        run.text()
    );
    assert_eq!(run.sources("client.recv[2]"), ["server.send[1]"]);
}

#[test]
fn of_two_calls_one_inside_the_others_handler_the_inner_fails_and_the_outer_goes_on() {
    let Some(run) = with("nested") else { return };
    run.assert_sound();
    assert_eq!(
        (run.returned("client.recv[1]"), run.returned("client.recv[2]")),
        ("1".into(), "EINTR".into()),
        "{}",
        run.text()
    );
    assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
}
