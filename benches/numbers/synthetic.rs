//! A long recording made of numbers: what reading, timeline, text and expectations cost, without what running costs.
//!
//! One connection, on which messages go to and fro: each is a send with its frame and a recv, five events. All of it is
//! consistent (sequence numbers, provenance), so that nothing takes the short way out.

use socket_lab::recording::{
    Args, End, Enter, Event, Exit, Expect, Frame, Header, Hex, Kernel, Reason, Recording, Role, Socket, Spawn, VERSION,
    Wire, Writer,
};
use socket_lab::timeline::Timeline;
use socket_lab::view::text::{self, HexBytes, Options};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

const PAYLOAD: usize = 64;
const CLIENT: ([u8; 4], u16) = ([127, 0, 0, 1], 40_000);
const SERVER: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// Writes a recording of about so many events.
pub fn write(file: &Path, events: u64) -> std::io::Result<()> {
    let role = |name: &str| Role { name: name.into(), argv: vec![name.into()], host: None };
    let header = Header {
        cable: Vec::new(),
        version: VERSION,
        lab: "0".into(),
        title: "synthetic".into(),
        epoch_ns: 1_700_000_000_000_000_000,
        kernel: "0".into(),
        tier: 0,
        wire: Wire {
            kind: "loopback".into(),
            mtu: 65_536,
            captured: true,
            note: None,
            private: true,
            hosts: Vec::new(),
        },
        roles: vec![role("server"), role("client")],
        schedule: Vec::new(),
        turns: false,
        deadline_ns: u64::MAX,
        story: None,
    };
    let mut output = BufWriter::with_capacity(1 << 16, File::create(file)?);
    let mut writer = Writer::new(&mut output, &header)?;
    let mut run = Run { t: 0, calls: 0, frames: 0, next: [1, 1], sent: [0, 0], read: [0, 0] };
    for event in run.beginning() {
        writer.event(&event)?;
    }
    for message in 0..events / 5 {
        for event in run.message((message % 2) as usize) {
            writer.event(&event)?;
        }
    }
    let end = End {
        t: run.t,
        reason: Reason::Done,
        awaited: Vec::new(),
        standing: Vec::new(),
        frames: run.frames,
        lost: 0,
        clock_step_ns: 0,
    };
    writer.event(&Event::End(end))?;
    output.flush()
}

struct Run {
    t: u64,
    calls: u64,
    frames: u64,
    /// Next sequence number of client and server.
    next: [u32; 2],
    sent: [u32; 2],
    read: [u32; 2],
}

const ROLES: [&str; 2] = ["client", "server"];

impl Run {
    fn tick(&mut self) -> u64 {
        self.t += 1_000;
        self.t
    }

