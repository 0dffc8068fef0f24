//! What is expected of calls: what they return, how they fail, whose bytes they get, and in which state they leave
//! their socket.

use super::Verdict;
use super::events;
use super::frames::count_bytes;
use super::names::{self, listed, no_call, occurs, of_calls};
use crate::notation::{CallRef, Check, Comparison, EventRef, Nth};
use crate::recording::{Kernel, SockId};
use crate::timeline::{Call, Timeline, belongs, parse_address};
use std::collections::HashSet;
use std::ops::Range;

/// `CALL …`: about each of the calls that are meant, all of which exist.
pub(super) fn check(timeline: &Timeline, wanted: &CallRef, check: &Check) -> Verdict {
    let found = names::calls(timeline, wanted);
    let evidence = of_calls(found.iter().map(|(_, call)| *call));
    if let Some(nth) = names::missing(wanted.nth, found.iter().map(|(_, call)| call.enter.nth)) {
        return Verdict::not(evidence, no_call(timeline, wanted, nth));
    }
    if let Check::ReturnsCalls(senders) = check {
        return returns_calls(timeline, &found, senders);
    }
    for (_, call) in &found {
        match one(timeline, call, check) {
            Ok(()) => {}
            Err(Not::So(instead)) => return Verdict::not(vec![call.name()], instead),
            Err(Not::Recorded(why)) => return Verdict::unknown(vec![call.name()], why),
        }
    }
    Verdict::seen(evidence)
}

/// Why a check does not hold for a call.
enum Not {
    So(String),
    Recorded(String),
}

fn one(timeline: &Timeline, call: &Call, check: &Check) -> Result<(), Not> {
    let exit = call.exit.as_ref();
    let ret = exit.map(|exit| exit.ret);
    let holds = match check {
        Check::Value(Comparison::Equal, value) => ret == Some(*value),
        // The -1 of a call that failed is no small number of bytes.
        Check::Value(comparison, value) => {
            exit.is_some_and(|exit| exit.errno.is_none() && comparison.holds(exit.ret, *value))
        }
        Check::Fails(errno) => exit.and_then(|exit| exit.errno.as_ref()) == Some(errno),
        Check::Succeeds => ret.is_some_and(|ret| ret >= 0),
        Check::Blocks => exit.is_none() && !held_to_the_end(call),
        Check::Truncated => {
            let asked = call.has_flag("MSG_TRUNC").then_some(call.enter.args.len).flatten();
            let longer = asked.zip(call.moved()).is_some_and(|(room, length)| length > room);
            call.returned_flag("MSG_TRUNC") || longer
        }
        Check::ReturnsText(text) => return returns_text(call, text),
        Check::From(role) => return from(timeline, call, role),
        Check::Leaves(state) => {
            let kernel = own_kernel(call)?;
            if kernel.state == *state {
                return Ok(());
            }
            return Err(Not::So(format!("{} left its socket in {}", call.name(), kernel.state)));
        }
        Check::Finds(bytes) => {
            let queued = u64::from(own_kernel(call)?.recv_queue);
            // A peek leaves what it shows in the queue, where it is counted already.
            let taken = if call.has_flag("MSG_PEEK") { 0 } else { call.moved().unwrap_or(0) };
            let there = queued.saturating_add(taken);
            if there == *bytes {
                return Ok(());
            }
            return Err(Not::So(format!("{} found {} queued", call.name(), count_bytes(there))));
        }
        Check::ReturnsCalls(_) => false,
    };
    if holds { Ok(()) } else { Err(Not::So(outcome(call))) }
}

fn held_to_the_end(call: &Call) -> bool {
    call.hold.as_ref().is_some_and(|hold| hold.until.is_none())
}

/// What a call did: `server.recv[1] returned 5`.
fn outcome(call: &Call) -> String {
    let name = call.name();
    match &call.exit {
        None if held_to_the_end(call) => format!("the schedule held {name} to the end of the run"),
        None => format!("{name} never returned"),
        Some(exit) if exit.ret < 0 => match &exit.errno {
            Some(errno) => format!("{name} failed with {errno}"),
            None => format!("{name} returned {}", exit.ret),
        },
        Some(exit) if call.returned_flag("MSG_TRUNC") => format!("{name} returned {}, truncated", exit.ret),
        Some(exit) => format!("{name} returned {}", exit.ret),
    }
}

