//! One event in full: what it is, its bytes, and the stretches of them that mean something: header fields of a frame, and for a
//! call whose bytes they are or where they went.

use super::laid::Laid;
use crate::recording::Kernel;
use crate::timeline::{Call, Frame, Mark, Span};
use crate::view::origin;
use crate::view::text::kernel;
use crate::view::text::style::{Line, Style};
use crate::wire;
use std::ops::Range;

/// What is known of one event, or of the two that share a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Detail {
    pub(super) parts: Vec<Part>,
}

/// A call, or a frame, or something else.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// Its name and what it is.
    pub(super) title: Line,
    /// Sentences about it.
    pub(super) said: Vec<String>,
    /// Its bytes; for a frame with all headers.
    pub(super) bytes: Vec<u8>,
    /// For each byte the number of its send, 0 where there is none.
    pub(super) owners: Vec<u32>,
    /// What its bytes mean, in their order.
    pub(super) fields: Vec<Field>,
}

/// A stretch of bytes that means something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// `TCP`; empty for a stretch of a call's bytes.
    pub(super) layer: &'static str,
    /// `destination port`
    pub(super) name: String,
    pub(super) value: String,
    pub(super) range: Range<usize>,
}

impl Detail {
    /// Of what a row shows; nothing where there is no such row.
    pub(super) fn of(laid: &Laid, row: usize) -> Detail {
        let Some(about) = laid.about(row) else { return Detail::default() };
        let timeline = &laid.timeline;
        let mut parts = Vec::new();
        parts.extend(about.call.and_then(|call| timeline.calls.get(call)).map(|call| of_call(laid, call)));
        parts.extend(about.frame.and_then(|frame| timeline.frames.get(frame)).map(|frame| of_frame(laid, frame)));
        if parts.is_empty() {
            let title = about.mark.and_then(|mark| timeline.marks.get(mark)).and_then(told);
            let title = title.unwrap_or_else(|| words(&laid.lines(row)));
            parts.push(Part { title: Line::of(Style::Plain, &title), ..Part::default() });
        }
        Detail { parts }
    }

    /// How many fields all parts have.
    pub(super) fn fields(&self) -> usize {
        self.parts.iter().map(|part| part.fields.len()).sum()
    }

    /// The part that has this field, counted through all of them, and its place there. Without fields the first part.
    pub(super) fn part(&self, field: usize) -> Option<(&Part, usize)> {
        let mut before = 0;
        for part in &self.parts {
            if field < before + part.fields.len() {
                return Some((part, field - before));
            }
            before += part.fields.len();
        }
        self.parts.first().map(|part| (part, 0))
    }
}

fn of_frame(laid: &Laid, frame: &Frame) -> Part {
    let timeline = &laid.timeline;
    let mut title = Line::of(Style::Bold, &frame.name());
    if let Some((from, to)) = frame.packet.endpoints() {
        title.push(Style::Plain, &format!("  {from} → {to}"));
    }
    title.push(Style::Dim, &format!("  {} B", frame.record.len));
    if frame.record.again && !frame.is_copy() {
        title.push(Style::Bad, "  again");
    }
    let bytes = frame.record.bytes.0.clone();
    let payload = frame.packet.payload.start.min(bytes.len());
    let owners = owners(laid, &frame.sources, payload, bytes.len());
    let mut fields: Vec<Field> = Vec::new();
    for layer in wire::layers(&bytes) {
        fields.extend(layer.fields.into_iter().map(|field| Field {
            layer: layer.name,
            name: field.name.to_owned(),
            value: field.value,
            range: field.range,
        }));
    }
    for span in &frame.sources {
        let Some(call) = timeline.calls.get(span.call) else { continue };
        let range = span.here.start + payload..span.here.end + payload;
        fields.push(Field { layer: "payload", name: call.name(), value: part_of(call, &span.there), range });
    }
    Part { title, said: origin::parts(timeline, frame), bytes, owners, fields }
}

