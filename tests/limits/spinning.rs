//! Calls that are repeated though they cannot say anything new.

use crate::harness::{plan, python, run};
use socket_lab::recorder::{Plan, PlannedRole};

const LISTEN: &str = "
import socket, time
l = socket.create_server(('127.0.0.1', 8080))
c = l.accept()[0]
";
const CONNECT: &str = "
import socket, time
c = socket.create_connection(('127.0.0.1', 8080))
";

fn server(text: &str) -> PlannedRole {
    python("server", &format!("{LISTEN}{text}"))
}

fn client(text: &str) -> PlannedRole {
    python("client", &format!("{CONNECT}{text}"))
}

#[test]
fn to_read_on_after_the_end_of_a_stream_is_spinning_with_and_without_turns() {
    for turns in [true, false] {
        let run = run(&Plan { turns, ..plan(vec![server("while True: c.recv(10)"), client("c.send(b'hello')")]) });
        assert_eq!(run.limit(), Some(("spinning", Some("server"))));
    }
}

#[test]
fn to_look_whether_there_is_something_and_not_to_wait_is_spinning() {
    let text = "
c.setblocking(False)
while True:
    try: c.recv(10)
    except BlockingIOError: pass";
    let run = run(&plan(vec![server(text), client("time.sleep(600)")]));
    assert_eq!(run.limit(), Some(("spinning", Some("server"))));
}

#[test]
fn to_peek_at_the_same_bytes_until_there_are_more_is_spinning_and_to_take_each_that_was_peeked_at_is_not() {
    let run = |text: &str| run(&plan(vec![server(text), client("c.send(b'12' * 1100); c.recv(1)")]));
    let spinning = run("while len(c.recv(4000, socket.MSG_PEEK)) < 4000: pass");
    assert_eq!(spinning.limit(), Some(("spinning", Some("server"))));
    let taking = run("for n in range(1100): c.recv(2, socket.MSG_PEEK), c.recv(2)");
    assert_eq!((taking.limit(), taking.done()), (None, true));
}

#[test]
fn who_sleeps_before_asking_again_does_not_spin() {
    let text = "
c.setblocking(False)
for n in range(1100):
    try: c.recv(10)
    except BlockingIOError: time.sleep(0.0005)";
    let run = run(&plan(vec![server(text), client("c.recv(1)")]));
    assert_eq!((run.limit(), run.done()), (None, true));
}

#[test]
fn the_end_of_many_streams_and_the_emptiness_of_many_bytes_is_no_spinning() {
    let text = "
c.recv(1)
for n in range(120):
    c = l.accept()[0]
    while c.recv(1): pass
    c.close()";
    let many = "
c.close()
for n in range(120):
    c = socket.create_connection(('127.0.0.1', 8080)); c.send(b'ab'); c.close()";
    let ran = run(&plan(vec![server(text), client(many)]));
    assert_eq!((ran.limit(), ran.done()), (None, true), "one end each");
    // No room, no bytes: that the stream has ended is not said.
    let no_room = "
import os
for n in range(200): os.read(c.fileno(), 0)
while c.recv(1): pass";
    let ran = run(&plan(vec![server(no_room), client("c.send(b'hello')")]));
    assert_eq!((ran.limit(), ran.done()), (None, true), "a recv without room");
}

#[test]
fn without_limits_nobody_is_ended_for_spinning() {
    let spinning = "for n in range(300): c.recv(10)";
    let free = PlannedRole { limits: None, ..server(spinning) };
    let run = run(&plan(vec![free, client("c.send(b'hello')")]));
    assert_eq!((run.limit(), run.done()), (None, true));
}