fn returns_text(call: &Call, text: &str) -> Result<(), Not> {
    let Some(exit) = call.exit.as_ref().filter(|exit| exit.ret >= 0) else {
        return Err(Not::So(outcome(call)));
    };
    let data: &[u8] = exit.data.as_ref().map_or(&[], |data| &data.0);
    if data == text.as_bytes() && !exit.cut {
        return Ok(());
    }
    const SHOWN: usize = 40;
    let cut = if data.len() > SHOWN || exit.cut { " …" } else { "" };
    let shown = data[..data.len().min(SHOWN)].escape_ascii();
    Err(Not::So(format!("{} returned {}: \"{shown}\"{cut}", call.name(), count_bytes(exit.ret as u64))))
}

/// The kernel's word on the call's own socket: for accept, the socket it made.
fn own_kernel(call: &Call) -> Result<&Kernel, Not> {
    let Some(exit) = &call.exit else {
        return Err(Not::So(outcome(call)));
    };
    let own: Option<SockId> = exit.sock.or(call.enter.sock);
    let entry = exit.kernel.iter().find(|kernel| Some(kernel.sock) == own);
    entry.ok_or_else(|| Not::Recorded(format!("the recording does not say what the kernel held after {}", call.name())))
}

/// `from client2`: by the bytes' provenance where it is known, else by the address the kernel gave.
fn from(timeline: &Timeline, call: &Call, role: &str) -> Result<(), Not> {
    let Some(exit) = call.exit.as_ref().filter(|exit| exit.ret >= 0) else {
        return Err(Not::So(outcome(call)));
    };
    let senders: Vec<&str> =
        call.sources.iter().filter_map(|span| Some(timeline.calls.get(span.call)?.enter.role.as_str())).collect();
    if !senders.is_empty() && senders.iter().all(|sender| *sender == role) {
        return Ok(());
    }
    let own = exit.sock.or(call.enter.sock).and_then(|sock| timeline.socket(sock));
    let text = exit.addr.as_deref().or_else(|| own?.remote.as_deref());
    let owners = if senders.is_empty() { owners(timeline, text) } else { senders };
    if owners.contains(&role) && call.sources.is_empty() {
        return Ok(());
    }
    let mut named: Vec<String> = Vec::new();
    for owner in owners {
        if !named.iter().any(|name| name == owner) {
            named.push(owner.to_string());
        }
    }
    Err(Not::So(match (named.is_empty(), text) {
        (false, _) => format!("{} came from {}", call.name(), listed(&named)),
        (true, Some(text)) => format!("{} came from {text}, which belongs to no program", call.name()),
        (true, None) => format!("the recording does not say where {} came from", call.name()),
    }))
}

/// Roles with a socket at this address; those bound to it exactly before those bound to the wildcard.
fn owners<'a>(timeline: &'a Timeline, text: Option<&str>) -> Vec<&'a str> {
    let Some(text) = text else { return Vec::new() };
    let sockets = || timeline.sockets.iter().filter(|socket| socket.local.is_some() && !socket.listening);
    let Some(address) = parse_address(text) else {
        let bound = sockets().filter(|socket| socket.local.as_deref() == Some(text) && text != "unix:");
        return bound.map(|socket| socket.role.as_str()).collect();
    };
    let local = |socket: &crate::recording::Socket| socket.local.as_deref().and_then(parse_address);
    let exact: Vec<&str> =
        sockets().filter(|socket| local(socket) == Some(address)).map(|socket| socket.role.as_str()).collect();
    if !exact.is_empty() {
        return exact;
    }
    let wild = sockets().filter(|socket| local(socket).is_some_and(|local| belongs(local, address)));
    wild.map(|socket| socket.role.as_str()).collect()
}

/// A stretch of a sending call's bytes.
type Stretch = (usize, Range<usize>);

