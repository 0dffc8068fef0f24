//! Which byte of which `send` came out of which `recv`.

use super::*;
use crate::recording::Hex;

fn connected() -> Run {
    let mut run = Run::new();
    run.connected(&Link::new());
    run
}

/// Sends these, each in a frame of its own.
fn sends(run: &mut Run, parts: &[&[u8]]) {
    let mut seq = 1;
    for part in parts {
        let call = run.enter_send("client", 1, part);
        run.segment(&Link::new(), CLIENT, "PSH,ACK", seq, 1, part);
        run.exit(call, part.len() as i64);
        seq += part.len() as u64;
    }
}

#[test]
fn one_recv_that_returns_three_sends_names_all_three() {
    let mut run = connected();
    sends(&mut run, &[b"hello", b"hai", b"hahaha"]);
    run.recv("server", 2, b"hellohaihahaha");
    let timeline = run.timeline();
    assert_eq!(
        sources(&timeline, "server.recv[1]"),
        "0..5 client.send[1] 0..5, 5..8 client.send[2] 0..3, 8..14 client.send[3] 0..6"
    );
    assert_eq!(sources(&timeline, "client>server data[2]"), "0..3 client.send[2] 0..3");
    assert_eq!(carried_by(&timeline, "client.send[3]"), "client>server data[3]");
}

#[test]
fn reads_across_the_borders_of_sends_name_the_parts() {
    let mut run = connected();
    sends(&mut run, &[b"hello", b"feng"]);
    run.recv("server", 2, b"he");
    run.recv("server", 2, b"llofeng");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..2 client.send[1] 0..2");
    assert_eq!(sources(&timeline, "server.recv[2]"), "0..3 client.send[1] 2..5, 3..7 client.send[2] 0..4");
}

#[test]
fn both_directions_are_counted_apart() {
    let mut run = connected();
    sends(&mut run, &[b"ping"]);
    run.recv("server", 2, b"ping");
    run.send("server", 2, b"pong");
    run.recv("client", 1, b"pong");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..4 client.send[1] 0..4");
    assert_eq!(sources(&timeline, "client.recv[1]"), "0..4 server.send[1] 0..4");
}

#[test]
fn a_peek_shows_bytes_that_the_next_recv_gets_again() {
    let mut run = connected();
    sends(&mut run, &[b"hello"]);
    run.recv_flags("server", 2, "MSG_PEEK", b"he");
    run.recv("server", 2, b"hello");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..2 client.send[1] 0..2");
    assert_eq!(sources(&timeline, "server.recv[2]"), "0..5 client.send[1] 0..5");
}

#[test]
fn bytes_discarded_with_msg_trunc_are_gone_from_the_stream() {
    let mut run = connected();
    sends(&mut run, &[b"hello", b"feng"]);
    let call = run.enter_with("server", "recv", 2, |enter| enter.args.flags = Some("MSG_TRUNC".into()));
    run.exit(call, 5);
    run.recv("server", 2, b"feng");
    assert_eq!(sources(&run.timeline(), "server.recv[2]"), "0..4 client.send[2] 0..4");
}

#[test]
fn of_a_partial_send_only_what_it_returned_counts() {
    let mut run = connected();
    let call = run.enter_send("client", 1, b"hello");
    run.exit(call, 2);
    run.fail("client", "send", 1, "EAGAIN");
    run.send("client", 1, b"llo");
    run.recv("server", 2, b"hello");
    let expected = "0..2 client.send[1] 0..2, 2..5 client.send[3] 0..3";
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), expected);
}

#[test]
fn bytes_on_the_wire_beyond_what_sends_returned_belong_to_the_send_that_blocks() {
    let mut run = connected();
    sends(&mut run, &[b"abc"]);
    run.enter_send("client", 1, b"defghi");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 4, 1, b"defg");
    run.recv("server", 2, b"abcde");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server data[2]"), "0..4 client.send[2] 0..4");
    assert_eq!(cause(&timeline, "client>server data[2]"), "client.send[2]");
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..3 client.send[1] 0..3, 3..5 client.send[2] 0..2");
    assert_eq!(timeline.calls[call(&timeline, "client.send[2]")].badge, Some(2));
}

