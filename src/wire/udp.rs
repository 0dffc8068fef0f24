//! UDP (RFC 768).

use super::checksum;
use super::dissect::Body;
use super::fields::{Fields, Layer, be16};
use super::packet::Udp;

/// Bytes of the header.
pub(super) const HEADER: usize = 8;

/// The header's facts; none when fewer than its eight bytes are there.
pub(super) fn read(bytes: &[u8]) -> Option<Udp> {
    let header = bytes.get(..HEADER)?;
    Some(Udp { src_port: be16(header, 0), dst_port: be16(header, 2), length: be16(header, 4) })
}

pub(super) fn layer(frame: &[u8], body: Body) -> Layer {
    let covered = frame.get(body.whole.clone()).unwrap_or_default();
    let mut fields = Fields::new("UDP", frame, body.header);
    fields.number("source port", 0..2);
    fields.number("destination port", 2..4);
    fields.add("length", 4..6, |bytes| format!("{} (header and payload)", be16(bytes, 0)));
    fields.add("checksum", 6..8, |bytes| match (be16(bytes, 0), body.version) {
        (0, 4) => "0x0000, none (the sender left it out)".into(),
        (0, _) => "0x0000, none (IPv6 forbids that outside tunnels, RFC 8200)".into(),
        (field, _) => checksum::verdict(field, covered, body.check),
    });
    fields.finish()
}
