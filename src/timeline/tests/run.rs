//! Writes recordings for tests. Every step comes 10 ns after the one before unless a test sets the clock.

use crate::recording::{
    Args, CallId, End, Ended, Ends, Enter, Event, Exit, Fate, Frame, Header, Held, Hex, Kernel, Nanos, Output, Reason,
    Recording, Released, Role, SockId, Socket, Spawn, TcpInfo, VERSION, Wire,
};
use crate::timeline::Timeline;
use crate::wire::Packet;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// Sides of a [`Link`].
pub(crate) const CLIENT: usize = 0;
pub(crate) const SERVER: usize = 1;

/// Two TCP ends for frames: roles, addresses, first sequence numbers.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) roles: [&'static str; 2],
    pub(crate) addresses: [&'static str; 2],
    pub(crate) first: [u32; 2],
}

impl Link {
    pub(crate) fn new() -> Link {
        Link { roles: ["client", "server"], addresses: ["127.0.0.1:4000", "127.0.0.1:80"], first: [1000, 9000] }
    }

    /// Between two hosts.
    pub(crate) fn cable() -> Link {
        Link { addresses: ["192.0.2.2:4000", "192.0.2.1:80"], ..Link::new() }
    }
}

/// A recording in the making.
pub(crate) struct Run {
    pub(crate) header: Header,
    pub(crate) events: Vec<Event>,
    pub(crate) t: Nanos,
    calls: CallId,
    counts: HashMap<String, u32>,
    frames: u64,
}

impl Run {
    pub(crate) fn new() -> Run {
        let wire =
            Wire { kind: "loopback".into(), mtu: 65536, captured: true, note: None, private: true, hosts: Vec::new() };
        let role = |name: &str| Role { name: name.into(), argv: vec![name.into()], host: None };
        let header = Header {
            version: VERSION,
            cable: Vec::new(),
            lab: "test".into(),
            title: "test".into(),
            epoch_ns: 0,
            kernel: "6.18".into(),
            tier: 0,
            wire,
            roles: vec![role("server"), role("client")],
            schedule: Vec::new(),
            turns: true,
            deadline_ns: 1_000_000_000,
            story: None,
        };
        Run { header, events: Vec::new(), t: 0, calls: 0, counts: HashMap::new(), frames: 0 }
    }

    /// A run on two hosts that a cable joins. Every frame arrives one step after it was sent, until a test says otherwise.
    pub(crate) fn on_cable() -> Run {
        let mut run = Run::new();
        (run.header.wire.kind, run.header.wire.mtu) = ("cable".into(), 1500);
        run
    }

    /// The same run on a machine that cannot capture.
    pub(crate) fn without_wire(mut self) -> Run {
        self.header.tier = 3;
        self.header.wire.captured = false;
        self.events.retain(|event| !matches!(event, Event::Frame(_)));
        self
    }

    pub(crate) fn timeline(self) -> Timeline {
        Timeline::new(self.recording())
    }

    pub(crate) fn recording(self) -> Recording {
        Recording { header: self.header, events: self.events }
    }

    fn tick(&mut self) -> Nanos {
        self.t += 10;
        self.t
    }

    fn count(&mut self, name: String) -> u32 {
        let count = self.counts.entry(name).or_default();
        *count += 1;
        *count
    }

    /// `kind` is `inet stream`, `unix dgram` …; addresses may be empty.
    pub(crate) fn socket(&mut self, sock: SockId, role: &str, kind: &str, local: &str, remote: &str) {
        self.socket_with(sock, role, kind, local, remote, |_| {});
    }

    pub(crate) fn socket_with(
        &mut self,
        sock: SockId,
        role: &str,
        kind: &str,
        local: &str,
        remote: &str,
        change: impl FnOnce(&mut Socket),
    ) {
        let (family, kind) = kind.split_once(' ').unwrap();
        let text = |text: &str| Some(text.to_string()).filter(|text| !text.is_empty());
        let mut socket = Socket {
            t: self.tick(),
            sock,
            role: role.into(),
            family: family.into(),
            kind: kind.into(),
            local: text(local),
            remote: text(remote),
            listening: false,
            peer: None,
        };
        change(&mut socket);
        self.events.push(Event::Socket(socket));
    }

