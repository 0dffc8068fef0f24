//! Claims about beats: when each may be told, and which wrong ones never are.

use super::*;
use crate::expectations::{Told, told, told_by_expectations};
use crate::recording::{Beat, Expect};
use crate::timeline::Moment;

fn one(timeline: &Timeline, at: &str, that: &[&str]) -> Told {
    let that = that.iter().map(|that| that.to_string()).collect();
    let beat = Beat { at: at.into(), that, says: "so it is".into(), ..Beat::default() };
    told(&[beat], timeline).unwrap().remove(0)
}

/// The last moment that has happened when the beat is told, as a call or a frame.
fn last(timeline: &Timeline, told: &Told) -> String {
    match timeline.moments[told.until.expect("it happened") - 1] {
        Moment::Enter(call) => format!("{} enters", timeline.calls[call].name()),
        Moment::Exit(call) => timeline.calls[call].name(),
        Moment::Frame(frame) => timeline.frames[frame].name(),
        Moment::Arrival(frame) => format!("{} arrives", timeline.frames[frame].name()),
        Moment::Mark(_) => "a mark".into(),
    }
}

#[test]
fn a_beat_is_told_when_its_event_and_all_its_evidence_lie_behind() {
    let run = sticky().timeline();
    for (at, that, until) in [
        ("client.send[2]", &[][..], "client.send[2]"),
        ("client.send[1..3]", &[], "client.send[3]"),
        ("client>server data[2]", &[], "client>server data[2]"),
        ("client>server data[2] arrives", &[], "client>server data[2]"),
        ("server.recv[1] enters", &[], "server.recv[1] enters"),
        ("client.send[3]", &["count(client>server data) = 3"], "client.send[3]"),
        // The author bound it too early: it waits for what proves it.
        ("client.send[1]", &["server.recv[1] returns client.send[1..3]"], "server.recv[1]"),
        ("client.send[1]", &["client.send[2] before client>server data[3]"], "client>server data[3]"),
    ] {
        let told = one(&run, at, that);
        assert_eq!((last(&run, &told).as_str(), &told.missing), (until, &None), "{at} {that:?}");
    }
    let told = one(&run, "client.send[1]", &["no server.send"]);
    assert_eq!(told.until, Some(run.moments.len()), "that there is none is known at the end");
}

#[test]
fn what_the_run_does_not_show_is_never_told_and_it_is_said_what_it_shows_instead() {
    let run = sticky().timeline();
    for (at, that, line, instead) in [
        ("client.send[4]", &[][..], "client.send[4]", "there is no client.send[4]: the client called send 3 times"),
        ("server>client RST[1]", &[], "server>client RST[1]", "there is no server>client RST"),
        ("client.exit", &[], "client.exit", "the client did not end"),
        ("server.recv[1]", &["server.recv[1] = 5"], "server.recv[1] = 5", "server.recv[1] returned 14"),
        (
            "client.send[4]",
            &["server.recv[1] = 5"],
            "client.send[4]",
            "there is no client.send[4]: the client called send 3 times",
        ),
    ] {
        let told = one(&run, at, that);
        assert_eq!(told.until, None, "{at} {that:?}");
        let (said, shown) = told.missing.expect("it says what");
        assert_eq!((said.as_str(), shown.as_deref()), (line, Some(instead)));
    }
}

#[test]
fn a_frame_that_was_lost_was_sent_and_never_arrives() {
    let lost = cable::lost_once().timeline();
    assert_eq!(one(&lost, "client>server data[1] arrives", &[]).until, None);
    let [sent, dropped, repeated] =
        [&[][..], &["client>server data[1] is dropped"], &["client>server data[1] is again"]]
            .map(|that| one(&lost, "client>server data[1]", that).until);
    assert!(sent.is_some() && sent == dropped, "that it was lost is known when it was");
    assert!(repeated > sent, "and that it was sent again not before it was");
}

#[test]
fn a_machine_that_records_no_wire_tells_nothing_about_it() {
    let run = sticky().without_wire().timeline();
    assert_eq!(one(&run, "client>server data[1]", &[]).until, None);
    assert_eq!(one(&run, "client.send[3]", &["count(client>server data) = 3"]).until, None);
    assert!(one(&run, "client.send[3]", &["client.send[1] = 5"]).until.is_some());
}

#[test]
fn without_beats_what_is_expected_is_told_in_the_order_in_which_it_was_proved() {
    let run = sticky().timeline();
    let lines = ["server.recv[1] = 14", "client.send[9] = 1", "client.send[1] = 5", "count(client>server data) = 3"];
    let verdicts: Vec<(Expect, Verdict)> = lines
        .iter()
        .map(|that| (Expect { that: that.to_string(), says: String::new() }, verdict(&run, that)))
        .collect();
    let told = told_by_expectations(&verdicts, &run).unwrap();
    let order: Vec<&str> = told.iter().map(|told| told.beat.says.as_str()).collect();
    assert_eq!(
        order,
        ["client.send[1] = 5", "count(client>server data) = 3", "server.recv[1] = 14", "client.send[9] = 1"]
    );
    assert!(told[3].until.is_none() && told[3].missing.is_some());
}

#[test]
fn a_beat_that_is_not_in_the_notation_is_an_error() {
    let run = sticky().timeline();
    for (at, that) in [("client.sent[1]", "server runs"), ("client.exit", "server recv")] {
        let beat = Beat { at: at.into(), that: vec![that.into()], ..Beat::default() };
        assert!(told(&[beat], &run).is_err(), "{at} {that}");
    }
}
