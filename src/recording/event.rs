//! The lines of a recording, one type each. `book/src/recording.md` documents every field for readers in other languages.
//!
//! Times are nanoseconds of CLOCK_MONOTONIC since the run began. Optional fields are left out of the JSON when they say
//! nothing, so that a line stays short enough to read.

use super::Hex;
use serde::{Deserialize, Serialize};

/// The version of the format that this program writes, and the only one it reads.
pub const VERSION: u32 = 2;

/// Nanoseconds since the run began.
pub type Nanos = u64;
/// Number of a call within its recording, from 1.
pub type CallId = u64;
/// Number of a kernel socket within its recording, from 1. Descriptors that are duplicates of one another share it.
pub type SockId = u32;

fn no(value: &bool) -> bool {
    !*value
}

/// The first line: what was run, where, and (for a lesson) what the lesson says about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Format version, see [`VERSION`].
    pub version: u32,
    /// Version of the lab that recorded.
    pub lab: String,
    /// What ran, in one line: `05-sticky-packets · late-reader`, or `trace`.
    pub title: String,
    /// Wall clock at `t` = 0, nanoseconds since 1970 (pcapng needs it).
    pub epoch_ns: u64,
    /// `uname -r` of the machine that recorded.
    pub kernel: String,
    /// Tier of the design, 0 to 3: what the machine permitted.
    pub tier: u8,
    /// What carried the frames.
    pub wire: Wire,
    /// The programs, in the order in which they were declared.
    pub roles: Vec<Role>,
    /// Rules the run was held to, in the notation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<String>,
    /// Rules the cable was held to, in the notation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cable: Vec<String>,
    /// True when the recorder let one task go on at a time, so that the order of events is the same in every run.
    #[serde(default, skip_serializing_if = "no")]
    pub turns: bool,
    /// Deadline of the run, nanoseconds.
    pub deadline_ns: u64,
    /// Present when a lesson ran: its text, so that a recording can be read without the lesson.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<Story>,
}

/// What carried the frames, and whether they could be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Wire {
    /// `loopback` or `cable`.
    pub kind: String,
    /// Maximum transmission unit in bytes.
    pub mtu: u32,
    /// True when frames were captured.
    pub captured: bool,
    /// Why not, when they were not; or what limits the capture (tier 2: a shared loopback).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// True when the network was private to this run.
    pub private: bool,
    /// The hosts that a cable joins; none on a loopback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
}

/// A host on a cable: a network namespace with an interface of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name: that of its role, or the one that several roles share.
    pub name: String,
    /// `192.0.2.1`
    pub ipv4: String,
    /// `2001:db8::1`
    pub ipv6: String,
    /// `02:00:00:00:00:01`
    pub mac: String,
    /// Maximum transmission unit of its interface, bytes.
    pub mtu: u32,
}

/// One program of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Name in the notation: `server`, `client`, `client2` …
    pub name: String,
    /// The command.
    pub argv: Vec<String>,
    /// The host it runs on, when a cable joins several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// What a lesson says about a run: copied from its lesson.toml when the run starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// `05-sticky-packets`
    pub lesson: String,
    /// `late-reader`
    pub variation: String,
    /// English title.
    pub title: String,
    /// The Chinese term.
    pub term: String,
    /// The question the lesson asks.
    pub question: String,
    /// Expectations the run is held to.
    pub expect: Vec<Expect>,
    /// The one-paragraph conclusion.
    pub so: String,
    /// What to try next.
    #[serde(default)]
    pub next: Vec<Next>,
    /// What the views unfold for this lesson: `kernel` (queues and states).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub show: Vec<String>,
    /// What the reader is asked before the run.
    #[serde(default, rename = "prediction", skip_serializing_if = "Vec::is_empty")]
    pub predictions: Vec<Prediction>,
    /// What is told of the run in front of a class, one after the other.
    #[serde(default, rename = "beat", skip_serializing_if = "Vec::is_empty")]
    pub beats: Vec<Beat>,
}

/// A question about a run, asked before it is seen. Which choice is right is not written down: it is the one that holds on
/// the recording.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// `What does the server's first recv return?`
    pub question: String,
    /// What the reader chooses from, in this order.
    #[serde(rename = "choice")]
    pub choices: Vec<Choice>,
}