#[test]
fn sendfile_has_no_bytes_of_its_own_and_still_moves_the_stream() {
    let mut run = connected();
    let call = run.enter("client", "sendfile", 1);
    run.exit(call, 4);
    run.send("client", 1, b"tail");
    run.recv("server", 2, b"filetail");
    let expected = "0..4 client.sendfile[1] 0..4, 4..8 client.send[1] 0..4";
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), expected);
}

#[test]
fn offsets_go_by_what_was_returned_when_the_recorded_bytes_were_cut() {
    let mut run = connected();
    let call = run.enter_with("client", "send", 1, |enter| {
        enter.args.cut = true;
        enter.data = Some(Hex(b"ab".to_vec()));
    });
    run.exit(call, 1000);
    run.send("client", 1, b"end");
    let call = run.enter("server", "recv", 2);
    run.exit_with(call, 1003, |exit| {
        exit.cut = true;
        exit.data = Some(Hex(b"ab".to_vec()));
    });
    let expected = "0..1000 client.send[1] 0..1000, 1000..1003 client.send[2] 0..3";
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), expected);
}

#[test]
fn one_segment_with_two_sends_names_both_and_its_cause_is_the_last() {
    let mut run = connected();
    run.send("client", 1, b"head");
    let call = run.enter_send("client", 1, b"body");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"headbody");
    run.exit(call, 4);
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server data[1]"), "0..4 client.send[1] 0..4, 4..8 client.send[2] 0..4");
    assert_eq!(cause(&timeline, "client>server data[1]"), "client.send[2]");
}

#[test]
fn a_frame_that_the_capture_cut_names_only_bytes_that_are_there() {
    let mut run = connected();
    run.send("client", 1, b"0123456789");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"0123456789");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 11, 1, b"xy");
    run.send("client", 1, b"xy");
    for event in &mut run.events {
        if let crate::recording::Event::Frame(frame) = event {
            frame.bytes.0.truncate(58);
        }
    }
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "client>server data[1]"), "0..4 client.send[1] 0..4");
    assert_eq!(timeline.frames[frame(&timeline, "client>server data[1]")].payload_length(), 10);
    assert_eq!(sources(&timeline, "client>server data[2]"), "0..2 client.send[2] 0..2");
}

#[test]
fn a_retransmission_repeats_the_first_frame_and_carries_the_same_bytes() {
    let mut run = connected();
    sends(&mut run, &[b"hello", b"hai"]);
    run.t += 200_000_000;
    run.again(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"hello");
    let timeline = run.timeline();
    let first = frame(&timeline, "client>server data[1]");
    let again = frame(&timeline, "client>server data[1] again");
    assert_eq!(timeline.frames[again].repeats, Some(first));
    assert_eq!(sources(&timeline, "client>server data[1] again"), "0..5 client.send[1] 0..5");
    assert_eq!(cause(&timeline, "client>server data[1] again"), "timer");
    assert_eq!(timeline.frames[first].repeats, None);
    assert_eq!(timeline.calls[call(&timeline, "client.send[1]")].carried_by, [first, again]);
}

#[test]
fn sequence_numbers_go_on_counting_when_their_32_bits_wrap() {
    let mut run = Run::new();
    let link = Link { first: [u32::MAX - 2, 9000], ..Link::new() };
    run.connected(&link);
    let call = run.enter_send("client", 1, b"hello");
    run.segment(&link, CLIENT, "PSH,ACK", 1, 1, b"hello");
    run.exit(call, 5);
    run.segment(&link, SERVER, "ACK", 1, 6, b"");
    let timeline = run.timeline();
    let data = frame(&timeline, "client>server data[1]");
    assert_eq!((timeline.frames[data].seq, timeline.frames[data].ack), (Some(1), Some(1)));
    assert_eq!(timeline.frames[frame(&timeline, "server>client ACK[1]")].ack, Some(6));
    assert_eq!(sources(&timeline, "client>server data[1]"), "0..5 client.send[1] 0..5");
}

