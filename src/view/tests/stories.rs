//! The runs of the golden pages, shaped like those of the lessons.

use super::run::{Run, addr, hex, info, kernel, len, timer, with};
use crate::expectations::Verdict;
use crate::recording::{
    Action, Args, Ended, Event, Expect, Held, Input, Limit, Next, Notice, Output, Reason, Refused, Released, Standing,
    Story, Usage,
};
use crate::timeline::Timeline;

pub(super) type Told = (Timeline, Vec<(Expect, Verdict)>);

fn claim(that: &str, says: &str, evidence: &[&str], instead: Option<&str>) -> (Expect, Verdict) {
    let verdict = Verdict {
        seen: instead.is_none(),
        unknown: instead.is_some_and(|text| text.starts_with("the wire")),
        evidence: evidence.iter().map(|text| text.to_string()).collect(),
        instead: instead.map(str::to_string),
    };
    (Expect { that: that.into(), says: says.into() }, verdict)
}

fn story(lesson: &str, variation: &str, title: &str, term: &str, question: &str, so: &str) -> Story {
    Story {
        lesson: lesson.into(),
        variation: variation.into(),
        title: title.into(),
        term: term.into(),
        question: question.into(),
        so: so.into(),
        ..Story::default()
    }
}

fn next(run: &str, says: &str) -> Next {
    Next { run: run.into(), says: says.into() }
}

fn ended(run: &mut Run, role: &str, more: impl FnOnce(&mut Ended)) {
    let pid = Run::pid(role);
    let mut ended = Ended { t: run.t, role: role.into(), pid, main: true, code: Some(0), signal: None, by_lab: false };
    more(&mut ended);
    run.push(Event::Ended(ended));
}

fn output(run: &mut Run, role: &str, stream: &str, text: &str) {
    let output = Output { t: run.t, role: role.into(), stream: stream.into(), text: text.into() };
    run.push(Event::Output(output));
}

/// socket, bind, listen of the server; socket and connect of the client; accept. Sockets 1, 2, 3.
fn connected(run: &mut Run) {
    run.call("server", "socket", 3, |e| e.args.kind = Some("tcp".into()));
    run.socket(1, "server", "listen", None);
    run.call("server", "setsockopt", 0, |e| {
        (e.fd, e.sock) = (Some(3), Some(1));
        e.args = Args { option: Some("SO_REUSEADDR".into()), value: Some("1".into()), ..Args::default() };
    });
    run.call("server", "bind", 0, |e| (e.fd, e.sock, e.args) = (Some(3), Some(1), addr("127.0.0.1:8080")));
    run.call("server", "listen", 0, |e| {
        (e.fd, e.sock) = (Some(3), Some(1));
        e.args.backlog = Some(5);
    });
    let accept = run.enter("server", "accept", |e| (e.fd, e.sock) = (Some(3), Some(1)));
    run.t += 900_000;
    run.call("client", "socket", 3, |e| e.args.kind = Some("tcp".into()));
    run.socket(2, "client", "stream", Some("server"));
    let connect =
        run.enter("client", "connect", |e| (e.fd, e.sock, e.args) = (Some(3), Some(2), addr("127.0.0.1:8080")));
    run.tcp("client", "server", "S", (0, 0), b"");
    run.tcp("server", "client", "SA", (0, 1), b"");
    run.tcp("client", "server", "A", (1, 1), b"");
    run.exit(connect, 0, |_| {});
    run.socket(3, "server", "stream", Some("client"));
    let peer = run.address("client");
    run.exit(accept, 4, |x| (x.addr, x.sock) = (Some(peer), Some(3)));
}

fn send(run: &mut Run, seq: u32, data: &[u8]) {
    let call = run.enter("client", "send", |e| {
        (e.fd, e.sock, e.data, e.args) = (Some(3), Some(2), hex(data), len(data.len() as u64));
    });
    run.tcp("client", "server", "PA", (seq, 1), data);
    run.exit(call, data.len() as i64, |_| {});
}

