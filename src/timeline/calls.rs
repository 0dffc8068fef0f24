//! What kind of call a call is, how many bytes it moved, when the kernel had it in hand, and which calls a socket has.

use super::Call;
use crate::recording::{BY_HAND, Nanos};

/// How many entries a search goes back for a call that was still open: more threads than any lesson starts, and a bound
/// for recordings that contradict themselves.
const LOOK_BACK: usize = 32;

impl Call {
    /// True when it puts bytes into a socket.
    pub fn sends(&self) -> bool {
        matches!(
            self.enter.name.as_str(),
            "send" | "sendto" | "sendmsg" | "sendmmsg" | "write" | "writev" | "sendfile" | "splice"
        )
    }

    /// True when it takes bytes out of a socket.
    pub fn receives(&self) -> bool {
        matches!(self.enter.name.as_str(), "recv" | "recvfrom" | "recvmsg" | "recvmmsg" | "read" | "readv")
    }

    /// The bytes it sent or received; none when it failed or has not returned.
    pub fn moved(&self) -> Option<u64> {
        let exit = self.exit.as_ref()?;
        let returned = u64::try_from(exit.ret).ok()?;
        if self.enter.syscall.ends_with("mmsg") {
            // sendmmsg and recvmmsg return a number of messages, so only the bytes themselves tell how many there were.
            let data = if self.sends() { &self.enter.data } else { &exit.data };
            return Some(data.as_ref().map_or(0, |data| data.0.len() as u64));
        }
        Some(returned)
    }

    /// True when it was called with this flag.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.enter.args.flags.as_deref().is_some_and(|flags| contains(flags, flag))
    }

    /// True when the kernel returned this flag with a message.
    pub fn returned_flag(&self, flag: &str) -> bool {
        let flags = self.exit.as_ref().and_then(|exit| exit.flags.as_deref());
        flags.is_some_and(|flags| contains(flags, flag))
    }

    /// When the kernel was asked: at once, or when the gate let it go; none when it never did.
    pub fn gone(&self) -> Option<Nanos> {
        match &self.hold {
            Some(hold) => hold.until.map(|until| until.max(self.enter.t)),
            None => Some(self.enter.t),
        }
    }

    /// Where it stands in the one order: when it began. A person who steps holds every call from its beginning on, which says
    /// nothing about any of them: those stand where they were let go.
    pub fn began(&self) -> Nanos {
        if self.held_by_hand() { self.gone().unwrap_or(self.enter.t) } else { self.enter.t }
    }

    /// True when a person held it, and no rule.
    pub fn held_by_hand(&self) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.rule == BY_HAND)
    }

    /// True when the kernel had the call in hand at `t`: after the gate let it go and before it returned.
    pub fn covers(&self, t: Nanos) -> bool {
        self.gone().is_some_and(|gone| gone <= t) && self.exit.as_ref().is_none_or(|exit| t <= exit.t)
    }

    /// When it returned; the end of time when it never did.
    pub(super) fn returned_at(&self) -> Nanos {
        self.exit.as_ref().map_or(Nanos::MAX, |exit| exit.t.max(self.enter.t))
    }
}

fn contains(flags: &str, flag: &str) -> bool {
    flags.split('|').any(|one| one == flag)
}

/// The calls of one socket by what they do, each list in the order in which the calls began.
#[derive(Debug, Clone, Default)]
pub(super) struct SocketCalls {
    pub(super) sends: Vec<u32>,
    pub(super) receives: Vec<u32>,
    /// `close`, and `shutdown` of what it writes.
    pub(super) closes: Vec<u32>,
    pub(super) connects: Vec<u32>,
    /// The `accept` that made the socket.
    pub(super) accept: Option<u32>,
    /// `setsockopt` of TCP_QUICKACK, which sends an acknowledgment that was held back.
    pub(super) quickacks: Vec<u32>,
    /// True when urgent bytes stay in its stream: SO_OOBINLINE was set.
    pub(super) urgent_inline: bool,
    /// True when SO_KEEPALIVE was set.
    pub(super) keepalive: bool,
    /// Processes that used it, in the order of their first use. A handful at most: kept as a list.
    pub(super) users: Vec<i32>,
}

