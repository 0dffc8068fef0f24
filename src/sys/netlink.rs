//! One rtnetlink request and its answer: netlink(7), rtnetlink(7).

use super::check;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

/// Sends a request that creates something, in the network namespace of this process, and waits for the kernel's word.
pub(super) fn create(kind: u16, body: &[u8]) -> io::Result<()> {
    // SAFETY: socket takes integers and returns a new descriptor that nobody else owns.
    let fd = unsafe {
        let fd =
            check(i64::from(libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_ROUTE)))?;
        OwnedFd::from_raw_fd(fd as i32)
    };
    let flags = libc::NLM_F_REQUEST | libc::NLM_F_ACK | libc::NLM_F_CREATE | libc::NLM_F_EXCL;
    let mut message = Vec::with_capacity(16 + body.len());
    message.extend_from_slice(&(16 + body.len() as u32).to_ne_bytes());
    message.extend_from_slice(&kind.to_ne_bytes());
    message.extend_from_slice(&(flags as u16).to_ne_bytes());
    message.extend_from_slice(&[0; 8]); // sequence and port: one question, one answer
    message.extend_from_slice(body);
    let mut reply = [0u8; 1024];
    // SAFETY: both buffers are alive and as long as said.
    let read = unsafe {
        check(libc::send(fd.as_raw_fd(), message.as_ptr().cast(), message.len(), 0) as i64)?;
        check(libc::recv(fd.as_raw_fd(), reply.as_mut_ptr().cast(), reply.len(), 0) as i64)? as usize
    };
    // struct nlmsgerr after the header: 0 for success, else minus errno.
    match reply.get(16..20).filter(|_| read >= 20).and_then(|bytes| bytes.try_into().ok()) {
        Some(bytes) => match i32::from_ne_bytes(bytes) {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(-error)),
        },
        None => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// An attribute: length, type, value, padded to four bytes.
pub(super) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let len = 4 + value.len();
    let mut bytes = Vec::with_capacity(len.next_multiple_of(4));
    bytes.extend_from_slice(&(len as u16).to_ne_bytes());
    bytes.extend_from_slice(&kind.to_ne_bytes());
    bytes.extend_from_slice(value);
    bytes.resize(len.next_multiple_of(4), 0);
    bytes
}
