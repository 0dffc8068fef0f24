//! The cable in words: what joins the hosts, what it did with a frame, and why a kernel sent a frame again.

use super::context::Context;
use super::noise;
use super::numbers::{grouped, ms};
use super::rows::Way;
use super::seen::labelled;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use crate::recording::Host;
use crate::timeline::{Cause, Frame, Timeline, Timer};
use crate::view::fate;

/// What is said of a frame beside its row: of its sending, of its arrival, or of both. Nothing where no cable is.
pub(super) fn remarks(timeline: &Timeline, frame: &Frame, way: Way) -> Vec<Vec<Word>> {
    if frame.carried.is_none() {
        return Vec::new();
    }
    let mut remarks: Vec<Vec<Word>> = Vec::new();
    let mut say = |style: Style, text: &str| remarks.push(wrap::words(style, text));
    if way != Way::Arrives {
        if frame.is_copy() {
            say(Style::Dim, "copy made by the cable");
        } else if frame.record.again {
            let why = fate::why_again(timeline, frame).map(|why| format!(", {why}")).unwrap_or_default();
            say(Style::Bad, &format!("again: {}[{}]{why}", frame.record.kind, frame.record.nth));
        } else if let Some(reason) = reason(frame) {
            say(Style::Dim, reason);
        }
        frame.fate().and_then(fate::dropped).iter().for_each(|text| say(Style::Bad, text));
        fate::unfinished(timeline, frame).iter().for_each(|text| say(Style::Dim, text));
    }
    if way != Way::Sent {
        fate::kept_in_short(frame).iter().for_each(|text| say(Style::Dim, text));
        fate::changed(frame).iter().for_each(|text| say(Style::Bad, text));
    }
    remarks
}

/// What is said of frames that arrive one after another, all by the same rules.
pub(super) fn batch_remark(timeline: &Timeline, frames: &[usize]) -> Vec<Word> {
    let frames = || frames.iter().filter_map(|&frame| timeline.frames.get(frame));
    let times = || frames().filter_map(|frame| Some(frame.arrived()?.saturating_sub(frame.record.t)));
    let kept = frames().next().is_some_and(|frame| frame.kept_by().next().is_some());
    let mut text = format!("{} frames", grouped(frames().count()));
    if let (Some(least), Some(most), true) = (times().min(), times().max(), kept) {
        text += &format!(", {} to {} ms on the cable", ms(least), ms(most));
    }
    wrap::words(Style::Dim, &text)
}

/// Why a frame was sent that brings nothing.
fn reason(frame: &Frame) -> Option<&'static str> {
    match &frame.cause {
        Cause::Timer(timer) => Some(timer_words(*timer)),
        _ if frame.signs.duplicate_ack => Some("(duplicate ACK)"),
        _ if frame.signs.window_update => Some("(window update)"),
        _ => None,
    }
}

/// `(window probe)`
pub(super) fn timer_words(timer: Timer) -> &'static str {
    match timer {
        Timer::Retransmission => "(retransmission timeout)",
        Timer::TailLossProbe => "(tail-loss probe)",
        Timer::WindowProbe => "(window probe)",
        Timer::Keepalive => "(keepalive)",
        Timer::DelayedAck(_) => "(delayed ACK)",
        Timer::Unknown => "(a timer)",
    }
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
