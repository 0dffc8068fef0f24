//! TCP (RFC 9293) and its options: MSS, window scale and timestamps (RFC 7323), SACK (RFC 2018); others by number.

use super::checksum;
use super::dissect::Body;
use super::fields::{Fields, Layer, be, be16, be32, hex};
use super::packet::Tcp;
use std::ops::Range;

/// Bytes of the header without options.
pub(super) const HEADER: usize = 20;

/// The header's facts; none when fewer than its twenty fixed bytes are there. The second part says what is wrong with
/// an option, if anything.
pub(super) fn read(bytes: &[u8]) -> Option<(Tcp, Option<String>)> {
    let header = bytes.get(..HEADER)?;
    let flags = header[13];
    let flag = |bit: u32| flags >> bit & 1 == 1;
    let mut tcp = Tcp {
        src_port: be16(header, 0),
        dst_port: be16(header, 2),
        seq: be32(header, 4),
        ack: be32(header, 8),
        fin: flag(0),
        syn: flag(1),
        rst: flag(2),
        psh: flag(3),
        ack_flag: flag(4),
        urg: flag(5),
        window: be16(header, 14),
        mss: None,
        window_scale: None,
        sacked: 0,
    };
    let mut damage = None;
    let end = header_length(bytes).clamp(HEADER, bytes.len());
    for option in options(&bytes[HEADER..end]) {
        let data = &bytes[HEADER + option.at.start..HEADER + option.at.end];
        match (option.kind, data.len()) {
            _ if option.damage.is_some() => damage = option.damage,
            // Both count in SYN segments only (RFC 9293, 3.7.1; RFC 7323, 2.2).
            (2, 4) if tcp.syn => tcp.mss = Some(be16(data, 2)),
            (3, 3) if tcp.syn => tcp.window_scale = Some(data[2]),
            (5, length) if length % 8 == 2 => tcp.sacked = sacked(&data[2..], tcp.ack),
            _ => {}
        }
    }
    Some((tcp, damage))
}

/// Bytes of the blocks of a SACK option that lie beyond `ack`. Others report what came twice (RFC 2883).
fn sacked(blocks: &[u8], ack: u32) -> u32 {
    let edges = blocks.chunks_exact(8).map(|block| (be32(block, 0), be32(block, 4)));
    let beyond = edges.filter(|(left, _)| (left.wrapping_sub(ack) as i32) > 0);
    beyond.fold(0, |sum, (left, right)| sum.saturating_add(right.wrapping_sub(left)))
}

/// What the header says about its own length, in bytes.
pub(super) fn header_length(bytes: &[u8]) -> usize {
    bytes.get(12).map_or(0, |byte| usize::from(byte >> 4) * 4)
}

/// One option: its number, its place behind the fixed header, and what is wrong with it.
struct Item {
    kind: u8,
    at: Range<usize>,
    damage: Option<String>,
}

/// The options in order. A damaged one is the last: nothing says where the next would start.
fn options(bytes: &[u8]) -> impl Iterator<Item = Item> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let kind = *bytes.get(at)?;
        let left = bytes.len() - at;
        let said = match kind {
            0 => left,
            1 => 1,
            _ => bytes.get(at + 1).copied().map_or(0, usize::from),
        };
        let (length, damage) = match said {
            _ if kind > 1 && left < 2 => (left, Some(format!("TCP option {kind} has no length byte"))),
            0 | 1 if kind > 1 => (left, Some(format!("TCP option {kind} says {said} bytes, the least is 2"))),
            _ if said > left => (left, Some(format!("TCP option {kind} says {said} bytes, {left} are there"))),
            _ => (said, None),
        };
        let item = Item { kind, at: at..at + length, damage };
        at += length;
        Some(item)
    })
}

pub(super) fn layer(frame: &[u8], body: Body) -> Layer {
    let covered = frame.get(body.whole.clone()).unwrap_or_default();
    let mut fields = Fields::new("TCP", frame, body.header);
    fields.number("source port", 0..2);
    fields.number("destination port", 2..4);
    fields.number("sequence number", 4..8);
    fields.number("acknowledgment number", 8..12);
    fields.add("header length (4 bits)", 12..13, |bytes| format!("{} bytes", header_length_nibble(bytes)));
    fields.add("reserved (4 bits)", 12..13, |bytes| (be(bytes) & 15).to_string());
    fields.add("flags", 13..14, |bytes| format!("0x{:02x}: {}", be(bytes), flag_names(be(bytes) as u8)));
    fields.number("window", 14..16);
    fields.add("checksum", 16..18, |bytes| checksum::verdict(be16(bytes, 0), covered, body.check));
    fields.number("urgent pointer", 18..20);
    if let Some(bytes) = fields.bytes().get(HEADER..) {
        for option in options(bytes) {
            let at = HEADER + option.at.start..HEADER + option.at.end;
            let (name, value) = describe(&option, &bytes[option.at.clone()]);
            fields.add(name, at, |_| value);
        }
    }
    fields.finish()
}

fn header_length_nibble(bytes: &[u8]) -> u64 {
    (be(bytes) >> 4) * 4
}

/// Names of the set flags in the order of Wireshark: from the lowest bit up, `SYN ACK`, `PSH ACK`.
pub(super) fn flag_names(flags: u8) -> String {
    let names = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];
    let set: Vec<_> =
        names.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1).map(|(_, name)| *name).collect();
    if set.is_empty() { "no flags".into() } else { set.join(" ") }
}

fn describe(option: &Item, bytes: &[u8]) -> (&'static str, String) {
    if let Some(damage) = &option.damage {
        return ("option, damaged", damage.clone());
    }
    match (option.kind, bytes.len()) {
        (0, length) => ("option: end", format!("{length} bytes to the end of the header")),
        (1, _) => ("option: no operation", "1 byte to align the next".into()),
        (2, 4) => ("option: maximum segment size", format!("{} bytes", be16(bytes, 2))),
        (3, 3) => {
            // More than 14 counts as 14 (RFC 7323, 2.3).
            let factor = 1u32 << bytes[2].min(14);
            ("option: window scale", format!("{} (window counts times {factor}, but not in this SYN)", bytes[2]))
        }
        (4, 2) => ("option: SACK permitted", "yes".into()),
        (5, length) if length % 8 == 2 && length > 2 => {
            let blocks: Vec<_> =
                bytes[2..].chunks_exact(8).map(|block| format!("{}..{}", be32(block, 0), be32(block, 4))).collect();
            ("option: SACK", format!("received out of order: {}", blocks.join(", ")))
        }
        (8, 10) => ("option: timestamps", format!("value {}, echo {}", be32(bytes, 2), be32(bytes, 6))),
        (kind, _) => ("option", format!("number {kind}: {}", hex(bytes.get(2..).unwrap_or_default()))),
    }
}