fn recv(run: &mut Run, role: &str, fd: i32, sock: u32, room: u64) -> u64 {
    run.enter(role, "recv", |e| (e.fd, e.sock, e.args) = (Some(fd), Some(sock), len(room)))
}

/// 05-sticky-packets, late-reader.
pub(super) fn sticky() -> Told {
    let mut run = Run::new("05-sticky-packets · late-reader", &["server", "client"]);
    let mut told = story(
        "05-sticky-packets",
        "late-reader",
        "TCP keeps bytes, not messages",
        "粘包",
        "The client sends three times before the server reads once. What does recv(1024) return?",
        "The packets did not stick: three segments arrived, each with the bytes of one send. They were queued as one \
         run of bytes, and one recv emptied the queue. Nothing in the stream says where a send ended.",
    );
    told.next = vec![
        next("05 --variation prompt-reader", "the same sends, read one by one"),
        next("05 --wire cable --delay 50ms", "now Nagle glues them on the wire itself"),
    ];
    run.recording.header.story = Some(told);
    connected(&mut run);
    let rule = "server.recv[1] after client.send[3]";
    let held = Held { t: run.t, call: 11, rule: rule.into() };
    run.push(Event::Held(held));
    send(&mut run, 1, b"hello");
    send(&mut run, 6, b"hai");
    send(&mut run, 9, b"hahaha");
    let released = Released { t: run.t, call: 11, by: "client.send[3]".into() };
    run.push(Event::Released(released));
    let first = recv(&mut run, "server", 4, 3, 1024);
    run.exit(first, 14, |x| {
        x.data = hex(b"hellohaihahaha");
        x.kernel = vec![kernel(3, "ESTABLISHED", 0, 0), kernel(2, "ESTABLISHED", 0, 0)];
    });
    output(&mut run, "server", "stdout", "14 bytes: hellohaihahaha");
    let second = recv(&mut run, "server", 4, 3, 1024);
    let close = run.enter("client", "close", |e| (e.fd, e.sock) = (Some(3), Some(2)));
    run.tcp("client", "server", "FA", (15, 1), b"");
    run.exit(second, 0, |x| x.kernel = vec![kernel(3, "CLOSE-WAIT", 0, 0), kernel(2, "FIN-WAIT-2", 0, 0)]);
    run.exit(close, 0, |_| {});
    let close = run.enter("server", "close", |e| (e.fd, e.sock) = (Some(4), Some(3)));
    run.tcp("server", "client", "FA", (1, 16), b"");
    run.tcp("client", "server", "A", (16, 2), b"");
    run.exit(close, 0, |_| {});
    ended(&mut run, "client", |_| {});
    ended(&mut run, "server", |_| {});
    run.end(|_| {});
    let verdicts = vec![
        claim(
            "server.recv[1] returns client.send[1..3]",
            "one recv returned the bytes of three sends",
            &["server.recv[1]", "client.send[1..3]"],
            None,
        ),
        claim(
            "count(client>server data) = 3",
            "the wire carried three data segments",
            &["client>server data[1..3]"],
            None,
        ),
    ];
    (run.timeline(), verdicts)
}

