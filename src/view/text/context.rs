//! What the words of a single row need to know about the whole run.

use super::Options;
use super::fold::Folds;
use super::lanes::{Lanes, Side};
use super::wire_column::Pads;
use crate::recording::SockId;
use crate::timeline::{Call, Frame, Timeline};
use std::collections::{HashMap, HashSet};
use std::ops::Deref;

/// How much a row says. Each step is taken only when the lanes do not fit otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    /// Hosts are left out of addresses; the heading names the only one there is.
    pub(super) short_addresses: bool,
    /// Sequence numbers stand beside the flags.
    pub(super) seq: bool,
}

/// Shared by everything that puts rows into words. Made of parts that last longer, it costs nothing.
pub(super) struct Context<'a> {
    pub(super) timeline: &'a Timeline,
    pub(super) options: &'a Options,
    pub(super) lanes: &'a Lanes,
    pub(super) folds: &'a Folds,
    pub(super) facts: &'a Facts,
}

impl Deref for Context<'_> {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        self.facts
    }
}

/// What a single row cannot know: found once, by going through the whole run.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) detail: Detail,
    /// True when no role of the left lane exchanges frames with more than one on the right.
    pub(super) one_partner: bool,
    /// How the parts of frames are aligned.
    pub(super) pads: Pads,
    /// True when what the kernels knew of the connections is to be shown: it was asked for when the run was recorded.
    pub(super) tcp_info: bool,
    /// The one host of all addresses of the run, as it is written before the port.
    pub(super) host: Option<String>,
    /// By role and by the call's name.
    names: HashMap<String, HashMap<String, Name>>,
    eof_unsure: HashSet<usize>,
}

#[derive(Debug, Default)]
struct Name {
    count: u32,
    fd: Option<i32>,
    several_fds: bool,
}

/// Calls that are always written with their number: the bytes of the run are told by it.
const NUMBERED: &[&str] = &["send", "recv", "sendto", "recvfrom", "sendmsg", "recvmsg"];

impl Facts {
    pub(super) fn new(timeline: &Timeline, lanes: &Lanes) -> Facts {
        let mut names: HashMap<String, HashMap<String, Name>> = HashMap::new();
        for call in &timeline.calls {
            let enter = &call.enter;
            // A name is copied when it is met first, and not once a call.
            if !names.contains_key(&enter.role) {
                names.insert(enter.role.clone(), HashMap::new());
            }
            let Some(of_role) = names.get_mut(&enter.role) else { continue };
            if !of_role.contains_key(&enter.name) {
                of_role.insert(enter.name.clone(), Name::default());
            }
            let Some(name) = of_role.get_mut(&enter.name) else { continue };
            name.count += 1;
            name.several_fds |= name.count > 1 && name.fd != enter.fd;
            name.fd = enter.fd;
        }
        Facts {
            one_partner: one_partner(timeline, lanes),
            pads: Pads::default(),
            detail: Detail { short_addresses: false, seq: true },
            tcp_info: tcp_info(timeline),
            host: one_host(timeline),
            names,
            eof_unsure: eof_unsure(timeline),
        }
    }
}

