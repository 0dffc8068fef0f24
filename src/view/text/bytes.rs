//! The two sections of bytes: what the wire carried, and what the programs got.

use super::context::Context;
use super::hexdump::{self, Dump};
use super::numbers::grouped;
use super::style::{Line, Style};
use super::wire_column::{flags, payload_length};
use super::wrap::{self, Word};
use super::{HexBytes, layers, noise};
use crate::timeline::{Call, Frame, Span, Timeline};
use crate::view::{fate, origin};
use crate::wire::Transport;

/// Blocks of a section that are shown unless all bytes are asked for.
const BLOCKS: usize = 12;

/// `on the wire`: the bytes, and with layers the fields, of each frame.
pub(super) fn on_the_wire(context: &Context) -> Vec<Line> {
    let options = context.options;
    let all = options.hex == HexBytes::All;
    // What an ICMP error quotes is not a payload of any program.
    let carries = |frame: &Frame| {
        let of_programs = !matches!(frame.packet.transport, Transport::Icmp(_) | Transport::Neighbour);
        of_programs && !frame.packet.payload.is_empty()
    };
    let wanted = |frame: &&Frame| all || options.layers || carries(frame);
    if options.hex == HexBytes::None && !options.layers {
        return Vec::new();
    }
    let quiet = |frame: &&Frame| options.noise || !noise::is(frame);
    let frames: Vec<&Frame> = context.timeline.frames.iter().filter(wanted).filter(quiet).collect();
    let what = if all || options.layers { "frames" } else { "frames with a payload" };
    section(context, "on the wire", frames.len(), what, |n| frame_block(context, frames[n]))
}

/// `in the programs`: the bytes each receiving call returned, and the calls they come from.
pub(super) fn in_the_programs(context: &Context) -> Vec<Line> {
    if context.options.hex == HexBytes::None {
        return Vec::new();
    }
    let got =
        |call: &&Call| call.exit.as_ref().and_then(|exit| exit.data.as_ref()).is_some_and(|data| !data.0.is_empty());
    let mut calls: Vec<&Call> = context.timeline.calls.iter().filter(got).collect();
    // In the order in which the bytes came out, which is not that in which the programs began to wait for them.
    calls.sort_by_key(|call| call.exit.as_ref().map(|exit| exit.t));
    section(context, "in the programs", calls.len(), "calls", |n| call_block(context, calls[n]))
}

fn section(context: &Context, title: &str, count: usize, what: &str, block: impl Fn(usize) -> Vec<Line>) -> Vec<Line> {
    if count == 0 {
        return Vec::new();
    }
    let shown = if context.options.hex == HexBytes::All { count } else { count.min(BLOCKS) };
    let mut lines = vec![Line::of(Style::Bold, title)];
    for n in 0..shown {
        lines.extend(block(n));
    }
    if shown < count {
        let more = format!("  … {} more {what}: --hex all shows them", grouped(count - shown));
        lines.push(Line::of(Style::Dim, &more));
    }
    lines
}

fn dump(context: &Context) -> Dump {
    let options = context.options;
    Dump { per_row: hexdump::per_row(options.width), indent: 4, all: options.hex == HexBytes::All }
}

fn titled(context: &Context, words: &[Word]) -> Vec<Line> {
    let width = context.options.width - 2;
    let indent = |line: &Line| {
        let mut whole = Line::of(Style::Plain, "  ");
        whole.append(line);
        whole
    };
    wrap::wrap(words, width, 2).iter().map(indent).collect()
}

fn frame_block(context: &Context, frame: &Frame) -> Vec<Line> {
    let options = context.options;
    let mut words = wrap::words(Style::Bold, &frame.name());
    if let Some((from, to)) = frame.packet.endpoints() {
        let text = format!("{} → {}", context.address(&from.to_string()), context.address(&to.to_string()));
        words.extend(apart(Style::Plain, &text));
    }
    if let Transport::Tcp(tcp) = &frame.packet.transport {
        words.push(Word::new(Style::Plain, &flags(tcp)).gap(2));
        let ack = frame.ack.filter(|_| tcp.ack_flag).map(|ack| format!(" ack {ack}")).unwrap_or_default();
        words.extend(frame.seq.map(|seq| Word::new(Style::Dim, &format!("seq {seq}{ack}"))));
        words.push(Word::new(Style::Dim, &format!("win {}", tcp.window)));
    }
    if frame.is_copy() {
        words.push(Word::new(Style::Dim, "copy"));
    } else if frame.record.again {
        words.push(Word::new(Style::Bad, "again"));
    }
    let bytes = &frame.record.bytes.0;
    let length = match options.hex {
        HexBytes::All => frame.record.len as usize,
        _ => payload_length(frame),
    };
    words.push(Word::new(Style::Plain, &count(length)).gap(2));
    let mut lines = titled(context, &words);
    let mut said = match options.layers {
        true => origin::parts(context.timeline, frame),
        false => fate::spoiled(frame),
    };
    if !fate::spoiled(frame).is_empty() {
        said.push("the bytes are as sent".into());
    }
    if !said.is_empty() {
        let words = wrap::words(Style::Dim, &said.join("; "));
        lines.extend(wrap::wrap(&wrap::led(&Line::of(Style::Plain, "   "), words), options.width, 4));
    }
    if options.layers {
        lines.extend(layers::table(bytes, options.width, 4));
    }
    let payload = frame.packet.payload.clone();
    let payload = payload.start.min(bytes.len())..payload.end.min(bytes.len());
    let (shown, sources) = match options.hex {
        HexBytes::None => return lines,
        HexBytes::Payload => (&bytes[payload.start.min(payload.end)..payload.end], frame.sources.clone()),
        HexBytes::All => (bytes.as_slice(), shifted(&frame.sources, payload.start)),
    };
    let owners = hexdump::owners(context.timeline, &sources, shown.len());
    lines.extend(hexdump::rows(shown, &owners, dump(context)));
    lines.extend(missing(length, shown.len()));
    lines
}