/// The same, not as the lesson says: the reader was early, the server crashed, a segment was repeated.
pub(super) fn broken() -> Told {
    let mut run = Run::new("05-sticky-packets · late-reader", &["server", "client"]);
    let mut told = story(
        "05-sticky-packets",
        "late-reader",
        "TCP keeps bytes, not messages",
        "粘包",
        "What does recv(1024) return?",
        "Never told.",
    );
    told.show = vec!["kernel".into()];
    run.recording.header.story = Some(told);
    run.recording.header.tier = 1;
    run.recording.header.wire.mtu = 1500;
    connected(&mut run);
    let first = recv(&mut run, "server", 4, 3, 1024);
    send(&mut run, 1, b"hello");
    run.exit(first, 5, |x| {
        x.data = hex(b"hello");
        x.kernel = vec![kernel(3, "ESTABLISHED", 0, 0), kernel(2, "ESTABLISHED", 0, 5)];
    });
    run.t += 204_000_000;
    run.tcp("client", "server", "PA", (1, 1), b"hello");
    run.again(1);
    output(&mut run, "server", "stderr", "thread 'main' panicked at server.rs:12:");
    output(&mut run, "server", "stderr", "index out of bounds: the len is 5 but the index is \x1b[31m9\x1b[0m");
    ended(&mut run, "server", |e| e.code = Some(101));
    run.tcp("server", "client", "RA", (1, 6), b"");
    run.fails("client", "send", "EPIPE", |e| {
        (e.fd, e.sock, e.data, e.args) = (Some(3), Some(2), hex(b"hai"), len(3));
    });
    let notice = Notice { t: run.t, role: Some("client".into()), text: "its output was cut after 64 KiB".into() };
    run.push(Event::Notice(notice));
    let last = recv(&mut run, "client", 3, 2, 1024);
    run.t += 4_800_000_000;
    ended(&mut run, "client", |e| (e.code, e.signal, e.by_lab) = (None, Some("SIGKILL".into()), true));
    run.end(|end| {
        end.reason = Reason::Deadline;
        end.awaited = vec!["server.recv[1] after client.send[9]".into()];
        let kernel = vec![kernel(2, "ESTABLISHED", 0, 3)];
        end.standing =
            vec![Standing { role: "client".into(), tid: 1, call: Some(last), syscall: None, held: false, kernel }];
    });
    let verdicts = vec![
        claim(
            "server.recv[1] returns client.send[1..3]",
            "one recv returned the bytes of three sends",
            &["server.recv[1]"],
            Some("server.recv[1] returned the 5 bytes of client.send[1]"),
        ),
        claim("no server>client data", "the server did not answer", &[], Some("the wire was not captured to its end")),
        claim("count(client.send) >= 1", "the client sent", &["client.send[1]"], None),
    ];
    (run.timeline(), verdicts)
}

/// 07: datagrams to nobody, to a small buffer, empty ones; 粘 in a payload.
pub(super) fn datagrams() -> Told {
    let mut run = Run::new("07-recv-behaviour · small-buffer", &["server", "client"]);
    run.call("client", "socket", 3, |e| e.args.kind = Some("udp".into()));
    run.socket(2, "client", "dgram", None);
    let sendto = |run: &mut Run, data: &[u8]| {
        run.enter("client", "sendto", |e| {
            (e.fd, e.sock, e.data, e.args) = (Some(3), Some(2), hex(data), addr("127.0.0.1:8080"));
            e.args.len = Some(data.len() as u64);
        })
    };
    let call = sendto(&mut run, b"too early");
    run.udp("client", "server", b"too early");
    run.unreachable("client");
    run.exit(call, 9, |_| {});
    run.call("server", "socket", 3, |e| e.args.kind = Some("udp".into()));
    run.socket(1, "server", "dgram", None);
    run.call("server", "bind", 0, |e| (e.fd, e.sock, e.args) = (Some(3), Some(1), addr("127.0.0.1:8080")));
    for data in ["hello", "", "粘包\n"] {
        let waits = run.enter("server", "recvfrom", |e| (e.fd, e.sock, e.args) = (Some(3), Some(1), len(1)));
        let call = sendto(&mut run, data.as_bytes());
        run.udp("client", "server", data.as_bytes());
        run.exit(call, data.len() as i64, |_| {});
        let got = &data.as_bytes()[..data.len().min(1)];
        run.exit(waits, got.len() as i64, |x| {
            (x.data, x.addr) = (hex(got), Some("127.0.0.1:41891".into()));
            x.flags = (data.len() > 1).then(|| "MSG_TRUNC".into());
        });
    }
    let waits = run.enter("server", "recvfrom", |e| (e.fd, e.sock, e.args) = (Some(3), Some(1), len(1)));
    ended(&mut run, "client", |_| {});
    ended(&mut run, "server", |e| (e.code, e.by_lab) = (None, true));
    let _ = waits;
    run.end(|_| {});
    (run.timeline(), Vec::new())
}

