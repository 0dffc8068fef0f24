//! What a page says of frames on a cable, and what it leaves out.

use super::run::{Run, info, kernel, with};
use super::{Options, plain};
use crate::recording::{Event, Story};
use crate::view::text::{HexBytes, render};

fn page(run: &Run, options: &Options) -> String {
    let mut run = run.clone();
    run.end(|_| {});
    render(&run.timeline(), &[], options)
}

/// The line with these words.
fn line<'a>(page: &'a str, words: &str) -> &'a str {
    page.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words:?} in {page}"))
}

fn arp(run: &mut Run) {
    let mut arp = vec![0; 42];
    (arp[12], arp[13], arp[21]) = (8, 6, 1);
    run.frame(Some("client"), Some("server"), "ARP", arp);
}

fn joined(rules: &[&str]) -> Run {
    let mut run = Run::on_cable("trace", &["server", "client"], rules);
    run.socket(2, "client", "stream", Some("server"));
    run.socket(3, "server", "stream", Some("client"));
    run
}

#[test]
fn arrows_point_on_end_in_a_cross_or_break_off() {
    let mut run = joined(&["delay 50ms"]);
    run.tcp("client", "server", "S", (0, 0), b"");
    run.lost("loss 10%");
    run.tcp("server", "client", "SA", (0, 1), b"");
    run.lost("loss 10%");
    run.tcp("client", "server", "PA", (1, 1), b"x");
    run.late(run.last(), "delay 50ms");
    run.tcp("server", "client", "PA", (1, 2), b"y");
    run.late(run.last(), "delay 50ms");
    let page = page(&run, &plain(80));
    let wire: Vec<&str> = page.lines().filter_map(|line| line.get(9..)).map(str::trim_start).collect();
    for words in ["──✗ SYN", "✗── SYN ACK", "──┄ PSH ACK 1 B", "┄┄▶ PSH ACK 1 B", "┄── PSH ACK 1 B", "◀┄┄ PSH ACK 1 B"]
    {
        assert!(wire.iter().any(|line| line.starts_with(words)), "{words} in {page}");
    }
}

#[test]
fn arrivals_that_are_alike_share_a_row_and_others_do_not() {
    let mut run = joined(&[]);
    for seq in 1..8 {
        run.tcp("client", "server", "PA", (seq, 1), b"x");
        run.under_way(run.last());
    }
    for frame in 1..8 {
        let rule = if frame < 6 { "delay 50ms" } else { "jitter 1ms" };
        run.late(frame, rule);
    }
    let short = page(&run, &plain(80));
    assert!(line(&short, "data[1..5]").contains("5 frames"), "{short}");
    assert_eq!(short.matches("┄┄▶").count(), 1 + 2, "two alike are no crowd: {short}");
    let whole = page(&run, &Options { hex: HexBytes::All, ..plain(80) });
    assert_eq!(whole.matches("┄┄▶").count(), 7, "{whole}");
}

#[test]
fn frames_by_which_hosts_find_each_other_are_one_line_unless_they_are_asked_for() {
    let mut run = joined(&["drop client>server ARP[3]"]);
    arp(&mut run);
    run.tcp("client", "server", "S", (0, 0), b"");
    arp(&mut run);
    let short = page(&run, &plain(80));
    assert!(short.contains("2 ARP frames, --noise shows them"), "{short}");
    assert!(!short.contains("──▶ ARP"), "{short}");
    let all = page(&run, &Options { noise: true, ..plain(80) });
    assert_eq!((all.matches("──▶ ARP").count(), all.contains("--noise")), (2, false), "{all}");
    run.recording.header.story = Some(Story { show: vec!["noise".into()], ..Story::default() });
    assert_eq!(page(&run, &plain(80)).matches("──▶ ARP").count(), 2, "the lesson asks for them");
    run.recording.header.story = None;
    arp(&mut run);
    run.lost("drop client>server ARP[3]");
    let page = page(&run, &plain(80));
    assert!(page.contains("2 ARP frames") && page.contains("──✗ ARP"), "what the cable did is no noise: {page}");
}

