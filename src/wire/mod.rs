//! Bytes → fields with byte ranges. Damaged frames are data: whatever can be read is, and the rest is named as damaged.
//!
//! One walk over the headers (`dissect`) serves both readers: [`Packet::parse`] keeps the few facts that decide, and
//! [`layers`] spells out every field. The headers are read by hand: a parsing library would hand back values, and what
//! a learner needs is the place each value came from, of whole frames and of half ones. It refuses to guess: a part
//! that could not be read is absent, a checksum that could not be checked says why. Nothing here knows roles, calls or
//! connections.

mod arp;
mod checksum;
mod dissect;
mod ethernet;
mod fields;
mod icmp;
mod icmpv6;
mod ipv4;
mod ipv6;
mod packet;
mod tcp;
#[cfg(test)]
pub(crate) mod tests;
mod udp;

pub use fields::{Field, Layer, layers};
pub use packet::{Icmp, Ip, Packet, Tcp, Transport, Udp};
