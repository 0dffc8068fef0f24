//! Claims about the notation: what is written is read back, and errors point at what is wrong.

use super::*;

mod properties;

/// The column and the message with which a line is refused.
fn refused<T: std::str::FromStr<Err = ParseError> + std::fmt::Debug>(line: &str) -> (usize, String) {
    let error = line.parse::<T>().expect_err(line);
    assert_eq!(error.line, line);
    (error.column, error.what)
}

#[track_caller]
fn expectation_refused(line: &str, column: usize, words: &str) {
    let (at, what) = refused::<Expectation>(line);
    assert!(at == column && what.contains(words), "{line}\ncolumn {at}: {what}");
}

#[track_caller]
fn rule_refused(line: &str, column: usize, words: &str) {
    let (at, what) = refused::<Rule>(line);
    assert!(at == column && what.contains(words), "{line}\ncolumn {at}: {what}");
}

#[track_caller]
fn cable_refused(line: &str, column: usize, words: &str) {
    let (at, what) = refused::<CableRule>(line);
    assert!(at == column && what.contains(words), "{line}\ncolumn {at}: {what}");
}

#[test]
fn every_form_of_the_grammar_is_read_and_written_back_unchanged() {
    let expectations = r#"server.recv[1] = 14
        server.recv = -1
        client.send[1] < 200000
        client.send[1] <= 200000
        client.send[1] >= 1
        client.send > -1
        client>server data[1] is dropped
        client>server data is fast-retransmit
        server>client ACK[2..3] is duplicate-ACK
        count(client>server data[1] is again) >= 2
        count(server>client frame is late) = 0
        no client>server data is again
        no client>server data[1] is tail-loss-probe after client.send[1]
        server>client SYN,ACK[1] leaves server SYN-RECEIVED
        client>server ACK[1..2] leaves client ESTABLISHED
        server.bind[2] fails EADDRINUSE
        server.listen[1] succeeds
        server.accept[2] blocks
        server.recvfrom[1] truncated
        server.recv[1] returns client.send[1..3]
        server.recv[1] returns "a \"b\" \\ \n\r\t\x00\x7f 粘包"
        server.recvfrom[1] from client2
        client.close[1] leaves FIN-WAIT-1
        server.recv[1] finds 14 queued
        count(client.send) = 3
        count(client>server data) <= 3
        count(client>server data) < 3
        count(client>server data) >= 3
        count(client>server data) > 3
        no client>server frame
        no client>server frame after client.send[1]
        no server.send
        no server.send after client.exit
        no server.send after client.send[1] enters
        server>client SYN,ACK[1] before server.accept[1]
        client>server data[1] arrives before server>client ACK[1]
        client.send[1] before client>server data[1] arrives
        client.exit before server.recv[1] enters
        server.recv[1] enters before client.send[1]
        client>server data[1..3] carries client.send[1]
        client>server data[1] = 1448
        server exits 1
        server killed by SIGPIPE
        server runs
        server prints "listening""#;
    for line in expectations.lines().map(str::trim) {
        assert_eq!(line.parse::<Expectation>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
    let rules = "server.recv[1] after client.send[3]
        server.recv after client>server FIN
        start client2 after client.connect[1]
        kill client after client.recv[1]
        kill client SIGTERM after server.recv[1] enters";
    for line in rules.lines().map(str::trim) {
        assert_eq!(line.parse::<Rule>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
    let cable = "delay 50ms
        delay client>server 1.5s
        delay server>client SYN,ACK[1] 200us
        delay client>nobody datagram 0.5us
        jitter 10ms
        jitter client>server data[1..3] 10ms seed 7
        drop server>client SYN,ACK[1]
        drop client>server data[2] 3 times
        drop client>server data[2] always
        drop client>server data
        drop client>server frame 2 times
        loss 10%
        loss client>server 0.1% seed 7
        loss server>client ACK 100%
        duplicate client>server data[1]
        corrupt client>server data[1..2] always
        swap client>server data[1] client>server data[2]
        swap client>server data[1] client2>server data[1]
        hold client>server data[1] until server.recv[1] enters
        hold server>client data[1] until client>server data[2] arrives
        hold client>server ACK until client.exit
        rate 1mbit
        rate client>server 1.5kbit
        rate client>server data[1] 2gbit
        rate 300bit
        mtu 1400
        mtu server 576";
    for line in cable.lines().map(str::trim) {
        assert_eq!(line.parse::<CableRule>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
}

#[test]
fn a_quantity_is_kept_exactly_in_whatever_unit_it_is_written() {
    let written = |line: &str| line.parse::<CableRule>().map(|it| it.to_string());
    for (line, canonical) in [
        ("delay 1500ms", "delay 1.5s"),
        ("delay 0.05s", "delay 50ms"),
        ("delay 50.000ms", "delay 50ms"),
        ("delay 1.000000001s", "delay 1.000000001s"),
        ("delay 0s", "delay 0us"),
        ("rate 0.001gbit", "rate 1mbit"),
        ("loss 0.0001%", "loss 0.0001%"),
        ("jitter 5ms seed 1", "jitter 5ms"),
        ("  drop   client>server data[1]   3   times ", "drop client>server data[1] 3 times"),
    ] {
        assert_eq!(written(line).as_deref(), Ok(canonical), "{line}");
    }
    let Ok(CableRule::Delay { time, .. }) = "delay 1.5ms".parse() else { panic!("delay 1.5ms") };
    assert_eq!(time, 1_500_000);
    let Ok(CableRule::Loss { per_million, .. }) = "loss 2.5%".parse() else { panic!("loss 2.5%") };
    assert_eq!(per_million, 25_000);
    let Ok(CableRule::Rate { bits, .. }) = "rate 2.5mbit".parse() else { panic!("rate 2.5mbit") };
    assert_eq!(bits, 2_500_000);
}

#[test]
fn a_frame_without_a_number_is_dropped_however_often_it_is_sent_and_one_with_a_number_once() {
    let times = |line: &str| match line.parse() {
        Ok(CableRule::Drop { times, .. }) => times,
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(times("drop client>server data"), Times::Always);
    assert_eq!(times("drop client>server data[1]"), Times::First);
    assert_eq!(times("drop client>server data 2 times"), Times::Count(2));
    let reached = |times: Times| (1..=4).filter(|nth| times.contains(*nth)).count();
    assert_eq!([Times::First, Times::Count(2), Times::Always].map(reached), [1, 2, 4]);
}

#[test]
fn spaces_between_words_make_no_difference() {
    let line: Expectation = "  count ( client>server   data[1] )>=3\t".parse().unwrap();
    assert_eq!(line.to_string(), "count(client>server data[1]) >= 3");
    let line: Expectation = "server.recv[1]=14".parse().unwrap();
    assert_eq!(line.to_string(), "server.recv[1] = 14");
}

#[test]
fn no_word_is_reserved_so_a_role_may_have_any_name() {
    for line in [
        "count.send[1] = 3",
        "count exits 0",
        "count(count.send) = 3",
        "no runs",
        "no exits 0",
        "no prints \"x\"",
        "no.send[1] blocks",
        "no>no data = 1",
        "no no.send",
        "no runs.send",
        "no runs>exits frame after no.exit",
        "no is>is frame is copy after is.exit",
        "count(is>leaves frame is copy) = 1",
        "leaves>leaves SYN[1] leaves leaves SYN-SENT",
        "arrives>is data arrives before is>arrives data arrives",
        "exits exits 0",
        "exit.recv[1] from before",
        "before.exit before after.exit",
        "send.send[1] = 1",
    ] {
        assert_eq!(line.parse::<Expectation>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
    for line in [
        "start.recv[1] after kill.send[1]",
        "start start after start.exit",
        "kill kill after after>after data[1]",
        "kill after after after.exit",
        "kill SIGTERM SIGINT after start.exit",
        "after.recv[1] after after.exit",
    ] {
        assert_eq!(line.parse::<Rule>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
    for line in [
        "delay delay>jitter 5ms",
        "jitter seed>seed 5ms seed 7",
        "drop always>always data[1] always",
        "hold until>until data[1] until until.exit",
        "hold a>b data[1] until arrives>arrives data[1] arrives",
        "mtu mtu 1400",
    ] {
        assert_eq!(line.parse::<CableRule>().map(|it| it.to_string()).as_deref(), Ok(line));
    }
}

#[test]
fn an_unknown_word_of_a_cable_is_named_with_the_nearest_known_one() {
    cable_refused("dellay 50ms", 1, "no rule `dellay`; did you mean `delay`?");
    cable_refused("latency 50ms", 1, "here it is called `delay`");
    cable_refused("reorder client>server data[1]", 1, "here it is called `swap`");
    cable_refused("delay 50msec", 9, "did you mean `ms`?");
    cable_refused("delay 50µs", 9, "did you mean `us`?");
    cable_refused("rate 1Mbit", 7, "did you mean `mbit`?");
    cable_refused("rate 1zz", 7, "there are `bit`, `kbit`, `mbit`, `gbit`");
    cable_refused("drop client>server dta[1]", 20, "did you mean `data`?");
    cable_refused("loss 10% sed 7", 10, "did you mean `seed`?");
    cable_refused("drop client>server data[1] 3 tiems", 30, "did you mean `times`?");
    cable_refused("drop client>server data[1] allways", 28, "did you mean `always`?");
    cable_refused("hold client>server data[1] after client.exit", 28, "expected `until` and an event");
}

#[test]
fn a_rule_of_a_cable_that_lacks_something_is_told_where() {
    cable_refused("", 1, "expected a rule of a cable");
    cable_refused("delay", 6, "expected a time: `50ms`");
    cable_refused("delay 50", 9, "a unit right behind the number: `us`, `ms`, `s`");
    cable_refused("delay 50 ms", 9, "found a space");
    cable_refused("delay .5s", 7, "expected a time");
    cable_refused("delay 1.s", 9, "a digit right after the point");
    cable_refused("delay -5ms", 7, "too small");
    cable_refused("delay client 50ms", 13, "expected `>` and a role");
    cable_refused("delay client.send[1] 50ms", 13, "expected `>` and a role");
    cable_refused("delay client>server", 20, "expected a time");
    cable_refused("loss 10", 8, "a unit right behind the number: `%`");
    cable_refused("loss 10％", 8, "which is not `%`: switch the input method");
    cable_refused("drop", 5, "expected a frame");
    cable_refused("drop client>server", 19, "a kind of frame");
    cable_refused("drop client.send[1]", 6, "found the call");
    cable_refused("drop client>server data[1] 3", 29, "`times`");
    cable_refused("swap client>server data[1]", 27, "expected a frame");
    cable_refused("hold client>server data[1]", 27, "`until`");
    cable_refused("hold client>server data[1] until", 33, "an event");
    cable_refused("mtu", 4, "a number of bytes");
    cable_refused("delay 50ms seed 7", 12, "the end of the line");
}

#[test]
fn a_rule_of_a_cable_that_makes_no_sense_is_refused_with_the_reason() {
    cable_refused("loss 101%", 6, "100% at most");
    cable_refused("loss 100.0001%", 6, "100% at most");
    cable_refused("loss 0.00001%", 6, "finer than one of a million");
    cable_refused("delay 61s", 7, "60s at most");
    cable_refused("jitter client>server 60.000000001s", 22, "60s at most");
    cable_refused("delay 0.0001us", 7, "finer than a nanosecond");
    cable_refused("delay 0.00000000000000000000000000001s", 7, "finer than a nanosecond");
    cable_refused("delay 99999999999999999s", 7, "too large");
    cable_refused("rate 0mbit", 6, "no frame would ever arrive");
    cable_refused("rate 0.5bit", 6, "finer than one bit a second");
    cable_refused("mtu 67", 5, "RFC 791");
    cable_refused("mtu server 65536", 12, "65535");
    cable_refused("drop client>server data[1] 0 times", 28, "does nothing");
    cable_refused("swap client>server data client>server data[2]", 6, "give each its number");
    cable_refused("swap client>server data[1] client>server data[2..3]", 28, "give each its number");
    cable_refused("swap client>server data[1] client>server data[1]", 28, "with itself");
    cable_refused("swap client>server data[1] server>client data[1]", 28, "same receiver");
    cable_refused("hold client>server data[1] until client>server data[1] arrives", 34, "its own arrival");
    assert!("delay 60s".parse::<CableRule>().is_ok() && "loss 100%".parse::<CableRule>().is_ok());
    assert!("mtu 68".parse::<CableRule>().is_ok() && "mtu 65535".parse::<CableRule>().is_ok());
}

#[test]
fn a_cable_knows_the_roles_and_the_hosts_of_its_run() {
    let parse = |line| CableRule::parse_among(line, &["server", "client", "server2"], &["server", "client"]);
    assert!(parse("drop client>server2 data[1]").is_ok() && parse("mtu server 576").is_ok());
    assert!(parse("drop client>nobody SYN[1]").is_ok());
    for (line, column, words) in [
        ("drop clinet>server data[1]", 6, "did you mean `client`?"),
        ("delay client>sever 5ms", 14, "did you mean `server`?"),
        ("hold client>server data[1] until peer.exit", 34, "there is no role `peer`"),
        ("mtu server2 576", 5, "there is no host `server2`"),
    ] {
        let error = parse(line).unwrap_err();
        assert!(error.column == column && error.what.contains(words), "{line}: {error}");
    }
}

#[test]
fn an_unknown_call_is_named_with_the_nearest_known_one() {
    expectation_refused("server.recieve[1] = 14", 8, "no call `recieve`; did you mean `recv`?");
    expectation_refused("server.acept[1] blocks", 8, "did you mean `accept`?");
    expectation_refused("server.read[1] = 14", 8, "here it is called `recv`");
    expectation_refused("server.zzz[1] = 14", 8, "no call `zzz`");
    rule_refused("server.recv[1] after client.sned[1]", 29, "did you mean `send`?");
}

#[test]
fn other_unknown_words_are_named_with_the_nearest_known_one() {
    expectation_refused("client>server dta[1] = 5", 15, "did you mean `data`?");
    expectation_refused("client>server SYNACK[1] = 5", 15, "did you mean `SYN,ACK`?");
    expectation_refused("client>server PSH,ACK = 5", 15, "did you mean `data`?");
    expectation_refused("server.recv[1] retruns client.send", 16, "did you mean `returns`?");
    expectation_refused("server exit 1", 8, "did you mean `exits`?");
    expectation_refused("server killed by SIGPIP", 18, "did you mean `SIGPIPE`?");
    expectation_refused("server.close[1] leaves CLOSEWAIT", 24, "did you mean `CLOSE-WAIT`?");
    rule_refused("server.recv[1] aftr client.send[1]", 16, "did you mean `after`?");
    rule_refused("strat client after server.listen[1]", 1, "did you mean `start`?");
    rule_refused("kill client SIGKIL after server.listen[1]", 13, "did you mean `SIGKILL`?");
}

#[test]
fn what_a_frame_is_never_is_named_with_what_it_can_be() {
    expectation_refused("client>server data[1] is droped", 26, "did you mean `dropped`?");
    expectation_refused("client>server data[1] is lost", 26, "here it is called `dropped`");
    expectation_refused("client>server data[1] is delayed", 26, "here it is called `late`");
    expectation_refused("client>server data is retransmitted", 26 - 3, "here it is called `again`");
    expectation_refused("client>server data is zzz", 23, "it can be dropped late changed copy again");
    expectation_refused("client>server data is", 22, "what it is");
    expectation_refused("count(client.send is again) = 1", 19, "expected `)`");
    expectation_refused("count(client>server data is) = 1", 28, "what it is");
    expectation_refused("no client.send is again", 16, "`after` or the end of the line");
    expectation_refused("client>server SYN[1] leaves client2 SYN-SENT", 29, "no end of this frame");
    expectation_refused("client>server SYN[1] leaves SYN-SENT", 29, "no end of this frame");
    expectation_refused("client>server SYN[1] leaves client SYNSENT", 36, "did you mean `SYN-SENT`?");
    for quality in Quality::ALL {
        let line = format!("client>server frame is {quality}");
        let frame = FrameRef { from: "client".into(), to: "server".into(), kind: Kind::Any, nth: Nth::All };
        assert_eq!(line.parse(), Ok(Expectation::Is(frame, quality)));
    }
}

#[test]
fn what_is_missing_is_missed_where_it_should_stand() {
    expectation_refused("", 1, "expected an expectation");
    expectation_refused("server", 7, "found the end of the line");
    expectation_refused("server.", 8, "the name of a call right after `.`");
    expectation_refused("server. recv", 8, "found a space");
    expectation_refused("server.recv[1]", 15, "found the end of the line");
    expectation_refused("server.recv[1] =", 17, "expected a number");
    expectation_refused("server.recv[", 13, "expected a number");
    expectation_refused("server.recv[1", 14, "`]` or `..`");
    expectation_refused("server.recv[1..", 16, "expected a number");
    expectation_refused("client>", 8, "the role it goes to");
    expectation_refused("client>server", 14, "a kind of frame");
    expectation_refused("count(client.send = 3", 19, "expected `)`");
    expectation_refused("server.recv[1] finds 3", 23, "`queued`");
    expectation_refused("no", 3, "a call or a frame");
    rule_refused("server.recv[1] after", 21, "an event");
    rule_refused("kill client", 12, "`after`");
}

#[test]
fn what_is_too_much_or_out_of_range_is_pointed_at() {
    expectation_refused("server runs fast", 13, "expected the end of the line, found `fast`");
    expectation_refused("server.recv[0] = 1", 13, "count from 1");
    expectation_refused("server.recv[3..1] = 1", 16, "ends before it begins");
    expectation_refused("server.recv[99999999999] = 1", 13, "too large");
    expectation_refused("client>server data = -1", 22, "too small");
    expectation_refused("server.recv[1] == 1", 17, "after one `=`");
    expectation_refused("server.recv[1] =< 1", 17, "after one `=`");
    expectation_refused("server.recv[1] <> 1", 17, "after one `<`");
    expectation_refused("client>server data[1] == 1", 24, "after one `=`");
    expectation_refused("client>server data[1] < 1", 23, "expected `=` or a word");
    expectation_refused("count(client.send) == 1", 21, "after one `=`");
    expectation_refused("client>server frame[1] = 5", 20, "takes no number");
    expectation_refused("count(client.exit) = 1", 7, "not counted");
    rule_refused("client>server data[1] after client.exit", 1, "found the frame");
    rule_refused("client.exit[1] after client.send", 12, "ends once");
    expectation_refused("9server runs", 1, "starts with a letter");
}

#[test]
fn a_call_without_its_role_and_a_call_without_its_dot_are_told() {
    expectation_refused("recv[1] = 14", 1, "needs its role in front");
    expectation_refused("server recv[1] = 14", 8, "`server.recv`");
}

#[test]
fn columns_count_characters_and_full_width_marks_are_recognised() {
    expectation_refused("server prints \"粘包\" x", 20, "the end of the line");
    expectation_refused("server.recv[1] ＝ 14", 16, "which is not `=`");
    let error = "server prints \"粘包\" x".parse::<Expectation>().unwrap_err();
    assert_eq!(error.caret(), format!("{}\n{:21}^", error.line, ""));
}

#[test]
fn a_damaged_text_is_pointed_at_where_it_is_damaged() {
    expectation_refused(r#"server prints "abc"#, 19, "begins in column 15");
    expectation_refused(r#"server prints "a\qc""#, 17, "a backslash is followed by");
    expectation_refused(r#"server prints "a\x4""#, 17, "two hexadecimal digits");
    expectation_refused(r#"server prints "a\x80""#, 17, "up to 7f");
    expectation_refused(r#"server prints "a\"#, 17, "a backslash is followed by");
    expectation_refused("server prints abc", 15, "a text in double quotes");
}

#[test]
fn roles_the_run_does_not_have_are_refused_at_their_column_with_the_nearest() {
    let roles = ["server", "client"];
    let error = Rule::parse_among("server.recv[1] after clinet.send[1]", &roles).unwrap_err();
    assert_eq!((error.column, error.what.contains("did you mean `client`?")), (22, true), "{error}");
    assert!(Rule::parse_among("start client after server.listen[1]", &roles).is_ok());
    assert_eq!(Rule::parse_among("start client2 after server.listen[1]", &roles).unwrap_err().column, 7);
    for (line, column) in [
        ("server.recvfrom[1] from peer", 25),
        ("peer prints \"x\"", 1),
        ("count(client>peer data) = 1", 14),
        ("server.recv[1] returns peer.send[1]", 24),
        ("no server.send after peer.exit", 22),
    ] {
        assert_eq!(Expectation::parse_among(line, &roles).unwrap_err().column, column, "{line}");
    }
}

#[test]
fn nobody_may_stand_at_the_end_of_a_frame_and_nowhere_else() {
    let parse = |line| Expectation::parse_among(line, &["client"]);
    assert!(parse("client>nobody SYN[1] before nobody>client RST[1]").is_ok());
    assert_eq!(parse("nobody.send[1] = 3").unwrap_err().column, 1);
    assert_eq!(parse("client.recvfrom[1] from nobody").unwrap_err().column, 25);
}

#[test]
fn references_match_their_calls_and_frames_and_no_others() {
    let call: CallRef = "client.send[2..3]".parse().unwrap();
    let matched: Vec<u32> = (0..6).filter(|nth| call.matches("client", "send", *nth)).collect();
    assert_eq!(matched, [2, 3]);
    assert!(!call.matches("server", "send", 2) && !call.matches("client", "sendto", 2));

    let frame: FrameRef = "client>server SYN,ACK[1]".parse().unwrap();
    assert!(frame.matches("client", "server", "SYN,ACK", 1));
    assert!(!frame.matches("server", "client", "SYN,ACK", 1) && !frame.matches("client", "server", "SYN", 1));
    let any: FrameRef = "client>server frame".parse().unwrap();
    assert!(any.matches("client", "server", "ARP", 7) && !any.matches("server", "client", "ARP", 7));
}

#[test]
fn every_kind_is_read_from_its_own_word() {
    for kind in Kind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
    }
    assert!("syn".parse::<Kind>().unwrap_err().what.contains("`SYN`"));
}

#[test]
fn a_comparison_holds_as_its_mark_says() {
    use Comparison::*;
    let holding = |left, right| [Less, AtMost, Equal, AtLeast, More].map(|c| c.holds(left, right));
    assert_eq!(holding(1, 2), [true, true, false, false, false]);
    assert_eq!(holding(2, 2), [false, true, true, true, false]);
    assert_eq!(holding(3, 2), [false, false, false, true, true]);
}