impl Context<'_> {
    /// `recv[1]`, or `bind` where there is only one.
    pub(super) fn call_name(&self, call: &Call) -> String {
        let enter = &call.enter;
        let several = self.name(call).is_some_and(|name| name.count > 1);
        let quiet = matches!(enter.name.as_str(), "setsockopt" | "getsockopt" | "close" | "fcntl");
        if NUMBERED.contains(&enter.name.as_str()) || (several && !quiet) {
            format!("{}[{}]", enter.name, enter.nth)
        } else {
            enter.name.clone()
        }
    }

    fn name<'s>(&'s self, call: &'s Call) -> Option<&'s Name> {
        self.names.get(&call.enter.role)?.get(&call.enter.name)
    }

    /// True when the role makes this call on several descriptors, so that the row must say on which.
    pub(super) fn names_fd(&self, call: &Call) -> bool {
        self.name(call).is_some_and(|name| name.several_fds)
    }

    /// `127.0.0.1:8080`, or `:8080` where the host goes without saying, or `server:8080` where the heading says who that is.
    pub(super) fn address(&self, address: &str) -> String {
        let short = || {
            let (host, port) = address.rsplit_once(':')?;
            if self.host.as_deref() == Some(host) {
                return Some(format!(":{port}"));
            }
            let plain = host.trim_start_matches('[').trim_end_matches(']');
            let hosts = &self.timeline.header.wire.hosts;
            let named = hosts.iter().find(|named| named.ipv4 == plain || named.ipv6 == plain)?;
            Some(format!("{}:{port}", named.name))
        };
        let short = if self.detail.short_addresses { short() } else { None };
        short.unwrap_or_else(|| address.to_string())
    }

    /// `stream`, `dgram` … of the call's socket.
    pub(super) fn kind(&self, call: &Call) -> Option<&str> {
        call.enter.sock.and_then(|sock| self.timeline.socket(sock)).map(|socket| socket.kind.as_str())
    }

    /// False when a recv returned 0 for another reason than the peer's close: after a reset, or after the program's own
    /// shutdown.
    pub(super) fn peer_closed(&self, call: usize) -> bool {
        !self.eof_unsure.contains(&call)
    }
}

fn one_partner(timeline: &Timeline, lanes: &Lanes) -> bool {
    let mut partners: HashMap<&str, &str> = HashMap::new();
    timeline.frames.iter().all(|frame| {
        let (Some(from), Some(to)) = (frame.record.from.as_deref(), frame.record.to.as_deref()) else { return true };
        let (left, right) = match (lanes.side(from), lanes.side(to)) {
            (Some(Side::Left), Some(Side::Right)) => (from, to),
            (Some(Side::Right), Some(Side::Left)) => (to, from),
            _ => return true,
        };
        *partners.entry(left).or_insert(right) == right
    })
}

/// Without being asked for, it is recorded of repetitions and probes only.
fn tcp_info(timeline: &Timeline) -> bool {
    let asked = timeline.header.story.as_ref().is_some_and(|story| story.show.iter().any(|show| show == "tcp_info"));
    let informed = |frame: &Frame| {
        let looks = frame.carried.iter().flat_map(|carried| carried.sent.iter().chain(&carried.arrived));
        !frame.record.again && frame.record.kind != "ACK" && looks.into_iter().any(|held| held.info.is_some())
    };
    asked || timeline.frames.iter().any(informed)
}

fn eof_unsure(timeline: &Timeline) -> HashSet<usize> {
    let mut over: HashSet<SockId> = HashSet::new();
    let mut unsure = HashSet::new();
    for (index, call) in timeline.calls.iter().enumerate() {
        let (Some(sock), Some(exit)) = (call.enter.sock, &call.exit) else {
            continue;
        };
        let shut = call.enter.name == "shutdown" && call.enter.args.how.as_deref() != Some("SHUT_WR");
        let failed = matches!(exit.errno.as_deref(), Some("ECONNRESET" | "ECONNREFUSED" | "EPIPE" | "ETIMEDOUT"));
        if exit.ret == 0 && over.contains(&sock) {
            unsure.insert(index);
        }
        if (shut && exit.errno.is_none()) || failed {
            over.insert(sock);
        }
    }
    unsure
}

fn one_host(timeline: &Timeline) -> Option<String> {
    let mut only: Option<&str> = None;
    let sockets = timeline.sockets.iter().flat_map(|socket| [socket.local.as_deref(), socket.remote.as_deref()]);
    let calls = timeline
        .calls
        .iter()
        .flat_map(|call| [call.enter.args.addr.as_deref(), call.exit.as_ref().and_then(|exit| exit.addr.as_deref())]);
    for address in sockets.chain(calls).flatten() {
        // The wildcard is not a host of its own, and keeps its name in every row.
        let Some((host, _)) = address.rsplit_once(':').filter(|(host, _)| is_host(host)) else {
            continue;
        };
        match only {
            None => only = Some(host),
            Some(known) if known == host => {}
            Some(_) => return None,
        }
    }
    only.map(str::to_string)
}

fn is_host(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| !ip.is_unspecified())
        || (host.starts_with('[') && host.ends_with(']') && host != "[::]")
}