/// One possible answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// In words: `14 bytes: hellohaihahaha`.
    pub says: String,
    /// In the notation: what the recording shows if it is so. All of them hold, or the choice does not.
    pub that: Vec<String>,
    /// What follows from it; told when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Why people choose it and what is wrong with it; told when it does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tempting: Option<String>,
}

/// Something that is explained when it has happened, and only then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The event it is about, in the notation: `client.send[3]`, `client>server data[1] arrives`.
    pub at: String,
    /// What must hold beside it, in the notation: expectations on which the explanation rests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub that: Vec<String>,
    /// The explanation, short.
    pub says: String,
    /// Minutes that are planned for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
    /// A note for whoever speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speak: Option<String>,
}

/// An expectation in the notation and what it means in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The notation: `server.recv[1] returns client.send[1..3]`.
    pub that: String,
    /// In words: `one recv returned the bytes of three sends`.
    pub says: String,
}

/// A command worth trying next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// The arguments of `lab`: `05 --variation prompt-reader`.
    pub run: String,
    /// What it shows.
    pub says: String,
}

/// One line after the header.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A role's program was started.
    Spawn(Spawn),
    /// A role gained a thread or a process.
    Task(Task),
    /// A process of a role replaced its program.
    Exec(Exec),
    /// Something was learned about a socket. Later lines for the same socket replace earlier ones.
    Socket(Socket),
    /// A call begins: stamped just before the kernel may work on it.
    Enter(Enter),
    /// A call ends: stamped just after the kernel handed it back.
    Exit(Exit),
    /// A signal interrupted a call, which the kernel will restart. The call has not ended.
    Interrupted(Interrupted),
    /// The interrupted call runs again.
    Resumed(Resumed),
    /// A frame on the wire. On a cable: it came out of its sender's interface.
    Frame(Frame),
    /// A frame left the cable: it went into the receiver's interface, or was dropped.
    Fate(Fate),
    /// What the kernels at both ends held for the connection of a frame.
    Ends(Ends),
    /// A call waits at the gate for the schedule.
    Held(Held),
    /// The call may go on.
    Released(Released),
    /// The lab did something the schedule told it to: started a role, sent a signal.
    Action(Action),
    /// A line (or the unfinished rest of one) that a role printed.
    Output(Output),
    /// What a role was given to read on its standard input.
    Input(Input),
    /// A signal was delivered to a role.
    Signal(Signal),
    /// A process of a role ended.
    Ended(Ended),
    /// Something the reader must know that is not an event of a program (io_uring refused, output cut …).
    Notice(Notice),
    /// A limit of the run was passed, and the lab ended the run for that.
    Limit(Limit),
    /// The lab made a call of a guarded role fail.
    Refused(Refused),
    /// Nobody moves until the person who steps lets something go.
    Rest(Rest),
    /// What a role with limits used of the machine up to now.
    Usage(Usage),
    /// The last line.
    End(End),
}

/// See [`Event::Spawn`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spawn {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Process id.
    pub pid: i32,
}

/// See [`Event::Task`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Process the task belongs to (thread group).
    pub pid: i32,
    /// The task itself; equal to `pid` for a new process.
    pub tid: i32,
    /// The task that created it.
    pub parent: i32,
}

/// See [`Event::Exec`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exec {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Which process.
    pub pid: i32,
    /// Path of the new program.
    pub path: String,
}

/// What is known about a kernel socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Socket {
    /// When.
    pub t: Nanos,
    /// Which socket.
    pub sock: SockId,
    /// The role that first had it.
    pub role: String,
    /// `inet`, `inet6`, `unix`, or another family's name.
    pub family: String,
    /// `stream`, `dgram`, `seqpacket`, `raw`.
    pub kind: String,
    /// Local address: `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`, `unix:@name`, `unix:` (unnamed).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<String>,
    /// Address of the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// True for a listening socket.
    #[serde(default, skip_serializing_if = "no")]
    pub listening: bool,
    /// The other end, where it is a socket of this run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<SockId>,
}

/// See [`Event::Enter`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Enter {
    /// When.
    pub t: Nanos,
    /// Number of the call.
    pub call: CallId,
    /// Which role.
    pub role: String,
    /// Which process.
    pub pid: i32,
    /// Which thread.
    pub tid: i32,
    /// Common name in the notation: `send`, `recv`, `accept` …
    pub name: String,
    /// The how-manieth call of this name by this role, from 1: `server.recv[2]` has 2.
    pub nth: u32,
    /// The true system call: `sendto`, `read` …
    pub syscall: String,
    /// The descriptor it is about; none for `socket` and calls that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fd: Option<i32>,
    /// The socket behind the descriptor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sock: Option<SockId>,
    /// The arguments worth showing.
    #[serde(default)]
    pub args: Args,
    /// The bytes it asks to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Hex>,
    /// The line of the program that makes the call; looked for only where a person steps the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Box<Source>>,
}