/// `server.recv[1..2] returns client.send[1]`: together the calls return exactly the bytes of these, in order and whole.
fn returns_calls(timeline: &Timeline, found: &[(usize, &Call)], senders: &CallRef) -> Verdict {
    let mut evidence = of_calls(found.iter().map(|(_, call)| *call));
    let subject = listed(&evidence);
    let asked = names::calls(timeline, senders);
    if let Some(nth) = names::missing(senders.nth, asked.iter().map(|(_, call)| call.enter.nth)) {
        return Verdict::not(evidence, no_call(timeline, senders, nth));
    }
    if let Some((_, call)) = found.iter().find(|(_, call)| call.moved().is_none()) {
        return Verdict::not(vec![call.name()], outcome(call));
    }
    let mut got: Vec<Stretch> = Vec::new();
    let mut known = true;
    for (_, call) in found {
        let covered: usize = call.sources.iter().map(|span| span.here.len()).sum();
        known &= covered as u64 == taken(call);
        for span in &call.sources {
            match got.last_mut() {
                Some((sender, there))
                    if *sender == span.call && there.end == span.there.start && there.start < there.end =>
                {
                    there.end = span.there.end;
                }
                _ => got.push((span.call, span.there.clone())),
            }
        }
    }
    let names = of_calls(got.iter().filter_map(|(call, _)| timeline.calls.get(*call)));
    evidence.extend(names.iter().cloned());
    if !known {
        return Verdict::not(
            evidence,
            format!("{subject} returned bytes of which the recording does not show the sender"),
        );
    }
    let sent = |number: usize| timeline.calls.get(number).and_then(Call::moved).unwrap_or(0) as usize;
    let wanted: Vec<Stretch> = asked
        .iter()
        .map(|&(number, _)| (number, 0..sent(number)))
        // A stream does not show that nothing was sent; an empty datagram is a datagram.
        .filter(|(number, whole)| !whole.is_empty() || got.iter().any(|(call, _)| call == number))
        .collect();
    if got == wanted && !wanted.is_empty() {
        return Verdict::seen(evidence);
    }
    let bytes: u64 = found.iter().map(|(_, call)| taken(call)).sum();
    let partly = got.iter().find(|(call, there)| there.len() < sent(*call));
    let whole: HashSet<usize> = got.iter().map(|(call, _)| *call).collect();
    let what = match partly {
        _ if got.is_empty() => format!("{subject} returned {}", count_bytes(bytes)),
        Some((call, there)) if whole.len() == 1 => {
            let name = timeline.calls[*call].name();
            format!("{subject} returned {} of the {} of {name}", there.len(), count_bytes(sent(*call) as u64))
        }
        Some((call, _)) => {
            let name = timeline.calls[*call].name();
            format!("{subject} returned {} of {}, of {name} only a part", count_bytes(bytes), listed(&names))
        }
        None => format!("{subject} returned {} of {}", count_bytes(bytes), listed(&names)),
    };
    Verdict::not(evidence, what)
}

/// Bytes a receiving call put into the program's memory: a datagram's true length may be more.
fn taken(call: &Call) -> u64 {
    let moved = call.moved().unwrap_or(0);
    let datagram_length = call.has_flag("MSG_TRUNC") && call.sources.len() == 1;
    match call.enter.args.len {
        Some(room) if datagram_length => moved.min(room),
        _ => moved,
    }
}

/// `count(client.send) = 3`
pub(super) fn count(timeline: &Timeline, wanted: &CallRef, comparison: Comparison, number: u64) -> Verdict {
    let found = names::calls(timeline, wanted);
    let there = found.len() as u64;
    let evidence = of_calls(found.into_iter().map(|(_, call)| call));
    if comparison.holds(there, number) {
        return Verdict::seen(evidence);
    }
    let what = CallRef { nth: Nth::All, ..wanted.clone() };
    Verdict::not(evidence, occurs(&what, there))
}

/// `no server.send after client.exit`
pub(super) fn none(timeline: &Timeline, wanted: &CallRef, after: Option<&EventRef>) -> Verdict {
    let since = match after.map(|event| events::find(timeline, event)).transpose() {
        Ok(since) => since,
        Err(verdict) => return verdict,
    };
    let (since, evidence) = since.map_or((None, Vec::new()), |event| (Some(event.t), event.evidence));
    let found = names::calls(timeline, wanted).into_iter().map(|(_, call)| call);
    let found: Vec<&Call> = found.filter(|call| since.is_none_or(|since| call.enter.t > since)).collect();
    let Some(first) = found.first() else {
        return Verdict::seen(evidence);
    };
    let name = first.name();
    let others = if found.len() > 1 { format!(", and {} more", found.len() - 1) } else { String::new() };
    let place = after.map_or(String::new(), |event| format!(" after {event}"));
    Verdict::not(of_calls(found), format!("there is {name}{place}{others}"))
}
