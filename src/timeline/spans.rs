//! The bytes one socket wrote, as stretches of a stream, and which call wrote each.

use super::{Call, Span};
use crate::recording::Nanos;

/// A stretch of a stream and the call that wrote it; none where several calls wrote at once and their order is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) call: Option<u32>,
}

/// What one socket wrote.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    /// In the order of the stream, without holes.
    pub(super) stretches: Vec<Stretch>,
    /// Offsets of urgent bytes, ascending: a receiver does not get them inline.
    pub(super) urgent: Vec<u64>,
}

impl Written {
    /// Adds up what the sends of a socket wrote.
    pub(super) fn of(calls: &[Call], sends: &[u32]) -> Written {
        let writers = sends.iter().filter_map(|&call| Some(Piece { call, bytes: offered(&calls[call as usize])? }));
        let mut written = Written::default();
        let mut at: u64 = 0;
        for group in groups(calls, writers.collect()) {
            let from = at;
            at = at.saturating_add(group.bytes);
            written.stretches.push(Stretch { from, to: at, call: group.call });
            if let Some(call) = group.call.map(|call| &calls[call as usize])
                && call.has_flag("MSG_OOB")
                && at > from
            {
                written.urgent.push(at - 1);
            }
        }
        written
    }

    /// The spans of the stream's bytes `from..to`, counted from `from`. What no known call wrote is left out.
    pub(super) fn spans(&self, from: u64, to: u64) -> Vec<Span> {
        let first = self.stretches.partition_point(|stretch| stretch.to <= from);
        let touched = self.stretches[first..].iter().take_while(|stretch| stretch.from < to);
        // Most often there is one, and every call and frame keeps its list: room for no more than needed.
        let mut spans = Vec::with_capacity(touched.clone().count());
        for stretch in touched {
            let (begin, end) = (stretch.from.max(from), stretch.to.min(to));
            if let Some(call) = stretch.call
                && begin < end
            {
                spans.push(Span {
                    here: (begin - from) as usize..(end - from) as usize,
                    call: call as usize,
                    there: (begin - stretch.from) as usize..(end - stretch.from) as usize,
                });
            }
        }
        spans
    }
}

/// How many bytes of a stream a send accounts for. One that never returned may have queued any part of what it offered;
/// nothing comes after it, so its stretch may be as long as that.
fn offered(call: &Call) -> Option<u64> {
    if call.exit.is_some() {
        return call.moved().filter(|&bytes| bytes > 0);
    }
    let data = call.enter.data.as_ref().map(|data| data.0.len() as u64);
    call.enter.args.len.or(data).or(Some(u64::MAX))
}

/// A call and the bytes it moved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) call: u32,
    pub(super) bytes: u64,
}

/// Calls that the stream saw one after another, or several at once (`call` is none then).
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) call: Option<u32>,
    pub(super) bytes: u64,
    begin: Nanos,
    end: Nanos,
}

/// Puts calls in the order in which the kernel served them. Calls of several threads whose windows overlap are one group
/// without a name: which of them the kernel served first cannot be told from stamps.
pub(super) fn groups(calls: &[Call], mut pieces: Vec<Piece>) -> Vec<Group> {
    let end = |piece: &Piece| calls[piece.call as usize].returned_at();
    if !pieces.is_sorted_by_key(end) {
        pieces.sort_by_key(end);
    }
    let mut groups: Vec<Group> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let call = &calls[piece.call as usize];
        let mut group =
            Group { call: Some(piece.call), bytes: piece.bytes, begin: call.enter.t, end: call.returned_at() };
        while let Some(last) = groups.pop_if(|last| last.end > group.begin) {
            group.call = None;
            group.bytes = group.bytes.saturating_add(last.bytes);
            group.begin = group.begin.min(last.begin);
        }
        groups.push(group);
    }
    groups
}

/// Drops the spans whose bytes disagree with what the sending call gave: then some write was not recorded, the offsets
/// are off, and saying nothing is better than naming the wrong call.
pub(super) fn keep_true(spans: &mut Vec<Span>, received: &[u8], calls: &[Call]) {
    spans.retain(|span| {
        let Some(sent) = calls.get(span.call).and_then(|call| call.enter.data.as_ref()) else {
            return true;
        };
        let here = received.get(span.here.start..).unwrap_or_default();
        let there = sent.0.get(span.there.start..).unwrap_or_default();
        let length = (span.here.len()).min(here.len()).min(there.len());
        here[..length] == there[..length]
    });
}
