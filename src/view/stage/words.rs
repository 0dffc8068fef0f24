//! Calls and frames in few words, for letters as large as a wall: what the timeline says of them beyond that is left out.

use crate::timeline::{Call, Frame, Timeline};
use crate::view::text::lanes::{Lanes, Side};
use crate::view::text::style::{Line, Style};
use crate::view::text::wrap::{self, Word};
use crate::view::text::{badges, numbers::grouped, sanitise};
use crate::wire::Transport;

/// Columns of a quoted payload.
const SENT: usize = 16;
const RECEIVED: usize = 12;

/// A call as it began, or with what it returned.
pub(super) fn call(timeline: &Timeline, call: &Call, returned: bool) -> Vec<Word> {
    let (enter, args) = (&call.enter, &call.enter.args);
    let plain = |text: &str| Word::new(Style::Plain, text);
    let mut name = enter.name.clone();
    if let Some(room) = args.len.filter(|_| call.receives()) {
        // The room is what a lesson is about often enough, and it is short.
        name = format!("{name}({room})");
    }
    let mut words = vec![plain(&name)];
    let option = [args.option.as_deref(), args.value.as_deref(), args.how.as_deref()];
    words.extend(option.into_iter().flatten().map(plain));
    words.extend(args.flags.as_deref().filter(|_| call.sends() || call.receives()).map(plain));
    words.extend(args.backlog.map(|backlog| plain(&backlog.to_string())));
    if call.sends() {
        words.extend(payload(call));
    } else if matches!(enter.name.as_str(), "bind" | "connect") {
        words.extend(args.addr.as_deref().and_then(port).map(|port| plain(&port)));
    }
    if returned {
        words.extend(answer(timeline, call));
    }
    if let Some(badge) = call.badge.filter(|_| call.sends()) {
        words.push(Word { gap: 1, line: badges::line(&[badge]) });
    }
    words
}

/// `"hello"`, or `10 000 B`.
fn payload(call: &Call) -> Option<Word> {
    let data = call.enter.data.as_ref()?;
    let length = call.enter.args.len.unwrap_or(data.0.len() as u64);
    let is_short = length as usize == data.0.len() && data.0.len() + 2 <= SENT;
    let style = call.badge.map_or(Style::Plain, Style::Source);
    let text = if is_short { sanitise::quote(&data.0, false, SENT) } else { format!("{} B", grouped(length as usize)) };
    Some(Word::new(style, &text))
}

/// `:8080`
fn port(address: &str) -> Option<String> {
    let (_, port) = address.rsplit_once(':')?;
    port.chars().all(|digit| digit.is_ascii_digit()).then(|| format!(":{port}"))
}

/// What a call returned, where that says something: `= 14 ①②③`, `fails ECONNREFUSED`.
fn answer(timeline: &Timeline, call: &Call) -> Vec<Word> {
    let Some(exit) = &call.exit else { return Vec::new() };
    let plain = |text: &str| Word::new(Style::Plain, text);
    if let Some(errno) = &exit.errno {
        return vec![Word::new(Style::Bad, "fails"), Word::new(Style::Bad, errno)];
    }
    let number = || format!("= {}", grouped(exit.ret.max(0) as usize));
    if call.sends() {
        let whole = call.enter.args.len.is_some_and(|length| i64::try_from(length) == Ok(exit.ret));
        return if whole { Vec::new() } else { wrap::words(Style::Plain, &number()) };
    }
    if !call.receives() {
        return exit.value.as_deref().map(|value| plain(&format!("= {value}"))).into_iter().collect();
    }
    let mut words = vec![plain("="), plain(&grouped(exit.ret.max(0) as usize))];
    let data = exit.data.as_ref().map_or(&[][..], |data| &data.0);
    if exit.ret == 0 && call.sources.is_empty() {
        words.push(plain("(the end)"));
    } else if !data.is_empty() && data.len() + 2 <= RECEIVED && data.len() as i64 == exit.ret {
        words.push(plain(&sanitise::quote(data, false, RECEIVED)));
    }
    if call.returned_flag("MSG_TRUNC") {
        words.push(Word::new(Style::Bad, "truncated"));
    }
    let sources = badges::of_sources(timeline, &call.sources);
    if !sources.is_empty() {
        words.push(Word { gap: 1, line: badges::line(&sources) });
    }
    words
}

/// A frame when it was sent, or when it arrives.
pub(super) fn frame(timeline: &Timeline, lanes: &Lanes, frame: &Frame, arrives: bool, apart: bool) -> Vec<Word> {
    let record = &frame.record;
    let side = |role: &Option<String>| role.as_deref().and_then(|role| lanes.side(role));
    let right = side(&record.from).map_or(side(&record.to) == Some(Side::Right), |from| from == Side::Left);
    let lost = frame.dropped();
    // Its way is broken where it goes on in another row.
    let arrow = match (right, arrives, lost || apart) {
        (true, true, _) => "┄┄▶",
        (false, true, _) => "◀┄┄",
        (true, false, false) => "──▶",
        (false, false, false) => "◀──",
        (true, false, true) => {
            if lost {
                "──✗"
            } else {
                "──┄"
            }
        }
        (false, false, true) => {
            if lost {
                "✗──"
            } else {
                "┄──"
            }
        }
    };
    let bad = lost || record.kind == "RST";
    let mut words = vec![Word::new(if lost { Style::Bad } else { Style::Plain }, arrow)];
    let kind = record.kind.replace(',', " ");
    words.push(Word::new(if bad { Style::Bad } else { Style::Plain }, &kind));
    let length = frame.payload_length();
    if length > 0 || record.kind == "datagram" {
        words.push(Word::new(Style::Plain, &format!("{} B", grouped(length as usize))));
    }
    if matches!(&frame.packet.transport, Transport::Tcp(tcp) if tcp.window == 0 && !tcp.rst && !tcp.syn) {
        words.extend(wrap::words(Style::Bad, "window 0"));
    }
    let sources = badges::of_sources(timeline, &frame.sources);
    if !sources.is_empty() {
        words.push(Word { gap: 1, line: badges::line(&sources) });
    }
    if record.again {
        words.push(Word::new(Style::Bad, "again"));
    } else if frame.is_copy() {
        words.push(Word::new(Style::Bad, "copy"));
    }
    if lost {
        words.push(Word::new(Style::Bad, "lost"));
    }
    // Where several share a lane, an arrow does not say whose frame it is.
    let shared = |role: &&String| lanes.side(role).is_some_and(|side| side == Side::Left && lanes.shared(side));
    for role in [&record.from, &record.to].into_iter().flatten().filter(shared) {
        words.push(Word::new(lanes.style(role), role));
    }
    words
}

/// The words of a row, with the name of its role before them where others share its lane.
pub(super) fn led(lanes: &Lanes, role: &str, tid: i32, words: Vec<Word>) -> Vec<Word> {
    let prefix = lanes.prefix(role, tid);
    let lead = if prefix.is_empty() { Line::new() } else { Line::of(lanes.style(role), &format!("{prefix}:")) };
    wrap::led(&lead, words)
}
