//! TCP's states at both ends as they change with the frames of a cable, and what the kernels know of the connection where
//! that is asked for. Only what was recorded beside a frame is said, each state once.

use super::context::Context;
use super::lanes::Side;
use super::numbers::ms;
use super::rows::Way;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::recording::{Kernel, Nanos, SockId, TcpInfo};
use crate::timeline::{Call, Frame, Timeline};
use crate::wire::Transport;
use std::collections::HashMap;

/// `tcpi_snd_ssthresh` before the first loss (TCP_INFINITE_SSTHRESH).
const NO_THRESHOLD: u32 = 0x7fff_ffff;

/// For each role, when something happened that may change the state of its sockets, in order.
#[derive(Debug, Default)]
pub(super) struct Turning(HashMap<String, Vec<Nanos>>);

/// What was said last of each socket.
pub(super) struct States<'a> {
    turning: &'a Turning,
    /// With when its kernel was asked: what was asked earlier and stands in a later row is no news.
    states: HashMap<SockId, (String, Nanos)>,
    infos: HashMap<SockId, Known>,
}

/// What makes a line about a connection worth saying; its round trip time alone changes with every segment.
type Known = (u32, u32, u32, u8, String);

impl Turning {
    pub(super) fn new(timeline: &Timeline) -> Turning {
        let mut turning: HashMap<String, Vec<Nanos>> = HashMap::new();
        if timeline.frames.iter().all(|frame| frame.carried.is_none()) {
            return Turning::default();
        }
        let mut turn = |role: &str, t: Nanos| match turning.get_mut(role) {
            Some(times) => times.push(t),
            None => drop(turning.insert(role.to_string(), vec![t])),
        };
        for frame in &timeline.frames {
            // Of what a kernel sends, only these go with another state; an answer to what arrived comes from the new one.
            if matches!(&frame.packet.transport, Transport::Tcp(tcp) if tcp.fin || tcp.rst) {
                turn(frame.from(), frame.record.t);
            }
            frame.arrived().into_iter().for_each(|t| turn(frame.to(), t));
        }
        let turns = |call: &&Call| matches!(call.enter.name.as_str(), "connect" | "shutdown" | "close");
        timeline.calls.iter().filter(turns).for_each(|call| turn(&call.enter.role, call.enter.t));
        turning.values_mut().for_each(|times| times.sort_unstable());
        Turning(turning)
    }
}

