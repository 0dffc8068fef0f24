//! Buffers that are not flat: iovec, msghdr, mmsghdr. recvmsg(2), sendmmsg(2). The layouts are those of 64-bit Linux.

use super::Buffers;
use crate::sys::memory;

/// Where msg_namelen lies in a msghdr.
pub(super) const NAME_LEN_AT: u64 = 8;
const FLAGS_AT: u64 = 48;
const MSGHDR: usize = 56;
const MMSGHDR: usize = 64;
/// The kernel's UIO_MAXIOV.
const MOST_VECTORS: u64 = 1024;

/// A msghdr's facts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub name: u64,
    pub name_len: u64,
    pub vectors: u64,
    pub count: u64,
}

pub(super) fn header(tid: i32, at: u64) -> Option<Header> {
    let bytes = memory::read_array::<MSGHDR>(tid, at).ok()?;
    Some(parse_header(&bytes))
}

fn parse_header(bytes: &[u8]) -> Header {
    let word = |at: usize| u64::from_ne_bytes(std::array::from_fn(|index| bytes[at + index]));
    Header { name: word(0), name_len: word(8) & 0xffff_ffff, vectors: word(16), count: word(24) }
}

/// The flags the kernel wrote into a msghdr.
pub(crate) fn returned_flags(tid: i32, at: u64) -> i32 {
    memory::read_array::<4>(tid, at + FLAGS_AT).map(i32::from_ne_bytes).unwrap_or(0)
}

fn vectors(tid: i32, at: u64, count: u64) -> Vec<(u64, u64)> {
    let mut bytes = Vec::new();
    let len = count.min(MOST_VECTORS) as usize * 16;
    if memory::read(tid, at, len, &mut bytes).is_err() {
        return Vec::new();
    }
    let word = |bytes: &[u8]| u64::from_ne_bytes(std::array::from_fn(|index| bytes[index]));
    bytes.chunks_exact(16).map(|pair| (word(&pair[..8]), word(&pair[8..]))).collect()
}

/// How many bytes the buffers offer.
pub(super) fn total(tid: i32, buffers: Buffers) -> u64 {
    match buffers {
        Buffers::Flat { len, .. } => len,
        Buffers::Vectors { at, count } => {
            vectors(tid, at, count).iter().fold(0, |sum: u64, (_, len)| sum.saturating_add(*len))
        }
        Buffers::None | Buffers::Messages { .. } => 0,
    }
}

pub(super) fn bytes(tid: i32, buffers: Buffers, limit: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    match buffers {
        Buffers::None => {}
        Buffers::Flat { at, len } => read(tid, at, len, limit, &mut bytes),
        Buffers::Vectors { at, count } => {
            for (at, len) in vectors(tid, at, count) {
                read(tid, at, len, limit, &mut bytes);
            }
        }
        Buffers::Messages { at, count } => {
            for index in 0..count.min(MOST_VECTORS) {
                let Ok(message) = memory::read_array::<MMSGHDR>(tid, at + index * MMSGHDR as u64) else { break };
                let header = parse_header(&message[..MSGHDR]);
                for (at, len) in vectors(tid, header.vectors, header.count) {
                    read(tid, at, len, limit, &mut bytes);
                }
            }
        }
    }
    bytes
}

/// How long each of the first `count` messages is: the kernel writes that on the way back, sent or received.
pub(crate) fn lengths(tid: i32, at: u64, count: u64) -> Vec<u32> {
    let length_at = |index| at + index * MMSGHDR as u64 + MSGHDR as u64;
    let read = |index| memory::read_array::<4>(tid, length_at(index)).map(u32::from_ne_bytes);
    (0..count.min(MOST_VECTORS)).map_while(|index| read(index).ok()).collect()
}

/// The bytes of messages that recvmmsg filled in, each as long as the kernel says.
pub(crate) fn messages(tid: i32, at: u64, lengths: &[u32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, length) in lengths.iter().enumerate() {
        let Some(header) = header(tid, at + (index * MMSGHDR) as u64) else { break };
        let end = bytes.len().saturating_add(*length as usize).min(super::MOST_BYTES);
        for (at, len) in vectors(tid, header.vectors, header.count) {
            read(tid, at, len, end, &mut bytes);
        }
    }
    bytes
}

/// Appends at most what `limit` leaves. A buffer that is not readable adds nothing: the call will fail with EFAULT.
fn read(tid: i32, at: u64, len: u64, limit: usize, into: &mut Vec<u8>) {
    let len = len.min(limit.saturating_sub(into.len()) as u64) as usize;
    let _ = memory::read(tid, at, len, into);
}
