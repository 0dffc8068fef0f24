//! Every header field of a frame with the byte range it comes from: what `--layers` shows.
//!
//! Fields are cut out by offset, and only where their bytes exist: a field that the end of the frame cuts through is
//! listed as cut off, and the ones behind it are not listed at all.

use super::dissect::{self, Step};
use super::packet::Transport;
use super::{arp, ethernet, icmp, icmpv6, ipv4, ipv6, tcp, udp};
use std::ops::Range;

/// One protocol layer of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// `Ethernet`, `IPv4`, `TCP` …, `quoted IPv4` for the headers an ICMP error quotes, `padding` for bytes behind the
    /// datagram.
    pub name: &'static str,
    /// The bytes of the layer's header.
    pub range: Range<usize>,
    /// Its fields in the order of the bytes.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `destination port`
    pub name: &'static str,
    /// The bytes it comes from. Fields of less than a byte name the byte they lie in.
    pub range: Range<usize>,
    /// `8080`, `0x1234`, `SYN ACK` …
    pub value: String,
}

/// The layers of a frame that starts with an Ethernet header, in the order of their bytes. Total: any bytes give a
/// result.
pub fn layers(frame: &[u8]) -> Vec<Layer> {
    let mut layers = Vec::new();
    let packet = dissect::frame(frame, &mut |step| layers.push(describe(frame, step)));
    if let Transport::Icmp(icmp) = &packet.transport {
        // One level of quoting: an ICMP error about an ICMP error is not allowed to exist (RFC 1122, 3.2.2).
        dissect::quoted(frame, icmp, &mut |step| {
            let mut layer = describe(frame, step);
            layer.name = quoted_name(layer.name);
            layers.push(layer);
        });
    }
    layers.sort_by_key(|layer| layer.range.start);
    layers
}

fn describe(frame: &[u8], step: Step) -> Layer {
    match step {
        Step::Ethernet(range) => ethernet::layer(frame, range),
        Step::Vlan(range) => ethernet::vlan_layer(frame, range),
        Step::Arp(range) => arp::layer(frame, range),
        Step::Ipv4(range) => ipv4::layer(frame, range),
        Step::Ipv6(range) => ipv6::layer(frame, range),
        Step::Extension(number, range) => ipv6::extension_layer(frame, number, range),
        Step::Tcp(body) => tcp::layer(frame, body),
        Step::Udp(body) => udp::layer(frame, body),
        Step::Icmpv4(body) => icmp::layer(frame, body),
        Step::Icmpv6(body) => icmpv6::layer(frame, body),
        Step::Padding(range) => {
            let mut fields = Fields::new("padding", frame, range);
            fields.add("padding", 0..fields.len(), |bytes| format!("{} bytes behind the datagram", bytes.len()));
            fields.finish()
        }
    }
}

fn quoted_name(name: &'static str) -> &'static str {
    match name {
        "IPv4" => "quoted IPv4",
        "IPv6" => "quoted IPv6",
        "TCP" => "quoted TCP",
        "UDP" => "quoted UDP",
        "ICMPv4" => "quoted ICMPv4",
        "ICMPv6" => "quoted ICMPv6",
        "padding" => "behind the quoted datagram",
        _ => "quoted header",
    }
}

/// Collects the fields of one header. Offsets count from the header's first byte.
pub(super) struct Fields<'f> {
    header: &'f [u8],
    start: usize,
    layer: Layer,
}

impl<'f> Fields<'f> {
    /// Begins a layer. A range that reaches out of the frame gives a layer without bytes.
    pub(super) fn new(name: &'static str, frame: &'f [u8], range: Range<usize>) -> Self {
        let (header, range) = match frame.get(range.clone()) {
            Some(header) => (header, range),
            None => (&frame[..0], 0..0),
        };
        Fields { header, start: range.start, layer: Layer { name, range, fields: Vec::new() } }
    }

    /// Bytes of the header that are there.
    pub(super) fn len(&self) -> usize {
        self.header.len()
    }

    /// The bytes of the header that are there.
    pub(super) fn bytes(&self) -> &'f [u8] {
        self.header
    }

    /// Adds a field if the header holds its bytes.
    pub(super) fn add(&mut self, name: &'static str, at: Range<usize>, value: impl FnOnce(&[u8]) -> String) {
        if let Some(bytes) = self.header.get(at.clone()) {
            self.push(name, at, value(bytes));
        } else if at.start < self.header.len() {
            let there = self.header.len() - at.start;
            self.push(name, at.start..self.header.len(), format!("cut off: {there} of {} bytes are there", at.len()));
        }
    }

    /// Adds a number in decimal.
    pub(super) fn number(&mut self, name: &'static str, at: Range<usize>) {
        self.add(name, at, |bytes| be(bytes).to_string());
    }

    /// Adds a number in hexadecimal, as wide as its bytes.
    pub(super) fn hex(&mut self, name: &'static str, at: Range<usize>) {
        self.add(name, at, hex);
    }

    /// The layer.
    pub(super) fn finish(self) -> Layer {
        self.layer
    }

    fn push(&mut self, name: &'static str, at: Range<usize>, value: String) {
        let range = self.start + at.start..self.start + at.end;
        self.layer.fields.push(Field { name, range, value });
    }
}

/// The number that stands in these bytes in network order. Of more than eight bytes the last eight count.
pub(super) fn be(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The two bytes at this offset as a number, 0 where there are none: callers have checked the length.
pub(super) fn be16(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// The four bytes at this offset as a number, 0 where there are none: callers have checked the length.
pub(super) fn be32(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]),
        _ => 0,
    }
}

/// `0x0a1b`
pub(super) fn hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".into();
    }
    bytes.iter().fold(String::from("0x"), |text, byte| text + &format!("{byte:02x}"))
}

/// A number and its name: `6 (TCP)`, or the number alone.
pub(super) fn named(number: impl std::fmt::Display, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{number} ({name})"),
        None => number.to_string(),
    }
}

/// An address by the length of its bytes: Ethernet, IPv4, IPv6, or plain hex.
pub(super) fn address(bytes: &[u8]) -> String {
    if let Ok(bytes) = <[u8; 4]>::try_from(bytes) {
        std::net::Ipv4Addr::from(bytes).to_string()
    } else if let Ok(bytes) = <[u8; 16]>::try_from(bytes) {
        std::net::Ipv6Addr::from(bytes).to_string()
    } else if bytes.len() == 6 {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    } else {
        hex(bytes)
    }
}