    pub(crate) fn enter(&mut self, role: &str, name: &str, sock: SockId) -> CallId {
        self.enter_with(role, name, sock, |_| {})
    }

    pub(crate) fn enter_with(
        &mut self,
        role: &str,
        name: &str,
        sock: SockId,
        change: impl FnOnce(&mut Enter),
    ) -> CallId {
        self.calls += 1;
        let pid = role.bytes().map(i32::from).sum();
        let mut enter = Enter {
            t: self.tick(),
            call: self.calls,
            role: role.into(),
            pid,
            tid: pid,
            name: name.into(),
            nth: self.count(format!("{role}.{name}")),
            syscall: name.into(),
            fd: Some(3),
            sock: Some(sock).filter(|&sock| sock > 0),
            args: Args::default(),
            data: None,
            source: None,
        };
        change(&mut enter);
        self.events.push(Event::Enter(enter));
        self.calls
    }

    pub(crate) fn exit(&mut self, call: CallId, ret: i64) {
        self.exit_with(call, ret, |_| {});
    }

    pub(crate) fn exit_with(&mut self, call: CallId, ret: i64, change: impl FnOnce(&mut Exit)) {
        let mut exit = Exit { t: self.tick(), call, ret, ..Exit::default() };
        change(&mut exit);
        self.events.push(Event::Exit(exit));
    }

    /// A call that fails.
    pub(crate) fn fail(&mut self, role: &str, name: &str, sock: SockId, errno: &str) {
        let call = self.enter(role, name, sock);
        self.exit_with(call, -1, |exit| exit.errno = Some(errno.into()));
    }

    /// A call that returns without saying more.
    pub(crate) fn call(&mut self, role: &str, name: &str, sock: SockId) {
        let call = self.enter(role, name, sock);
        self.exit(call, 0);
    }

    pub(crate) fn enter_send(&mut self, role: &str, sock: SockId, data: &[u8]) -> CallId {
        self.enter_with(role, "send", sock, |enter| {
            enter.args.len = Some(data.len() as u64);
            enter.data = Some(Hex(data.to_vec()));
        })
    }

    pub(crate) fn send(&mut self, role: &str, sock: SockId, data: &[u8]) {
        let call = self.enter_send(role, sock, data);
        self.exit(call, data.len() as i64);
    }

    pub(crate) fn recv(&mut self, role: &str, sock: SockId, data: &[u8]) {
        self.recv_flags(role, sock, "", data);
    }

    pub(crate) fn recv_flags(&mut self, role: &str, sock: SockId, flags: &str, data: &[u8]) {
        let call = self.enter_with(role, "recv", sock, |enter| {
            enter.args.len = Some(1024);
            enter.args.flags = Some(flags.to_string()).filter(|flags| !flags.is_empty());
        });
        self.exit_with(call, data.len() as i64, |exit| exit.data = Some(Hex(data.to_vec())));
    }

    pub(crate) fn enter_sendto(&mut self, role: &str, sock: SockId, to: &str, data: &[u8]) -> CallId {
        self.enter_with(role, "sendto", sock, |enter| {
            enter.args.addr = Some(to.into());
            enter.args.len = Some(data.len() as u64);
            enter.data = Some(Hex(data.to_vec()));
        })
    }

    pub(crate) fn sendto(&mut self, role: &str, sock: SockId, to: &str, data: &[u8]) {
        let call = self.enter_sendto(role, sock, to, data);
        self.exit(call, data.len() as i64);
    }

    pub(crate) fn recvfrom(&mut self, role: &str, sock: SockId, room: u64, data: &[u8], from: &str) {
        let call = self.enter_with(role, "recvfrom", sock, |enter| enter.args.len = Some(room));
        self.exit_with(call, data.len() as i64, |exit| {
            exit.data = Some(Hex(data.to_vec()));
            exit.addr = Some(from.into());
        });
    }

