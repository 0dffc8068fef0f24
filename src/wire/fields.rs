//! Every header field of a frame with the byte range it comes from: what `--layers` shows.

use std::ops::Range;

/// One protocol layer of a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// `Ethernet`, `IPv4`, `TCP` …
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

/// The layers of a frame that starts with an Ethernet header. Total: any bytes give a result.
pub fn layers(frame: &[u8]) -> Vec<Layer> {
    let _ = frame;
    todo!()
}
