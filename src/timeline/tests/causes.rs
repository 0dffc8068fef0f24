//! Why a frame was sent.

use super::*;

fn connected() -> Run {
    let mut run = Run::new();
    run.connected(&Link::new());
    run
}

#[test]
fn the_handshake_is_explained_by_connect_and_by_its_own_frames() {
    let timeline = connected().timeline();
    assert_eq!(cause(&timeline, "client>server SYN[1]"), "client.connect[1]");
    assert_eq!(cause(&timeline, "server>client SYN,ACK[1]"), "client>server SYN[1]");
    assert_eq!(cause(&timeline, "client>server ACK[1]"), "server>client SYN,ACK[1]");
    let seqs: Vec<_> = timeline.frames.iter().map(|frame| (frame.seq, frame.ack)).collect();
    assert_eq!(seqs, [(Some(0), None), (Some(0), Some(1)), (Some(1), Some(1))]);
}

#[test]
fn a_syn_that_nobody_answered_is_sent_again_by_the_timer() {
    let mut run = Run::new();
    let connect = run.enter_with("client", "connect", 1, |enter| enter.args.addr = Some("127.0.0.1:80".into()));
    run.segment(&Link::new(), CLIENT, "SYN", 0, 0, b"");
    run.t = 1_000_000_000;
    run.again(&Link::new(), CLIENT, "SYN", 0, 0, b"");
    run.segment(&Link::new(), SERVER, "SYN,ACK", 0, 1, b"");
    run.exit(connect, 0);
    let timeline = run.timeline();
    let again = frame(&timeline, "client>server SYN[1] again");
    assert_eq!(timeline.frames[again].repeats, Some(0));
    assert_eq!(timeline.frames[again].cause, Cause::Timer(Timer::Retransmission));
    assert_eq!(timeline.frames[frame(&timeline, "server>client SYN,ACK[1]")].cause, Cause::Frame(again));
}

#[test]
fn data_that_left_after_its_send_returned_left_later() {
    let mut run = connected();
    run.send("client", 1, b"corked");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"corked");
    assert_eq!(cause(&run.timeline(), "client>server data[1]"), "client.send[1] later");
}

#[test]
fn an_acknowledgment_answers_the_last_segment_it_covers() {
    let mut run = connected();
    run.send("client", 1, b"aabb");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"aa");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 3, 1, b"bb");
    run.segment(&Link::new(), SERVER, "ACK", 1, 5, b"");
    assert_eq!(cause(&run.timeline(), "server>client ACK[1]"), "client>server data[2]");
}

#[test]
fn an_acknowledgment_of_nothing_new_inside_a_recv_is_a_window_update() {
    let mut run = connected();
    run.send("client", 1, b"aa");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"aa");
    run.segment(&Link::new(), SERVER, "ACK", 1, 3, b"");
    let recv = run.enter("server", "recv", 2);
    run.segment(&Link::new(), SERVER, "ACK", 1, 3, b"");
    run.exit(recv, 2);
    assert_eq!(cause(&run.timeline(), "server>client ACK[2]"), "server.recv[1] inferred");
}

#[test]
fn a_repeated_acknowledgment_answers_the_segment_behind_the_hole_and_makes_the_kernel_repeat() {
    let mut run = connected();
    run.send("client", 1, b"aabbcc");
    // The network loses the first segment after it was captured.
    run.segment(&Link::new(), CLIENT, "ACK", 1, 1, b"aa");
    run.segment(&Link::new(), CLIENT, "ACK", 3, 1, b"bb");
    let recv = run.enter("server", "recv", 2);
    run.segment(&Link::new(), SERVER, "ACK", 1, 1, b"");
    run.again(&Link::new(), CLIENT, "ACK", 1, 1, b"aa");
    run.segment(&Link::new(), SERVER, "ACK", 1, 5, b"");
    run.exit(recv, 4);
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server data[2]");
    assert_eq!(cause(&timeline, "client>server data[1] again"), "server>client ACK[1]");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server data[2]");
}

#[test]
fn a_keepalive_is_the_timer_s_and_its_answer_answers_it() {
    let mut run = connected();
    run.enter("server", "recv", 2);
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"x");
    run.segment(&Link::new(), SERVER, "ACK", 1, 2, b"");
    run.segment(&Link::new(), CLIENT, "ACK", 1, 1, b"");
    run.segment(&Link::new(), SERVER, "ACK", 1, 2, b"");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "client>server ACK[2]"), "timer");
    assert_eq!(cause(&timeline, "server>client ACK[2]"), "client>server ACK[2]");
}

