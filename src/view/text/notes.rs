//! The few remarks a call may carry, each of them a consequence of what was recorded.

use super::context::Context;
use super::style::Style;
use super::wrap::{self, Word};
use crate::timeline::Call;

/// A remark in full and, for narrow lanes, in short.
pub(super) struct Note {
    full: String,
    short: String,
}

impl Note {
    fn new(full: &str, short: &str) -> Note {
        Note { full: full.to_string(), short: short.to_string() }
    }

    pub(super) fn words(&self, full: bool) -> Vec<Word> {
        let text = format!("({})", if full { &self.full } else { &self.short });
        let words = wrap::words(Style::Dim, &text);
        words.into_iter().enumerate().map(|(n, word)| if n == 0 { word.gap(2) } else { word }).collect()
    }
}

fn receives(name: &str) -> bool {
    name.starts_with("recv") || name == "read"
}

fn sends(name: &str) -> bool {
    name.starts_with("send") || name == "write"
}

/// The remark on how a call ended, if it needs one.
pub(super) fn note(context: &Context, index: usize) -> Option<Note> {
    let call = &context.timeline.calls[index];
    let exit = call.exit.as_ref()?;
    let name = call.enter.name.as_str();
    if exit.errno.is_some() || exit.ret < 0 {
        return None;
    }
    if receives(name) {
        return if exit.ret == 0 { nothing(context, index) } else { truncated(context, call) };
    }
    if sends(name) {
        return sent(context, call);
    }
    (!call.restarts.is_empty())
        .then(|| Note::new("a signal interrupted it; the kernel went on", "went on after a signal"))
}

/// A recv that returned 0.
fn nothing(context: &Context, index: usize) -> Option<Note> {
    let call = &context.timeline.calls[index];
    if call.enter.args.len == Some(0) {
        return Some(Note::new("there was no room for any byte", "no room"));
    }
    match context.kind(call)? {
        "stream" if context.peer_closed(index) => Some(Note::new("end of stream: the peer closed", "end of stream")),
        "stream" => Some(Note::new("end of stream", "end of stream")),
        "dgram" => truncated(context, call).or_else(|| Some(Note::new("empty datagram", "empty datagram"))),
        _ => None,
    }
}

/// A datagram that was longer than the room for it.
fn truncated(context: &Context, call: &Call) -> Option<Note> {
    let exit = call.exit.as_ref()?;
    let flag =
        |flags: &Option<String>, name: &str| flags.as_deref().is_some_and(|flags| flags.split('|').any(|f| f == name));
    let said = flag(&exit.flags, "MSG_TRUNC");
    if !said && context.kind(call) == Some("stream") {
        return None;
    }
    let got = match call.enter.args.len {
        Some(room) => room.min(exit.ret.unsigned_abs()),
        None => exit.ret.unsigned_abs(),
    };
    // With MSG_TRUNC among the flags of the call the kernel returns the true length; otherwise the datagram's sender
    // knows it.
    let true_length = match call.sources.as_slice() {
        _ if flag(&call.enter.args.flags, "MSG_TRUNC") => Some(exit.ret.unsigned_abs()),
        [span] if span.there.start == 0 => context.timeline.calls.get(span.call).and_then(sent_length),
        _ => None,
    };
    let kept = flag(&call.enter.args.flags, "MSG_PEEK");
    let fate = if kept { "is still there" } else { "is gone" };
    let amount = match true_length.filter(|&length| length > got) {
        Some(length) => format!("of {length}"),
        None if said => "cut".to_string(),
        None => return None,
    };
    let flag = if said { ", MSG_TRUNC" } else { "" };
    Some(Note { full: format!("{amount}: the rest {fate}{flag}"), short: format!("{amount}: rest {fate}") })
}

fn sent_length(call: &Call) -> Option<u64> {
    call.enter.args.len.or_else(|| call.enter.data.as_ref().map(|data| data.0.len() as u64))
}

fn sent(context: &Context, call: &Call) -> Option<Note> {
    let exit = call.exit.as_ref()?;
    if call.enter.name == "sendmmsg" {
        return None; // it answers in messages, not in bytes
    }
    let asked = sent_length(call)?;
    let taken = exit.ret.unsigned_abs();
    if asked > taken {
        let rest = asked - taken;
        return Some(Note::new(&format!("of {asked}: {rest} were not taken"), &format!("of {asked}")));
    }
    let stream = context.kind(call) == Some("stream");
    (asked == 0 && stream).then(|| Note::new("nothing to send", "nothing to send"))
}