/// 02: a server that spins on a closed connection, and a second client that waits meanwhile.
pub(super) fn spinning() -> Told {
    let mut run = Run::new("02-loop-server · spinning", &["server", "client", "client2"]);
    connected(&mut run);
    let input = Input { t: run.t, role: "client".into(), text: "quit\n".into() };
    run.push(Event::Input(input));
    let close = run.enter("client", "close", |e| (e.fd, e.sock) = (Some(3), Some(2)));
    run.tcp("client", "server", "FA", (1, 1), b"");
    run.exit(close, 0, |_| {});
    ended(&mut run, "client", |_| {});
    let action = Action { t: run.t, rule: "start client2 after client.exit".into(), role: "client2".into() };
    run.push(Event::Action(action));
    run.call("client2", "socket", 3, |e| e.args.kind = Some("tcp".into()));
    run.socket(4, "client2", "stream", Some("server"));
    let connect =
        run.enter("client2", "connect", |e| (e.fd, e.sock, e.args) = (Some(3), Some(4), addr("127.0.0.1:8080")));
    run.tcp("client2", "server", "S", (0, 0), b"");
    run.tcp("server", "client2", "SA", (0, 1), b"");
    run.tcp("client2", "server", "A", (1, 1), b"");
    run.exit(connect, 0, |_| {});
    recv(&mut run, "client2", 3, 4, 1024);
    for _ in 0..2500 {
        let call = recv(&mut run, "server", 4, 3, 1024);
        run.exit(call, 0, |x| x.data = hex(b""));
        run.call("server", "send", 0, |e| (e.fd, e.sock, e.data, e.args) = (Some(4), Some(3), hex(b""), len(0)));
    }
    ended(&mut run, "server", |e| (e.code, e.signal) = (None, Some("SIGKILL".into())));
    run.end(|_| {});
    (run.timeline(), Vec::new())
}

/// A program under limits: it may not do all that it tries, and is ended for reading on after the end of the stream.
pub(super) fn limited() -> Told {
    let mut run = Run::new("06-framed-echo · split-header", &["server", "client"]);
    connected(&mut run);
    let pid = Run::pid("server");
    let usage = |run: &mut Run, when: &str, cpu_ms, resident_kib| {
        let (t, role, when) = (run.t, "server".into(), when.into());
        let (peak_kib, sockets, files) = (resident_kib + 64, 2, 5);
        run.push(Event::Usage(Usage { t, role, pid, when, cpu_ms, resident_kib, peak_kib, sockets, files }));
    };
    usage(&mut run, "ready", 3, 2816);
    for (call, text) in [
        (
            "open(../../exercises/06-framed-echo/exercise.toml)",
            "tried to open /lab/exercises/06-framed-echo/exercise.toml, which it may not",
        ),
        ("kill(4711, SIGKILL)", "tried to kill process 4711, which is not its own"),
    ] {
        let (t, role) = (run.t, "server".into());
        run.push(Event::Refused(Refused { t, role, pid, call: call.into(), text: text.into() }));
    }
    run.tcp("client", "server", "FA", (1, 1), b"");
    ended(&mut run, "client", |_| {});
    for _ in 0..100 {
        let call = recv(&mut run, "server", 4, 3, 1024);
        run.exit(call, 0, |x| x.data = hex(b""));
    }
    let text = "called recv 100 times after the stream had ended, and got 0 bytes each time".into();
    run.push(Event::Limit(Limit { t: run.t, role: Some("server".into()), limit: "spinning".into(), text }));
    usage(&mut run, "end", 41, 2900);
    ended(&mut run, "server", |e| (e.code, e.signal, e.by_lab) = (None, Some("SIGKILL".into()), true));
    run.end(|end| {
        end.reason = Reason::Deadline;
        end.standing = vec![Standing {
            role: "server".into(),
            tid: pid,
            call: None,
            syscall: None,
            held: false,
            kernel: Vec::new(),
        }];
    });
    (run.timeline(), Vec::new())
}