#[test]
fn a_stream_of_more_than_4_gib_keeps_its_offsets() {
    let mut run = connected();
    const STEP: u64 = 1 << 30;
    for step in 0..5 {
        let call = run.enter("client", "sendfile", 1);
        run.segment(&Link::new(), CLIENT, "PSH,ACK", 1 + step * STEP, 1, b"x");
        run.exit(call, STEP as i64);
    }
    let timeline = run.timeline();
    assert_eq!(timeline.frames[frame(&timeline, "client>server data[5]")].seq, Some(1 + 4 * STEP));
    assert_eq!(sources(&timeline, "client>server data[5]"), "0..1 client.sendfile[5] 0..1");
}

#[test]
fn sends_of_two_threads_at_once_have_no_order_and_their_bytes_no_source() {
    let mut run = connected();
    sends(&mut run, &[b"a"]);
    let one = run.enter_send("client", 1, b"bb");
    let two = run.enter_send("client", 1, b"cc");
    run.exit(one, 2);
    run.exit(two, 2);
    run.send("client", 1, b"d");
    run.recv("server", 2, b"accbbd");
    let expected = "0..1 client.send[1] 0..1, 5..6 client.send[4] 0..1";
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), expected);
}

#[test]
fn bytes_that_disagree_with_the_send_get_no_source() {
    let mut run = connected();
    run.send("client", 1, b"hello");
    run.recv("server", 2, b"world");
    assert_eq!(sources(&run.timeline(), "server.recv[1]"), "");
}

#[test]
fn an_urgent_byte_is_out_of_band_and_the_stream_goes_on_behind_it() {
    let mut run = connected();
    run.send("client", 1, b"ab");
    let call = run.enter_with("client", "send", 1, |enter| {
        enter.args.flags = Some("MSG_OOB".into());
        enter.data = Some(Hex(b"!".to_vec()));
    });
    run.exit(call, 1);
    run.send("client", 1, b"cd");
    run.recv_flags("server", 2, "MSG_OOB", b"!");
    run.recv("server", 2, b"ab");
    run.recv("server", 2, b"cd");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..1 client.send[2] 0..1");
    assert_eq!(sources(&timeline, "server.recv[2]"), "0..2 client.send[1] 0..2");
    assert_eq!(sources(&timeline, "server.recv[3]"), "0..2 client.send[3] 0..2");
}

#[test]
fn without_a_wire_provenance_is_the_same() {
    let mut run = connected();
    sends(&mut run, &[b"hello", b"hai"]);
    run.recv("server", 2, b"hellohai");
    let timeline = run.without_wire().timeline();
    assert!(timeline.frames.is_empty());
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..5 client.send[1] 0..5, 5..8 client.send[2] 0..3");
}

#[test]
fn unix_streams_are_joined_by_the_peer_the_recorder_names() {
    let mut run = Run::new();
    run.socket_with(1, "client", "unix stream", "unix:", "unix:/tmp/x", |socket| socket.peer = Some(2));
    run.socket_with(2, "server", "unix stream", "unix:/tmp/x", "unix:", |socket| socket.peer = Some(1));
    run.send("client", 1, b"hello");
    run.recv("server", 2, b"hel");
    run.send("server", 2, b"yes");
    run.recv("client", 1, b"yes");
    let timeline = run.timeline();
    assert_eq!(sources(&timeline, "server.recv[1]"), "0..3 client.send[1] 0..3");
    assert_eq!(sources(&timeline, "client.recv[1]"), "0..3 server.send[1] 0..3");
}
