//! What every AF_PACKET socket with a ring needs: the socket, its options, the memory it shares with the kernel, its
//! interface. packet(7). What lies in the ring is for `packet` and `tap` to know.

use super::{as_bytes, check};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr::NonNull;

/// A packet socket and the ring it fills.
pub(super) struct Ring {
    fd: OwnedFd,
    start: NonNull<u8>,
    len: usize,
}

impl Ring {
    /// A socket of this version of the ring, which captures once it is bound. Frames that go out are left out: loopback would
    /// show each twice, and what is put out on a cable does not come in from it.
    pub(super) fn new<T>(version: libc::tpacket_versions, request: &T, len: usize) -> io::Result<Ring> {
        let fd = packet_socket()?;
        set(&fd, libc::PACKET_VERSION, &(version as i32))?;
        set(&fd, libc::PACKET_IGNORE_OUTGOING, &1i32)?;
        set(&fd, libc::PACKET_RX_RING, request)?;
        // SAFETY: a new mapping of the ring just set up, of exactly its size; unmapped in `drop`.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                fd.as_raw_fd(),
                0,
            )
        };
        let start = (start != libc::MAP_FAILED).then_some(start).and_then(|start| NonNull::new(start.cast()));
        Ok(Ring { fd, start: start.ok_or_else(io::Error::last_os_error)?, len })
    }

    /// Begins to capture on this interface, or with 0 on all of the network namespace of this process.
    pub(super) fn bind(&self, interface: i32) -> io::Result<()> {
        let mut address = link_layer(interface);
        address.sll_protocol = (libc::ETH_P_ALL as u16).to_be();
        // SAFETY: the address is alive and its size is given.
        check(i64::from(unsafe {
            libc::bind(self.fd.as_raw_fd(), std::ptr::from_ref(&address).cast(), size_of_val(&address) as u32)
        }))?;
        Ok(())
    }

    /// A byte of the ring. None beyond its end.
    pub(super) fn at(&self, offset: usize) -> Option<NonNull<u8>> {
        // SAFETY: the offset is within the mapping, which lives as long as `self`.
        (offset < self.len).then(|| unsafe { self.start.add(offset) })
    }

    /// What the kernel counted since the last look: frames captured, and those among them that it had to drop.
    pub(super) fn count(&self) -> (u64, u64) {
        // SAFETY: an all-zero tpacket_stats_v3 is a valid value of that plain C structure; it begins with tpacket_stats, which
        // is what older rings fill.
        let mut stats: libc::tpacket_stats_v3 = unsafe { std::mem::zeroed() };
        let mut len = size_of_val(&stats) as libc::socklen_t;
        // SAFETY: the structure is alive and its size is given. Reading the counter resets it.
        unsafe {
            libc::getsockopt(
                self.fd.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                std::ptr::from_mut(&mut stats).cast(),
                &mut len,
            );
        }
        // tp_packets counts the dropped ones too: packet(7), PACKET_STATISTICS.
        (u64::from(stats.tp_packets), u64::from(stats.tp_drops))
    }
}

impl AsFd for Ring {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: the mapping was made in `new` with this size; whoever borrows from it borrows `self`.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

/// A packet socket that receives nothing until it is bound: its protocol is 0, so none of another interface slips in.
pub(super) fn packet_socket() -> io::Result<OwnedFd> {
    // SAFETY: socket takes integers and returns a new descriptor that nobody else owns.
    unsafe {
        let fd = check(i64::from(libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0)))?;
        Ok(OwnedFd::from_raw_fd(fd as i32))
    }
}

/// The address of an interface.
pub(super) fn link_layer(interface: i32) -> libc::sockaddr_ll {
    // SAFETY: an all-zero sockaddr_ll is a valid value of that plain C structure.
    let mut address: libc::sockaddr_ll = unsafe { std::mem::zeroed() };
    address.sll_family = libc::AF_PACKET as u16;
    address.sll_ifindex = interface;
    address
}

pub(super) fn set<T>(fd: &OwnedFd, option: i32, value: &T) -> io::Result<()> {
    let bytes = as_bytes(value);
    // SAFETY: the value is alive and its size is given.
    check(i64::from(unsafe {
        libc::setsockopt(fd.as_raw_fd(), libc::SOL_PACKET, option, bytes.as_ptr().cast(), bytes.len() as u32)
    }))?;
    Ok(())
}
