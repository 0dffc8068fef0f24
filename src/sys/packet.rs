//! Capturing every frame of an interface once: an AF_PACKET socket with a TPACKET_V3 ring. packet(7).
//!
//! A ring, because a plain packet socket's buffer holds about 200 small frames, and a user namespace may not enlarge it.
//! Version 3, because its frames take the room they need: a 64 KiB loopback frame and a 60-byte ACK share a block.
//! The kernel hands a block over when it is full or a millisecond old, so frames arrive here up to that late; their
//! stamps are exact.

use super::ring::Ring;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicU32, Ordering, fence};

/// A block must hold the largest frame: 65 536 bytes and headers.
const BLOCK: usize = 128 * 1024;
/// 32 MiB: the kernel clears them before the first program can start, which takes its time. Tracees wait for the recorder
/// at each call, so what one call can put on the wire is what the ring must hold.
const BLOCKS: usize = 256;
/// 8 MiB, where turns are given: between two looks at the ring one task made one call.
const FEW_BLOCKS: usize = 64;
/// Milliseconds after which a block that is not full is handed over.
const PATIENCE: u32 = 1;

/// A running capture.
pub(crate) struct Capture {
    ring: Ring,
    /// How many blocks it has.
    blocks: usize,
    /// The block the kernel hands over next.
    next: usize,
    /// Frames handed over here, captured by the kernel, and dropped by it.
    handed: u64,
    seen: u64,
    lost: u64,
}

/// A captured frame.
pub(crate) struct Captured<'a> {
    /// The kernel's stamp: nanoseconds of CLOCK_REALTIME.
    pub stamp: i128,
    /// Length on the wire.
    pub len: u32,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl Capture {
    /// Starts capturing on interface number `interface`; `in_turns`: one task at a time makes its calls.
    pub(crate) fn open(interface: i32, in_turns: bool) -> io::Result<Capture> {
        let blocks = if in_turns { FEW_BLOCKS } else { BLOCKS };
        let request = libc::tpacket_req3 {
            tp_block_size: BLOCK as u32,
            tp_block_nr: blocks as u32,
            tp_frame_size: 2048,
            tp_frame_nr: (BLOCK / 2048 * blocks) as u32,
            tp_retire_blk_tov: PATIENCE,
            tp_sizeof_priv: 0,
            tp_feature_req_word: 0,
        };
        let ring = Ring::new(libc::tpacket_versions::TPACKET_V3, &request, BLOCK * blocks)?;
        ring.bind(interface)?;
        Ok(Capture { ring, blocks, next: 0, handed: 0, seen: 0, lost: 0 })
    }

    /// True when the kernel has handed over a block that was not taken yet: one look at memory, no system call.
    pub(crate) fn ready(&self) -> bool {
        self.status().is_some_and(|status| status.load(Ordering::Acquire) & libc::TP_STATUS_USER != 0)
    }

    fn status(&self) -> Option<&AtomicU32> {
        let word = self.ring.at(self.next * BLOCK + 8)?;
        // SAFETY: the word is within the mapping, which lives as long as `self`, and blocks are page-aligned; the kernel
        // writes it, so it is only accessed as an atomic. Before it stand a version and an offset of four bytes each.
        Some(unsafe { AtomicU32::from_ptr(word.as_ptr().cast::<u32>()) })
    }

    /// Hands every frame that the kernel has given over to `each`, oldest first.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(Captured<'_>)) {
        for _ in 0..self.blocks {
            if !self.ready() {
                return;
            }
            let Some(base) = self.ring.at(self.next * BLOCK) else { return };
            // SAFETY: while the block is ours the kernel does not write to it, and it lies within the mapping.
            let block = unsafe { std::slice::from_raw_parts(base.as_ptr(), BLOCK) };
            frames_of_block(block, &mut |frame| {
                self.handed += 1;
                each(frame);
            });
            fence(Ordering::Release);
            if let Some(status) = self.status() {
                status.store(libc::TP_STATUS_KERNEL, Ordering::Release);
            }
            self.next = (self.next + 1) % self.blocks;
        }
    }

    /// True while the kernel has captured frames that it has not handed over yet.
    pub(crate) fn has_more(&mut self) -> bool {
        self.count();
        self.handed + self.lost < self.seen
    }

    /// How many frames the kernel had to drop since the start, because the ring was full.
    pub(crate) fn lost(&mut self) -> u64 {
        self.count();
        self.lost
    }

    fn count(&mut self) {
        let (seen, lost) = self.ring.count();
        self.seen += seen;
        self.lost += lost;
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ring.as_fd()
    }
}

/// Walks the frames of a block. Offsets come from the kernel; a wrong one ends the walk instead of the program.
fn frames_of_block(block: &[u8], each: &mut impl FnMut(Captured<'_>)) {
    let word = |at: usize| -> Option<u32> { Some(u32::from_ne_bytes(block.get(at..at + 4)?.try_into().ok()?)) };
    // struct tpacket_block_desc: version, offset_to_priv, then tpacket_hdr_v1: block_status, num_pkts, offset_to_first_pkt
    let (Some(count), Some(first)) = (word(12), word(16)) else { return };
    let mut at = first as usize;
    for _ in 0..count {
        // struct tpacket3_hdr: next_offset, sec, nsec, snaplen, len, status, then mac (u16) and net (u16)
        let (Some(next), Some(seconds), Some(nanos)) = (word(at), word(at + 4), word(at + 8)) else { return };
        let (Some(captured), Some(len)) = (word(at + 12), word(at + 16)) else { return };
        let Some(mac) = block.get(at + 24..at + 26).and_then(|bytes| bytes.try_into().ok()).map(u16::from_ne_bytes)
        else {
            return;
        };
        let start = at + usize::from(mac);
        let Some(bytes) = block.get(start..start.saturating_add(captured as usize)) else { return };
        each(Captured { stamp: i128::from(seconds) * 1_000_000_000 + i128::from(nanos), len, bytes });
        at += next as usize;
    }
}