#[test]
fn a_fin_comes_from_the_close_or_shutdown_around_it() {
    let mut run = connected();
    let shutdown = run.enter_with("client", "shutdown", 1, |enter| enter.args.how = Some("SHUT_WR".into()));
    run.segment(&Link::new(), CLIENT, "FIN,ACK", 1, 1, b"");
    run.exit(shutdown, 0);
    run.segment(&Link::new(), SERVER, "ACK", 1, 2, b"");
    let close = run.enter("server", "close", 2);
    run.segment(&Link::new(), SERVER, "FIN,ACK", 1, 2, b"");
    run.exit(close, 0);
    run.segment(&Link::new(), CLIENT, "ACK", 2, 2, b"");
    let timeline = run.timeline();
    assert_eq!(cause(&timeline, "client>server FIN[1]"), "client.shutdown[1]");
    assert_eq!(cause(&timeline, "server>client ACK[1]"), "client>server FIN[1]");
    assert_eq!(cause(&timeline, "server>client FIN[1]"), "server.close[1]");
    assert_eq!(cause(&timeline, "client>server ACK[2]"), "server>client FIN[1]");
}

#[test]
fn a_fin_without_a_close_comes_from_the_end_of_the_program() {
    let mut run = connected();
    run.segment(&Link::new(), CLIENT, "FIN,ACK", 1, 1, b"");
    run.ended("client", |_| {});
    assert_eq!(cause(&run.timeline(), "client>server FIN[1]"), "end of client");
}

#[test]
fn a_fin_without_a_close_is_not_the_end_of_a_program_that_goes_on_calling() {
    let mut run = connected();
    // close_range or exec closed it; neither is recorded.
    run.segment(&Link::new(), CLIENT, "FIN,ACK", 1, 1, b"");
    run.call("client", "socket", 7);
    run.ended("client", |_| {});
    assert_eq!(cause(&run.timeline(), "client>server FIN[1]"), "unknown");
}

#[test]
fn a_parent_s_early_close_does_not_send_the_fin_of_its_child() {
    let mut run = connected();
    run.call("server", "close", 2);
    let send = run.enter_with("server", "send", 2, |enter| enter.pid = 99);
    run.exit(send, 2);
    run.segment(&Link::new(), SERVER, "FIN,ACK", 1, 1, b"");
    run.ended("server", |ended| {
        ended.pid = 99;
        ended.main = false;
    });
    assert_eq!(cause(&run.timeline(), "server>client FIN[1]"), "end of server");
}

#[test]
fn a_fin_that_had_to_wait_for_the_data_before_it_is_the_close_s_later() {
    let mut run = connected();
    run.call("client", "close", 1);
    run.t += 1000;
    run.segment(&Link::new(), CLIENT, "FIN,ACK", 1, 1, b"");
    assert_eq!(cause(&run.timeline(), "client>server FIN[1]"), "client.close[1] later inferred");
}

#[test]
fn a_rst_comes_from_the_close_with_unread_data() {
    let mut run = connected();
    run.send("client", 1, b"unread");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"unread");
    let close = run.enter("server", "close", 2);
    run.segment(&Link::new(), SERVER, "RST,ACK", 1, 7, b"");
    run.exit(close, 0);
    assert_eq!(cause(&run.timeline(), "server>client RST[1]"), "server.close[1]");
}

#[test]
fn a_rst_after_the_close_answers_the_segment_that_still_came() {
    let mut run = connected();
    run.call("server", "close", 2);
    run.send("client", 1, b"late");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"late");
    run.segment(&Link::new(), SERVER, "RST", 1, 0, b"");
    run.ended("server", |_| {});
    assert_eq!(cause(&run.timeline(), "server>client RST[1]"), "client>server data[1]");
}

#[test]
fn a_rst_of_a_program_that_was_killed_with_unread_data_is_its_end() {
    let mut run = connected();
    run.send("client", 1, b"unread");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"unread");
    run.segment(&Link::new(), SERVER, "ACK", 1, 7, b"");
    run.segment(&Link::new(), SERVER, "RST,ACK", 1, 7, b"");
    run.ended("server", |ended| ended.signal = Some("SIGKILL".into()));
    assert_eq!(cause(&run.timeline(), "server>client RST[1]"), "end of server");
}