    pub(crate) fn spawn(&mut self, role: &str) {
        let t = self.tick();
        self.events.push(Event::Spawn(Spawn { t, role: role.into(), pid: 1 }));
    }

    pub(crate) fn ended(&mut self, role: &str, change: impl FnOnce(&mut Ended)) {
        let pid = role.bytes().map(i32::from).sum();
        let t = self.tick();
        let mut ended = Ended { t, role: role.into(), pid, main: true, code: Some(0), signal: None, by_lab: false };
        change(&mut ended);
        self.events.push(Event::Ended(ended));
    }

    pub(crate) fn prints(&mut self, role: &str, text: &str) {
        let t = self.tick();
        self.events.push(Event::Output(Output { t, role: role.into(), stream: "stdout".into(), text: text.into() }));
    }

    pub(crate) fn held(&mut self, call: CallId, rule: &str) {
        let t = self.tick();
        self.events.push(Event::Held(Held { t, call, rule: rule.into() }));
    }

    pub(crate) fn released(&mut self, call: CallId, by: &str) {
        let t = self.tick();
        self.events.push(Event::Released(Released { t, call, by: by.into() }));
    }

    /// A frame; its kind is read from its bytes. Ends without a role have an empty name.
    pub(crate) fn frame(&mut self, from: &str, to: &str, bytes: Vec<u8>) {
        self.frame_with(from, to, bytes, |_| {});
    }

    pub(crate) fn frame_with(&mut self, from: &str, to: &str, bytes: Vec<u8>, change: impl FnOnce(&mut Frame)) {
        let role = |role: &str| Some(role.to_string()).filter(|role| !role.is_empty());
        let kind = Packet::parse(&bytes).kind();
        self.frames += 1;
        let mut frame = Frame {
            copy_of: None,
            t: self.tick(),
            frame: self.frames,
            from: role(from),
            to: role(to),
            kind: kind.into(),
            nth: 0,
            again: false,
            len: bytes.len() as u32,
            bytes: Hex(bytes),
        };
        change(&mut frame);
        if frame.nth == 0 {
            frame.nth = self.count(format!("{from}>{to} {kind}"));
        }
        self.events.push(Event::Frame(frame));
        if self.header.wire.kind == "cable" {
            let number = self.frames;
            self.arrives(number, &[]);
        }
    }

    /// The frame arrives now. Of several fates the last counts.
    pub(crate) fn arrives(&mut self, frame: u64, rules: &[&str]) {
        self.fate(frame, |fate| fate.rules = rules.iter().map(|rule| rule.to_string()).collect());
    }

    pub(crate) fn fate(&mut self, frame: u64, change: impl FnOnce(&mut Fate)) {
        self.events.retain(|event| !matches!(event, Event::Fate(fate) if fate.frame == frame));
        let mut fate = Fate { t: self.tick(), frame, dropped: false, rules: Vec::new(), changed: None };
        change(&mut fate);
        self.events.push(Event::Fate(fate));
    }

    /// The last frame does not arrive.
    pub(crate) fn lost(&mut self) {
        let frame = self.frames;
        self.fate(frame, |fate| (fate.dropped, fate.rules) = (true, vec!["loss 10%".into()]));
    }

    /// The number of the last frame.
    pub(crate) fn last(&self) -> u64 {
        self.frames
    }

    /// The last frame is still on the cable. Its number.
    pub(crate) fn under_way(&mut self) -> u64 {
        let frame = self.frames;
        self.events.retain(|event| !matches!(event, Event::Fate(fate) if fate.frame == frame));
        frame
    }

    /// The cable makes a copy of the last frame, which arrives.
    pub(crate) fn copied(&mut self) {
        let original = self.last_frame().clone();
        let of = original.frame;
        let (from, to) = (original.from.unwrap_or_default(), original.to.unwrap_or_default());
        self.frame_with(&from, &to, original.bytes.0, |frame| {
            (frame.again, frame.nth, frame.copy_of) = (true, original.nth, Some(of));
        });
    }

