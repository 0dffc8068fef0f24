//! System call number and arguments → the call in the notation's words. Reads the tracee's memory, decides nothing else.

mod address;
mod message;
mod names;
mod table;

pub(crate) use address::{address, parse as parse_address};
pub(crate) use message::{lengths, messages, returned_flags};
pub(crate) use names::{errno_name, family_name, kind_name, message_flags, signal_name, socket_words};
pub(crate) use table::{guarded_calls, is_guarded, makes_task, traced_calls, waiting_call};

use crate::recording::Args;
use crate::sys::memory;
use libc::c_long;

/// The most bytes of one call that are recorded; more is said to be cut.
pub(crate) const MOST_BYTES: usize = 1 << 20;

/// Where the bytes of a call are in the tracee's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Buffers {
    /// The call has none, or none that user space sees (sendfile, splice).
    None,
    /// One buffer.
    Flat { at: u64, len: u64 },
    /// `struct iovec[count]`
    Vectors { at: u64, count: u64 },
    /// `struct mmsghdr[count]`: several messages in one call.
    Messages { at: u64, count: u64 },
}

/// Which way a call moves bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moves {
    /// Towards the peer.
    Out,
    /// From the peer.
    In,
    /// No payload.
    Nothing,
}

/// A call, decoded at its entry.
#[derive(Debug, Clone)]
pub(crate) struct Decoded {
    /// Common name in the notation.
    pub name: &'static str,
    /// The true system call.
    pub syscall: &'static str,
    /// The descriptor it is about.
    pub fd: Option<i32>,
    /// Arguments worth showing.
    pub args: Args,
    /// Where its bytes are.
    pub buffers: Buffers,
    /// Which way they go.
    pub moves: Moves,
    /// Where the kernel will write an address: (address of the sockaddr, address of its length).
    pub fills_address: Option<(u64, u64)>,
    /// Where the kernel will write a msghdr's flags.
    pub message: Option<u64>,
}

impl Decoded {
    fn new(name: &'static str, syscall: &'static str) -> Decoded {
        Decoded {
            name,
            syscall,
            fd: None,
            args: Args::default(),
            buffers: Buffers::None,
            moves: Moves::Nothing,
            fills_address: None,
            message: None,
        }
    }
}

fn text(value: String) -> Option<String> {
    (!value.is_empty()).then_some(value)
}