#[test]
fn a_state_stands_in_its_role_s_lane_when_it_changes_and_not_before() {
    let mut run = joined(&[]);
    run.tcp("client", "server", "S", (0, 0), b"");
    run.ends(false, &[kernel(2, "SYN-SENT", 0, 0)]);
    run.ends(true, &[kernel(2, "SYN-SENT", 0, 0), kernel(3, "SYN-RECEIVED", 0, 0)]);
    run.tcp("client", "server", "A", (1, 1), b"");
    run.ends(true, &[kernel(2, "SYN-SENT", 0, 0), kernel(3, "ESTABLISHED", 0, 0)]);
    let page = page(&run, &plain(80));
    let row = line(&page, "SYN-SENT");
    assert!(row.find("SYN-SENT") < row.find("──▶") && row.find("──▶") < row.find("SYN-RECEIVED"), "{row}");
    assert_eq!(page.matches("SYN-SENT").count(), 1, "each state once: {page}");
    assert!(line(&page, "ESTABLISHED").contains("──▶ ACK"), "{page}");
}

#[test]
fn a_kernel_that_was_asked_too_late_says_nothing_about_this_row() {
    let mut run = joined(&[]);
    run.tcp("client", "server", "PA", (1, 1), b"x");
    run.ends(false, &[kernel(2, "FIN-WAIT-1", 0, 0)]);
    run.tcp("client", "server", "FA", (2, 1), b"");
    // Both were sent when the recorder came to ask about the first.
    let asked = run.t;
    for event in &mut run.recording.events {
        if let Event::Ends(ends) = event {
            ends.t = asked;
        }
    }
    assert!(!page(&run, &plain(80)).contains("FIN-WAIT-1"));
    run.ends(false, &[kernel(2, "FIN-WAIT-1", 0, 0)]);
    let page = page(&run, &plain(80));
    assert!(line(&page, "FIN ACK").contains("FIN-WAIT-1"), "{page}");
}

#[test]
fn what_kernels_know_of_a_connection_is_told_when_it_was_asked_for() {
    let told = |asked: bool, again: bool| {
        let mut run = joined(&[]);
        if asked {
            run.recording.header.story = Some(Story { show: vec!["tcp_info".into()], ..Story::default() });
        }
        run.tcp("client", "server", "PA", (1, 1), b"x");
        if again {
            run.tcp("client", "server", "PA", (1, 1), b"x");
            run.again(1);
        }
        run.ends(false, &[with(kernel(2, "ESTABLISHED", 0, 1), info("Loss", 1, 1, 1))]);
        page(&run, &plain(100))
    };
    let known = "tcp: client cwnd 1, ssthresh 5, rtt 1.00 ms, unacked 1, retransmits 1, Loss";
    assert!(told(true, true).contains(known), "{}", told(true, true));
    assert!(told(false, false).contains(known), "it is recorded of an ordinary segment, so somebody asked");
    assert!(!told(false, true).contains("tcp:"), "of repetitions it is always recorded");
}

#[test]
fn narrow_pages_name_hosts_instead_of_their_addresses() {
    let mut run = joined(&[]);
    run.call("client", "connect", 0, |e| (e.sock, e.args.addr) = (Some(2), Some("192.0.2.1:8080".into())));
    run.call("server", "a-call-with-a-very-long-name-and-more", 0, |_| {});
    run.tcp("client", "server", "S", (0, 0), b"");
    let (narrow, wide) = (page(&run, &plain(60)), page(&run, &plain(160)));
    assert!(narrow.contains("server:8080") && !narrow.contains("192.0.2.1:8080"), "{narrow}");
    assert!(wide.contains("connect 192.0.2.1:8080"), "{wide}");
    assert!(narrow.contains("hosts  server 192.0.2.1   client 192.0.2.2   MTU 1500"), "{narrow}");
    assert!(!narrow.contains("2001:db8"), "nobody spoke IPv6: {narrow}");
}
