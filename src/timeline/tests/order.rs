//! The one order of events, and the pairing of calls.

use super::*;
use crate::recording::{Event, Interrupted, Resumed};
use crate::timeline::Moment;

fn moments(timeline: &Timeline) -> Vec<String> {
    let name = |moment: &Moment| match *moment {
        Moment::Enter(call) => format!("{} enters", timeline.calls[call].name()),
        Moment::Exit(call) => timeline.calls[call].name(),
        Moment::Frame(frame) => timeline.frames[frame].name(),
        Moment::Arrival(frame) => format!("{} arrives", timeline.frames[frame].name()),
        Moment::Mark(mark) => format!("{:?}", timeline.marks[mark]).split('(').next().unwrap_or_default().into(),
    };
    timeline.moments.iter().map(name).collect()
}

#[test]
fn a_frame_that_was_written_late_stands_where_its_stamp_puts_it() {
    let mut run = Run::new();
    run.connected(&Link::new());
    let send = run.enter_send("client", 1, b"hello");
    let stamp = run.t + 5;
    run.exit(send, 5);
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"hello");
    if let Some(Event::Frame(frame)) = run.events.last_mut() {
        frame.t = stamp;
    }
    let order = moments(&run.timeline());
    assert_eq!(order[order.len() - 3..], ["client.send[1] enters", "client>server data[1]", "client.send[1]"]);
}

#[test]
fn of_equal_stamps_the_frame_comes_before_the_exit_and_after_the_enter() {
    let mut run = Run::new();
    run.connected(&Link::new());
    let send = run.enter_send("client", 1, b"hello");
    run.exit(send, 5);
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"hello");
    let t = run.t;
    for event in run.events.iter_mut().rev().take(3) {
        match event {
            Event::Enter(enter) => enter.t = t,
            Event::Exit(exit) => exit.t = t,
            _ => {}
        }
    }
    let timeline = run.timeline();
    let order = moments(&timeline);
    assert_eq!(order[order.len() - 3..], ["client.send[1] enters", "client>server data[1]", "client.send[1]"]);
    assert_eq!(cause(&timeline, "client>server data[1]"), "client.send[1]");
}

#[test]
fn one_thread_s_exit_and_next_enter_with_equal_stamps_keep_the_order_of_the_file() {
    let mut run = Run::new();
    run.call("client", "socket", 0);
    run.call("client", "bind", 1);
    for event in &mut run.events {
        match event {
            Event::Enter(enter) => enter.t = 7,
            Event::Exit(exit) => exit.t = 7,
            _ => {}
        }
    }
    let expected = ["client.socket[1] enters", "client.socket[1]", "client.bind[1] enters", "client.bind[1]"];
    assert_eq!(moments(&run.timeline()), expected);
}

#[test]
fn calls_stand_in_the_order_in_which_they_began_whatever_the_order_of_the_file() {
    let mut run = Run::new();
    for name in ["socket", "bind", "listen", "accept"] {
        run.call("server", name, 1);
    }
    run.events.reverse();
    let names: Vec<String> = run.timeline().calls.iter().map(|call| call.enter.name.clone()).collect();
    assert_eq!(names, ["socket", "bind", "listen", "accept"]);
}

#[test]
fn an_interrupted_call_is_one_call_that_was_restarted() {
    let mut run = Run::new();
    let recv = run.enter("server", "recv", 1);
    run.events.push(Event::Interrupted(Interrupted { t: 100, call: recv }));
    run.events.push(Event::Resumed(Resumed { t: 110, call: recv }));
    run.t = 200;
    run.exit(recv, 0);
    let timeline = run.timeline();
    assert_eq!(timeline.calls.len(), 1);
    assert_eq!(timeline.calls[0].restarts, [100]);
    assert_eq!(timeline.calls[0].exit.as_ref().map(|exit| exit.t), Some(210));
}

#[test]
fn a_hold_is_on_the_call_and_among_the_marks_also_when_it_was_recorded_first() {
    let mut run = Run::new();
    run.held(1, "server.recv[1] after client.send[3]");
    run.released(1, "client.send[3]");
    run.call("server", "recv", 1);
    let timeline = run.timeline();
    let hold = timeline.calls[0].hold.clone().unwrap();
    assert_eq!((hold.from, hold.until, hold.rule.as_str()), (10, Some(20), "server.recv[1] after client.send[3]"));
    assert_eq!(moments(&timeline), ["Held", "Released", "server.recv[1] enters", "server.recv[1]"]);
    assert_eq!(timeline.call_index(1), Some(0));
}

#[test]
fn an_exit_without_an_enter_is_no_call() {
    let mut run = Run::new();
    run.exit(99, 0);
    run.call("client", "socket", 0);
    let timeline = run.timeline();
    assert_eq!(timeline.calls.len(), 1);
    assert_eq!(timeline.call_index(99), None);
}

#[test]
fn badges_count_the_sends_of_a_role_that_did_not_fail() {
    let mut run = Run::new();
    run.connected(&Link::new());
    run.send("client", 1, b"a");
    run.fail("client", "send", 1, "EAGAIN");
    run.send("client", 1, b"b");
    run.send("server", 2, b"c");
    let timeline = run.timeline();
    let badge = |name| timeline.calls[call(&timeline, name)].badge;
    assert_eq!(["client.send[1]", "client.send[2]", "client.send[3]"].map(badge), [Some(1), None, Some(2)]);
    assert_eq!(["server.send[1]", "client.connect[1]"].map(badge), [Some(1), None]);
}
