//! Taking each frame that comes in on any interface of this network namespace, and putting frames out: an AF_PACKET socket
//! with a TPACKET_V2 ring, and one for sending. packet(7).
//!
//! Version 2, because it hands each frame over at once; version 3 (`packet`) collects them for a millisecond, which on a
//! cable would be a millisecond of delay that nobody asked for. Its slots are as long as the longest frame, so the ring
//! holds fewer.

use super::check;
use super::ring::{Ring, link_layer, packet_socket, set};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};

/// Bytes of the ring: more than TCP's largest windows in both directions.
const RING: usize = 32 << 20;
/// Bytes of a block, when a frame needs no more.
const BLOCK: usize = 64 << 10;
/// What stands before a frame in its slot: `struct tpacket2_hdr`, `struct sockaddr_ll`, and the kernel's rounding.
const BEFORE: usize = 160;

/// Where a VLAN tag stands in a frame: behind both addresses.
const TAG_AT: usize = 12;

/// The taps of all interfaces.
pub(crate) struct Taps {
    ring: Ring,
    out: OwnedFd,
    slot: usize,
    slots: usize,
    /// The slot the kernel fills next.
    next: usize,
    lost: u64,
}

/// A frame that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Number of the interface.
    pub interface: i32,
    /// The kernel's stamp: nanoseconds of CLOCK_REALTIME.
    pub stamp: i128,
    /// Length on the wire.
    pub len: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Taps {
    /// Opens the taps of the network namespace of this process for frames of up to `longest` bytes.
    pub(crate) fn open(longest: usize) -> io::Result<Taps> {
        let slot = (longest + BEFORE).next_power_of_two().max(2048);
        let block = BLOCK.max(slot);
        let slots = RING / slot;
        let request = libc::tpacket_req {
            tp_block_size: block as u32,
            tp_block_nr: (RING / block) as u32,
            tp_frame_size: slot as u32,
            tp_frame_nr: slots as u32,
        };
        let ring = Ring::new(libc::tpacket_versions::TPACKET_V2, &request, slot * slots)?;
        ring.bind(0)?;
        // Never bound, so it receives nothing. Straight to the driver: an interface has no queue until the kernel has noticed,
        // in its own time, that both ends of its cable are up, and loses what it is given before.
        let out = packet_socket()?;
        set(&out, libc::PACKET_QDISC_BYPASS, &1i32)?;
        Ok(Taps { ring, out, slot, slots, next: 0, lost: 0 })
    }

    fn status(&self) -> Option<&AtomicU32> {
        let word = self.ring.at(self.next * self.slot)?;
        // SAFETY: the word is within the mapping, which lives as long as `self`, and slots are aligned to 2048 bytes. It is the
        // slot's status, which the kernel writes too, so it is only accessed as an atomic.
        Some(unsafe { AtomicU32::from_ptr(word.as_ptr().cast::<u32>()) })
    }

    /// True when a frame has come in that was not taken yet: one look at memory, no system call.
    pub(crate) fn ready(&self) -> bool {
        self.status().is_some_and(|status| status.load(Ordering::Acquire) & libc::TP_STATUS_USER != 0)
    }

    /// Takes the frame that came in first.
    pub(crate) fn take(&mut self) -> Option<Taken> {
        if !self.ready() {
            return None;
        }
        let start = self.ring.at(self.next * self.slot)?;
        // SAFETY: while the slot is ours the kernel does not write to it, and it lies within the mapping.
        let taken = frame_of(unsafe { std::slice::from_raw_parts(start.as_ptr(), self.slot) });
        self.status()?.store(libc::TP_STATUS_KERNEL, Ordering::Release);
        self.next = (self.next + 1) % self.slots;
        taken
    }

    /// Puts a frame out on an interface: it comes in at the other end of the cable.
    pub(crate) fn put(&self, interface: i32, bytes: &[u8]) -> io::Result<()> {
        let address = link_layer(interface);
        // SAFETY: both buffers are alive and as long as said.
        check(unsafe {
            libc::sendto(
                self.out.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                0,
                std::ptr::from_ref(&address).cast(),
                size_of_val(&address) as u32,
            )
        } as i64)?;
        Ok(())
    }

    /// How many frames the kernel had to drop since the start, because the ring was full.
    pub(crate) fn lost(&mut self) -> u64 {
        self.lost += self.ring.count().1;
        self.lost
    }
}

impl AsFd for Taps {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.ring.as_fd()
    }
}

/// Reads a slot: `struct tpacket2_hdr`, then at 32 `struct sockaddr_ll`, then the frame. Offsets come from the kernel; a
/// wrong one gives no frame instead of a panic.
fn frame_of(slot: &[u8]) -> Option<Taken> {
    let word = |at: usize| -> Option<u32> { Some(u32::from_ne_bytes(slot.get(at..at + 4)?.try_into().ok()?)) };
    let half = |at: usize| -> Option<u16> { Some(u16::from_ne_bytes(slot.get(at..at + 2)?.try_into().ok()?)) };
    // status, len, snaplen, mac (u16) and net (u16), sec, nsec, vlan_tci (u16) and vlan_tpid (u16)
    let (mut len, captured) = (word(4)?, word(8)? as usize);
    let start = usize::from(half(12)?);
    let (seconds, nanos) = (word(16)?, word(20)?);
    // sockaddr_ll: family (u16), protocol (u16), ifindex
    let interface = word(32 + 4)? as i32;
    let mut bytes = slot.get(start..start.checked_add(captured)?)?.to_vec();
    // The kernel takes a VLAN tag out of the frame and hands it over beside it.
    if word(0)? & libc::TP_STATUS_VLAN_VALID != 0 && bytes.len() >= TAG_AT {
        bytes.splice(TAG_AT..TAG_AT, [half(26)?.to_be_bytes(), half(24)?.to_be_bytes()].concat());
        len += 4;
    }
    Some(Taken { interface, stamp: i128::from(seconds) * 1_000_000_000 + i128::from(nanos), len, bytes })
}