impl SocketCalls {
    /// The calls of each socket; socket n is at n - 1, and calls on sockets beyond `sockets` are left out.
    pub(super) fn index(calls: &[Call], sockets: usize) -> Vec<SocketCalls> {
        let mut index = vec![SocketCalls::default(); sockets];
        for (number, call) in calls.iter().enumerate() {
            let made = call.exit.as_ref().and_then(|exit| exit.sock);
            if let Some(of) = made.and_then(|sock| index.get_mut((sock as usize).wrapping_sub(1))) {
                if call.enter.name.starts_with("accept") {
                    of.accept.get_or_insert(number as u32);
                }
                of.used_by(call.enter.pid);
            }
            let Some(of) = call.enter.sock.and_then(|sock| index.get_mut((sock as usize).wrapping_sub(1))) else {
                continue;
            };
            of.used_by(call.enter.pid);
            let list = match call.enter.name.as_str() {
                "setsockopt" => match call.enter.args.option.as_deref() {
                    Some("TCP_QUICKACK") => &mut of.quickacks,
                    option => {
                        of.urgent_inline |= option == Some("SO_OOBINLINE");
                        of.keepalive |= option == Some("SO_KEEPALIVE") && call.enter.args.value.as_deref() != Some("0");
                        continue;
                    }
                },
                // Nothing is sent when only the reading half is shut down.
                "shutdown" if call.enter.args.how.as_deref() == Some("SHUT_RD") => continue,
                "close" | "shutdown" => &mut of.closes,
                "connect" => &mut of.connects,
                _ if call.sends() => &mut of.sends,
                _ if call.receives() => &mut of.receives,
                _ => continue,
            };
            list.push(number as u32);
        }
        index
    }

    /// True when one of its calls began after `t`.
    pub(super) fn used_after(&self, calls: &[Call], t: Nanos) -> bool {
        let lists = [&self.sends, &self.receives, &self.closes, &self.connects];
        let mut last = lists.into_iter().filter_map(|list| list.last());
        last.any(|&call| calls[call as usize].enter.t > t)
    }

    fn used_by(&mut self, pid: i32) {
        if self.users.len() < LOOK_BACK && !self.users.contains(&pid) {
            self.users.push(pid);
        }
    }
}

/// The call of `list` that the kernel had in hand at `t`; the one that began last, if several.
pub(super) fn in_window(calls: &[Call], list: &[u32], t: Nanos) -> Option<usize> {
    let begun = list.partition_point(|&call| calls[call as usize].enter.t <= t);
    let mut open = list[..begun].iter().rev().take(LOOK_BACK).map(|&call| call as usize);
    open.find(|&call| calls[call].covers(t))
}

/// The calls of `list` that the kernel had in hand at `t` and that began or ended within `time` of it.
pub(super) fn turning_near<'a>(
    calls: &'a [Call],
    list: &[u32],
    t: Nanos,
    time: Nanos,
) -> impl Iterator<Item = &'a Call> {
    let begun = list.partition_point(|&call| calls[call as usize].enter.t <= t);
    let open = list[..begun].iter().rev().take(LOOK_BACK).map(|&call| &calls[call as usize]);
    open.filter(move |call| {
        call.covers(t) && (!call.covers(t.saturating_sub(time)) || !call.covers(t.saturating_add(time)))
    })
}

/// The last call of `list` that had begun at `t`.
pub(super) fn begun_before(calls: &[Call], list: &[u32], t: Nanos) -> Option<usize> {
    let begun = list.partition_point(|&call| calls[call as usize].enter.t <= t);
    Some(*list[..begun].last()? as usize)
}