/// Words set apart from what stands before them.
fn apart(style: Style, text: &str) -> impl Iterator<Item = Word> {
    let words = wrap::words(style, text).into_iter().enumerate();
    words.map(|(n, word)| word.gap(if n == 0 { 2 } else { 1 }))
}

fn count(bytes: usize) -> String {
    format!("{} {}", grouped(bytes), if bytes == 1 { "byte" } else { "bytes" })
}

fn shifted(sources: &[Span], by: usize) -> Vec<Span> {
    let shift = |span: &Span| Span { here: span.here.start + by..span.here.end + by, ..span.clone() };
    sources.iter().map(shift).collect()
}

fn missing(length: usize, kept: usize) -> Option<Line> {
    let gone = length.checked_sub(kept).filter(|&gone| gone > 0)?;
    Some(Line::of(Style::Dim, &format!("    {} more bytes were not recorded", grouped(gone))))
}

fn call_block(context: &Context, call: &Call) -> Vec<Line> {
    let Some((exit, data)) = call.exit.as_ref().and_then(|exit| Some((exit, exit.data.as_ref()?))) else {
        return Vec::new();
    };
    let length = usize::try_from(exit.ret).unwrap_or(0).max(data.0.len());
    let mut words = vec![Word::new(Style::Bold, &call.name())];
    words.push(Word::new(Style::Plain, &format!("= {}", count(length))));
    words.extend(wrap::words(Style::Plain, &origin(context.timeline, call, length)));
    let mut lines = titled(context, &words);
    let owners = hexdump::owners(context.timeline, &call.sources, data.0.len());
    lines.extend(hexdump::rows(&data.0, &owners, dump(context)));
    // With MSG_TRUNC a call returns more than it received; that is not a gap in the recording.
    if exit.cut {
        lines.extend(missing(length, data.0.len()));
    }
    lines
}

/// Origins named before the rest is counted.
const ORIGINS: usize = 6;

/// `from client.send[1..3]`, `from client.send[1] (bytes 0..2 of 5)`.
fn origin(timeline: &Timeline, call: &Call, length: usize) -> String {
    if call.sources.is_empty() {
        return "of unknown origin".into();
    }
    // Role, name, first, last, and what of it when it is not whole.
    let mut runs: Vec<(&str, &str, u32, u32, Option<String>)> = Vec::new();
    let mut known = 0;
    for span in &call.sources {
        known += span.here.len();
        let Some(source) = timeline.calls.get(span.call) else {
            continue;
        };
        let enter = &source.enter;
        let whole = enter.args.len.unwrap_or(enter.data.as_ref().map_or(0, |data| data.0.len() as u64));
        let part = (span.there.start > 0 || (span.there.end as u64) < whole)
            .then(|| format!(" (bytes {}..{} of {whole})", span.there.start, span.there.end));
        match runs.last_mut() {
            Some((role, name, _, last, None))
                if part.is_none()
                    && *role == enter.role
                    && *name == enter.name
                    && enter.nth == last.saturating_add(1) =>
            {
                *last = enter.nth;
            }
            _ => runs.push((&enter.role, &enter.name, enter.nth, enter.nth, part)),
        }
    }
    let mut named: Vec<String> = runs
        .iter()
        .take(ORIGINS)
        .map(|(role, name, first, last, part)| {
            let nth = if first == last { format!("[{first}]") } else { format!("[{first}..{last}]") };
            format!("{role}.{name}{nth}{}", part.as_deref().unwrap_or(""))
        })
        .collect();
    if runs.len() > ORIGINS {
        named.push(format!("{} more calls", runs.len() - ORIGINS));
    }
    if known < length {
        named.push(format!("{} bytes of unknown origin", grouped(length - known)));
    }
    format!("from {}", named.join(", "))
}
