//! Provenance of datagrams: which `sendto` sent what which `recvfrom` returned.
//!
//! A datagram has no offset. It is known by its addresses, its length and its bytes, and equal ones are told apart by
//! their order. Datagrams that nobody received stay in the socket's inbox and disturb nobody.

use super::calls::SocketCalls;
use super::flights::{self, Flight};
use super::inbox::Inboxes;
use super::{Call, Span, Timeline, address};
use crate::recording::Socket;

/// Matches datagrams of UDP and AF_UNIX sockets, and the packets of SOCK_SEQPACKET.
pub(super) fn trace(timeline: &mut Timeline, of_socket: &[SocketCalls]) {
    if !timeline.sockets.iter().any(keeps_borders) && !timeline.header.wire.captured {
        return;
    }
    let captured = timeline.header.wire.captured;
    let mut flights = if captured { flights::from_frames(timeline) } else { Vec::new() };
    let mut inboxes = Inboxes::new(timeline);
    let mut arrived: Vec<usize> = (0..flights.len()).filter(|&number| flights[number].arrived.is_some()).collect();
    arrived.sort_by_key(|&number| flights[number].arrived);
    for number in arrived {
        inboxes.deliver_from_wire(timeline, number as u32, &flights[number]);
    }
    for (number, call) in timeline.calls.iter().enumerate().filter(|(_, call)| call.sends()) {
        let Some(socket) = call.enter.sock.and_then(|sock| timeline.socket(sock)) else {
            continue;
        };
        if !keeps_borders(socket) || (captured && socket.family != "unix") {
            continue;
        }
        if let Some(flight) = unseen(number, call, socket) {
            inboxes.deliver_from_call(flights.len() as u32, &flight, call, socket);
            flights.push(flight);
        }
    }
    let mut found: Vec<(u32, Span)> = Vec::new();
    for (socket, calls) in of_socket.iter().enumerate() {
        if inboxes.is_empty(socket) {
            continue;
        }
        let mut receives = calls.receives.clone();
        receives.sort_by_key(|&call| timeline.calls[call as usize].returned_at());
        for number in receives {
            if let Some((sender, kept)) = inboxes.receive(timeline, &flights, socket, number) {
                let span = Span { here: 0..kept, call: sender as usize, there: 0..kept };
                found.push((number, span));
            }
        }
    }
    for (call, span) in found {
        timeline.calls[call as usize].sources = vec![span];
    }
}

/// True for sockets that keep the borders between messages.
pub(super) fn keeps_borders(socket: &Socket) -> bool {
    socket.kind == "dgram" || (socket.kind == "seqpacket" && socket.family == "unix")
}

/// A datagram of which no frame can tell: the call itself stands for it.
fn unseen(number: usize, call: &Call, socket: &Socket) -> Option<Flight> {
    let source = socket.local.as_deref().and_then(address::parse);
    Some(Flight {
        t: call.enter.t,
        arrived: Some(call.enter.t),
        call: Some(number as u32),
        frame: None,
        length: flights::sent_length(call)?,
        source,
        target: flights::target(call, socket),
    })
}
