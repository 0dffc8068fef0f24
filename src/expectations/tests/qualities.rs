//! Claims about what frames are besides their kind: of which transmissions it must be true, and what is not known.

use super::cable::{lost_once, on_cable};
use super::*;
use crate::recording::Event;

#[test]
fn a_name_is_so_when_one_of_its_transmissions_is() {
    let run = lost_once().timeline();
    seen(&run, "client>server data[1] is dropped", &["client>server data[1]"]);
    seen(&run, "client>server data[1] is again", &["client>server data[1]"]);
    seen(&run, "client>server frame is dropped", &["client>server data[1]"]);
    not_seen(&run, "client>server SYN[1] is dropped", "client>server SYN[1] is not dropped");
    not_seen(&run, "server>client frame is again", "server>client frame is not again");
    not_seen(
        &run,
        "client>server data[2] is again",
        "there is no client>server data[2]: client>server data occurs once",
    );
    not_seen(&run, "client>server FIN is again", "there is no client>server FIN");
}

#[test]
fn a_range_is_so_when_each_of_its_numbers_is() {
    let mut run = lost_once();
    let (first, last) = ("client>server data[1]", "client>server data[2]");
    run.send("client", 1, b"world");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 6, 1, b"world");
    let run = on_cable(without_fates(run)).timeline();
    seen(&run, &format!("{first} is dropped"), &[first]);
    not_seen(&run, "client>server data[1..2] is dropped", &format!("{last} is not dropped"));
    seen(&run, "client>server data is dropped", &[first]);
}

fn without_fates(mut run: Run) -> Run {
    run.events.retain(|event| !matches!(event, Event::Fate(_)));
    run
}

#[test]
fn frames_that_are_so_are_counted_with_their_repetitions() {
    let run = lost_once().timeline();
    seen(&run, "count(client>server data) = 1", &["client>server data[1]"]);
    seen(&run, "count(client>server data is again) = 1", &["client>server data[1]"]);
    seen(&run, "count(client>server data[1] is dropped) < 2", &["client>server data[1]"]);
    not_seen(&run, "count(client>server data is again) >= 2", "client>server data that is again occurs once");
    not_seen(&run, "count(server>client ACK is again) >= 1", "there is no server>client ACK that is again");
}

#[test]
fn no_frame_is_so_or_one_is() {
    let run = lost_once().timeline();
    seen(&run, "no server>client frame is dropped", &[]);
    seen(&run, "no client>server data is again after server.recv[1]", &["server.recv[1]"]);
    not_seen(
        &run,
        "no client>server data is again after client.send[1]",
        "there is client>server data[1] that is again after client.send[1]",
    );
    not_seen(&run, "no client>server frame is dropped", "there is client>server data[1] that is dropped");
}

#[test]
fn what_the_recording_cannot_tell_is_neither_seen_nor_refuted_unless_the_rest_decides_it() {
    // Nobody asked the kernel why it repeated the segment.
    let run = lost_once().timeline();
    let why = "the recording does not tell whether client>server data is timeout";
    unknown(&run, "client>server data is timeout", why);
    unknown(&run, "no client>server data is timeout", why);
    unknown(&run, "count(client>server data is timeout) = 1", why);
    seen(&run, "count(client>server data is timeout) < 5", &[]);
    not_seen(
        &run,
        "count(client>server data is timeout) > 5",
        "client>server data that is timeout occurs 0 to 1 times",
    );
    seen(&run, "no client>server data is timeout after server.recv[1]", &["server.recv[1]"]);
}
