//! A call from its entry to its exit: read, named, held at the gate, let go, and its result recorded.

use super::decode::{self, Decoded, Moves};
use super::engine::Engine;
use super::limits::Again;
use super::sockets::{Hint, Told, next_datagram};
use crate::recording::{Enter, Event, Exit, Held, Hex, Interrupted, Nanos, Released, Resumed, SockId};
use crate::sys::memory;
use crate::sys::tracee::{self, CallStop};
use std::time::Duration;

/// A call that has begun.
#[derive(Debug)]
pub(crate) struct Pending {
    id: u64,
    pub decoded: Decoded,
    pub pid: i32,
    pub fd: Option<i32>,
    pub sock: Option<SockId>,
    pub nth: u32,
    number: u64,
    args: [u64; 6],
    at: u64,
    /// How many handlers ran when this call was interrupted: it goes on when as many are left.
    depth: u32,
}

impl Pending {
    /// Number of the call in the recording.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }
}

/// The kernel's private "restart me" results: include/linux/errno.h. A program never sees them.
const RESTARTS: std::ops::RangeInclusive<i64> = -516..=-512;

impl Engine {
    /// The filter stopped a task at the entry of a call.
    pub(crate) fn on_entry(&mut self, tid: i32) {
        let Ok(CallStop::Entry { number, args, at, native }) = tracee::call_stop(tid) else {
            let _ = tracee::resume(tid, 0);
            return;
        };
        let Some((role, pid)) = self.tasks.get(&tid).map(|task| (task.role, task.pid)) else {
            let _ = tracee::resume(tid, 0);
            return;
        };
        if std::mem::take(&mut self.roles[role].wrote) {
            self.pump(role);
        }
        // Before exec the child is still us; what it does is not the program's doing.
        if !native || !self.roles[role].running {
            let _ = tracee::resume(tid, 0);
            if !native {
                self.tell(role, "makes 32-bit calls, which the lab does not read: of this program only frames, output and end are shown");
            }
            return;
        }
        match number as libc::c_long {
            libc::SYS_io_uring_setup => return self.refuse_io_uring(tid, role),
            libc::SYS_splice if self.splices_our_pipe(role, pid, &args) => return self.refuse_splice(tid, role),
            number if decode::is_guarded(number) => return self.guard(tid, role, pid, number, &args),
            libc::SYS_rt_sigreturn => {
                let task = self.tasks.get_mut(&tid).filter(|task| !task.suspended.is_empty());
                match task {
                    Some(task) => {
                        task.returning = true;
                        let _ = tracee::resume_to_exit(tid);
                    }
                    None => drop(tracee::resume(tid, 0)),
                }
                return;
            }
            _ => {}
        }
        if self.restarted(tid, number, &args, at) {
            return;
        }
        let Some(mut decoded) = decode::decode(tid, number, &args) else {
            self.descriptor_changes(pid, number);
            let _ = tracee::resume(tid, 0);
            return;
        };
        let role_name = self.plan.roles[role].name.clone();
        let mut fd = decoded.fd;
        let mut sock = None;
        if let Some(number) = fd {
            let mut fresh = None;
            sock = self.sockets.behind(pid, number, &role_name, &mut fresh);
            if sock.is_none() && decoded.name == "splice" {
                // splice's other end: whichever of the two is a socket.
                fd = Some(args[2] as i32);
                sock = self.sockets.behind(pid, args[2] as i32, &role_name, &mut fresh);
                decoded.moves = Moves::Out;
            } else if decoded.name == "splice" {
                decoded.moves = Moves::In;
                decoded.name = "recv";
            }
            self.emit_socket(fresh);
            if decoded.name == "close" {
                self.sockets.forget(pid, number);
            }
            if sock.is_none() {
                // It may have printed: then its words are in the pipe before its next call begins.
                self.roles[role].wrote |= decoded.moves == Moves::Out;
                let _ = tracee::resume(tid, 0);
                return;
            }
        } else if !matches!(args[0] as i32, libc::AF_INET | libc::AF_INET6 | libc::AF_UNIX) {
            let _ = tracee::resume(tid, 0);
            return;
        }
        let count = self.counts.entry((role, decoded.name)).or_default();
        *count += 1;
        let nth = *count;
        let sends = decoded.moves == Moves::Out;
        let data = (sends && decoded.buffers != decode::Buffers::None)
            .then(|| Hex(decode::bytes(tid, decoded.buffers, u64::MAX)));
        if let (Some(data), Some(len)) = (&data, decoded.args.len) {
            decoded.args.cut = (data.0.len() as u64) < len && data.0.len() == decode::MOST_BYTES;
        }
        if let ("connect", Some(sock)) = (decoded.name, sock) {
            self.sockets.connecting(sock, decoded.args.addr.as_deref());
        }
        self.calls += 1;
        let id = self.calls;
        self.gate.note_entered(&role_name, decoded.name, nth);
        let hold = self.gate.holds(&role_name, decoded.name, nth, id);
        if hold.is_none() {
            self.gate.note_gone(&role_name, decoded.name, nth);
        }
        let enter = Enter {
            t: 0,
            call: id,
            role: role_name,
            pid,
            tid,
            name: decoded.name.into(),
            nth,
            syscall: decoded.syscall.into(),
            fd,
            sock,
            args: decoded.args.clone(),
            data,
            source: self.sources.as_mut().and_then(|sources| sources.of(tid, self.gate.is_by_hand())),
        };
        let pending = Pending { id, decoded, pid, fd, sock, nth, number, args, at, depth: 0 };
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.call = Some(pending);
            task.held = hold;
        }
        // Stamped as late as possible: what the kernel does for this call happens after.
        let t = self.now();
        if hold.is_none() {
            let _ = tracee::resume_to_exit(tid);
        }
        self.emit(Event::Enter(Enter { t, ..enter }));
        if let Some(rule) = hold {
            let rule = self.gate.text(rule).to_string();
            self.emit(Event::Held(Held { t, call: id, rule }));
        }
    }

    fn refuse_io_uring(&mut self, tid: i32, role: usize) {
        let _ = tracee::refuse_call(tid, libc::ENOSYS);
        let _ = tracee::resume(tid, 0);
        self.tell(
            role,
            "asked for io_uring, whose calls nobody can watch: the lab answered ENOSYS, as an older kernel would. \
             What it does without io_uring is shown; if it cannot do without, it will say so",
        );
    }

    /// A remark about a role, made once.
    pub(super) fn tell(&mut self, role: usize, text: &'static str) {
        if self.told.insert((role, text)) {
            self.notice(Some(role), text.to_string());
        }
    }

    /// A call that a signal interrupted and the kernel runs again is the same call.
    fn restarted(&mut self, tid: i32, number: u64, args: &[u64; 6], at: u64) -> bool {
        let Some(task) = self.tasks.get_mut(&tid) else { return false };
        // A handler may also leave by siglongjmp, or call the same itself: then this is another call.
        let depth = task.handlers;
        let same = |call: &Pending| call.number == number && call.args == *args && call.at == at && call.depth == depth;
        if !task.suspended.last().is_some_and(same) {
            return false;
        }
        let Some(call) = task.suspended.pop() else { return false };
        let id = call.id;
        task.call = Some(call);
        let t = self.now();
        let _ = tracee::resume_to_exit(tid);
        self.emit(Event::Resumed(Resumed { t, call: id }));
        true
    }

    /// Calls that are only watched because they change what a descriptor means.
    fn descriptor_changes(&mut self, pid: i32, number: u64) {
        if number as libc::c_long == libc::SYS_close_range {
            self.sockets.forget_process(pid);
        }
    }

    /// Lets a held call go once its rule allows it and what it waited for has arrived. True when it went.
    pub(crate) fn try_release(&mut self, tid: i32, patience: Duration) -> bool {
        let now = self.now();
        let Some((rule, role, call)) = self.tasks.get(&tid).and_then(|task| {
            let call = task.call.as_ref()?;
            Some((task.held?, task.role, call))
        }) else {
            return false;
        };
        let (sock, id, name, nth) = (call.sock, call.id, call.decoded.name, call.nth);
        if !self.gate.is_open(rule, id) {
            return false;
        }
        let role = self.plan.roles[role].name.clone();
        // Another rule may hold the same call.
        if let Some(next) = self.gate.holds(&role, name, nth, id) {
            if let Some(task) = self.tasks.get_mut(&tid) {
                task.held = Some(next);
            }
            let text = self.gate.text(next).to_string();
            self.emit(Event::Held(Held { t: now, call: id, rule: text }));
            return false;
        }
        let arrived = sock.is_none_or(|sock| self.arrived(sock));
        let Some(task) = self.tasks.get_mut(&tid) else { return false };
        if !arrived {
            let since = *task.settling.get_or_insert(now);
            if now.saturating_sub(since) < patience.as_nanos() as u64 {
                return false;
            }
        }
        task.held = None;
        task.settling = None;
        let by = self.gate.awaited(rule);
        let t = self.now();
        let _ = tracee::resume_to_exit(tid);
        self.emit(Event::Released(Released { t, call: id, by }));
        self.gate.note_gone(&role, name, nth);
        true
    }

    /// True when what was sent to this socket is in its queue: a send's return does not promise that.
    fn arrived(&mut self, sock: SockId) -> bool {
        // On a cable what was sent may be lost, and what is late is the rules' doing: only what is under way is waited for.
        if self.sandbox.cable.is_some() {
            return !self.frames_under_way();
        }
        let entry = self.sockets.get(sock);
        if entry.record.kind != "dgram" {
            return self.sockets.settled(sock);
        }
        let Some(port) = entry.local.map(|local| local.port()) else { return true };
        let count = |map: &std::collections::HashMap<u16, u64>| map.get(&port).copied().unwrap_or(0);
        self.sandbox.capture.is_none() || count(&self.datagrams_seen) >= count(&self.datagrams_sent)
    }

    /// A task stopped at the exit of its call with this result.
    pub(crate) fn on_exit(&mut self, tid: i32, value: i64, t: Nanos) {
        let Some(task) = self.tasks.get_mut(&tid) else {
            let _ = tracee::resume(tid, 0);
            return;
        };
        if std::mem::take(&mut task.returning) {
            self.handler_returned(tid, value, t);
            return;
        }
        let Some(mut call) = task.call.take() else {
            let _ = tracee::resume(tid, 0);
            return;
        };
        if RESTARTS.contains(&value) {
            let id = call.id;
            call.depth = task.handlers;
            task.suspended.push(call);
            self.emit(Event::Interrupted(Interrupted { t, call: id }));
            let _ = tracee::resume(tid, 0);
            return;
        }
        let role = task.role;
        self.returned(tid, role, call, value, t);
    }

    /// A signal handler ended: the call it interrupted either ends with EINTR now or is about to run again.
    fn handler_returned(&mut self, tid: i32, value: i64, t: Nanos) {
        if let Some(task) = self.tasks.get_mut(&tid) {
            task.handlers = task.handlers.saturating_sub(1);
            let depth = task.handlers;
            // The value is the register that the handler's caller finds: only for the call it interrupted is it a result.
            if value == -i64::from(libc::EINTR)
                && let Some(call) = task.suspended.pop_if(|call| call.depth == depth)
            {
                let role = task.role;
                return self.returned(tid, role, call, value, t);
            }
        }
        let _ = tracee::resume(tid, 0);
    }

    /// Records the end of a call and what it changed, and lets the task go on.
    fn returned(&mut self, tid: i32, role: usize, call: Pending, value: i64, t: Nanos) {
        let failed = (-4095..0).contains(&value);
        let role_name = self.plan.roles[role].name.clone();
        let mut exit = Exit { t, call: call.id, ret: if failed { -1 } else { value }, ..Exit::default() };
        if failed {
            exit.errno = Some(decode::errno_name(-value as i32));
            // A connection that is being made without waiting has its addresses all the same.
            // So has one that a signal interrupted: connect(2) goes on without its caller.
            if call.decoded.name == "connect"
                && matches!(exit.errno.as_deref(), Some("EINPROGRESS" | "EINTR"))
                && let (Some(sock), Some(fd)) = (call.sock, call.fd)
            {
                self.learned(sock, call.pid, fd, Told::Remote(call.decoded.args.addr.as_ref()));
            }
        } else {
            self.read_results(tid, &call, value, &mut exit);
            self.note_results(&role_name, &call, value, &mut exit);
        }
        self.notice_spinning(tid, role, &call, value);
        if !failed && self.makes_ready(&call) && !std::mem::replace(&mut self.roles[role].ready, true) {
            self.roles[role].ready_as = Some(call.pid);
            self.record_usage(role, "ready");
        }
        let sock = exit.sock.or(call.sock);
        if let Some(sock) = sock {
            exit.kernel = self.kernel_of(sock, &call, exit.sock.is_some());
        }
        // All that only a stopped task shows has been read; the rest is done while it runs.
        let _ = tracee::resume(tid, 0);
        self.emit(Event::Exit(exit));
        self.gate.note_returned(&role_name, call.decoded.name, call.nth);
    }

    /// Counts calls that cannot say anything new.
    fn notice_spinning(&mut self, tid: i32, role: usize, call: &Pending, value: i64) {
        let Some(sock) = call.sock else { return };
        let asks = call.decoded.moves == Moves::In && call.decoded.args.len.is_none_or(|room| room > 0);
        let stream = self.sockets.get(sock).record.kind == "stream";
        self.count_ends(role, sock, call.decoded.name, asks && stream && value == 0);
        let again = match value {
            again if again == -i64::from(libc::EAGAIN) => Some(Again::NothingThere),
            some if some > 0 && peeks(call) => Some(Again::StillThere),
            _ => None,
        };
        self.count_again(tid, role, call.decoded.name, again);
    }

    fn kernel_of(&mut self, sock: SockId, call: &Pending, new: bool) -> Vec<crate::recording::Kernel> {
        let mut fresh = None;
        let peer = self.sockets.other_end(sock, &mut fresh);
        self.emit_socket(fresh);
        let mut kernel = self.sockets.kernel(sock, peer, self.plan.tcp_info);
        if self.sockets.get(sock).record.kind == "dgram"
            && !new
            && let (Some(own), Some(fd)) = (kernel.first_mut(), call.fd)
        {
            own.next_datagram = next_datagram(call.pid, fd);
        }
        kernel
    }

    /// What the kernel wrote into the program's memory.
    fn read_results(&mut self, tid: i32, call: &Pending, value: i64, exit: &mut Exit) {
        let decoded = &call.decoded;
        if decoded.moves == Moves::In {
            // A datagram's true length comes back with MSG_TRUNC; the buffer holds no more than its room.
            let room = decoded.args.len.unwrap_or(u64::MAX);
            let bytes = match decoded.buffers {
                decode::Buffers::Messages { at, .. } => {
                    decode::messages(tid, at, &decode::lengths(tid, at, value as u64))
                }
                buffers => decode::bytes(tid, buffers, (value as u64).min(room)),
            };
            exit.cut = bytes.len() == decode::MOST_BYTES && (value as usize) > bytes.len();
            // tcp(7): with MSG_TRUNC the bytes are thrown away, and what lies in the buffer is not what came.
            let thrown = decoded.args.flags.as_deref().is_some_and(|flags| flags.contains("MSG_TRUNC"))
                && call.sock.is_some_and(|sock| {
                    let record = &self.sockets.get(sock).record;
                    record.kind == "stream" && record.family != "unix"
                });
            exit.data = (decoded.buffers != decode::Buffers::None && !thrown).then_some(Hex(bytes));
        }
        if let Some(message) = decoded.message {
            let flags = decode::message_flags(decode::returned_flags(tid, message));
            exit.flags = (!flags.is_empty()).then_some(flags);
        }
        if let decode::Buffers::Messages { at, .. } = decoded.buffers {
            // The bytes of all messages are recorded in one piece: this is where each ends.
            let lengths: Vec<String> = decode::lengths(tid, at, value as u64).iter().map(u32::to_string).collect();
            exit.value = Some(lengths.join(", "));
        }
        match (decoded.name, decoded.fills_address) {
            ("getsockopt", _) => exit.value = decode::option_answer(tid, &call.args),
            ("socketpair", Some((at, _))) => {
                if let Ok(bytes) = memory::read_array::<8>(tid, at) {
                    let fd = |index: usize| i32::from_ne_bytes(std::array::from_fn(|byte| bytes[index * 4 + byte]));
                    exit.value = Some(format!("{}, {}", fd(0), fd(1)));
                }
            }
            (_, Some((at, length_at))) => {
                let len = memory::read_array::<4>(tid, length_at).map(u32::from_ne_bytes).unwrap_or(0);
                exit.addr = decode::address(tid, at, u64::from(len));
            }
            _ => {}
        }
    }

    /// What the result changes in our picture of the sockets.
    fn note_results(&mut self, role: &str, call: &Pending, value: i64, exit: &mut Exit) {
        let pid = call.pid;
        match (call.decoded.name, call.fd, call.sock) {
            ("socket", ..) => {
                let hint = Hint {
                    family: decode::family_name(call.args[0] as i32),
                    kind: decode::kind_name(call.args[1] as i32),
                    remote: None,
                };
                exit.sock = self.created(pid, value as i32, role, &hint);
            }
            ("socketpair", ..) => {
                let hint = Hint { family: "unix", kind: decode::kind_name(call.args[1] as i32), remote: None };
                let fds: Vec<i32> =
                    exit.value.iter().flat_map(|text| text.split(", ")).filter_map(|fd| fd.parse().ok()).collect();
                let socks: Vec<SockId> = fds.iter().filter_map(|fd| self.created(pid, *fd, role, &hint)).collect();
                if let [one, two] = socks[..] {
                    for record in self.sockets.pair(one, two) {
                        self.emit_socket(Some(record));
                    }
                }
            }
            ("accept", _, Some(listener)) => {
                let listener = &self.sockets.get(listener).record;
                let hint = Hint {
                    family: family_word(&listener.family),
                    kind: kind_word(&listener.kind),
                    remote: exit.addr.clone(),
                };
                exit.sock = self.created(pid, value as i32, role, &hint);
                for record in exit.sock.map(|sock| self.sockets.pair_unix_by_order(sock, true)).unwrap_or_default() {
                    self.emit_socket(Some(record));
                }
                if exit.addr.is_none() {
                    exit.addr = exit.sock.and_then(|sock| self.sockets.get(sock).record.remote.clone());
                }
            }
            ("bind", Some(fd), Some(sock)) => self.learned(sock, pid, fd, Told::Local(call.decoded.args.addr.as_ref())),
            ("connect", Some(fd), Some(sock)) => {
                self.learned(sock, pid, fd, Told::Remote(call.decoded.args.addr.as_ref()));
                for record in self.sockets.pair_unix_by_order(sock, false) {
                    self.emit_socket(Some(record));
                }
            }
            ("listen", _, Some(sock)) => {
                let fresh = self.sockets.listening(sock);
                self.emit_socket(fresh);
            }
            ("close", Some(fd), Some(sock)) => {
                // Again: a call of another thread may have looked at the descriptor while it was being closed.
                self.sockets.forget(pid, fd);
                self.sockets.get_mut(sock).finished = true;
            }
            ("shutdown", _, Some(sock)) if call.args[1] as i32 != libc::SHUT_RD => {
                self.sockets.get_mut(sock).finished = true;
            }
            (_, Some(fd), Some(sock)) => self.note_transfer(call, sock, fd, value),
            _ => {}
        }
    }

    fn note_transfer(&mut self, call: &Pending, sock: SockId, fd: i32, value: i64) {
        match call.decoded.moves {
            Moves::Out => {
                self.sockets.get_mut(sock).written += value as u64;
                if self.sockets.get(sock).local.is_none() {
                    self.learned(sock, call.pid, fd, Told::Nothing);
                }
                let entry = self.sockets.get(sock);
                if entry.record.kind == "dgram" {
                    let to = call.decoded.args.addr.as_ref().and_then(|addr| addr.parse().ok()).or(entry.remote);
                    if let Some(port) = to.map(|to: std::net::SocketAddr| to.port()) {
                        let several = call.decoded.name == "sendmmsg";
                        *self.datagrams_sent.entry(port).or_default() += if several { value as u64 } else { 1 };
                    }
                }
            }
            Moves::In if !peeks(call) => {
                self.sockets.get_mut(sock).read += value as u64;
            }
            _ => {}
        }
    }

    fn created(&mut self, pid: i32, fd: i32, role: &str, hint: &Hint) -> Option<SockId> {
        let mut fresh = None;
        let sock = self.sockets.created(pid, fd, role, hint, &mut fresh);
        self.emit_socket(fresh);
        sock
    }

    /// A server is ready when it listens, or for datagrams when it is bound.
    fn makes_ready(&self, call: &Pending) -> bool {
        let datagrams = call.sock.is_some_and(|sock| self.sockets.get(sock).record.kind == "dgram");
        call.decoded.name == "listen" || (call.decoded.name == "bind" && datagrams)
    }
}

/// True for a call that leaves where it is what it returns.
fn peeks(call: &Pending) -> bool {
    let flags = call.decoded.args.flags.as_deref();
    call.decoded.moves == Moves::In && flags.is_some_and(|flags| flags.contains("MSG_PEEK"))
}

fn family_word(text: &str) -> &'static str {
    ["inet", "inet6", "unix"].into_iter().find(|word| *word == text).unwrap_or("other")
}

fn kind_word(text: &str) -> &'static str {
    ["stream", "dgram", "seqpacket", "raw"].into_iter().find(|word| *word == text).unwrap_or("other")
}