/// A line of a program's source, as its debug information tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Absolute path of the file on the machine that recorded.
    pub file: String,
    /// Which line, from 1.
    pub line: u32,
    /// The function it stands in: `_05_sticky_packets::client::run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// What stands there, without the spaces at its end, at most 200 characters. None where the file was changed after the
    /// program was built: the number would lead to a line that the program was not made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Arguments worth showing; each is present only for calls that have it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Args {
    /// Address given: connect, bind, sendto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addr: Option<String>,
    /// Bytes offered (send) or room offered (recv).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub len: Option<u64>,
    /// Flags by name: `MSG_PEEK|MSG_DONTWAIT`. MSG_NOSIGNAL is left out: every Rust program sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<String>,
    /// listen's backlog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog: Option<i32>,
    /// socket: `tcp`, `udp`, `unix stream`, `inet6 tcp` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// setsockopt, getsockopt, fcntl: name of the option, `SO_REUSEADDR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    /// Its value: `1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// shutdown: `SHUT_WR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<String>,
    /// True when the recorder kept only the first part of the bytes.
    #[serde(default, skip_serializing_if = "no")]
    pub cut: bool,
}

/// See [`Event::Exit`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Exit {
    /// When.
    pub t: Nanos,
    /// Which call.
    pub call: CallId,
    /// What the kernel returned; -1 when it failed.
    pub ret: i64,
    /// Name of the error when it failed: `ECONNREFUSED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<String>,
    /// The bytes received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Hex>,
    /// Address the kernel filled in: sender of a datagram, peer of an accepted connection, getsockname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addr: Option<String>,
    /// Flags the kernel returned with a message: `MSG_TRUNC`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<String>,
    /// The new socket: accept, socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sock: Option<SockId>,
    /// getsockopt's answer; for socketpair the two descriptors; for sendmmsg and recvmmsg the length of each message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// True when the recorder kept only the first part of the bytes.
    #[serde(default, skip_serializing_if = "no")]
    pub cut: bool,
    /// What the kernel held for this socket and for its other end just after the call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kernel: Vec<Kernel>,
}

/// What the kernel holds for one socket at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kernel {
    /// Which socket.
    pub sock: SockId,
    /// TCP state as `ss` writes it: `ESTABLISHED`, `CLOSE-WAIT`; `CLOSED` when the kernel no longer knows it.
    pub state: String,
    /// TCP: bytes arrived and not yet read. Listening socket: connections waiting for accept. UDP: kernel memory in use.
    pub recv_queue: u32,
    /// TCP: bytes written and not yet acknowledged. Listening socket: the backlog. UDP: kernel memory in use.
    pub send_queue: u32,
    /// UDP: size in bytes of the next datagram in the queue, where it could be asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_datagram: Option<u32>,
    /// The kernel's timer that runs for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timer: Option<Box<Timer>>,
    /// What the kernel knows of the connection: recorded for repetitions, and for everything when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<Box<TcpInfo>>,
}

/// A timer of the kernel that runs for a TCP socket: sock_diag(7), `idiag_timer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// `retransmission`, `keepalive`, `time-wait`, `window-probe`.
    pub kind: String,
    /// Milliseconds until it fires.
    pub left_ms: u32,
    /// How often it has fired for the same bytes: repetitions, or probes.
    pub tries: u8,
}

/// A part of `struct tcp_info`: tcp(7), include/uapi/linux/tcp.h.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TcpInfo {
    /// `tcpi_ca_state` by name: `Open`, `Disorder`, `CWR`, `Recovery` (fast retransmit), `Loss` (after a timeout).
    pub ca_state: String,
    /// Timeouts in a row without an acknowledgment.
    pub retransmits: u8,
    /// Unanswered probes of a closed window (or keepalives).
    pub probes: u8,
    /// How often the timeout has been doubled.
    pub backoff: u8,
    /// Retransmission timeout, microseconds.
    pub rto_us: u32,
    /// Bytes of a full segment.
    pub snd_mss: u32,
    /// Segments sent and not acknowledged.
    pub unacked: u32,
    /// Segments the other side has told it holds beyond a gap.
    pub sacked: u32,
    /// Segments the kernel takes for lost.
    pub lost: u32,
    /// Repeated segments that are under way.
    pub retrans: u32,
    /// Smoothed round trip time, microseconds; 0 before the first sample.
    pub rtt_us: u32,
    /// Its variation, microseconds.
    pub rttvar_us: u32,
    /// Congestion window, segments.
    pub cwnd: u32,
    /// Slow start threshold, segments; 2147483647 when there was no loss yet.
    pub ssthresh: u32,
    /// Repetitions since the connection began.
    pub total_retrans: u32,
}

