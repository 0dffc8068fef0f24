//! Taking each frame that comes in on any interface of this network namespace, and putting frames out: an AF_PACKET socket
//! with a TPACKET_V2 ring, and one for sending. packet(7).
//!
//! Version 2, because it hands each frame over at once; version 3 (`packet`) collects them for a millisecond, which on a
//! cable would be a millisecond of delay that nobody asked for. Its slots are as long as the longest frame, so the ring
//! holds fewer.

use super::{as_bytes, check};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr::NonNull;
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
    fd: OwnedFd,
    out: OwnedFd,
    ring: NonNull<u8>,
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
        let fd = packet_socket()?;
        // Never bound, so it receives nothing.
        let out = packet_socket()?;
        set(&fd, libc::PACKET_VERSION, &(libc::tpacket_versions::TPACKET_V2 as i32))?;
        // What is put out on an interface does not come in on it.
        set(&fd, libc::PACKET_IGNORE_OUTGOING, &1i32)?;
        let slot = (longest + BEFORE).next_power_of_two().max(2048);
        let block = BLOCK.max(slot);
        let (blocks, slots) = (RING / block, RING / slot);
        let request = libc::tpacket_req {
            tp_block_size: block as u32,
            tp_block_nr: blocks as u32,
            tp_frame_size: slot as u32,
            tp_frame_nr: slots as u32,
        };
        set(&fd, libc::PACKET_RX_RING, &request)?;
        // SAFETY: a new mapping of the ring just set up, of exactly its size; unmapped in `drop`.
        let ring = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                slot * slots,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                fd.as_raw_fd(),
                0,
            )
        };
        let ring = (ring != libc::MAP_FAILED).then_some(ring).and_then(|ring| NonNull::new(ring.cast()));
        let ring = ring.ok_or_else(io::Error::last_os_error)?;
        let taps = Taps { fd, out, ring, slot, slots, next: 0, lost: 0 };
        let mut address = link_layer(0);
        address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        // SAFETY: the address is alive and its size is given.
        check(i64::from(unsafe {
            libc::bind(taps.fd.as_raw_fd(), std::ptr::from_ref(&address).cast(), size_of_val(&address) as u32)
        }))?;
        Ok(taps)
    }

    fn status(&self) -> &AtomicU32 {
        // SAFETY: the slot is within the mapping, which lives as long as `self`, and slots are aligned to 2048 bytes. Its
        // first word is the status, which the kernel writes too, so it is only accessed as an atomic.
        unsafe { AtomicU32::from_ptr(self.ring.as_ptr().add(self.next * self.slot).cast::<u32>()) }
    }

    /// True when a frame has come in that was not taken yet: one look at memory, no system call.
    pub(crate) fn ready(&self) -> bool {
        self.status().load(Ordering::Acquire) & libc::TP_STATUS_USER != 0
    }

    /// Takes the frame that came in first.
    pub(crate) fn take(&mut self) -> Option<Taken> {
        if !self.ready() {
            return None;
        }
        // SAFETY: while the slot is ours the kernel does not write to it, and it lies within the mapping.
        let slot = unsafe { std::slice::from_raw_parts(self.ring.as_ptr().add(self.next * self.slot), self.slot) };
        let taken = frame_of(slot);
        self.status().store(libc::TP_STATUS_KERNEL, Ordering::Release);
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
        // SAFETY: an all-zero tpacket_stats is a valid value of that plain C structure.
        let mut stats: libc::tpacket_stats = unsafe { std::mem::zeroed() };
        let mut len = size_of_val(&stats) as libc::socklen_t;
        // SAFETY: the structure is alive and its size is given. Reading the counter resets it.
        let read = unsafe {
            libc::getsockopt(
                self.fd.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                std::ptr::from_mut(&mut stats).cast(),
                &mut len,
            )
        };
        if read == 0 {
            self.lost += u64::from(stats.tp_drops);
        }
        self.lost
    }
}

impl AsFd for Taps {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Taps {
    fn drop(&mut self) {
        // SAFETY: the mapping was made in `open` with this size, and no slice of it outlives `take`.
        unsafe { libc::munmap(self.ring.as_ptr().cast(), self.slot * self.slots) };
    }
}

/// A packet socket that receives nothing until it is bound: its protocol is 0.
fn packet_socket() -> io::Result<OwnedFd> {
    // SAFETY: socket takes integers and returns a new descriptor that nobody else owns.
    unsafe {
        let fd = check(i64::from(libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0)))?;
        Ok(OwnedFd::from_raw_fd(fd as i32))
    }
}

fn link_layer(interface: i32) -> libc::sockaddr_ll {
    // SAFETY: an all-zero sockaddr_ll is a valid value of that plain C structure.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_ifindex = interface;
    address
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

fn set<T>(fd: &OwnedFd, option: i32, value: &T) -> io::Result<()> {
    let bytes = as_bytes(value);
    // SAFETY: the value is alive and its size is given.
    check(i64::from(unsafe {
        libc::setsockopt(fd.as_raw_fd(), libc::SOL_PACKET, option, bytes.as_ptr().cast(), bytes.len() as u32)
    }))?;
    Ok(())
}