fn of_call(laid: &Laid, call: &Call) -> Part {
    let timeline = &laid.timeline;
    let mut title = Line::of(Style::Bold, &call.name());
    if call.enter.syscall != call.enter.name {
        title.push(Style::Dim, &format!("  ({})", call.enter.syscall));
    }
    let mut said = Vec::new();
    if let Some(exit) = &call.exit {
        let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
        title.push(if exit.errno.is_some() { Style::Bad } else { Style::Plain }, &format!(" = {result}"));
        said.extend((!exit.kernel.is_empty()).then(|| format!("then the kernel held: {}", held(laid, &exit.kernel))));
    } else {
        title.push(Style::Dim, "  has not returned");
    }
    let address = call.enter.args.addr.as_ref().or(call.exit.as_ref().and_then(|exit| exit.addr.as_ref()));
    if let Some(address) = address {
        title.push(Style::Plain, &format!("  {address}"));
    }
    let received = call.exit.as_ref().and_then(|exit| exit.data.as_ref());
    let bytes = received.or(call.enter.data.as_ref()).map(|data| data.0.clone()).unwrap_or_default();
    let mut fields = Vec::new();
    let owners = if call.receives() {
        for span in &call.sources {
            let Some(source) = timeline.calls.get(span.call) else { continue };
            let value = part_of(source, &span.there);
            fields.push(Field { layer: "from", name: source.name(), value, range: span.here.clone() });
        }
        owners(laid, &call.sources, 0, bytes.len())
    } else {
        let own = timeline.call_index(call.enter.call);
        for frame in call.carried_by.iter().filter_map(|frame| timeline.frames.get(*frame)) {
            for span in frame.sources.iter().filter(|span| Some(span.call) == own) {
                let value = part_of(call, &span.there);
                let again = if frame.record.again && !frame.is_copy() { " again" } else { "" };
                let name = format!("{}{again}", frame.name());
                fields.push(Field { layer: "in", name, value, range: span.there.clone() });
            }
        }
        vec![call.badge.unwrap_or(0); bytes.len()]
    };
    Part { title, said, bytes, owners, fields }
}

/// `bytes 0..5 of 5`
fn part_of(call: &Call, part: &Range<usize>) -> String {
    let whole = call.enter.args.len.unwrap_or(call.enter.data.as_ref().map_or(0, |data| data.0.len() as u64));
    format!("bytes {}..{} of {whole}", part.start, part.end)
}

fn owners(laid: &Laid, sources: &[Span], from: usize, length: usize) -> Vec<u32> {
    let mut owners = vec![0; length];
    for span in sources {
        let badge = laid.timeline.calls.get(span.call).and_then(|call| call.badge).unwrap_or(0);
        let (start, end) = ((span.here.start + from).min(length), (span.here.end + from).min(length));
        owners[start..end].fill(badge);
    }
    owners
}

fn held(laid: &Laid, held: &[Kernel]) -> String {
    let one = |kernel: &Kernel| {
        let owner = kernel::owner(&laid.timeline, kernel);
        format!("{owner} {}", kernel::holds(&laid.timeline, kernel, false))
    };
    held.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// What a mark says, where its row may be too short for that.
fn told(mark: &Mark) -> Option<String> {
    Some(match mark {
        Mark::Output(output) => format!("{} prints on {}: {}", output.role, output.stream, output.text),
        Mark::Input(input) => format!("{} is given to read: {}", input.role, input.text),
        Mark::Exec(exec) => format!("{} runs {} (process {})", exec.role, exec.path, exec.pid),
        Mark::Notice(notice) => notice.text.clone(),
        _ => return None,
    })
}

/// The words of a row without its time.
fn words(lines: &[Line]) -> String {
    let text: String = lines.iter().flat_map(|line| line.spans()).map(|(_, text)| format!("{text} ")).collect();
    let is_time = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.split_whitespace().skip_while(is_time).collect::<Vec<_>>().join(" ")
}
