//! A frame in words: `──▶ PSH ACK  5 B  seq 1..6  ①`. Arrows point from the sender's lane to the receiver's.

use super::context::Context;
use super::lanes::Side;
use super::numbers::grouped;
use super::rows::Way;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{badges, cable};
use crate::timeline::{Cause, Frame, Span};
use crate::wire::{Icmp, Tcp, Transport};

/// Columns of the parts of a frame, so that sizes, numbers and badges stand below each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Pads {
    flags: usize,
    size: usize,
    seq: usize,
}

impl Pads {
    /// What these frames need. A few odd ones do not push all others apart.
    pub(super) fn of<'a>(frames: impl Iterator<Item = &'a Frame>) -> Pads {
        let mut pads = Pads::default();
        for frame in frames {
            let flags = match &frame.packet.transport {
                Transport::Tcp(tcp) => {
                    pads.seq = pads.seq.max(seq_words(frame, tcp).map_or(0, |seq| seq.len()).min(16));
                    flags(tcp).len()
                }
                Transport::Udp(_) => "UDP".len(),
                _ => continue,
            };
            pads.flags = pads.flags.max(flags.min(7));
            let length = payload_length(frame);
            if length > 0 {
                pads.size = pads.size.max(size_words(length).len().min(8));
            }
        }
        pads
    }
}

fn size_words(bytes: usize) -> String {
    format!("{} B", grouped(bytes))
}

/// The frame within so many columns, on as few lines as possible.
pub(super) fn lines(context: &Context, index: usize, way: Way, width: usize) -> Vec<Line> {
    let Some(frame) = context.timeline.frames.get(index) else {
        return Vec::new();
    };
    for aligned in [true, false] {
        let words = words(context, frame, way, aligned);
        if wrap::total(&words) <= width {
            return vec![wrap::one_line(&words)];
        }
    }
    wrap::wrap(&words(context, frame, way, false), width, 2)
}

/// Several frames that arrive one after another: `┄┄▶ data[12..68]  ①②`.
pub(super) fn batch(context: &Context, frames: &[usize], width: usize) -> Vec<Line> {
    let frames: Vec<&Frame> = frames.iter().filter_map(|&frame| context.timeline.frames.get(frame)).collect();
    let (Some(first), Some(last)) = (frames.first(), frames.last()) else { return Vec::new() };
    let mut words = vec![arrow(context, first, Way::Arrives)];
    words.extend(names(context, first, false));
    let in_turn = frames.windows(2).all(|pair| pair[0].record.nth.checked_add(1) == Some(pair[1].record.nth));
    let kind = &first.record.kind;
    words.push(Word::new(
        Style::Plain,
        &match in_turn {
            true => format!("{kind}[{}..{}]", first.record.nth, last.record.nth),
            false => format!("{} × {kind}", frames.len()),
        },
    ));
    words.extend(names(context, first, true));
    let sources: Vec<Span> = frames.iter().flat_map(|frame| frame.sources.iter().cloned()).collect();
    let numbers = badges::of_sources(context.timeline, &sources);
    if !numbers.is_empty() {
        words.push(Word { gap: 1, line: badges::line(&numbers) });
    }
    wrap::wrap(&words, width, 2)
}

/// Columns the frame takes on one line; long ones are expected to wrap.
pub(super) fn natural(context: &Context, index: usize, way: Way) -> usize {
    context.timeline.frames.get(index).map_or(0, |frame| wrap::total(&words(context, frame, way, true)))
}

/// What is carried behind the transport header, in bytes, including what the capture cut off.
pub(super) fn payload_length(frame: &Frame) -> usize {
    let cut = (frame.record.len as usize).saturating_sub(frame.record.bytes.0.len());
    frame.packet.payload.len() + cut
}

/// `PSH ACK`
pub(super) fn flags(tcp: &Tcp) -> String {
    let named = [
        (tcp.syn, "SYN"),
        (tcp.fin, "FIN"),
        (tcp.rst, "RST"),
        (tcp.psh, "PSH"),
        (tcp.urg, "URG"),
        (tcp.ack_flag, "ACK"),
    ];
    let set: Vec<&str> = named.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
    if set.is_empty() { "no flags".into() } else { set.join(" ") }
}