/// See [`Event::Interrupted`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Interrupted {
    /// When.
    pub t: Nanos,
    /// Which call.
    pub call: CallId,
}

/// See [`Event::Resumed`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resumed {
    /// When.
    pub t: Nanos,
    /// Which call.
    pub call: CallId,
}

/// A frame, once, as it was on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// When the kernel stamped it.
    pub t: Nanos,
    /// Number of the frame within the recording, from 1.
    pub frame: u64,
    /// The role that sent it, where its address belongs to a socket of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The role it was sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Kind in the notation: `data`, `SYN`, `SYN,ACK`, `ACK`, `FIN`, `RST`, `datagram`, `ICMP`, `ARP`, `other`.
    pub kind: String,
    /// The how-manieth of this kind in this direction, from 1. A retransmission carries the number of the original.
    pub nth: u32,
    /// True when it repeats bytes (or a SYN or FIN) that were on the wire before.
    #[serde(default, skip_serializing_if = "no")]
    pub again: bool,
    /// The frame of which the cable made this copy. The kernel sent it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<u64>,
    /// Length on the wire in bytes; more than `bytes` holds when the capture cut it.
    pub len: u32,
    /// The frame from its Ethernet header on, as it was sent.
    pub bytes: Hex,
}

/// See [`Event::Fate`]. Every frame on a cable has one, unless the run ended before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// When it arrived or was dropped.
    pub t: Nanos,
    /// Number of the frame.
    pub frame: u64,
    /// True when it never arrives.
    #[serde(default, skip_serializing_if = "no")]
    pub dropped: bool,
    /// The rules of the cable that made it so (drop, loss), changed it (corrupt) or kept it (delay, hold, rate …), in the
    /// notation; none for a frame that went straight through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// The byte that arrived as another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Changed>,
}

/// A byte that the cable changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Offset in the frame's bytes.
    pub at: u32,
    /// As it was sent.
    pub was: u8,
    /// As it arrived.
    pub is: u8,
}

/// See [`Event::Ends`]. Recorded on a cable while a connection is not established at both ends, for repetitions, and for
/// everything when `tcp_info` was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// When the kernels were asked.
    pub t: Nanos,
    /// Number of the frame.
    pub frame: u64,
    /// False: it had been sent. True: it had arrived.
    #[serde(default, skip_serializing_if = "no")]
    pub arrived: bool,
    /// The sockets of the connection, its sender's first, as far as the kernels know them.
    pub kernel: Vec<Kernel>,
}

/// See [`Event::Held`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// When.
    pub t: Nanos,
    /// Which call.
    pub call: CallId,
    /// The rule that holds it: `server.recv[1] after client.send[3]`.
    pub rule: String,
}

/// See [`Event::Released`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Released {
    /// When.
    pub t: Nanos,
    /// Which call.
    pub call: CallId,
    /// What had to happen first: `client.send[3]`.
    pub by: String,
}

/// See [`Event::Action`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// When.
    pub t: Nanos,
    /// The rule: `kill client after client.recv[1]`.
    pub rule: String,
    /// The role it concerns.
    pub role: String,
}

/// See [`Event::Output`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// When the lab read it: a little later than the program wrote it.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// `stdout` or `stderr`.
    pub stream: String,
    /// The line without its end; bytes that are not UTF-8 are shown as U+FFFD.
    pub text: String,
}

/// See [`Event::Input`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// What was written to its standard input.
    pub text: String,
}

/// See [`Event::Signal`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Which thread.
    pub tid: i32,
    /// `SIGALRM`
    pub signal: String,
}

/// See [`Event::Ended`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Which process.
    pub pid: i32,
    /// True for the process the role was started as.
    #[serde(default, skip_serializing_if = "no")]
    pub main: bool,
    /// Exit status, when it exited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i32>,
    /// Signal that killed it, when one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// True when the lab ended it because the run was over.
    #[serde(default, skip_serializing_if = "no")]
    pub by_lab: bool,
}

