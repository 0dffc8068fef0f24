//! Whose turn it is when a judged program and its peer both have something to do.

use crate::harness::{plan, python, run};
use socket_lab::recorder::PlannedRole;

/// A role without limits: one that judges, and is not judged.
fn peer(text: &str) -> PlannedRole {
    PlannedRole { limits: None, ..python("client", text) }
}

#[test]
fn a_peer_goes_on_only_when_the_judged_program_sleeps_however_many_calls_it_makes_before() {
    let server = "
import socket
l = socket.create_server(('127.0.0.1', 8080))
c = l.accept()[0]
while True:
    for n in range(10): c.getpeername()
    got = c.recv(10)
    if not got: break
    print(len(got))";
    let client = "
import socket
c = socket.create_connection(('127.0.0.1', 8080))
for n in range(5): c.send(b'x')";
    let run = run(&plan(vec![python("server", server), peer(client)]));
    assert_eq!((run.done(), run.printed("server")), (true, vec!["1"; 5]), "no two sends met in one recv");
}

#[test]
fn a_judged_program_that_never_sleeps_does_not_keep_its_peer_waiting_for_ever() {
    let server = "
import socket
l = socket.create_server(('127.0.0.1', 8080))
c = l.accept()[0]
c.setblocking(False)
got = b''
while len(got) < 3:
    try: got += c.recv(10)
    except BlockingIOError: pass
print(got)";
    let client = "
import socket
c = socket.create_connection(('127.0.0.1', 8080))
for n in range(3): c.send(b'x')
c.recv(10)";
    let run = run(&plan(vec![python("server", server), peer(client)]));
    assert_eq!((run.done(), run.printed("server")), (true, vec!["b'xxx'"]));
}