#[test]
fn a_rst_of_a_socket_that_is_used_afterwards_is_not_the_end_of_its_program() {
    let mut run = connected();
    run.segment(&Link::new(), SERVER, "PSH,ACK", 1, 1, b"?");
    run.segment(&Link::new(), CLIENT, "RST", 1, 0, b"");
    run.fail("client", "recv", 1, "ECONNRESET");
    run.ended("client", |_| {});
    assert_eq!(cause(&run.timeline(), "client>server RST[1]"), "server>client data[1]");
}

#[test]
fn a_fin_that_waited_is_the_shutdown_s_and_not_the_close_s_after_it() {
    let mut run = connected();
    let shut_rd = run.enter_with("client", "shutdown", 1, |enter| enter.args.how = Some("SHUT_RD".into()));
    run.exit(shut_rd, 0);
    let shut_wr = run.enter_with("client", "shutdown", 1, |enter| enter.args.how = Some("SHUT_WR".into()));
    run.exit(shut_wr, 0);
    run.call("client", "close", 1);
    run.segment(&Link::new(), CLIENT, "FIN,ACK", 1, 1, b"");
    assert_eq!(cause(&run.timeline(), "client>server FIN[1]"), "client.shutdown[2] later inferred");
}

#[test]
fn a_rst_to_a_connection_nobody_accepted_comes_from_the_listener_s_close() {
    let mut run = Run::new();
    let link = Link::new();
    run.socket_with(3, "server", "inet stream", "0.0.0.0:80", "", |socket| socket.listening = true);
    let connect = run.enter("client", "connect", 1);
    run.segment(&link, CLIENT, "SYN", 0, 0, b"");
    run.segment(&link, SERVER, "SYN,ACK", 0, 1, b"");
    run.segment(&link, CLIENT, "ACK", 1, 1, b"");
    run.exit(connect, 0);
    run.socket(1, "client", "inet stream", link.addresses[CLIENT], link.addresses[SERVER]);
    let close = run.enter("server", "close", 3);
    run.segment(&link, SERVER, "RST,ACK", 1, 1, b"");
    run.exit(close, 0);
    assert_eq!(cause(&run.timeline(), "server>client RST[1]"), "server.close[1] inferred");
}

#[test]
fn so_does_one_whose_socket_the_kernel_showed_though_no_program_had_it() {
    let mut run = Run::new();
    let link = Link::new();
    run.socket_with(3, "server", "inet stream", link.addresses[SERVER], "", |socket| socket.listening = true);
    let ends = [(1, "client", CLIENT, SERVER), (2, "server", SERVER, CLIENT)];
    for (sock, role, own, far) in ends {
        let addresses = link.addresses;
        run.socket_with(sock, role, "inet stream", addresses[own], addresses[far], |it| it.peer = Some(3 - sock));
    }
    run.call("client", "connect", 1);
    run.segment(&link, CLIENT, "SYN", 0, 0, b"");
    run.segment(&link, SERVER, "SYN,ACK", 0, 1, b"");
    run.segment(&link, CLIENT, "ACK", 1, 1, b"");
    let close = run.enter("server", "close", 3);
    run.segment(&link, SERVER, "RST,ACK", 1, 1, b"");
    run.exit(close, 0);
    run.ended("server", |_| {});
    assert_eq!(cause(&run.timeline(), "server>client RST[1]"), "server.close[1] inferred");
}

#[test]
fn a_hold_is_not_part_of_the_window_in_which_a_call_can_cause_frames() {
    let mut run = connected();
    run.send("client", 1, b"aa");
    run.segment(&Link::new(), CLIENT, "PSH,ACK", 1, 1, b"aa");
    run.segment(&Link::new(), SERVER, "ACK", 1, 3, b"");
    let recv = run.enter("server", "recv", 2);
    run.held(recv, "server.recv[1] after client.send[2]");
    run.segment(&Link::new(), SERVER, "ACK", 1, 3, b"");
    run.released(recv, "client.send[2]");
    run.exit(recv, 2);
    assert_eq!(cause(&run.timeline(), "server>client ACK[2]"), "unknown");
}
