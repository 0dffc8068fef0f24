//! Claims about `lab __peer`, each tried against a program on the other side that is written here: every step does what its
//! words say, every failure is told in words, and what cannot be done is refused.
#![cfg(all(target_os = "linux", feature = "record"))]

use socket_lab::judge::peer::PeerTask;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Nothing here takes a second; what takes so long hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// A peer that goes on.
struct Peer {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

/// A peer that has ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    lines: Vec<String>,
    complaint: String,
}

impl Peer {
    fn start(task: &str) -> Peer {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
            .arg("__peer")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the peer starts");
        child.stdin.take().unwrap().write_all(task.as_bytes()).expect("its task");
        let (tell, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Peer { child, lines, seen: Vec::new() }
    }

    /// Waits until it has printed this line.
    fn until(&mut self, line: &str) {
        while self.seen.last().is_none_or(|seen| seen != line) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(seen) => self.seen.push(seen),
                Err(_) => panic!("it never printed {line}: {:?}", self.end()),
            }
        }
    }

    /// Its end. One that hangs is killed, and has no status.
    fn end(&mut self) -> Ended {
        let mut lines = std::mem::take(&mut self.seen);
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                // Its output is over, and with it the process.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.child.kill();
                    break;
                }
            }
        }
        let code = self.child.wait().expect("its status").code();
        let mut complaint = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut complaint).expect("its errors");
        Ended { code, lines, complaint }
    }
}

impl Ended {
    #[track_caller]
    fn is_done(&self) {
        assert_eq!((self.code, self.complaint.as_str()), (Some(0), ""), "{self:?}");
        let last = self.lines.last().unwrap();
        assert!(last.starts_with("all ") && last.ends_with(" steps done"), "{self:?}");
    }

    /// What follows `step N: failed: `, and the lines behind it.
    #[track_caller]
    fn failed_with(&self, step: &str, why: &str) {
        assert_eq!((self.code, self.complaint.as_str()), (Some(1), ""), "{self:?}");
        let line = format!("{step}: failed: {why}");
        assert!(self.lines.contains(&line), "{line}\n{self:#?}");
    }

    /// The hex of what was due and of what came.
    #[track_caller]
    fn compared(&self, expected: &str, received: &str) {
        let [.., due, came] = self.lines.as_slice() else { panic!("{self:?}") };
        let due = due.split_once("expected ").map(|(_, due)| due);
        let came = came.split_once("received ").map(|(_, came)| came);
        assert_eq!((due, came), (Some(expected), Some(received)), "{self:#?}");
    }

    #[track_caller]
    fn refused_with(&self, words: &str) {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert!(self.complaint.contains(words), "{words}\n{self:?}");
        assert_eq!(self.complaint.lines().count(), 1, "{self:?}");
    }
}

