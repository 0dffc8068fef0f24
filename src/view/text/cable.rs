//! The cable in words: what joins the hosts, what it did with a frame, and why a kernel sent a frame again.

use super::context::Context;
use super::noise;
use super::rows::Way;
use super::seen::labelled;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::recording::Host;
use crate::timeline::{Frame, Timeline};
use crate::view::fate;

/// What is said of a frame beside its row: of its sending, of its arrival, or of both. Nothing where no cable is.
pub(super) fn remark(timeline: &Timeline, frame: &Frame, way: Way) -> Vec<Word> {
    if frame.carried.is_none() {
        return Vec::new();
    }
    let mut parts: Vec<(Style, String)> = Vec::new();
    if way != Way::Arrives {
        if frame.is_copy() {
            parts.push((Style::Dim, "copy made by the cable".into()));
        } else if frame.record.again {
            let why = fate::why_again(timeline, frame).map(|why| format!(", {why}")).unwrap_or_default();
            parts.push((Style::Bad, format!("again: {}[{}]{why}", frame.record.kind, frame.record.nth)));
        }
        parts.extend(frame.fate().and_then(fate::dropped).map(|text| (Style::Bad, text)));
        parts.extend(fate::unfinished(timeline, frame).map(|text| (Style::Dim, text.to_string())));
    }
    if way != Way::Sent {
        parts.extend(fate::kept(frame).map(|text| (Style::Dim, text)));
        parts.extend(fate::changed(frame).map(|text| (Style::Bad, text)));
    }
    let mut words = Vec::new();
    for (n, (style, text)) in parts.iter().enumerate() {
        if n > 0 {
            words.push(Word::new(Style::Dim, "·"));
        }
        words.extend(wrap::words(*style, text));
    }
    words
}

/// The hosts with their addresses, and the rules of the cable between them. Nothing where no cable is.
pub(super) fn heading(context: &Context) -> Vec<Line> {
    let (timeline, width) = (context.timeline, context.options.width);
    let header = &timeline.header;
    let hosts = &header.wire.hosts;
    if hosts.is_empty() {
        return Vec::new();
    }
    let six = speaks_ipv6(timeline);
    let room = width.saturating_sub(7);
    let mut words = Vec::new();
    for host in hosts {
        words.push(Word { gap: 3, line: host_line(context, host, six) });
    }
    words.push(Word::new(Style::Dim, &format!("MTU {}", header.wire.mtu)).gap(3));
    let mut lines = labelled("hosts", wrap::wrap(&words, room, 0), width);
    let rules = header.cable.iter().flat_map(|rule| wrap::wrap(&wrap::words(Style::Plain, rule), room, 2));
    lines.extend(labelled("cable", rules.collect(), width));
    lines
}

/// `server 192.0.2.1`, and what is its own.
fn host_line(context: &Context, host: &Host, six: bool) -> Line {
    let mut line = Line::of(context.lanes.style(&host.name), &host.name);
    line.push(Style::Plain, &format!(" {}", host.ipv4));
    if six {
        line.push(Style::Plain, &format!(" {}", host.ipv6));
    }
    if host.mtu != context.timeline.header.wire.mtu {
        line.push(Style::Dim, &format!(" (MTU {})", host.mtu));
    }
    line
}

fn speaks_ipv6(timeline: &Timeline) -> bool {
    let six = |frame: &Frame| frame.packet.ip.as_ref().is_some_and(|ip| ip.src.is_ipv6());
    timeline.frames.iter().any(|frame| six(frame) && !noise::is(frame))
}
