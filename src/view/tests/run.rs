//! A compact way to write down a run: calls and frames as events, put in order by the real timeline.

use crate::recording::{
    Args, CallId, End, Ends, Enter, Event, Exit, Fate, Frame, Header, Hex, Host, Kernel, Nanos, Reason, Recording,
    Role, Socket, TcpInfo, Timer, VERSION, Wire,
};
use crate::timeline::Timeline;
use std::collections::HashMap;

/// A run that is being written down. Time goes on by 20 µs with each event.
#[derive(Clone)]
pub(super) struct Run {
    pub(super) recording: Recording,
    pub(super) t: Nanos,
    calls: CallId,
    frames: u64,
    nth: HashMap<String, u32>,
    ports: HashMap<String, u16>,
    /// The last number of each role's address.
    hosts: HashMap<String, u8>,
}

const STEP: Nanos = 20_000;

impl Run {
    pub(super) fn new(title: &str, roles: &[&str]) -> Run {
        let role = |name: &&str| Role {
            name: name.to_string(),
            argv: vec!["python3".into(), format!("{name}.py")],
            host: None,
        };
        let header = Header {
            cable: Vec::new(),
            version: VERSION,
            lab: "0.1.0".into(),
            title: title.into(),
            epoch_ns: 1_700_000_000_000_000_000,
            kernel: "6.8.0".into(),
            tier: 0,
            wire: Wire {
                kind: "loopback".into(),
                mtu: 65536,
                captured: true,
                note: None,
                private: true,
                hosts: Vec::new(),
            },
            roles: roles.iter().map(role).collect(),
            schedule: Vec::new(),
            turns: true,
            deadline_ns: 5_000_000_000,
            story: None,
        };
        let ports = roles.iter().enumerate().map(|(n, role)| {
            let port = if role.starts_with("server") { 8080 } else { 41890 + n as u16 };
            (role.to_string(), port)
        });
        let ports = ports.collect();
        let recording = Recording { header, events: Vec::new() };
        Run { recording, t: 0, calls: 0, frames: 0, nth: HashMap::new(), ports, hosts: HashMap::new() }
    }

    /// Each role on a host of its own. Frames arrive at once, until a test says otherwise.
    pub(super) fn on_cable(title: &str, roles: &[&str], rules: &[&str]) -> Run {
        let mut run = Run::new(title, roles);
        let header = &mut run.recording.header;
        header.cable = rules.iter().map(|rule| rule.to_string()).collect();
        (header.wire.kind, header.wire.mtu) = ("cable".into(), 1500);
        for (number, role) in (1..).zip(roles) {
            header.wire.hosts.push(Host {
                name: role.to_string(),
                ipv4: format!("192.0.2.{number}"),
                ipv6: format!("2001:db8::{number}"),
                mac: format!("02:00:00:00:00:{number:02x}"),
                mtu: 1500,
            });
            run.hosts.insert(role.to_string(), number);
        }
        run
    }

    fn ip(&self, role: &str) -> [u8; 4] {
        self.hosts.get(role).map_or([127, 0, 0, 1], |&number| [192, 0, 2, number])
    }

    pub(super) fn push(&mut self, event: Event) {
        self.recording.events.push(event);
        self.t += STEP;
    }

    fn next(&mut self, what: String) -> u32 {
        let nth = self.nth.entry(what).or_default();
        *nth += 1;
        *nth
    }

    pub(super) fn pid(role: &str) -> i32 {
        role.bytes().map(i32::from).sum()
    }

    pub(super) fn address(&self, role: &str) -> String {
        let [a, b, c, d] = self.ip(role);
        format!("{a}.{b}.{c}.{d}:{}", self.ports[role])
    }

    pub(super) fn socket(&mut self, sock: u32, role: &str, kind: &str, remote: Option<&str>) {
        let (local, remote) = (Some(self.address(role)), remote.map(|remote| self.address(remote)));
        let listening = kind == "listen";
        let kind = if listening { "stream" } else { kind }.to_string();
        let (role, family) = (role.to_string(), "inet".to_string());
        let event = Socket { t: self.t, sock, role, family, kind, local, remote, listening, peer: None };
        self.recording.events.push(Event::Socket(event));
    }

    pub(super) fn enter(&mut self, role: &str, name: &str, more: impl FnOnce(&mut Enter)) -> CallId {
        self.calls += 1;
        let nth = self.next(format!("{role}.{name}"));
        let pid = Run::pid(role);
        let mut enter = Enter {
            t: self.t,
            call: self.calls,
            role: role.into(),
            pid,
            tid: pid,
            name: name.into(),
            nth,
            syscall: name.into(),
            ..Enter::default()
        };
        more(&mut enter);
        self.push(Event::Enter(enter));
        self.calls
    }

