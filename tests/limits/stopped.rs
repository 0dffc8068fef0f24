//! Programs that the schedule stops and lets go on, while turns are taken.

use crate::harness::{plan, python, run};
use socket_lab::recorder::Plan;
use socket_lab::recording::Event;

const LISTEN: &str = "
import socket, struct
l = socket.create_server(('127.0.0.1', 8080))
c = l.accept()[0]
";
/// Sends something after the server was stopped, and only then what lets it go on.
const CLIENT: &str = "
import socket
c = socket.create_connection(('127.0.0.1', 8080))
c.send(b'a')
c.send(b'b')
c.send(b'c')";

/// The numbers of lines: when the signals were sent, and what the server's calls returned between and after.
fn run_with(server: &str) -> (Vec<String>, Vec<String>, bool) {
    let schedule = [
        "client.send[1] after server.recv[1] enters",
        "kill server SIGSTOP after server.recv[1] enters",
        "kill server SIGCONT after client.send[3]",
    ];
    let roles = vec![python("server", &format!("{LISTEN}{server}")), python("client", CLIENT)];
    let run = run(&Plan { schedule: schedule.map(String::from).to_vec(), patience_ms: Some(5_000), ..plan(roles) });
    let mut names = std::collections::HashMap::new();
    let mut story = Vec::new();
    for event in &run.0.events {
        match event {
            Event::Enter(enter) => drop(names.insert(enter.call, format!("{}.{}", enter.role, enter.name))),
            Event::Exit(exit) => {
                let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
                story.push(format!("{} {result}", names[&exit.call]));
            }
            Event::Action(action) => story.push(action.rule.split(" after").next().unwrap().to_string()),
            _ => {}
        }
    }
    let stop = story.iter().position(|line| line == "kill server SIGSTOP").expect("it was stopped");
    let go = story.iter().position(|line| line == "kill server SIGCONT").expect("it went on");
    let of = |lines: &[String]| {
        lines.iter().filter(|line| line.contains(".recv") || line.contains(".send")).cloned().collect()
    };
    (of(&story[stop..go]), of(&story[go..]), run.done())
}

#[test]
fn a_stopped_program_rests_and_the_others_go_on() {
    let (stopped, after, done) = run_with("print(c.recv(10), c.recv(10))");
    // The call was interrupted and not ended: the kernel runs it again when the program goes on.
    assert_eq!(stopped, ["client.send 1", "client.send 1", "client.send 1"]);
    assert_eq!(after[0], "server.recv 3");
    assert!(done);
}

#[test]
fn a_recv_with_a_timeout_ends_with_eintr_as_the_kernel_has_it() {
    let text = "
c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack('ll', 600, 0))
try: c.recv(10)
except InterruptedError: pass
print(c.recv(10))";
    let (stopped, after, done) = run_with(text);
    let of_server: Vec<&String> = stopped.iter().chain(&after).filter(|line| line.starts_with("server")).collect();
    // signal(7), "Interruption of system calls and library functions by stop signals". Python itself asks again.
    assert_eq!(of_server[..2], ["server.recv EINTR", "server.recv 3"]);
    assert!(done);
}

#[test]
fn who_is_stopped_for_ever_lets_the_run_become_quiet() {
    let schedule = vec!["kill server SIGSTOP after server.recv[1] enters".to_string()];
    let roles = vec![
        python("server", &format!("{LISTEN}c.recv(10)")),
        python("client", "import socket; socket.create_connection(('127.0.0.1', 8080)).recv(10)"),
    ];
    let run = run(&Plan { schedule, patience_ms: Some(300), ..plan(roles) });
    assert_eq!(run.limit(), Some(("quiet", None)));
}