impl<'a> States<'a> {
    pub(super) fn new(turning: &'a Turning) -> States<'a> {
        States { turning, states: HashMap::new(), infos: HashMap::new() }
    }

    /// True when something happened to the role between the moment at which the row stands and the question to the kernels:
    /// the answer is about a later moment, which will have its own.
    fn overtaken(&self, frame: &Frame, way: Way, role: &str, look: &Look) -> bool {
        // The row stands where the frame was sent; to its receiver it came when it arrived.
        let arrived = look.arrived.filter(|_| way == Way::Arrives || role != frame.from());
        let since = arrived.unwrap_or(frame.record.t);
        let times = self.turning.0.get(role).map_or(&[][..], |times| times);
        times.get(times.partition_point(|&t| t <= since)).is_some_and(|&next| next < look.asked)
    }

    /// What changed with this frame, for the lanes on either side.
    pub(super) fn changes(&mut self, context: &Context, frame: &Frame, way: Way) -> [Line; 2] {
        let mut lines = [Line::new(), Line::new()];
        // One frame may bring a socket through several states.
        let mut said: Vec<(SockId, Side)> = Vec::new();
        for look in looks(frame, way) {
            let Look { held, asked, .. } = look;
            let Some((side, name)) = place(context, held) else { continue };
            if self.overtaken(frame, way, name, &look) {
                continue;
            }
            if self.states.get(&held.sock).is_some_and(|(said, when)| *said == held.state || *when > asked) {
                continue;
            }
            // A socket that no kernel has known is no end of anything.
            if held.state == "CLOSED" && !self.states.contains_key(&held.sock) {
                continue;
            }
            let line = &mut lines[side as usize];
            if said.last() == Some(&(held.sock, side)) {
                line.push(Style::Dim, " → ");
            } else {
                line.push(Style::Dim, if line.is_empty() { "" } else { ", " });
                if context.lanes.shared(side) {
                    line.push(Style::Dim, &format!("{name} "));
                }
            }
            line.push(Style::Dim, &held.state);
            line.push(Style::Dim, &time_left(held));
            said.push((held.sock, side));
            self.states.insert(held.sock, (held.state.clone(), asked));
        }
        lines
    }

    /// `tcp: client cwnd 10, rtt 0.74 ms, unacked 2`
    pub(super) fn infos(&mut self, context: &Context, frame: &Frame, way: Way) -> Vec<Word> {
        let mut words = Vec::new();
        for look in looks(frame, way) {
            let held = look.held;
            let (Some(info), Some((_, name))) = (&held.info, place(context, held)) else { continue };
            if self.overtaken(frame, way, name, &look) {
                continue;
            }
            let known = (info.cwnd, info.ssthresh, info.unacked, info.retransmits, info.ca_state.clone());
            if self.infos.get(&held.sock) == Some(&known) {
                continue;
            }
            self.infos.insert(held.sock, known);
            words.push(Word::new(Style::Dim, if words.is_empty() { "tcp:" } else { "·" }));
            words.extend(wrap::words(Style::Dim, &format!("{name} {}", info_text(info))));
        }
        words
    }
}

/// What the kernels held, and when they were asked; since when that is so is another question.
fn looks(frame: &Frame, way: Way) -> impl Iterator<Item = Look<'_>> {
    let carried = frame.carried.as_deref();
    let sent = carried.filter(|_| way != Way::Arrives).into_iter();
    let sent = sent
        .flat_map(|carried| carried.sent.iter().map(|held| Look { held, asked: carried.sent_asked, arrived: None }));
    let arrived = carried.filter(|_| way != Way::Sent).into_iter();
    let arrived = arrived.flat_map(move |carried| {
        carried.arrived.iter().map(|held| Look { held, asked: carried.arrived_asked, arrived: frame.arrived() })
    });
    sent.chain(arrived)
}

/// What a kernel held for a socket when it was asked.
struct Look<'a> {
    held: &'a Kernel,
    asked: Nanos,
    /// When the frame had arrived, if it had.
    arrived: Option<Nanos>,
}

/// The lane of a socket's role. None for listeners, which are no end of a connection.
fn place<'a>(context: &Context<'a>, held: &Kernel) -> Option<(Side, &'a str)> {
    let timeline: &'a Timeline = context.timeline;
    let socket = timeline.socket(held.sock).filter(|_| held.state != "LISTEN")?;
    Some((context.lanes.side(&socket.role)?, &socket.role))
}

/// `, 60 s left`: the state that ends by itself says when.
fn time_left(held: &Kernel) -> String {
    let timer = held.timer.as_ref().filter(|timer| timer.kind == "time-wait");
    timer.map(|timer| format!(", {} s left", timer.left_ms.saturating_add(500) / 1000)).unwrap_or_default()
}

/// `cwnd 10, rtt 0.74 ms, unacked 2`
fn info_text(info: &TcpInfo) -> String {
    let mut parts = vec![format!("cwnd {}", info.cwnd)];
    if info.ssthresh < NO_THRESHOLD {
        parts.push(format!("ssthresh {}", info.ssthresh));
    }
    if info.rtt_us > 0 {
        parts.push(format!("rtt {} ms", ms(u64::from(info.rtt_us) * 1000)));
    }
    if info.unacked > 0 {
        parts.push(format!("unacked {}", info.unacked));
    }
    if info.retransmits > 0 {
        parts.push(format!("retransmits {}", info.retransmits));
    }
    if info.ca_state != "Open" {
        parts.push(info.ca_state.clone());
    }
    parts.join(", ")
}
