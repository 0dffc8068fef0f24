//! What the kernel held, in words: `server CLOSE-WAIT, 9 B queued · client FIN-WAIT-2`.

use super::context::Context;
use super::numbers::grouped;
use super::style::{Line, Style};
use super::wrap::Word;
use crate::recording::Kernel;
use crate::timeline::Timeline;

/// One socket: its state and its queues, if there is anything in them, or if an empty one is to be named too.
pub(in crate::view) fn holds(timeline: &Timeline, kernel: &Kernel, empty_too: bool) -> String {
    let datagram = timeline.socket(kernel.sock).is_some_and(|socket| socket.kind == "dgram");
    told(kernel, datagram, empty_too)
}

/// The same of a socket of which is known whether it is one for datagrams.
pub(in crate::view) fn told(kernel: &Kernel, datagram: bool, empty_too: bool) -> String {
    let mut parts = vec![kernel.state.clone()];
    let bytes = |n: u32| format!("{} B", grouped(n as usize));
    if kernel.state == "LISTEN" {
        if kernel.recv_queue > 0 {
            parts.push(format!("{} waiting for accept", kernel.recv_queue));
        }
    } else if datagram {
        // A datagram socket has no states but being connected or not, and its counters are kernel memory, not payload:
        // only what they imply is said.
        if kernel.state != "ESTABLISHED" {
            parts.clear();
        }
        parts.push(match (kernel.recv_queue, kernel.next_datagram) {
            (0, _) => "nothing queued".into(),
            (_, Some(size)) => format!("next datagram {}", bytes(size)),
            (_, None) => "datagrams queued".into(),
        });
    } else {
        if kernel.recv_queue > 0 || empty_too {
            parts.push(format!("{} queued", bytes(kernel.recv_queue)));
        }
        if kernel.send_queue > 0 {
            parts.push(format!("{} not acknowledged", bytes(kernel.send_queue)));
        }
    }
    parts.join(", ")
}

/// The role that has the socket.
pub(in crate::view) fn owner(timeline: &Timeline, kernel: &Kernel) -> String {
    match timeline.socket(kernel.sock) {
        Some(socket) if socket.listening => format!("{}'s listener", socket.role),
        Some(socket) => socket.role.clone(),
        None => format!("socket {}", kernel.sock),
    }
}

/// The row below a call; none when nothing was recorded.
pub(super) fn words(context: &Context, call: usize) -> Option<Vec<Word>> {
    let held = &context.timeline.calls.get(call)?.exit.as_ref()?.kernel;
    if held.is_empty() {
        return None;
    }
    let mut words = vec![Word::new(Style::Dim, "kernel:")];
    for (n, kernel) in held.iter().enumerate() {
        if n > 0 {
            words.push(Word::new(Style::Dim, "·"));
        }
        let mut line = Line::of(Style::Dim, &owner(context.timeline, kernel));
        line.push(Style::Dim, &format!(" {}", holds(context.timeline, kernel, false)));
        words.push(Word { gap: 1, line });
    }
    Some(words)
}