/// `seq 1..6`, `seq 0 ack 1`, as far as the connection is known.
fn seq_words(frame: &Frame, tcp: &Tcp) -> Option<String> {
    let seq = frame.seq?;
    let length = payload_length(frame) as u64;
    Some(match (length, frame.ack.filter(|_| tcp.ack_flag)) {
        (1.., _) => format!("seq {seq}..{}", seq.saturating_add(length)),
        (0, Some(ack)) if tcp.syn || tcp.fin || tcp.rst => format!("seq {seq} ack {ack}"),
        (0, Some(ack)) => format!("ack {ack}"),
        (0, None) => format!("seq {seq}"),
    })
}

fn words(context: &Context, frame: &Frame, way: Way, aligned: bool) -> Vec<Word> {
    let mut words = vec![arrow(context, frame, way)];
    words.extend(names(context, frame, false));
    let Pads { flags: flag_pad, size: size_pad, seq: seq_pad } = if aligned { context.pads } else { Pads::default() };
    let pad = |text: &str| format!("{text:<flag_pad$}");
    let size = |bytes: usize| Word::new(Style::Plain, &format!("{:<size_pad$}", size_words(bytes)));
    let dim = |text: &str| Word::new(Style::Dim, text);
    match &frame.packet.transport {
        Transport::Tcp(tcp) => {
            let style = if tcp.rst { Style::Bad } else { Style::Plain };
            words.push(Word::new(style, &pad(&flags(tcp))));
            let length = payload_length(frame);
            let seq = seq_words(frame, tcp).filter(|_| context.detail.seq);
            if length > 0 {
                words.push(size(length));
            } else if seq.is_some() && size_pad > 0 {
                words.push(Word::new(Style::Plain, &" ".repeat(size_pad)));
            }
            words.extend(seq.map(|seq| Word::new(Style::Dim, &format!("{seq:<seq_pad$}"))));
            if tcp.window == 0 && !tcp.rst && !tcp.syn {
                words.push(Word::new(Style::Bad, "window 0"));
            }
        }
        Transport::Udp(_) => {
            words.push(Word::new(Style::Plain, &pad("UDP")));
            words.push(size(payload_length(frame)));
            if payload_length(frame) == 0 {
                words.extend(wrap::words(Style::Dim, "(empty datagram)"));
            }
            words.extend(fragment(frame).map(|text| dim(&text)));
        }
        Transport::Icmp(icmp) => {
            words.extend(wrap::words(Style::Bad, &icmp_words(icmp)));
            if let Some(cause) = frame.provoked_by.and_then(|cause| context.timeline.frames.get(cause)) {
                words.push(dim("for").gap(2));
                words.extend(wrap::words(Style::Dim, &cause.name()));
            }
        }
        Transport::Neighbour => words.push(dim(if frame.record.kind == "ARP" { "ARP" } else { "neighbour discovery" })),
        Transport::Other => {
            let what = fragment(frame).unwrap_or_else(|| frame.record.kind.clone());
            words.push(Word::new(Style::Plain, &what));
        }
    }
    words.extend(names(context, frame, true));
    let numbers = badges::of_sources(context.timeline, &frame.sources);
    if !numbers.is_empty() {
        words.push(Word { gap: 1, line: badges::line(&numbers) });
    }
    if way != Way::Arrives {
        words.extend(reason(frame));
    }
    words
}

/// Why it was sent, where the rows do not show that, and what is wrong with it. On a cable more is known, and most of it is
/// said beside the row.
fn reason(frame: &Frame) -> Vec<Word> {
    let mut words = Vec::new();
    if frame.record.again && frame.carried.is_none() {
        let what = format!("again: {}[{}]", frame.record.kind, frame.record.nth);
        words.extend(wrap::words(Style::Bad, &what));
    } else if let Cause::Timer(timer) = &frame.cause
        && frame.carried.is_none()
    {
        words.extend(wrap::words(Style::Dim, cable::timer_words(*timer)));
    } else if let Cause::End(role) = &frame.cause {
        // No call asked for it: the kernel closes what a program leaves behind.
        words.push(Word::new(Style::Dim, &format!("({role} ended)")));
    }
    if let Some(damage) = &frame.packet.damage {
        words.extend(wrap::words(Style::Bad, &format!("damaged: {damage}")));
    }
    words
}