/// See [`Event::Notice`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// When.
    pub t: Nanos,
    /// The role it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What, in a sentence.
    pub text: String,
}

/// See [`Event::Limit`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// When it was seen.
    pub t: Nanos,
    /// The role that passed it; none for `quiet`, which is everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Which: `cpu`, `tasks`, `output`, `spinning`, `quiet`.
    pub limit: String,
    /// What the role did, in a sentence whose subject it is: `used more than 2000 ms of processor time`.
    pub text: String,
}

/// See [`Event::Refused`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// The process that made the call.
    pub pid: i32,
    /// The call: `kill(4711, SIGKILL)`, `open(/etc/secret)`.
    pub call: String,
    /// What the role tried, in a sentence whose subject it is: `tried to kill process 4711, which is not its own`.
    pub text: String,
}

/// See [`Event::Usage`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// When.
    pub t: Nanos,
    /// Which role.
    pub role: String,
    /// Its process: the one that became ready, or the one it was started as.
    pub pid: i32,
    /// `ready`: the role listens, or is bound for datagrams. `end`: just before the lab ended the process.
    pub when: String,
    /// Processor time of the whole role so far, its ended processes included, milliseconds.
    pub cpu_ms: u64,
    /// Memory in use, of all its processes added up, KiB.
    pub resident_kib: u64,
    /// The most that each ever used, added up, KiB.
    pub peak_kib: u64,
    /// Sockets that its processes have, each once.
    pub sockets: u32,
    /// Descriptors of all its processes.
    pub files: u32,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Every role ended, or only servers with nobody left to serve remained.
    Done,
    /// The deadline came first, or a role passed a limit: then an [`Event::Limit`] says which.
    Deadline,
    /// The person at the keyboard, or a signal, ended it.
    Interrupted,
}

/// The rule of a hold, a release or a fate that a person decided (`--step`).
pub const BY_HAND: &str = "by hand";

/// See [`Event::Rest`]. Only runs that a person steps have it: between two of them lies what one step set going.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// When.
    pub t: Nanos,
    /// What the kernels hold for all sockets they know.
    pub kernel: Vec<Kernel>,
}

/// See [`Event::End`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// When.
    pub t: Nanos,
    /// Why.
    pub reason: Reason,
    /// Rules whose condition never came true, with something waiting for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<String>,
    /// Where each task that was still alive stood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standing: Vec<Standing>,
    /// Frames captured.
    pub frames: u64,
    /// Frames the kernel could not hand over; 0 in every sound recording.
    pub lost: u64,
    /// How far the wall clock moved against the monotonic clock during the run, nanoseconds.
    #[serde(default)]
    pub clock_step_ns: i64,
}

/// Where one task stood when the run ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Which role.
    pub role: String,
    /// Which thread.
    pub tid: i32,
    /// The call it was in, if it was in one the lab shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// The system call it was blocked in, when that is one the lab does not show: `epoll_wait`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub syscall: Option<String>,
    /// True when the gate held it there.
    #[serde(default, skip_serializing_if = "no")]
    pub held: bool,
    /// The socket of the call and its other end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kernel: Vec<Kernel>,
}

impl Event {
    /// The time stamp of the event.
    pub fn t(&self) -> Nanos {
        match self {
            Event::Spawn(e) => e.t,
            Event::Task(e) => e.t,
            Event::Exec(e) => e.t,
            Event::Socket(e) => e.t,
            Event::Enter(e) => e.t,
            Event::Exit(e) => e.t,
            Event::Interrupted(e) => e.t,
            Event::Resumed(e) => e.t,
            Event::Frame(e) => e.t,
            Event::Fate(e) => e.t,
            Event::Ends(e) => e.t,
            Event::Held(e) => e.t,
            Event::Released(e) => e.t,
            Event::Action(e) => e.t,
            Event::Output(e) => e.t,
            Event::Input(e) => e.t,
            Event::Signal(e) => e.t,
            Event::Ended(e) => e.t,
            Event::Notice(e) => e.t,
            Event::Limit(e) => e.t,
            Event::Refused(e) => e.t,
            Event::Rest(e) => e.t,
            Event::Usage(e) => e.t,
            Event::End(e) => e.t,
        }
    }
}