    pub(super) fn exit(&mut self, call: CallId, ret: i64, more: impl FnOnce(&mut Exit)) {
        let mut exit = Exit { t: self.t, call, ret, ..Exit::default() };
        more(&mut exit);
        self.push(Event::Exit(exit));
    }

    /// A call that returns at once.
    pub(super) fn call(&mut self, role: &str, name: &str, ret: i64, more: impl FnOnce(&mut Enter)) -> CallId {
        let call = self.enter(role, name, more);
        self.exit(call, ret, |_| {});
        call
    }

    pub(super) fn fails(&mut self, role: &str, name: &str, errno: &str, more: impl FnOnce(&mut Enter)) {
        let call = self.enter(role, name, more);
        self.exit(call, -1, |exit| exit.errno = Some(errno.into()));
    }

    /// A TCP segment; `flags` of `S A P F R`, numbers relative to 1000 (from) and 5000 (to).
    pub(super) fn tcp(&mut self, from: &str, to: &str, flags: &str, (seq, ack): (u32, u32), data: &[u8]) {
        let base = |role: &str| if role.starts_with("server") { 5000 } else { 1000 };
        let has = |flag: char| flags.contains(flag);
        let bits = [('F', 1u8), ('S', 2), ('R', 4), ('P', 8), ('A', 16)];
        let bits: u8 = bits.iter().filter(|(flag, _)| has(*flag)).map(|(_, bit)| bit).sum();
        let mut segment = Vec::new();
        segment.extend(self.ports[from].to_be_bytes());
        segment.extend(self.ports[to].to_be_bytes());
        segment.extend((base(from) + seq).to_be_bytes());
        segment.extend(if has('A') { base(to) + ack } else { 0 }.to_be_bytes());
        segment.extend([0x50, bits, 0x02, 0x00, 0, 0, 0, 0]);
        segment.extend(data);
        let kind = match (has('S'), has('A')) {
            (true, true) => "SYN,ACK",
            (true, false) => "SYN",
            _ if has('R') => "RST",
            _ if !data.is_empty() => "data",
            _ if has('F') => "FIN",
            _ => "ACK",
        };
        // The checksum over the pseudo header, so that a changed byte makes it wrong.
        let (source, target) = (self.ip(from), self.ip(to));
        if !self.hosts.is_empty() {
            let pseudo = [&source[..], &target, &[0, 6], &(segment.len() as u16).to_be_bytes(), &segment].concat();
            segment[16..18].copy_from_slice(&checksum(&pseudo).to_be_bytes());
        }
        self.frame(Some(from), Some(to), kind, ip(6, source, target, &segment));
    }

    pub(super) fn udp(&mut self, from: &str, to: &str, data: &[u8]) {
        let mut datagram = Vec::new();
        datagram.extend(self.ports[from].to_be_bytes());
        datagram.extend(self.ports.get(to).copied().unwrap_or(9).to_be_bytes());
        datagram.extend((8 + data.len() as u16).to_be_bytes());
        datagram.extend([0, 0]);
        datagram.extend(data);
        let (source, target) = (self.ip(from), self.ip(to));
        let to = self.ports.contains_key(to).then_some(to);
        self.frame(Some(from), to, "datagram", ip(17, source, target, &datagram));
    }

    /// Port unreachable, about the last frame.
    pub(super) fn unreachable(&mut self, to: &str) {
        let quoted = self.recording.events.iter().rev().find_map(|event| match event {
            Event::Frame(frame) => frame.bytes.0.get(14..).map(<[u8]>::to_vec),
            _ => None,
        });
        let mut message = vec![3, 3, 0, 0, 0, 0, 0, 0];
        message.extend(quoted.unwrap_or_default());
        let here = self.ip(to);
        self.frame(None, Some(to), "ICMP", ip(1, here, here, &message));
    }

    pub(super) fn frame(&mut self, from: Option<&str>, to: Option<&str>, kind: &str, bytes: Vec<u8>) {
        self.frames += 1;
        let nth = self.next(format!("{from:?}>{to:?} {kind}"));
        let (from, to) = (from.map(str::to_string), to.map(str::to_string));
        let len = bytes.len() as u32;
        let (t, frame, kind) = (self.t, self.frames, kind.to_string());
        self.push(Event::Frame(Frame {
            t,
            frame,
            from,
            to,
            kind,
            nth,
            again: false,
            copy_of: None,
            len,
            bytes: Hex(bytes),
        }));
        if !self.hosts.is_empty() {
            self.fate(frame, |_| {});
        }
    }

    /// The number of the last frame.
    pub(super) fn last(&self) -> u64 {
        self.frames
    }

    /// The frame arrives now, unless `change` says otherwise; what was said of it before does not count.
    pub(super) fn fate(&mut self, frame: u64, change: impl FnOnce(&mut Fate)) {
        self.under_way(frame);
        let mut fate = Fate { t: self.t, frame, dropped: false, rules: Vec::new(), changed: None };
        change(&mut fate);
        self.push(Event::Fate(fate));
    }