    /// What the kernel of the last frame's sender held when it had sent it.
    pub(crate) fn held_by(&mut self, sock: SockId, change: impl FnOnce(&mut Kernel, &mut TcpInfo)) {
        let mut info = TcpInfo { ca_state: "Open".into(), ..TcpInfo::default() };
        let mut kernel = kernel(sock, "ESTABLISHED");
        change(&mut kernel, &mut info);
        kernel.info = Some(Box::new(info));
        let (t, frame) = (self.t, self.frames);
        self.events.push(Event::Ends(Ends { t, frame, arrived: false, kernel: vec![kernel] }));
    }

    pub(crate) fn end(&mut self) {
        let t = self.tick();
        self.events.push(Event::End(End {
            t,
            reason: Reason::Done,
            awaited: Vec::new(),
            standing: Vec::new(),
            frames: self.frames,
            lost: 0,
            clock_step_ns: 0,
        }));
    }

    /// A segment of a link. `flags` as in `SYN,ACK`; `seq` and `ack` count from the SYN.
    pub(crate) fn segment(&mut self, link: &Link, side: usize, flags: &str, seq: u64, ack: u64, data: &[u8]) {
        let bytes = segment(link, side, flags, seq, ack, data);
        self.frame(link.roles[side], link.roles[1 - side], bytes);
    }

    fn last_frame(&mut self) -> &mut Frame {
        let mut frames = self.events.iter_mut().rev().filter_map(|event| match event {
            Event::Frame(frame) => Some(frame),
            _ => None,
        });
        frames.next().unwrap()
    }

    /// Gives the last segment another window.
    pub(crate) fn window(&mut self, window: u16) {
        self.last_frame().bytes.0[48..50].copy_from_slice(&window.to_be_bytes());
    }

    /// Gives the last segment a SACK option with one block: its first number, and how many bytes.
    pub(crate) fn sack(&mut self, left: u32, length: u32) {
        self.options(&[[1, 1, 5, 10], left.to_be_bytes(), (left + length).to_be_bytes()].concat());
    }

    /// Gives the last segment options, in words of four bytes.
    pub(crate) fn options(&mut self, options: &[u8]) {
        let frame = self.last_frame();
        let bytes = &mut frame.bytes.0;
        bytes.splice(54..54, options.iter().copied());
        bytes[46] += (options.len() as u8 / 4) << 4;
        bytes[17] += options.len() as u8;
        frame.len += options.len() as u32;
    }

    /// A segment that was on the wire before: it gets the number of the first with the same bytes.
    pub(crate) fn again(&mut self, link: &Link, side: usize, flags: &str, seq: u64, ack: u64, data: &[u8]) {
        let bytes = segment(link, side, flags, seq, ack, data);
        let same = self.events.iter().find_map(|event| match event {
            Event::Frame(frame) if frame.bytes.0 == bytes => Some(frame.nth),
            _ => None,
        });
        self.frame_with(link.roles[side], link.roles[1 - side], bytes, |frame| {
            frame.again = true;
            frame.nth = same.unwrap();
        });
    }

    /// A client (socket 1) connects to a server (socket 2, accepted from listener 3), handshake included.
    pub(crate) fn connected(&mut self, link: &Link) {
        self.socket_with(3, "server", "inet stream", link.addresses[SERVER], "", |socket| socket.listening = true);
        self.connect(link, 1, 2);
    }

    /// The same with sockets of other numbers.
    pub(crate) fn connect(&mut self, link: &Link, near: SockId, far: SockId) {
        let [client, server] = link.roles;
        let connect = self.enter_with(client, "connect", near, |enter| {
            enter.args.addr = Some(link.addresses[SERVER].into());
        });
        self.segment(link, CLIENT, "SYN", 0, 0, b"");
        self.segment(link, SERVER, "SYN,ACK", 0, 1, b"");
        self.segment(link, CLIENT, "ACK", 1, 1, b"");
        self.exit(connect, 0);
        self.socket(near, client, "inet stream", link.addresses[CLIENT], link.addresses[SERVER]);
        let accept = self.enter(server, "accept", 3);
        self.exit_with(accept, 5, |exit| {
            exit.sock = Some(far);
            exit.addr = Some(link.addresses[CLIENT].into());
        });
        self.socket(far, server, "inet stream", link.addresses[SERVER], link.addresses[CLIENT]);
    }
}

