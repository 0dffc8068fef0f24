//! Whose turn it is when a judged program and its peer both have something to do.

use crate::harness::{plan, python, run};
use socket_lab::recorder::PlannedRole;

/// The judge's peers are patient.
fn peer(text: &str) -> PlannedRole {
    PlannedRole { patient: true, ..python("client", text) }
}

#[test]
fn who_is_patient_goes_on_only_when_the_others_sleep_however_many_calls_they_make_before() {
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