    /// The last frame does not arrive.
    pub(super) fn lost(&mut self, rule: &str) {
        self.fate(self.frames, |fate| (fate.dropped, fate.rules) = (true, vec![rule.into()]));
    }

    /// The frame is still on the cable.
    pub(super) fn under_way(&mut self, frame: u64) {
        self.recording.events.retain(|event| !matches!(event, Event::Fate(fate) if fate.frame == frame));
    }

    /// It arrives now, kept by a rule.
    pub(super) fn late(&mut self, frame: u64, rule: &str) {
        self.fate(frame, |fate| fate.rules = vec![rule.into()]);
    }

    /// The cable makes a copy of the last frame.
    pub(super) fn copied(&mut self) {
        let last = self.recording.events.iter().rev().find_map(|event| match event {
            Event::Frame(frame) => Some(frame.clone()),
            _ => None,
        });
        let original = last.unwrap();
        self.frames += 1;
        let (t, frame) = (self.t, self.frames);
        self.push(Event::Frame(Frame { t, frame, again: true, copy_of: Some(original.frame), ..original }));
        self.fate(frame, |_| {});
    }

    /// What the kernels held when the last frame had been sent, or had arrived.
    pub(super) fn ends(&mut self, arrived: bool, kernel: &[Kernel]) {
        let (t, frame, kernel) = (self.t, self.frames, kernel.to_vec());
        self.push(Event::Ends(Ends { t, frame, arrived, kernel }));
    }

    /// Makes the last frame a retransmission of the frame of its kind with this number.
    pub(super) fn again(&mut self, number: u32) {
        let last = self.recording.events.iter_mut().rev().find_map(|event| match event {
            Event::Frame(frame) => Some(frame),
            _ => None,
        });
        let frame = last.unwrap();
        (frame.again, frame.nth) = (true, number);
        // It does not count.
        let name = format!("{:?}>{:?} {}", frame.from.as_deref(), frame.to.as_deref(), frame.kind);
        *self.nth.get_mut(&name).unwrap() -= 1;
    }

    pub(super) fn end(&mut self, more: impl FnOnce(&mut End)) {
        let mut end = End {
            t: self.t,
            reason: Reason::Done,
            awaited: Vec::new(),
            standing: Vec::new(),
            frames: self.frames,
            lost: 0,
            clock_step_ns: 0,
        };
        more(&mut end);
        self.push(Event::End(end));
    }

    pub(super) fn timeline(&self) -> Timeline {
        Timeline::new(self.recording.clone())
    }
}

/// An IPv4 packet in an Ethernet frame.
fn ip(protocol: u8, source: [u8; 4], target: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 12];
    bytes.extend([8, 0, 0x45, 0]);
    bytes.extend((20 + payload.len() as u16).to_be_bytes());
    bytes.extend([0, 1, 0x40, 0, 64, protocol, 0, 0]);
    bytes.extend(source);
    bytes.extend(target);
    if source[0] != 127 {
        let checksum = checksum(&bytes[14..34]);
        bytes[24..26].copy_from_slice(&checksum.to_be_bytes());
    }
    bytes.extend(payload);
    bytes
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let mut sum: u32 = bytes.chunks(2).map(word).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// What a kernel knows of a connection, with a round trip time of 1 ms.
pub(super) fn info(ca_state: &str, retransmits: u8, cwnd: u32, unacked: u32) -> Option<Box<TcpInfo>> {
    let ssthresh = if ca_state == "Open" { 0x7fff_ffff } else { 5 };
    let ca_state = ca_state.to_string();
    let rtt_us = 1000;
    Some(Box::new(TcpInfo { ca_state, retransmits, cwnd, unacked, ssthresh, rtt_us, ..TcpInfo::default() }))
}

/// A timer that runs.
pub(super) fn timer(kind: &str, left_ms: u32) -> Option<Box<Timer>> {
    Some(Box::new(Timer { kind: kind.into(), left_ms, tries: 1 }))
}

pub(super) fn hex(bytes: &[u8]) -> Option<Hex> {
    Some(Hex(bytes.to_vec()))
}

pub(super) fn len(len: u64) -> Args {
    Args { len: Some(len), ..Args::default() }
}

pub(super) fn addr(addr: &str) -> Args {
    Args { addr: Some(addr.into()), ..Args::default() }
}

pub(super) fn kernel(sock: u32, state: &str, recv_queue: u32, send_queue: u32) -> Kernel {
    Kernel { sock, state: state.into(), recv_queue, send_queue, next_datagram: None, timer: None, info: None }
}

/// The same with what the kernel knows of the connection.
pub(super) fn with(kernel: Kernel, info: Option<Box<TcpInfo>>) -> Kernel {
    Kernel { info, ..kernel }
}