/// What a kernel holds for a socket with empty queues.
pub(crate) fn kernel(sock: SockId, state: &str) -> Kernel {
    Kernel { sock, state: state.into(), recv_queue: 0, send_queue: 0, next_datagram: None, timer: None, info: None }
}

fn segment(link: &Link, side: usize, flags: &str, seq: u64, ack: u64, data: &[u8]) -> Vec<u8> {
    let other = 1 - side;
    let bits = flags.split(',').fold(0, |bits, flag| {
        bits | match flag {
            "FIN" => 1,
            "SYN" => 2,
            "RST" => 4,
            "PSH" => 8,
            "ACK" => 16,
            other => panic!("{other} is no flag"),
        }
    });
    let [source, target] = [link.addresses[side], link.addresses[other]].map(|a| a.parse::<SocketAddr>().unwrap());
    let mut segment = Vec::new();
    segment.extend(source.port().to_be_bytes());
    segment.extend(target.port().to_be_bytes());
    segment.extend(link.first[side].wrapping_add(seq as u32).to_be_bytes());
    let ack = if bits & 16 == 0 { 0 } else { link.first[other].wrapping_add(ack as u32) };
    segment.extend(ack.to_be_bytes());
    segment.extend([0x50, bits, 2, 0, 0, 0, 0, 0]);
    segment.extend(data);
    ip(source.ip(), target.ip(), 6, 0, 0, &segment)
}

/// A UDP datagram in one frame.
pub(crate) fn datagram(from: &str, to: &str, id: u16, data: &[u8]) -> Vec<u8> {
    let [source, target] = [from, to].map(|address| address.parse::<SocketAddr>().unwrap().ip());
    ip(source, target, 17, id, 0, &udp(from, to, data))
}

/// A UDP header and its payload.
pub(crate) fn udp(from: &str, to: &str, data: &[u8]) -> Vec<u8> {
    let [source, target] = [from, to].map(|address| address.parse::<SocketAddr>().unwrap().port());
    let mut datagram = Vec::new();
    datagram.extend(source.to_be_bytes());
    datagram.extend(target.to_be_bytes());
    datagram.extend((data.len() as u16 + 8).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(data);
    datagram
}

/// An ICMP error that quotes a frame.
pub(crate) fn unreachable(from: &str, to: &str, quoted: &[u8]) -> Vec<u8> {
    let mut message = vec![3, 3, 0, 0, 0, 0, 0, 0];
    message.extend(&quoted[14..]);
    ip(from.parse().unwrap(), to.parse().unwrap(), 1, 0, 0, &message)
}

/// An IP datagram or fragment in an Ethernet frame. `fragment` is the flags and offset field of IPv4.
pub(crate) fn ip(source: IpAddr, target: IpAddr, protocol: u8, id: u16, fragment: u16, body: &[u8]) -> Vec<u8> {
    let mut frame = vec![0; 12];
    match (source, target) {
        (IpAddr::V4(source), IpAddr::V4(target)) => {
            frame.extend([8, 0, 0x45, 0]);
            frame.extend((body.len() as u16 + 20).to_be_bytes());
            frame.extend(id.to_be_bytes());
            frame.extend(fragment.to_be_bytes());
            frame.extend([64, protocol, 0, 0]);
            frame.extend(source.octets());
            frame.extend(target.octets());
        }
        (IpAddr::V6(source), IpAddr::V6(target)) => {
            frame.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
            frame.extend((body.len() as u16).to_be_bytes());
            frame.extend([protocol, 64]);
            frame.extend(source.octets());
            frame.extend(target.octets());
        }
        _ => panic!("addresses of two families"),
    }
    frame.extend(body);
    frame
}
