//! What a role used: when it was ready, and when the run was over.

use crate::harness::{limited, plan, python, run};
use socket_lab::recorder::PlannedRole;

const SERVER: &str = "
import socket
l = socket.create_server(('127.0.0.1', 8080))
kept = []
for n in range(3):
    c = l.accept()[0]
    kept.append((c, b'x' * (20 << 20)))
l.accept()";
const CLIENT: &str = "
import socket
for n in range(3): socket.create_connection(('127.0.0.1', 8080)).close()";

#[test]
fn sockets_that_were_not_closed_and_memory_that_was_kept_are_counted() {
    let server = limited(python("server", SERVER), |limits| limits.cpu_ms = 20_000);
    let client = python("client", CLIENT);
    let run = run(&plan(vec![server, client]));
    let (ready, end) = (run.usage("server", "ready").unwrap(), run.usage("server", "end").unwrap());
    assert_eq!((ready.sockets, end.sockets), (1, 4));
    assert_eq!(end.files - ready.files, 3, "the sockets are descriptors too");
    assert!(end.resident_kib > ready.resident_kib + 3 * 20_000, "{ready:?} {end:?}");
    assert!(end.peak_kib >= end.resident_kib && end.cpu_ms >= ready.cpu_ms);
    assert_eq!(ready.pid, end.pid);
    assert_eq!(
        (run.usage("client", "ready"), run.usage("client", "end")),
        (None, None),
        "it never served, and is gone"
    );
}

#[test]
fn a_socket_for_datagrams_is_ready_when_it_is_bound() {
    let text = "
import socket
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(('127.0.0.1', 8080))
u.recv(10)";
    let client = "
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 8080))";
    let run = run(&plan(vec![python("server", text), python("client", client)]));
    assert_eq!(run.usage("server", "ready").map(|usage| usage.sockets), Some(1));
    assert_eq!(run.usage("server", "end"), None, "it ended by itself");
}

#[test]
fn processes_of_one_role_are_counted_together_and_a_socket_that_they_share_once() {
    let text = "
import os, socket
l = socket.create_server(('127.0.0.1', 8080))
if os.fork() == 0: l.accept()[0].recv(1)
else: os.wait()";
    let client = "
import socket
socket.create_connection(('127.0.0.1', 8080)).recv(1)";
    let plan = socket_lab::recorder::Plan {
        patience_ms: Some(300),
        ..plan(vec![python("server", text), python("client", client)])
    };
    let run = run(&plan);
    let end = run.usage("server", "end").unwrap();
    assert_eq!(end.sockets, 2, "the listener, and one connection");
    assert_eq!(end.files, 2 * 4 + 1, "standard input, output and error, and the listener, twice");
}

#[test]
fn a_role_without_limits_is_not_asked() {
    let free = |role: PlannedRole| PlannedRole { limits: None, ..role };
    let run = run(&plan(vec![free(python("server", SERVER)), free(python("client", CLIENT))]));
    assert_eq!((run.usage("server", "ready"), run.usage("server", "end")), (None, None));
}
