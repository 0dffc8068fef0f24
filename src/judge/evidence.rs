//! Sentences that a recording proves, in the notation's names: what a program did last, that it spun, what it left open.

use crate::recording::Nanos;
use crate::timeline::{Call, Timeline};

/// Calls that are told of a program's last ones.
const LAST_CALLS: usize = 3;

/// What a program did last before it stood still or the run was over; `since`: when the step began that is in question.
pub(super) fn last_calls(timeline: &Timeline, role: &str, since: Nanos) -> Vec<String> {
    let calls: Vec<&Call> = timeline.calls.iter().filter(|call| call.enter.role == role && telling(call)).collect();
    // Those that began since then, and the one before them: what led there.
    let before = calls.partition_point(|call| call.enter.t < since).saturating_sub(1);
    let first = before.min(calls.len().saturating_sub(1)).max(calls.len().saturating_sub(LAST_CALLS));
    let told: Vec<String> = calls[first..].iter().map(|call| did(call)).collect();
    if told.is_empty() { vec![format!("{role} made no call on any socket")] } else { vec![told.join(", then ")] }
}

/// Calls that say what a program did with bytes and connections.
fn telling(call: &Call) -> bool {
    matches!(
        call.enter.name.as_str(),
        "recv"
            | "recvfrom"
            | "recvmsg"
            | "send"
            | "sendto"
            | "sendmsg"
            | "accept"
            | "connect"
            | "close"
            | "shutdown"
            | "bind"
            | "listen"
    )
}

/// `server.recv[2] returned 1 byte of 4 it had room for`
fn did(call: &Call) -> String {
    let name = call.name();
    let receives = call.enter.name.starts_with("recv");
    let Some(exit) = &call.exit else {
        return format!("{name} never returned");
    };
    if let Some(errno) = &exit.errno {
        return format!("{name} failed with {errno}");
    }
    match (receives, exit.ret, call.enter.args.len) {
        (true, 0, _) => format!("{name} returned 0"),
        (true, got, Some(room)) if (got as u64) < room => format!("{name} returned {} (room for {room})", bytes(got)),
        (true, got, _) => format!("{name} returned {}", bytes(got)),
        (false, sent, Some(len)) if call.enter.name.starts_with("send") && (sent as u64) < len => {
            format!("{name} took {sent} of {len} bytes")
        }
        (false, sent, Some(_)) if call.enter.name.starts_with("send") => format!("{name} sent {}", bytes(sent)),
        _ => name,
    }
}

fn bytes(count: i64) -> String {
    if count == 1 { "1 byte".to_owned() } else { format!("{count} bytes") }
}

/// That a program asks the same again and again, and gets the same answer.
pub(super) fn spinning(timeline: &Timeline, role: &str) -> Vec<String> {
    let calls: Vec<&Call> =
        timeline.calls.iter().filter(|call| call.enter.role == role && call.exit.is_some()).collect();
    let receives = |call: &&&Call| call.enter.name.starts_with("recv");
    let answer = |call: &Call| call.exit.as_ref().map(|exit| (exit.ret, exit.errno.clone()));
    let Some(last) = calls.iter().rev().find(receives) else { return Vec::new() };
    let alike = calls
        .iter()
        .rev()
        .filter(receives)
        .take_while(|call| call.enter.sock == last.enter.sock && answer(call) == answer(last));
    let (mut times, mut first) = (0, last.enter.nth);
    for call in alike {
        times += 1;
        first = call.enter.nth;
    }
    if times < 3 {
        return Vec::new();
    }
    let (what, meaning) = match answer(last) {
        Some((0, _)) => ("returned 0", "the end of the stream comes again each time one asks"),
        Some((_, Some(errno))) if errno == "EAGAIN" => {
            ("failed with EAGAIN", "nothing had come; poll(2) waits without asking")
        }
        Some((1.., None)) if last.enter.args.flags.as_deref().is_some_and(|flags| flags.contains("MSG_PEEK")) => {
            ("peeked at the same bytes", "they stay, and one that peeks does not wait for more")
        }
        _ => return Vec::new(),
    };
    vec![format!("{role}.{}[{first}..{}] {what}, {times} times: {meaning}", last.enter.name, last.enter.nth)]
}

/// Connections that a program took and did not close.
pub(super) fn never_closed(timeline: &Timeline, role: &str) -> Vec<String> {
    let mut open: Vec<(u32, String)> = Vec::new();
    for call in timeline.calls.iter().filter(|call| call.enter.role == role) {
        match (call.enter.name.as_str(), &call.exit) {
            ("accept", Some(exit)) => open.extend(exit.sock.map(|sock| (sock, call.name()))),
            ("close", Some(_)) => open.retain(|(sock, _)| Some(*sock) != call.enter.sock),
            _ => {}
        }
    }
    let names: Vec<String> = open.into_iter().map(|(_, name)| name).collect();
    match names.as_slice() {
        [] => Vec::new(),
        [one] => vec![format!("what {one} returned was never closed")],
        [first, .., last] => {
            vec![format!("what {first} and {} more up to {last} returned was never closed", names.len() - 2)]
        }
    }
}

/// Where two lists of lines part, in sentences; none when they are the same.
pub(super) fn lines_differ(role: &str, expected: &[String], found: &[&str]) -> Option<Vec<String>> {
    let same = expected.iter().zip(found).take_while(|(one, other)| one == *other).count();
    let number = same + 1;
    match (expected.get(same), found.get(same)) {
        (None, None) => None,
        (Some(expected), Some(found)) => Some(vec![
            format!("line {number} that {role} printed is another"),
            format!("expected  {expected}"),
            format!("printed   {found}"),
        ]),
        (Some(line), None) => Some(vec![
            format!("{role} printed {} instead of {}", lines(found.len()), lines(expected.len())),
            format!("missing   {line}"),
        ]),
        (None, Some(line)) => Some(vec![
            format!("{role} printed {} instead of {}", lines(found.len()), lines(expected.len())),
            format!("too much  {line}"),
        ]),
    }
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}
