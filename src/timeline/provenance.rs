//! Provenance in streams: which byte of which `send` came out of which `recv`, and which frames carried it.
//!
//! Both programs' bytes are counted: the n-th byte written is the n-th byte read, whatever the network did in between.
//! Stamps decide only the order of calls on one socket.

use super::calls::SocketCalls;
use super::connections::Connections;
use super::flows::payload_length;
use super::spans::{Piece, Written, groups, keep_true};
use super::{Call, Span, Timeline};

/// Fills `sources` of the receiving calls and of the frames of every connection, and `carried_by` of the sends.
pub(super) fn streams(timeline: &mut Timeline, connections: &Connections, of_socket: &[SocketCalls]) {
    let calls = &timeline.calls;
    let written: Vec<Option<Written>> = (0..of_socket.len())
        .map(|socket| connections.is_connected(socket).then(|| Written::of(calls, &of_socket[socket].sends)))
        .collect();
    let mut found: Vec<(usize, Vec<Span>)> = Vec::new();
    for (socket, own) in of_socket.iter().enumerate() {
        let peer = connections.peer(socket).and_then(|peer| written.get(peer)?.as_ref());
        if let Some(peer) = peer {
            received(calls, &own.receives, peer, own.urgent_inline, &mut found);
        }
    }
    for (call, spans) in found {
        timeline.calls[call].sources = spans;
    }
    for connection in &connections.list {
        for &(number, side) in &connection.frames {
            let Some(written) = connection.ends[side as usize].and_then(|socket| written.get(socket)?.as_ref()) else {
                continue;
            };
            carried(timeline, number as usize, written);
        }
    }
}

/// Counts what a socket read against what its peer wrote.
fn received(calls: &[Call], receives: &[u32], peer: &Written, inline: bool, found: &mut Vec<(usize, Vec<Span>)>) {
    let reads = receives.iter().filter_map(|&call| {
        let bytes = calls[call as usize].moved().filter(|&bytes| bytes > 0)?;
        Some(Piece { call, bytes })
    });
    let mut at: u64 = 0;
    let mut urgent = peer.urgent.iter().copied().filter(|_| !inline).peekable();
    for group in groups(calls, reads.collect()) {
        let Some(number) = group.call else {
            // Several threads read at once. Peeks among them cannot be told apart either, so the count may be off from
            // here; the comparison of bytes below then drops what is wrong.
            at = at.saturating_add(group.bytes);
            continue;
        };
        let call = &calls[number as usize];
        let beside = call.has_flag("MSG_OOB") || call.has_flag("MSG_ERRQUEUE");
        let from = if call.has_flag("MSG_OOB") {
            // The last urgent byte written before this call returned is the one it got.
            match peer.urgent.iter().rev().find(|&&offset| writer_began(calls, peer, offset) <= call.returned_at()) {
                Some(&offset) => offset,
                None => continue,
            }
        } else {
            // The kernel never delivers an urgent byte with ordinary ones: it stops before it, then steps over it.
            while urgent.next_if(|&offset| offset <= at).is_some_and(|offset| offset == at) {
                at += 1;
            }
            at
        };
        if call.has_flag("MSG_ERRQUEUE") {
            continue;
        }
        let to = from.saturating_add(group.bytes);
        let mut spans = peer.spans(from, to);
        let data = call.exit.as_ref().and_then(|exit| exit.data.as_ref());
        keep_true(&mut spans, data.map_or(&[], |data| &data.0), calls);
        if !spans.is_empty() {
            found.push((number as usize, spans));
        }
        if !beside && !call.has_flag("MSG_PEEK") {
            at = to;
        }
    }
}

fn writer_began(calls: &[Call], written: &Written, offset: u64) -> u64 {
    let place = written.stretches.partition_point(|stretch| stretch.to <= offset);
    let call = written.stretches.get(place).and_then(|stretch| stretch.call);
    call.map_or(u64::MAX, |call| calls[call as usize].enter.t)
}

/// Names the calls whose bytes a frame carries, and the frame in those calls.
fn carried(timeline: &mut Timeline, number: usize, written: &Written) {
    let frame = &mut timeline.frames[number];
    let length = payload_length(frame);
    let Some(from) = frame.seq.filter(|_| length > 0).and_then(|seq| payload_offset(frame, seq)) else {
        return;
    };
    let captured = frame.record.bytes.0.get(frame.packet.payload.clone()).unwrap_or_default();
    let mut spans = written.spans(from, from.saturating_add(length));
    keep_true(&mut spans, captured, &timeline.calls);
    for span in &spans {
        let carried_by = &mut timeline.calls[span.call].carried_by;
        if carried_by.last() != Some(&number) {
            carried_by.push(number);
        }
    }
    // A view takes the bytes of a span from the captured payload: nothing may point behind it.
    let kept = captured.len();
    spans.retain(|span| span.here.start < kept);
    if let Some(last) = spans.last_mut()
        && last.here.end > kept
    {
        let behind = last.here.end - kept;
        last.here.end -= behind;
        last.there.end -= behind;
    }
    frame.sources = spans;
}

/// Offset in the stream of a segment's first payload byte: the SYN takes the number 0, so data begins at 1.
fn payload_offset(frame: &super::Frame, seq: u64) -> Option<u64> {
    match &frame.packet.transport {
        crate::wire::Transport::Tcp(tcp) if tcp.syn => Some(seq),
        _ => seq.checked_sub(1),
    }
}