fn task(role: &str, address: SocketAddr, steps: &[&str]) -> PeerTask {
    let written = [("m", "\"hello\""), ("big", "random(3000000)")];
    PeerTask {
        seed: 7,
        scenario: "scenario".into(),
        role: role.into(),
        serves: role.starts_with("server"),
        address: address.to_string(),
        time: 1_700_000_000,
        data: written.map(|(name, bytes)| (name.to_owned(), bytes.to_owned())).into(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
    }
}

fn start(task: &PeerTask) -> Peer {
    Peer::start(&serde_json::to_string(task).unwrap())
}

fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A peer that connects to a listener whose connections `serve` gets.
fn client(steps: &[&str], serve: impl FnOnce(&mut dyn FnMut() -> TcpStream) + Send + 'static) -> Ended {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut peer = start(&task("client", listener.local_addr().unwrap(), steps));
    let server = thread::spawn(move || serve(&mut || patient(listener.accept().unwrap().0)));
    let ended = peer.end();
    assert!(server.join().is_ok(), "the other side failed\n{ended:?}");
    ended
}

/// One connection that gets these bytes and is closed.
fn client_gets(bytes: &'static [u8], steps: &[&str]) -> Ended {
    client(steps, move |accept| accept().write_all(bytes).unwrap())
}

/// One connection whose first byte the other side leaves unread when it closes: a reset. Another one then says `go`.
fn client_is_reset(steps: &[&str]) -> Ended {
    let before = ["c: connect", "c: send \"x\"", "connect", "receive \"go\""];
    client(&[&before[..], steps].concat(), |accept| {
        let first = accept();
        first.peek(&mut [0]).unwrap();
        let mut second = accept();
        drop(first);
        second.write_all(b"go").unwrap();
        let _ = second.read(&mut [0; 9]);
    })
}

/// An address where nobody is.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A peer that serves, when it has begun this step.
fn server(steps: &[&str], begun: &str) -> (Peer, SocketAddr) {
    let address = free_address();
    let mut peer = start(&task("server", address, steps));
    peer.until(begun);
    (peer, address)
}

/// A UDP program on the other side of a client.
fn udp_client(steps: &[&str], serve: impl FnOnce(UdpSocket) + Send + 'static) -> Ended {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut peer = start(&task("client", socket.local_addr().unwrap(), steps));
    let server = thread::spawn(move || serve(socket));
    let ended = peer.end();
    assert!(server.join().is_ok(), "the other side failed\n{ended:?}");
    ended
}

fn read_all(mut stream: &TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the end of the stream");
    bytes
}

#[test]
fn each_step_is_told_before_it_is_done_and_the_end_after() {
    let ended = client(&["connect", "repeat 2 as i", "send $i", "end", "shut down", "receive the end"], |accept| {
        assert_eq!(read_all(&accept()), b"12");
    });
    ended.is_done();
    let lines = [
        "step 1: connect",
        "step 3 round 1: send \"1\"",
        "step 3 round 2: send \"2\"",
        "step 5: shut down",
        "step 6: receive the end",
        "all 6 steps done",
    ];
    assert_eq!(ended.lines, lines);
}

#[test]
fn what_is_sent_in_pieces_is_all_there() {
    for pieces in ["", " in pieces of 1", " in pieces of 1..3", " in random pieces"] {
        let ended = client(&["connect", &format!("send frame($m) \"\\xff\"{pieces}"), "close"], |accept| {
            assert_eq!(read_all(&accept()), b"\0\0\0\x05hello\xff");
        });
        ended.is_done();
    }
}

#[test]
fn a_large_send_goes_on_while_the_other_side_reads() {
    let steps = ["connect", "send $big", "receive $big slowly", "receive the end"];
    let echo = |accept: &mut dyn FnMut() -> TcpStream| {
        let mut stream = accept();
        let mut all = vec![0; 3_000_000];
        stream.read_exact(&mut all).unwrap();
        stream.write_all(&all).unwrap();
    };
    client(&steps, echo).is_done();
    client(&[&["slow"], &steps[..]].concat(), echo).is_done();
}

#[test]
fn who_sends_to_a_slow_peer_waits_when_less_than_a_third_of_a_megabyte_is_under_way() {
    let (mut peer, address) = server(&["slow", "listen", "a: accept", "b: accept"], "step 3: a: accept");
    let mut stream = patient(TcpStream::connect(address).unwrap());
    // From here on the peer waits for another connection, and reads nothing.
    peer.until("step 4: b: accept");
    stream.set_nonblocking(true).unwrap();
    let mut sent = 0;
    while let Ok(count) = stream.write(&[0; 10_000]) {
        sent += count;
    }
    drop(TcpStream::connect(address).unwrap());
    peer.end().is_done();
    assert!((10_000..300_000).contains(&sent), "{sent} bytes");
}

#[test]
fn what_is_due_may_come_in_any_pieces() {
    let ended = client(&["connect", "receive frame($m)", "receive 2 bytes", "receive 1..9 bytes"], |accept| {
        let mut stream = accept();
        stream.set_nodelay(true).unwrap();
        for byte in b"\0\0\0\x05helloabrest" {
            stream.write_all(&[*byte]).unwrap();
        }
    });
    ended.is_done();
}

#[test]
fn nothing_more_is_taken_than_is_due() {
    client_gets(b"abcd", &["connect", "receive \"ab\"", "receive \"cd\"", "receive the end"]).is_done();
}

#[test]
fn a_byte_that_is_wrong_is_told_with_both_sides() {
    let ended = client_gets(b"\0\0\0\x05hellO", &["connect", "receive frame($m)"]);
    ended.failed_with("step 2", "byte 9 of 9 is 4f (\"O\"), and 6f (\"o\") was due");
    ended.compared("9 bytes, from 0: 0000000568656c6c6f", "9 bytes, from 0: 0000000568656c6c4f");
}

#[test]
fn it_does_not_wait_for_more_when_a_byte_is_wrong() {
    let ended = client(&["connect", "receive frame($m)"], |accept| {
        let mut stream = accept();
        stream.write_all(&[0, 9]).unwrap();
        assert_eq!(read_all(&stream), b"");
    });
    ended.failed_with("step 2", "byte 2 of 9 is 09, and 00 was due");
    ended.compared("9 bytes, from 0: 0000000568656c6c6f", "2 bytes, from 0: 0009");
}

#[test]
fn of_many_bytes_those_around_the_difference_are_shown() {
    let ended = client(&["connect", "receive zeros(100000)"], |accept| {
        let mut bytes = vec![0; 100_000];
        bytes[50_000] = 1;
        let _ = accept().write_all(&bytes);
    });
    ended.failed_with("step 2", "byte 50001 of 100000 is 01, and 00 was due");
    let [.., due, came] = ended.lines.as_slice() else { panic!("{ended:?}") };
    assert!(due.starts_with("step 2: expected 100000 bytes, from 49872: 0000"), "{due}");
    assert!(came.contains(" bytes, from 49872: 0000") && came.contains("01"), "{came}");
}

#[test]
fn a_stream_that_ends_early_is_told_with_how_much_came() {
    let ended = client_gets(b"hel", &["connect", "receive $m"]);
    ended.failed_with("step 2", "3 of 5 bytes came, then the end of the stream (FIN)");
    ended.compared("5 bytes, from 0: 68656c6c6f", "3 bytes, from 0: 68656c");
    let ended = client_gets(b"", &["connect", "repeat 2", "receive $m", "end"]);
    ended.failed_with("step 3 round 1", "0 of 5 bytes came, then the end of the stream (FIN)");
    let ended = client_gets(b"hel", &["connect", "receive 4 bytes"]);
    ended.failed_with("step 2", "4 bytes were due; 3 bytes came, then the end of the stream (FIN)");
    let ended = client_gets(b"h", &["connect", "receive 2..4 bytes"]);
    ended.failed_with("step 2", "2 to 4 bytes were due; 1 byte came, then the end of the stream (FIN)");
    let ended = client_gets(b"hello", &["connect", "receive 2..4 bytes"]);
    ended.failed_with("step 2", "2 to 4 bytes were due, and 5 have come");
}

#[test]
fn a_reset_is_told_apart_from_an_end() {
    client_is_reset(&["c: receive a reset"]).is_done();
    client_is_reset(&["c: receive the end or a reset"]).is_done();
    client_gets(b"", &["connect", "receive the end or a reset"]).is_done();
    let ended = client_is_reset(&["c: receive the end"]);
    ended.failed_with("step 5", "the end of the stream (FIN) was due, and a reset (RST) came");
    let ended = client_gets(b"", &["connect", "receive a reset"]);
    ended.failed_with("step 2", "a reset (RST) was due, and the end of the stream (FIN) came");
    let ended = client_is_reset(&["c: receive $m"]);
    ended.failed_with("step 5", "0 of 5 bytes came, then a reset (RST)");
    let ended = client_is_reset(&["c: receive 2 bytes"]);
    ended.failed_with("step 5", "2 bytes were due; 0 bytes came, then a reset (RST)");
}

#[test]
fn bytes_that_come_instead_of_an_end_are_shown() {
    let ended = client_gets(b"ab", &["connect", "receive the end"]);
    ended.failed_with("step 2", "the end of the stream (FIN) was due, and 2 bytes more came");
    ended.compared("0 bytes, from 0: ", "2 bytes, from 0: 6162");
    let ended = client_gets(b"a", &["connect", "receive the end or a reset"]);
    ended.failed_with("step 2", "the end of the stream (FIN) or a reset (RST) was due, and 1 byte more came");
}

#[test]
fn nothing_means_that_nothing_is_there_now_and_takes_nothing() {
    client_gets(b"a", &["connect", "receive \"a\"", "receive the end"]).is_done();
    let ended = client(&["connect", "receive nothing", "send \"x\"", "receive \"a\""], |accept| {
        let mut stream = accept();
        stream.read_exact(&mut [0]).unwrap();
        stream.write_all(b"a").unwrap();
    });
    ended.is_done();
    let ended = client_gets(b"ab", &["connect", "receive \"a\"", "receive nothing"]);
    ended.failed_with("step 3", "nothing was due, and 1 byte came");
    ended.compared("0 bytes, from 0: ", "1 bytes, from 0: 62");
    let ended = client_is_reset(&["c: receive nothing"]);
    ended.failed_with("step 5", "nothing was due, and a reset (RST) came");
    let ended = client(&["c: connect", "connect", "receive \"go\"", "c: receive nothing"], |accept| {
        drop(accept());
        accept().write_all(b"go").unwrap();
    });
    ended.failed_with("step 4", "nothing was due, and the end of the stream (FIN) came");
}

#[test]
fn a_send_to_one_who_is_gone_is_told_with_how_much_was_sent() {
    let ended = client_is_reset(&["c: send $m in pieces of 2"]);
    ended.failed_with("step 5", "the connection was reset (RST) when 0 of 5 bytes had been sent");
    // Told once by the receive, the kernel answers the send in another way.
    let ended = client_is_reset(&["c: receive a reset", "c: send $m"]);
    ended.failed_with("step 6", "the connection was reset (RST) when 0 of 5 bytes had been sent");
    let ended = client_is_reset(&["c: receive a reset", "c: shut down"]);
    ended.failed_with("step 6", "the connection is gone already: it was reset (RST)");
}

#[test]
fn it_leaves_as_the_step_says() {
    client(&["connect", "shut down", "receive \"bye\""], |accept| {
        let mut stream = accept();
        assert_eq!(read_all(&stream), b"");
        stream.write_all(b"bye").unwrap();
    })
    .is_done();
    client(&["connect", "close"], |accept| assert_eq!(read_all(&accept()), b"")).is_done();
    let is_reset = |mut stream: TcpStream| {
        assert_eq!(stream.read(&mut [0]).expect_err("a reset").kind(), std::io::ErrorKind::ConnectionReset);
    };
    client(&["connect", "reset"], move |accept| is_reset(accept())).is_done();
    let ended = client(&["connect", "close unread"], move |accept| {
        let mut stream = accept();
        stream.write_all(b"unread").unwrap();
        is_reset(stream);
    });
    ended.is_done();
    let ended = client_gets(b"", &["connect", "close unread"]);
    ended.failed_with("step 2", "bytes were due, and the end of the stream (FIN) came");
    let ended = client_is_reset(&["c: close unread"]);
    ended.failed_with("step 5", "bytes were due, and a reset (RST) came");
}

#[test]
fn many_sockets_have_names_of_their_own() {
    let steps = ["repeat 3 as i", "c$i: connect", "end", "repeat 3 as i", "c$i: send $i", "c$i: receive $i", "end"];
    let ended = client(&steps, |accept| {
        let mut streams = [accept(), accept(), accept()];
        for stream in &mut streams {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            stream.write_all(&byte).unwrap();
        }
    });
    ended.is_done();
    assert!(ended.lines.contains(&"step 5 round 2: c2: send \"2\"".to_owned()), "{ended:?}");
}

#[test]
fn a_connection_to_nobody_is_refused() {
    let address = free_address();
    start(&task("client", address, &["connect refused"])).end().is_done();
    let ended = start(&task("client", address, &["connect"])).end();
    ended.failed_with("step 1", &format!("nobody listens at {address}: the connection was refused"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ended = start(&task("client", address, &["connect refused"])).end();
    ended.failed_with("step 1", &format!("the connection was to be refused, but somebody listens at {address}"));
}

#[test]
fn a_peer_that_serves_accepts_one_connection_after_the_other() {
    let steps = ["listen", "a: accept", "b: accept", "b: send \"b\"", "a: send \"a\"", "a: receive the end"];
    let (mut peer, address) = server(&steps, "step 2: a: accept");
    let first = patient(TcpStream::connect(address).unwrap());
    peer.until("step 3: b: accept");
    let second = patient(TcpStream::connect(address).unwrap());
    for (mut stream, byte) in [(&second, b'b'), (&first, b'a')] {
        let mut got = [0];
        stream.read_exact(&mut got).unwrap();
        assert_eq!(got, [byte]);
    }
    drop(first);
    peer.end().is_done();
}

#[test]
fn a_listener_that_is_closed_refuses_and_its_address_is_free_again() {
    let steps =
        ["listen", "accept", "receive $m", "close", "close", "connect refused", "slow", "listen", "accept", "reset"];
    let (mut peer, address) = server(&steps, "step 2: accept");
    patient(TcpStream::connect(address).unwrap()).write_all(b"hello").unwrap();
    peer.until("step 9: accept");
    let mut stream = patient(TcpStream::connect(address).unwrap());
    assert_eq!(stream.read(&mut [0]).expect_err("a reset").kind(), std::io::ErrorKind::ConnectionReset);
    peer.end().is_done();
}

#[test]
fn an_address_that_somebody_has_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let ended = start(&task("server", address, &["listen"])).end();
    ended.failed_with("step 1", &format!("somebody else has the address {address} (EADDRINUSE)"));
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let ended = start(&task("server", address, &["bind"])).end();
    ended.failed_with("step 1", &format!("somebody else has the address {address} (EADDRINUSE)"));
}

#[test]
fn a_send_on_udp_is_a_datagram_and_so_is_each_piece() {
    let ended = udp_client(&["udp", "send \"\"", "send \"abcde\" in pieces of 2"], |socket| {
        for due in ["", "ab", "cd", "e"] {
            let mut room = [9; 100];
            let count = socket.recv(&mut room).unwrap();
            assert_eq!(&room[..count], due.as_bytes());
        }
    });
    ended.is_done();
}

/// Answers the first datagram with these.
fn answers(datagrams: &'static [&'static [u8]]) -> impl FnOnce(UdpSocket) + Send {
    move |socket| {
        let (_, from) = socket.recv_from(&mut [0; 9]).unwrap();
        datagrams.iter().for_each(|datagram| assert_eq!(socket.send_to(datagram, from).unwrap(), datagram.len()));
    }
}

#[test]
fn a_datagram_is_taken_whole_or_not_at_all() {
    let ask = ["udp", "send \"?\""];
    let steps = |steps: &[&'static str]| [&ask[..], steps].concat();
    udp_client(
        &steps(&["receive \"\"", "receive $m", "receive 3 bytes", "receive 2..4 bytes"]),
        answers(&[b"", b"hello", b"abc", b"ab"]),
    )
    .is_done();
    let ended = udp_client(&steps(&["receive $m"]), answers(&[b"hell"]));
    ended.failed_with("step 3", "a datagram of 4 bytes came, and one of 5 bytes was due");
    ended.compared("5 bytes, from 0: 68656c6c6f", "4 bytes, from 0: 68656c6c");
    let ended = udp_client(&steps(&["receive \"\""]), answers(&[b"a"]));
    ended.failed_with("step 3", "a datagram of 1 byte came, and one of 0 bytes was due");
    let ended = udp_client(&steps(&["receive $m"]), answers(&[b"hellO"]));
    ended.failed_with("step 3", "in the datagram, byte 5 of 5 is 4f (\"O\"), and 6f (\"o\") was due");
    let ended = udp_client(&steps(&["receive 3 bytes"]), answers(&[b"ab"]));
    ended.failed_with("step 3", "a datagram of 2 bytes came, and one of 3 bytes was due");
    let ended = udp_client(&steps(&["receive 3..4 bytes"]), answers(&[b"ab"]));
    ended.failed_with("step 3", "a datagram of 2 bytes came, and one of 3 to 4 bytes was due");
    let ended = udp_client(&steps(&["receive \"a\"", "receive nothing"]), answers(&[b"a", b"b"]));
    ended.failed_with("step 4", "nothing was due, and a datagram of 1 byte came");
    udp_client(&steps(&["receive \"a\"", "receive nothing"]), answers(&[b"a"])).is_done();
}

#[test]
fn datagrams_that_are_to_be_skipped_are_passed_over_and_no_others() {
    let ask = ["udp", "send \"?\""];
    let steps = |steps: &[&'static str]| [&ask[..], steps].concat();
    let skips = steps(&["receive id=1 \"b\" skipping \"a\"", "receive $id"]);
    udp_client(&skips, answers(&[b"a", b"a", b"cb", b"c"])).is_done();
    udp_client(&skips, answers(&[b"cb", b"c"])).is_done();
    let ended = udp_client(&skips, answers(&[b"a", b"aa"]));
    ended.failed_with("step 3", "in the datagram, byte 2 of 2 is 61 (\"a\"), and 62 (\"b\") was due");
}

#[test]
fn a_client_takes_no_answer_from_elsewhere() {
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let stranger = other.local_addr().unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut peer = start(&task("client", address, &["udp", "send \"?\"", "receive \"a\""]));
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let (_, from) = socket.recv_from(&mut [0; 9]).unwrap();
    other.send_to(b"a", from).unwrap();
    let why = format!("the datagram came from {stranger}: a client takes no answer but from {address}, where it asked");
    peer.end().failed_with("step 3", &why);
}

#[test]
fn whoever_has_the_address_serves_whatever_its_role_is_called() {
    let address = free_address();
    let mut peer = start(&task("friend", address, &["bind", "receive \"?\"", "send \"a\""]));
    peer.until("step 2: receive \"?\"");
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"?", address).unwrap();
    let mut room = [0; 100];
    let (count, from) = socket.recv_from(&mut room).unwrap();
    assert_eq!((&room[..count], from), (&b"a"[..], address));
    peer.end().is_done();
}

#[test]
fn a_peer_that_serves_answers_who_asked_last_from_any_of_its_sockets() {
    let steps = [
        "bind",
        "forger: udp",
        "receive id=4 \"?\"",
        "forger: send $id \"forged\"",
        "send $id \"true\"",
        "receive $id",
    ];
    let (mut peer, address) = server(&steps, "step 3: receive id=4 \"?\"");
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"1234?", address).unwrap();
    let mut room = [0; 100];
    let (count, from) = socket.recv_from(&mut room).unwrap();
    assert_eq!((&room[..count], from == address), (&b"1234forged"[..], false));
    let (count, from) = socket.recv_from(&mut room).unwrap();
    assert_eq!((&room[..count], from == address), (&b"1234true"[..], true));
    socket.send_to(b"1234", address).unwrap();
    peer.end().is_done();
}

#[test]
fn bytes_that_may_be_any_are_shown_as_they_came() {
    let ended = client_gets(b"1234!", &["connect", "receive id=4 \"?\""]);
    ended.failed_with("step 2", "byte 5 of 5 is 21 (\"!\"), and 3f (\"?\") was due");
    ended.compared("5 bytes, from 0: 313233343f", "5 bytes, from 0: 3132333421");
    client_gets(b"1234?1234", &["connect", "receive id=4 \"?\"", "receive $id"]).is_done();
}

#[test]
fn judge_and_peer_compute_the_same_bytes() {
    use socket_lab::notation::script::{Facts, Values};
    let data = BTreeMap::from([("big".to_owned(), "random(3000000)".to_owned())]);
    let facts = Facts { address: "192.0.2.1:1".into(), port: 1, time: 0 };
    let values = Values::new(7, "scenario", &data, facts).unwrap();
    let due = values.get("big").unwrap().to_vec();
    client(&["connect", "send $big"], move |accept| assert!(read_all(&accept()) == due)).is_done();
}

#[test]
fn a_script_that_asks_for_what_cannot_be_is_refused_when_it_comes_to_it() {
    let address = free_address();
    let refused = |steps: &[&str], words: &str| {
        start(&task("server", address, steps)).end().refused_with(words);
    };
    refused(&["send $m"], "step 1: the socket without a name is not open");
    refused(&["repeat 2 as i", "c$i: receive the end", "end"], "step 2 round 1: the socket `c1` is not open");
    refused(&["accept"], "nobody listens here");
    refused(&["close"], "is not open");
    refused(&["a: listen", "a: listen"], "the socket `a` listens already");
    refused(&["udp", "udp"], "is open already");
    refused(&["udp", "receive the end"], "is UDP");
    refused(&["udp", "reset"], "is UDP");
    refused(&["udp", "send $m"], "nobody has sent anything");
    refused(&["udp", "send slice($m, 0, 9)"], "step 2: 5 bytes have no slice from 0 to 9");
    let ended = start(&task("client", address, &["udp", "send zeros(70000)"])).end();
    ended.refused_with("a datagram of 70000 bytes: Message too long (EMSGSIZE)");
}

#[test]
fn a_task_that_is_wrong_is_refused_in_one_line_before_anything_is_done() {
    let address = free_address();
    let good = task("client", address, &["connect"]);
    let json = serde_json::to_string(&good).unwrap();
    for (text, words) in [
        ("".to_owned(), "the task is no task"),
        ("[]".to_owned(), "the task is no task"),
        (json[..json.len() - 1].to_owned(), "the task is no task"),
        (json.replace("\"seed\"", "\"sead\""), "unknown field `sead`"),
        (json.replace("\"steps\"", "\"step\""), "unknown field `step`"),
        (json.replace("127.0.0.1:", "localhost:"), "is not IP:PORT"),
        (json.replace("\\\"hello\\\"", "$n"), "the value `m`: column 1: there is no value `$n`"),
        (json.replace("\\\"hello\\\"", "$m"), "is made of itself"),
        (json.replace("[\"connect\"]", "[\"connect\", \"conect\"]"), "step 2, column 1: there is no step `conect`"),
        (json.replace("[\"connect\"]", "[\"repeat 2\"]"), "step 1, column 9: no `end`"),
        (json.replace("[\"connect\"]", "[\"send $k\"]"), "step 1, column 6: there is no value `$k`"),
    ] {
        let ended = Peer::start(&text).end();
        ended.refused_with(words);
        assert!(ended.lines.is_empty(), "{ended:?}");
    }
}