/// A reply of 3000 bytes in two segments; calls only, because this machine permits no capture.
pub(super) fn blind() -> Told {
    let mut run = Run::new("trace", &["server", "client"]);
    connected(&mut run);
    let big: Vec<u8> = (0..3000u32).map(|n| b'a' + (n % 26) as u8).collect();
    let call = run.enter("client", "send", |e| {
        (e.fd, e.sock, e.data, e.args) = (Some(3), Some(2), hex(&big), len(3000));
    });
    run.exit(call, 3000, |_| {});
    let call = recv(&mut run, "server", 4, 3, 4096);
    run.exit(call, 3000, |x| x.data = hex(&big));
    run.end(|_| {});
    run.recording.events.retain(|event| !matches!(event, Event::Frame(_)));
    run.recording.header.tier = 3;
    run.recording.header.wire.captured = false;
    run.recording.header.wire.private = false;
    run.recording.header.wire.note =
        Some("no frames: this machine permits no AF_PACKET socket (see lab doctor)".into());
    (run.timeline(), Vec::new())
}

/// A cable that loses, doubles, delays and changes frames; what kernels do about it.
pub(super) fn cable() -> Told {
    let rules = [
        "drop server>client SYN,ACK[1]",
        "drop client>server data[1]",
        "duplicate client>server data[2]",
        "hold client>server data[3] until server.recv[2] enters",
        "corrupt client>server data[4]",
    ];
    let mut run = Run::on_cable("10-handshake · lost-answer", &["server", "client"], &rules);
    let mut told = story(
        "10-handshake",
        "lost-answer",
        "A lost answer is asked for again",
        "三次握手",
        "The answer to the first SYN is lost. What does the client notice of it?",
        "The client's kernel sent its SYN again after a second, and connect returned then.",
    );
    told.next = vec![next("10 --wire cable --delay 50ms", "a handshake takes one round trip")];
    run.recording.header.story = Some(told);
    run.call("server", "socket", 3, |e| e.args.kind = Some("tcp".into()));
    run.socket(1, "server", "listen", None);
    run.call("server", "bind", 0, |e| (e.fd, e.sock, e.args) = (Some(3), Some(1), addr("192.0.2.1:8080")));
    run.call("server", "listen", 0, |e| {
        (e.fd, e.sock) = (Some(3), Some(1));
        e.args.backlog = Some(5);
    });
    let accept = run.enter("server", "accept", |e| (e.fd, e.sock) = (Some(3), Some(1)));
    run.call("client", "socket", 3, |e| e.args.kind = Some("tcp".into()));
    run.socket(2, "client", "stream", Some("server"));
    run.socket(3, "server", "stream", Some("client"));
    let connect =
        run.enter("client", "connect", |e| (e.fd, e.sock, e.args) = (Some(3), Some(2), addr("192.0.2.1:8080")));
    for (operation, from, to) in [(1, "client", "server"), (2, "server", "client")] {
        let mut arp = vec![0; 42];
        (arp[12], arp[13], arp[21]) = (8, 6, operation);
        run.frame(Some(from), Some(to), "ARP", arp);
    }
    run.tcp("client", "server", "S", (0, 0), b"");
    run.ends(false, &[kernel(2, "SYN-SENT", 0, 0)]);
    run.ends(true, &[kernel(2, "SYN-SENT", 0, 0), kernel(3, "SYN-RECEIVED", 0, 0)]);
    run.tcp("server", "client", "SA", (0, 1), b"");
    run.lost(rules[0]);
    run.t += 1_000_000_000;
    run.tcp("client", "server", "S", (0, 0), b"");
    run.again(1);
    run.tcp("server", "client", "SA", (0, 1), b"");
    run.again(1);
    run.tcp("client", "server", "A", (1, 1), b"");
    run.ends(true, &[kernel(2, "ESTABLISHED", 0, 0), kernel(3, "ESTABLISHED", 0, 0)]);
    run.exit(connect, 0, |_| {});
    let peer = run.address("client");
    run.exit(accept, 4, |x| (x.addr, x.sock) = (Some(peer), Some(3)));
    let waits = recv(&mut run, "server", 4, 3, 1024);
    send(&mut run, 1, b"lost!");
    run.lost(rules[1]);
    run.t += 204_000_000;
    run.tcp("client", "server", "PA", (1, 1), b"lost!");
    run.again(1);
    run.ends(false, &[with(kernel(2, "ESTABLISHED", 0, 5), info("Loss", 1, 1, 1))]);
    run.tcp("server", "client", "A", (1, 6), b"");
    run.exit(waits, 5, |x| x.data = hex(b"lost!"));
    send(&mut run, 6, b"twice");
    run.copied();
    run.tcp("server", "client", "A", (1, 11), b"");
    send(&mut run, 11, b"held");
    let held = run.last();
    run.under_way(held);
    run.t += 30_000_000;
    let second = recv(&mut run, "server", 4, 3, 1024);
    run.late(held, rules[3]);
    run.exit(second, 9, |x| x.data = hex(b"twiceheld"));
    send(&mut run, 15, b"foo");
    run.fate(run.last(), |fate| {
        fate.rules = vec![rules[4].into()];
        fate.changed = Some(crate::recording::Changed { at: 56, was: b'o', is: b'n' });
    });
    let close = run.enter("client", "close", |e| (e.fd, e.sock) = (Some(3), Some(2)));
    run.tcp("client", "server", "FA", (18, 1), b"");
    run.ends(false, &[kernel(2, "FIN-WAIT-1", 0, 3), kernel(3, "ESTABLISHED", 0, 0)]);
    run.ends(true, &[kernel(2, "FIN-WAIT-1", 0, 3), kernel(3, "ESTABLISHED", 0, 0)]);
    run.exit(close, 0, |_| {});
    run.tcp("server", "client", "A", (1, 15), b"");
    run.tcp("client", "server", "PA", (15, 1), b"foo");
    run.again(4);
    run.ends(false, &[with(kernel(2, "FIN-WAIT-1", 0, 3), info("Recovery", 0, 5, 2))]);
    run.ends(true, &[kernel(2, "FIN-WAIT-1", 0, 3), kernel(3, "CLOSE-WAIT", 3, 0)]);
    let close = run.enter("server", "close", |e| (e.fd, e.sock) = (Some(4), Some(3)));
    run.tcp("server", "client", "FA", (1, 19), b"");
    let mut waiting = kernel(2, "TIME-WAIT", 0, 0);
    waiting.timer = timer("time-wait", 59_996);
    run.ends(true, &[kernel(3, "LAST-ACK", 0, 0), waiting]);
    run.tcp("client", "server", "A", (19, 2), b"");
    run.under_way(run.last());
    run.exit(close, 0, |_| {});
    ended(&mut run, "client", |_| {});
    ended(&mut run, "server", |_| {});
    run.end(|_| {});
    let verdicts = vec![claim(
        "server>client SYN,ACK[1] is dropped",
        "the first answer was lost",
        &["server>client SYN,ACK[1]"],
        None,
    )];
    (run.timeline(), verdicts)
}

/// Two frames that a delay keeps, and what the kernels know of the connection all the while.
pub(super) fn delayed() -> Told {
    let mut run = Run::on_cable("trace", &["server", "client"], &["delay 50ms"]);
    run.recording.header.wire.hosts[1].mtu = 576;
    run.socket(2, "client", "stream", Some("server"));
    run.socket(3, "server", "stream", Some("client"));
    run.tcp("client", "server", "S", (0, 0), b"");
    run.tcp("server", "client", "SA", (0, 1), b"");
    let mut under_way = Vec::new();
    for number in 0..5u32 {
        send(&mut run, 1 + number * 4, b"data");
        under_way.push(run.last());
        run.under_way(run.last());
        let kernel = [with(kernel(2, "ESTABLISHED", 0, 4), info("Open", 0, 10, number + 1))];
        run.ends(false, &kernel);
    }
    let waits = recv(&mut run, "server", 4, 3, 1024);
    run.t += 50_000_000;
    for frame in under_way {
        run.late(frame, "delay 50ms");
    }
    run.exit(waits, 20, |x| x.data = hex(&b"data".repeat(5)));
    run.end(|_| {});
    (run.timeline(), Vec::new())
}