/// From lane to lane; broken where the way goes on in another row, and with a cross where it ends.
fn arrow(context: &Context, frame: &Frame, way: Way) -> Word {
    let side = |role: &Option<String>| role.as_deref().and_then(|role| context.lanes.side(role));
    let right = match (side(&frame.record.from), side(&frame.record.to)) {
        (Some(from), _) => from == Side::Left,
        (None, Some(to)) => to == Side::Right,
        (None, None) => return Word::new(Style::Dim, "───"),
    };
    let under_way = frame.carried.is_some() && frame.fate().is_none();
    let (style, [to_right, to_left]) = match way {
        Way::Arrives => (Style::Plain, ["┄┄▶", "◀┄┄"]),
        _ if frame.dropped() => (Style::Bad, ["──✗", "✗──"]),
        Way::Whole if !under_way => (Style::Plain, ["──▶", "◀──"]),
        Way::Whole | Way::Sent => (Style::Plain, ["──┄", "┄──"]),
    };
    Word::new(style, if right { to_right } else { to_left })
}

/// Roles are named where the arrow alone does not tell who is meant: first for two roles of one lane (`after` false),
/// then for lanes that are shared.
fn names(context: &Context, frame: &Frame, after: bool) -> Option<Word> {
    let (from, to) = (frame.record.from.as_deref(), frame.record.to.as_deref());
    let side = |role: Option<&str>| role.and_then(|role| context.lanes.side(role));
    let same = from.is_some() && to.is_some() && side(from) == side(to);
    if same {
        return (!after).then(|| Word::new(Style::Bold, &format!("{}→{}", from.unwrap_or("?"), to.unwrap_or("?"))));
    }
    if from.is_none() && to.is_none() {
        let ends = frame.packet.endpoints()?;
        return after.then(|| Word::new(Style::Dim, &format!("{} → {}", ends.0, ends.1)));
    }
    let shared = |role: Option<&str>| side(role).is_some_and(|side| context.lanes.shared(side));
    // Where each role of the left lane talks to one on the right, naming the left one says it all.
    let implied = |role: Option<&str>| context.one_partner && side(role) == Some(Side::Right) && shared_left(context);
    let named: Vec<&str> = [from, to].into_iter().filter(|&role| shared(role) && !implied(role)).flatten().collect();
    (after && !named.is_empty()).then(|| {
        let mut line = Line::new();
        for (n, role) in named.iter().enumerate() {
            line.push(Style::Plain, if n > 0 { "→" } else { "" });
            line.push(context.lanes.style(role), role);
        }
        Word { gap: 1, line }
    })
}

fn shared_left(context: &Context) -> bool {
    context.lanes.shared(Side::Left)
}

/// `fragment 1480..2960` of a datagram that IP had to divide.
fn fragment(frame: &Frame) -> Option<String> {
    let ip = frame.packet.ip.as_ref()?;
    if ip.fragment_offset == 0 && !ip.more_fragments {
        return None;
    }
    Some(match ip.fragment_offset {
        0 => "first fragment".to_string(),
        offset => format!("IP fragment from byte {offset}"),
    })
}

/// The message in the words of its standard (RFC 792, RFC 4443).
fn icmp_words(icmp: &Icmp) -> String {
    let known = match (icmp.version, icmp.kind, icmp.code) {
        (4, 3, 0) => "network unreachable",
        (4, 3, 1) | (6, 1, 3) => "host unreachable",
        (4, 3, 2) => "protocol unreachable",
        (4, 3, 3) | (6, 1, 4) => "port unreachable",
        (4, 3, 4) => "fragmentation needed",
        (4, 3, 9 | 10 | 13) | (6, 1, 1) => "administratively prohibited",
        (6, 1, 0) => "no route",
        (6, 2, _) => "packet too big",
        (4, 11, _) | (6, 3, _) => "time exceeded",
        (4, 8, _) | (6, 128, _) => "echo request",
        (4, 0, _) | (6, 129, _) => "echo reply",
        _ => return format!("ICMP type {} code {}", icmp.kind, icmp.code),
    };
    format!("ICMP {known}")
}
