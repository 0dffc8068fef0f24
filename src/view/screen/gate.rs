//! How things stand, as lines: what each program is about to do and what it would find, what its kernel holds as boxes of
//! bytes, and the frames on the cable.

use super::buffers::Stretch;
use super::laid::Laid;
use crate::recording::{Kernel, Nanos, Socket};
use crate::step::{Doing, OnCable, Situation, WIRE};
use crate::view::text::badges::badge;
use crate::view::text::kernel::told;
use crate::view::text::numbers::grouped;
use crate::view::text::stepped;
use crate::view::text::style::{Line, Style};
use crate::view::text::wrap::{self, Word};

/// Bytes of a buffer that are drawn as boxes.
const BOXES: usize = 24;

/// Which frames on the cable are shown, and which is selected.
pub(super) struct Cable {
    /// Lines for them.
    pub(super) room: usize,
    /// The selected one, from 0.
    pub(super) selected: usize,
}

/// The programs with their numbers, in the order of the lanes. Lines of source can be left out, where there is no room for them.
pub(super) fn programs(
    situation: &Situation,
    (laid, t): (Option<&Laid>, Nanos),
    roles: &[String],
    (width, with_source): (usize, bool),
) -> Vec<Line> {
    let column = names(roles);
    let mut lines = Vec::new();
    for (number, role) in roles.iter().enumerate() {
        let lane = situation.roles().iter().position(|known| known == role).unwrap_or(number);
        let mut first = Line::of(Style::Plain, &format!("{} ", number + 1));
        first.push(Style::Role(lane), role);
        let doing = situation.doing(role);
        let words = wrap::words(Style::Plain, &stepped::doing(&doing));
        for text in wrap::wrap(&words, width.saturating_sub(column), 2) {
            first.pad_to(column);
            first.append(&text);
            lines.push(std::mem::take(&mut first));
        }
        if let (true, Doing::About { call, .. } | Doing::In(call)) = (with_source, doing) {
            lines.extend(stepped::source(call).map(|source| indented(column, Line::of(Style::Dim, &source))));
        }
        for (socket, kernel) in situation.held_for(role) {
            let words = holds(laid, t, socket, kernel);
            let held = wrap::wrap(&words, width.saturating_sub(column), 2);
            lines.extend(held.into_iter().map(|line| indented(column, line)));
        }
    }
    lines.into_iter().map(|line| line.cut(width)).collect()
}

/// The frames on the cable, as many as there is room for, the selected one among them; and the number of the first of them.
pub(super) fn cable(situation: &Situation, laid: Option<&Laid>, roles: &[String], cable: &Cable) -> (usize, Vec<Line>) {
    let frames: Vec<OnCable<'_>> = situation.on_cable().collect();
    let column = names(roles);
    let first = (cable.selected + 1).saturating_sub(cable.room).min(frames.len().saturating_sub(cable.room));
    let mut lines = Vec::new();
    for (number, frame) in frames.iter().enumerate().skip(first).take(cable.room) {
        let mut line = Line::new();
        if number == first {
            line.push(Style::Bold, WIRE);
        }
        line.pad_to(column.saturating_sub(2));
        line.push(Style::Bold, if number == cable.selected { "> " } else { "  " });
        line.push(Style::Plain, &frame.name());
        let length = laid.and_then(|laid| payload(laid, frame.frame.frame));
        line.push(Style::Plain, &length.map(|length| format!("  {length} B")).unwrap_or_default());
        line.push(Style::Bad, if frame.frame.again { "  again" } else { "" });
        line.push(Style::Bold, if frame.kept { "  kept" } else { "" });
        if number + 1 == first + cable.room && number + 1 < frames.len() {
            line.push(Style::Dim, &format!("  and {} more", frames.len() - number - 1));
        }
        lines.push(line);
    }
    (first, lines)
}

fn payload(laid: &Laid, number: u64) -> Option<u64> {
    // What is on the cable was sent last.
    let frame = laid.timeline.frames.iter().rev().take(64).find(|frame| frame.record.frame == number)?;
    Some(frame.payload_length()).filter(|length| *length > 0)
}

fn names(roles: &[String]) -> usize {
    roles.iter().map(String::len).chain([WIRE.len()]).max().unwrap_or(0) + 4
}

fn indented(column: usize, line: Line) -> Line {
    let mut whole = Line::new();
    whole.pad_to(column);
    whole.append(&line);
    whole
}

/// `ESTABLISHED  send [①hello] 5 B  recv []`: bytes stay in the send buffer until they are acknowledged, and in the receive
/// buffer until they are read.
fn holds(laid: Option<&Laid>, t: Nanos, socket: &Socket, kernel: &Kernel) -> Vec<Word> {
    let datagram = socket.kind == "dgram";
    let whose = if socket.listening { "listener " } else { "" };
    let is_stream = !datagram && !socket.listening;
    let Some(laid) = laid.filter(|_| is_stream) else {
        return wrap::words(Style::Dim, &format!("{whose}{}", told(kernel, datagram, false)));
    };
    let mut words = vec![Word::new(Style::Dim, &kernel.state)];
    let sending = laid.streams.to_send(&laid.timeline, socket.sock, t, kernel.send_queue.into());
    let reading = laid.streams.to_read(&laid.timeline, socket.sock, t, kernel.recv_queue.into());
    for (buffer, stretches) in [("send", sending), ("recv", reading)] {
        let mut line = Line::of(Style::Dim, &format!("{buffer} ["));
        boxes(&mut line, &stretches);
        words.push(Word { gap: 2, line });
    }
    if let Some(timer) = &kernel.timer {
        let tries = if timer.tries > 0 { format!(", {} so far", timer.tries) } else { String::new() };
        words.push(Word::new(Style::Dim, &format!("{} in {} ms{tries}", timer.kind, timer.left_ms)).gap(2));
    }
    words
}

/// Each stretch with its number and its bytes, of which a few stand for many.
fn boxes(line: &mut Line, stretches: &[Stretch]) {
    let total: u64 = stretches.iter().map(|stretch| stretch.length).sum();
    let mut room = BOXES;
    for stretch in stretches {
        if room == 0 {
            break;
        }
        let shown = stretch.bytes.len().min(room);
        room -= shown.max(1).min(room);
        let style = stretch.badge.map_or(Style::Dim, Style::Held);
        line.push(style, &stretch.badge.map(badge).unwrap_or_default());
        let letter = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '·' };
        line.push(style, &stretch.bytes[..shown].iter().map(letter).collect::<String>());
        if (shown as u64) < stretch.length {
            line.push(Style::Dim, if stretch.badge.is_some() { "…" } else { "?" });
        }
    }
    line.push(Style::Dim, "]");
    if total > 0 {
        line.push(Style::Dim, &format!(" {} B", grouped(usize::try_from(total).unwrap_or(usize::MAX))));
    }
}