    fn beginning(&mut self) -> Vec<Event> {
        let address = |(ip, port): ([u8; 4], u16)| format!("{}:{port}", std::net::Ipv4Addr::from(ip));
        let mut events = Vec::new();
        for side in [0, 1] {
            let role = ROLES[side].to_string();
            let (local, remote) = if side == 0 { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
            events.push(Event::Spawn(Spawn { t: self.tick(), role: role.clone(), pid: 100 + side as i32 }));
            events.push(Event::Socket(Socket {
                t: self.tick(),
                sock: side as u32 + 1,
                role,
                family: "inet".into(),
                kind: "stream".into(),
                local: Some(address(local)),
                remote: Some(address(remote)),
                listening: false,
                peer: None,
            }));
        }
        // SYN, SYN ACK, ACK; sequence numbers begin with 0, so the first byte has 1.
        for (from, flags, kind, seq, ack) in
            [(0, 0x02, "SYN", 0, 0), (1, 0x12, "SYN,ACK", 0, 1), (0, 0x10, "ACK", 1, 1)]
        {
            events.push(self.frame(from, flags, kind, 1, seq, ack, &[]));
        }
        events
    }

    fn message(&mut self, from: usize) -> [Event; 5] {
        let to = 1 - from;
        let payload = vec![self.t as u8; PAYLOAD];
        self.sent[from] += 1;
        self.read[to] += 1;
        let (nth_send, nth_recv) = (self.sent[from], self.read[to]);
        let (seq, ack) = (self.next[from], self.next[to]);
        self.next[from] = seq.wrapping_add(PAYLOAD as u32);
        let (send, send_id) = self.enter(from, "send", "sendto", nth_send, Some(payload.clone()));
        let frame = self.frame(from, 0x18, "data", nth_send, seq, ack, &payload);
        let sent = self.exit(send_id, None, [from, to], PAYLOAD as u32);
        let (recv, recv_id) = self.enter(to, "recv", "recvfrom", nth_recv, None);
        let received = self.exit(recv_id, Some(payload), [to, from], 0);
        [send, frame, sent, recv, received]
    }

    fn enter(&mut self, side: usize, name: &str, syscall: &str, nth: u32, data: Option<Vec<u8>>) -> (Event, u64) {
        self.calls += 1;
        let pid = 100 + side as i32;
        let enter = Enter {
            t: self.tick(),
            call: self.calls,
            role: ROLES[side].into(),
            pid,
            tid: pid,
            name: name.into(),
            nth,
            syscall: syscall.into(),
            fd: Some(3),
            sock: Some(side as u32 + 1),
            args: Args { len: Some(PAYLOAD as u64), ..Args::default() },
            data: data.map(Hex),
            source: None,
        };
        (Event::Enter(enter), self.calls)
    }

    fn exit(&mut self, call: u64, data: Option<Vec<u8>>, sides: [usize; 2], queued: u32) -> Event {
        let kernel = |side: usize, recv_queue| Kernel {
            sock: side as u32 + 1,
            state: "ESTABLISHED".into(),
            recv_queue,
            send_queue: 0,
            next_datagram: None,
            timer: None,
            info: None,
        };
        let kernel = vec![kernel(sides[0], 0), kernel(sides[1], queued)];
        Event::Exit(Exit { t: self.tick(), call, ret: PAYLOAD as i64, data: data.map(Hex), kernel, ..Exit::default() })
    }

    #[allow(clippy::too_many_arguments)]
    fn frame(&mut self, from: usize, flags: u8, kind: &str, nth: u32, seq: u32, ack: u32, payload: &[u8]) -> Event {
        let (source, target) = if from == 0 { (CLIENT, SERVER) } else { (SERVER, CLIENT) };
        let mut bytes = vec![0; 12];
        bytes.extend([0x08, 0x00, 0x45, 0x00]);
        bytes.extend((40 + payload.len() as u16).to_be_bytes());
        bytes.extend([0, 0, 0x40, 0, 64, 6, 0, 0]);
        bytes.extend(source.0);
        bytes.extend(target.0);
        bytes.extend(source.1.to_be_bytes());
        bytes.extend(target.1.to_be_bytes());
        bytes.extend(seq.to_be_bytes());
        bytes.extend(ack.to_be_bytes());
        bytes.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        bytes.extend(payload);
        self.frames += 1;
        Event::Frame(Frame {
            copy_of: None,
            t: self.tick(),
            frame: self.frames,
            from: Some(ROLES[from].into()),
            to: Some(ROLES[1 - from].into()),
            kind: kind.into(),
            nth,
            again: false,
            len: bytes.len() as u32,
            bytes: Hex(bytes),
        })
    }
}

const EXPECTATIONS: [&str; 4] = [
    "count(client.send) = 1",
    "server.recv[1] returns client.send[1]",
    "client>server data[2] carries client.send[2]",
    "count(client>server data) = 3",
];

/// Reads a recording and does all that `lab replay` does, except to print it; prints seconds of each stage and the peak of
/// this process's memory. It runs in a process of its own, whose peak is nobody else's.
pub fn view(file: &Path) {
    let started = Instant::now();
    let input = BufReader::with_capacity(1 << 16, File::open(file).expect("the recording"));
    let recording = Recording::read(input).expect("the recording can be read");
    let read = started.elapsed();
    let timeline = Timeline::new(recording);
    let timed = started.elapsed();
    let verdicts: Vec<_> = EXPECTATIONS
        .iter()
        .map(|that| {
            let parsed = that.parse().unwrap_or_else(|_| panic!("`{that}` is in the notation"));
            let expect = Expect { that: that.to_string(), says: that.to_string() };
            (expect, socket_lab::expectations::evaluate(&parsed, &timeline))
        })
        .collect();
    let judged = started.elapsed();
    let options =
        Options { width: 120, color: false, hex: HexBytes::Payload, layers: false, kernel: false, noise: false };
    let page = text::render(&timeline, &verdicts, &options);
    let whole = started.elapsed();
    let stages = [read, timed - read, judged - timed, whole - judged, whole].map(|time| time.as_secs_f64().to_string());
    println!("{} {} {}", stages.join(" "), peak_memory(), page.len());
}

/// Bytes of this process that were in memory at once, at most.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc is mounted");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) * 1024
}
