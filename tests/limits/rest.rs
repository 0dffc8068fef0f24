//! Runs in which everybody waits for something that does not come, and runs that only look like it.

use crate::harness::{plan, python, role, run};
use socket_lab::recorder::{Plan, PlannedWire};
use socket_lab::recording::{Event, Reason};

const LISTEN: &str = "
import socket, time
l = socket.create_server(('127.0.0.1', 8080))
c = l.accept()[0]
";
const CONNECT: &str = "
import socket, time
c = socket.create_connection(('127.0.0.1', 8080))
";

#[test]
fn when_everybody_waits_in_vain_the_run_is_over() {
    let server = python("server", &format!("{LISTEN}c.recv(10)"));
    let client = python("client", &format!("{CONNECT}c.recv(10)"));
    for turns in [true, false] {
        let roles = vec![server.clone(), client.clone()];
        let run = run(&Plan { patience_ms: Some(300), turns, ..plan(roles) });
        assert_eq!(run.limit(), Some(("quiet", None)));
        assert_eq!(run.end().reason, Reason::Deadline);
        assert_eq!(run.end().standing.len(), 2, "both stood in their recv: {:?}", run.end().standing);
    }
}

#[test]
fn who_is_held_by_the_schedule_rests_too() {
    let server = python("server", &format!("{LISTEN}c.recv(10)"));
    let client = python("client", &format!("{CONNECT}c.send(b'hello'); c.recv(10)"));
    let schedule = vec!["server.recv[1] after client.send[9]".to_string()];
    let run = run(&Plan { patience_ms: Some(300), schedule, ..plan(vec![server, client]) });
    assert_eq!(run.limit(), Some(("quiet", None)));
    assert_eq!(run.end().awaited, ["server.recv[1] after client.send[9]"]);
}

#[test]
fn time_in_which_somebody_computes_is_no_rest() {
    let text = "
import time
while time.process_time() < 1.5: pass
print('done')";
    let sleeping = role("client2", &["/bin/sleep", "3"]);
    let run = run(&Plan { patience_ms: Some(500), ..plan(vec![python("client", text), sleeping]) });
    assert_eq!(run.printed("client"), ["done"], "it was not ended while it worked");
}

#[test]
fn what_is_recorded_ends_the_rest() {
    let text = "
import time
for n in range(8):
    time.sleep(0.2)
    print(n)";
    let run = run(&Plan { patience_ms: Some(1000), ..plan(vec![python("client", text)]) });
    assert_eq!((run.limit(), run.printed("client").len()), (None, 8));
}

#[test]
fn frames_under_way_are_no_rest() {
    let text = |text: &str| text.replace("127.0.0.1", "192.0.2.1");
    let server = python("server", &format!("{}print(c.recv(10))", text(LISTEN)));
    let client = python("client", &format!("{}c.send(b'hello')", text(CONNECT)));
    let cable = vec!["delay client>server data[1] 1500ms".to_string()];
    let wire = PlannedWire::Cable;
    let run = run(&Plan { patience_ms: Some(500), wire, cable, ..plan(vec![server, client]) });
    assert_eq!((run.limit(), run.printed("server")), (None, vec!["b'hello'"]));
}

#[test]
fn a_server_that_nobody_talks_to_any_more_is_done_after_the_time_the_plan_says() {
    let server = python("server", &format!("{LISTEN}c.recv(10)\nl.accept()"));
    let client = python("client", &format!("{CONNECT}c.send(b'hello')"));
    for quiet_ms in [Some(5), Some(200)] {
        let plan = Plan { quiet_ms, patience_ms: Some(5_000), ..plan(vec![server.clone(), client.clone()]) };
        let run = run(&plan);
        assert_eq!((run.limit(), run.done()), (None, true));
        let last = run.all(|event| if let Event::Exit(exit) = event { Some(exit.t) } else { None });
        let rested = run.end().t - last.into_iter().max().unwrap();
        assert!(rested >= quiet_ms.unwrap() * 1_000_000, "it was given its time");
    }
}
