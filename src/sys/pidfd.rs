//! Looking at a socket of another process through a borrowed descriptor: pidfd_getfd(2).
//!
//! The duplicate is closed before the function returns. While it exists it keeps the socket open, so these functions
//! are only called while the process that owns the socket is stopped.

use super::check;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// A descriptor that names a process.
pub(crate) fn open(pid: i32) -> io::Result<OwnedFd> {
    // SAFETY: pidfd_open takes two integers and returns a new descriptor.
    let fd = check(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) })?;
    // SAFETY: the kernel has just given us this descriptor and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// A descriptor that names one thread, for a process whose first thread has ended. Linux 6.9 and later.
pub(crate) fn open_thread(tid: i32) -> io::Result<OwnedFd> {
    const PIDFD_THREAD: i32 = libc::O_EXCL;
    // SAFETY: as in `open`.
    let fd = check(unsafe { libc::syscall(libc::SYS_pidfd_open, tid, PIDFD_THREAD) })?;
    // SAFETY: as in `open`.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// A duplicate of descriptor `fd` of the process.
pub(crate) fn borrow(process: &OwnedFd, fd: i32) -> io::Result<OwnedFd> {
    // SAFETY: pidfd_getfd takes three integers and returns a new descriptor.
    let fd = check(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) })?;
    // SAFETY: as in `open`.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as i32) })
}

/// The bytes of the socket's own address, as the kernel keeps it.
pub(crate) fn local_address(socket: &OwnedFd) -> io::Result<Vec<u8>> {
    address(socket, libc::getsockname)
}

/// The bytes of its peer's address.
pub(crate) fn peer_address(socket: &OwnedFd) -> io::Result<Vec<u8>> {
    address(socket, libc::getpeername)
}

type GetName = unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32;

fn address(socket: &OwnedFd, get: GetName) -> io::Result<Vec<u8>> {
    let mut bytes = [0u8; 128];
    let mut len = bytes.len() as libc::socklen_t;
    // SAFETY: the buffer is `len` bytes long and outlives the call; both functions write at most that.
    check(i64::from(unsafe { get(socket.as_raw_fd(), bytes.as_mut_ptr().cast(), &mut len) }))?;
    Ok(bytes[..(len as usize).min(bytes.len())].to_vec())
}

/// An integer option of level SOL_SOCKET: SO_DOMAIN, SO_TYPE, SO_ACCEPTCONN …
pub(crate) fn socket_option(socket: &OwnedFd, option: i32) -> io::Result<i32> {
    let mut value: i32 = 0;
    let mut len = size_of::<i32>() as libc::socklen_t;
    // SAFETY: `value` and `len` outlive the call, and `len` says how long `value` is.
    check(i64::from(unsafe {
        libc::getsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, std::ptr::from_mut(&mut value).cast(), &mut len)
    }))?;
    Ok(value)
}

/// SIOCINQ: bytes waiting in a stream's receive queue, or the size of a datagram socket's next datagram.
pub(crate) fn bytes_waiting(socket: &OwnedFd) -> io::Result<u32> {
    let mut value: i32 = 0;
    // SAFETY: the request writes one int.
    check(i64::from(unsafe { libc::ioctl(socket.as_raw_fd(), libc::FIONREAD, &mut value) }))?;
    Ok(value.max(0) as u32)
}
