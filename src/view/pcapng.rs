//! Timeline → pcapng, so that a run can be opened in Wireshark: every frame with its nanosecond stamp, and in its
//! comment what only the lab knows: its name in the notation, who sent it, what caused it, whose bytes it carries.
//!
//! A small writer of its own: three kinds of blocks (draft-ietf-opsawg-pcapng, section 4) and a handful of options. It
//! refuses to repair: frames go out as they were captured, cut ones with their full length beside them.

#[cfg(test)]
mod tests;

use super::origin;
use crate::recording;
use crate::timeline::{Frame, Timeline};

/// Bytes are written in little-endian order, which this number announces.
const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;
const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
/// LINKTYPE_ETHERNET: loopback frames have an Ethernet header too.
const ETHERNET: u32 = 1;

const COMMENT: u16 = 1;
const SECTION_OS: u16 = 3;
const SECTION_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const INTERFACE_RESOLUTION: u16 = 9;
/// Stamps count units of 10^-9 seconds.
const NANOSECONDS: u8 = 9;

/// The bytes of a pcapng file with every frame of the run.
pub fn write(timeline: &Timeline) -> Vec<u8> {
    let bytes: usize = timeline.frames.iter().map(|frame| frame.record.bytes.0.len() + 256).sum();
    let mut file = Vec::with_capacity(bytes + 512);
    section(&mut file, &timeline.header);
    for frame in &timeline.frames {
        packet(&mut file, timeline, frame);
    }
    file
}

fn section(file: &mut Vec<u8>, header: &recording::Header) {
    block(file, SECTION_HEADER, |file| {
        number(file, BYTE_ORDER_MAGIC);
        file.extend([1, 0, 0, 0]);
        // The length of the section is not given: -1.
        file.extend([0xff; 8]);
        text_option(file, COMMENT, &header.title);
        text_option(file, SECTION_OS, &format!("Linux {}", header.kernel));
        text_option(file, SECTION_APPLICATION, &format!("socket-lab {}", header.lab));
        end_of_options(file);
    });
    block(file, INTERFACE_DESCRIPTION, |file| {
        number(file, ETHERNET);
        // Snapshot length: no limit.
        number(file, 0);
        let name = if header.wire.kind == "loopback" { "lo" } else { &header.wire.kind };
        text_option(file, INTERFACE_NAME, name);
        option(file, INTERFACE_RESOLUTION, &[NANOSECONDS]);
        end_of_options(file);
    });
}

fn packet(file: &mut Vec<u8>, timeline: &Timeline, frame: &Frame) {
    let bytes = &frame.record.bytes.0;
    let captured = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let stamp = timeline.header.epoch_ns.saturating_add(frame.record.t);
    block(file, ENHANCED_PACKET, |file| {
        number(file, 0);
        number(file, (stamp >> 32) as u32);
        number(file, stamp as u32);
        number(file, captured);
        number(file, frame.record.len.max(captured));
        file.extend(bytes);
        pad(file);
        text_option(file, COMMENT, &comment(timeline, frame));
        end_of_options(file);
    });
}

/// A block: its type, its length at both ends, its content. Every content is a multiple of four bytes long.
fn block(file: &mut Vec<u8>, kind: u32, content: impl FnOnce(&mut Vec<u8>)) {
    let start = file.len();
    number(file, kind);
    number(file, 0);
    content(file);
    let length = (file.len() - start + 4) as u32;
    file[start + 4..start + 8].copy_from_slice(&length.to_le_bytes());
    number(file, length);
}

fn number(file: &mut Vec<u8>, value: u32) {
    file.extend(value.to_le_bytes());
}

/// Every block begins on a multiple of four, so the length of the file tells what is missing.
fn pad(file: &mut Vec<u8>) {
    file.resize(file.len().next_multiple_of(4), 0);
}

fn option(file: &mut Vec<u8>, code: u16, value: &[u8]) {
    // The length of an option is a 16-bit number; `text_option` sees to it.
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    file.extend(code.to_le_bytes());
    file.extend(length.to_le_bytes());
    file.extend(&value[..usize::from(length)]);
    pad(file);
}

/// An option with text, cut at a character where it is too long for the format.
fn text_option(file: &mut Vec<u8>, code: u16, text: &str) {
    let mut end = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    option(file, code, &text.as_bytes()[..end]);
}

fn end_of_options(file: &mut Vec<u8>) {
    file.extend([0; 4]);
}

/// `client>server data[1]; from client to server; caused by client.send[1]; bytes from client.send[1]`
fn comment(timeline: &Timeline, frame: &Frame) -> String {
    let mut parts = vec![frame.name()];
    match (&frame.record.from, &frame.record.to) {
        (Some(from), Some(to)) => parts.push(format!("from {from} to {to}")),
        (Some(from), None) => parts.push(format!("from {from}")),
        (None, Some(to)) => parts.push(format!("to {to}")),
        (None, None) => {}
    }
    parts.extend(origin::parts(timeline, frame));
    parts.join("; ")
}