/// Decodes a call at its entry. None for a call that is not shown.
pub(crate) fn decode(tid: i32, number: u64, args: &[u64; 6]) -> Option<Decoded> {
    let [a, b, c, d, e, f] = *args;
    let mut call = match number as c_long {
        libc::SYS_socket => {
            let mut call = Decoded::new("socket", "socket");
            call.args.kind = Some(socket_words(a as i32, b as i32, c as i32));
            return Some(call);
        }
        libc::SYS_socketpair => {
            let mut call = Decoded::new("socketpair", "socketpair");
            call.args.kind = Some(socket_words(a as i32, b as i32, c as i32));
            call.fills_address = Some((d, 0)); // two descriptors, not an address: read by the recorder
            return Some(call);
        }
        libc::SYS_bind => {
            let mut call = Decoded::new("bind", "bind");
            call.args.addr = address(tid, b, c);
            call
        }
        libc::SYS_connect => {
            let mut call = Decoded::new("connect", "connect");
            call.args.addr = address(tid, b, c);
            call
        }
        libc::SYS_listen => {
            let mut call = Decoded::new("listen", "listen");
            call.args.backlog = Some(b as i32);
            call
        }
        number @ (libc::SYS_accept | libc::SYS_accept4) => {
            let name = if number == libc::SYS_accept { "accept" } else { "accept4" };
            let mut call = Decoded::new("accept", name);
            call.fills_address = (b != 0).then_some((b, c));
            if number == libc::SYS_accept4 {
                call.args.flags = text(names::socket_flags(d as i32));
            }
            call
        }
        number @ (libc::SYS_getsockname | libc::SYS_getpeername) => {
            let name = if number == libc::SYS_getsockname { "getsockname" } else { "getpeername" };
            let mut call = Decoded::new(name, name);
            call.fills_address = Some((b, c));
            call
        }
        libc::SYS_sendto => {
            let to = (e != 0).then(|| address(tid, e, f)).flatten();
            let mut call = Decoded::new(if e != 0 { "sendto" } else { "send" }, "sendto");
            call.args.addr = to;
            call.args.len = Some(c);
            call.args.flags = text(message_flags(d as i32));
            call.buffers = Buffers::Flat { at: b, len: c };
            call.moves = Moves::Out;
            call
        }
        libc::SYS_recvfrom => {
            let mut call = Decoded::new(if e != 0 { "recvfrom" } else { "recv" }, "recvfrom");
            call.args.len = Some(c);
            call.args.flags = text(message_flags(d as i32));
            call.buffers = Buffers::Flat { at: b, len: c };
            call.moves = Moves::In;
            call.fills_address = (e != 0).then_some((e, f));
            call
        }
        libc::SYS_write | libc::SYS_read => {
            let write = number as c_long == libc::SYS_write;
            let mut call = if write { Decoded::new("send", "write") } else { Decoded::new("recv", "read") };
            call.args.len = Some(c);
            call.buffers = Buffers::Flat { at: b, len: c };
            call.moves = if write { Moves::Out } else { Moves::In };
            call
        }
        libc::SYS_writev | libc::SYS_readv => {
            let write = number as c_long == libc::SYS_writev;
            let mut call = if write { Decoded::new("send", "writev") } else { Decoded::new("recv", "readv") };
            call.buffers = Buffers::Vectors { at: b, count: c };
            call.args.len = Some(message::total(tid, call.buffers));
            call.moves = if write { Moves::Out } else { Moves::In };
            call
        }
        libc::SYS_sendmsg | libc::SYS_recvmsg => {
            let out = number as c_long == libc::SYS_sendmsg;
            let header = message::header(tid, b);
            let named = header.is_some_and(|header| header.name != 0 && header.name_len != 0);
            let mut call = match (out, named) {
                (true, false) => Decoded::new("send", "sendmsg"),
                (true, true) => Decoded::new("sendto", "sendmsg"),
                (false, false) => Decoded::new("recv", "recvmsg"),
                (false, true) => Decoded::new("recvfrom", "recvmsg"),
            };
            call.moves = if out { Moves::Out } else { Moves::In };
            call.args.flags = text(message_flags(c as i32));
            if let Some(header) = header {
                call.buffers = Buffers::Vectors { at: header.vectors, count: header.count };
                call.args.len = Some(message::total(tid, call.buffers));
                if out && named {
                    call.args.addr = address(tid, header.name, header.name_len);
                } else if named {
                    call.fills_address = Some((header.name, b + message::NAME_LEN_AT));
                }
                if !out {
                    call.message = Some(b);
                }
            }
            call
        }
        libc::SYS_sendmmsg | libc::SYS_recvmmsg => {
            let out = number as c_long == libc::SYS_sendmmsg;
            let mut call =
                if out { Decoded::new("sendmmsg", "sendmmsg") } else { Decoded::new("recvmmsg", "recvmmsg") };
            call.args.value = Some(format!("{c} messages"));
            call.args.flags = text(message_flags(d as i32));
            call.buffers = Buffers::Messages { at: b, count: c };
            call.moves = if out { Moves::Out } else { Moves::In };
            call
        }
        libc::SYS_sendfile => {
            let mut call = Decoded::new("sendfile", "sendfile");
            call.args.len = Some(d);
            call.moves = Moves::Out;
            call
        }
        libc::SYS_splice => {
            let mut call = Decoded::new("splice", "splice");
            call.args.len = Some(e);
            call
        }
        libc::SYS_shutdown => {
            let mut call = Decoded::new("shutdown", "shutdown");
            call.args.how = Some(names::how(b as i32));
            call
        }
        libc::SYS_close => Decoded::new("close", "close"),
        // dup(2): what the new number meant before is closed. Where that was a socket, it is a close like any other.
        #[cfg(target_arch = "x86_64")]
        libc::SYS_dup2 if a as i32 != b as i32 => return Some(replaced("dup2", b)),
        libc::SYS_dup3 if a as i32 != b as i32 => return Some(replaced("dup3", b)),
        libc::SYS_setsockopt => {
            let mut call = Decoded::new("setsockopt", "setsockopt");
            call.args.option = Some(names::option(b as i32, c as i32));
            call.args.value = names::option_value(tid, b as i32, c as i32, d, e);
            call
        }
        libc::SYS_getsockopt => {
            let mut call = Decoded::new("getsockopt", "getsockopt");
            call.args.option = Some(names::option(b as i32, c as i32));
            call.fills_address = Some((d, e)); // a value and its length: read by the recorder
            call
        }
        _ => return None,
    };
    call.fd = Some(a as i32);
    Some(call)
}

fn replaced(syscall: &'static str, fd: u64) -> Decoded {
    Decoded { fd: Some(fd as i32), ..Decoded::new("close", syscall) }
}

/// The value getsockopt wrote.
pub(crate) fn option_answer(tid: i32, args: &[u64; 6]) -> Option<String> {
    let len = memory::read_array::<4>(tid, args[4]).ok().map(u32::from_ne_bytes)?;
    names::option_value(tid, args[1] as i32, args[2] as i32, args[3], u64::from(len))
}

/// Reads up to `limit` bytes of a call's buffers, in order.
pub(crate) fn bytes(tid: i32, buffers: Buffers, limit: u64) -> Vec<u8> {
    message::bytes(tid, buffers, limit.min(MOST_BYTES as u64) as usize)
}

#[cfg(test)]
mod tests;
