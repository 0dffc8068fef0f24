//! Bytes → fields with byte ranges. Damaged frames are data: whatever can be read is, and the rest is named as damaged.

mod fields;
mod packet;

pub use fields::{Field, Layer, layers};
pub use packet::{Icmp, Ip, Packet, Tcp, Transport, Udp};
