//! All unsafe code of the project: system calls for which no safe wrapper exists.
//!
//! Each function here is safe to call and says why; nothing here decides anything. Refuses policy: which calls to trace,
//! what to record and when to resume belong to `recorder`, what to build to `sandbox`.
#![allow(unsafe_code)]

pub(crate) mod diag;
pub(crate) mod link;
pub(crate) mod memory;
mod netlink;
pub(crate) mod packet;
pub(crate) mod pidfd;
pub(crate) mod process;
mod ring;
pub(crate) mod tap;
pub(crate) mod tracee;
pub(crate) mod wait;

use std::io;

/// Turns the C convention "-1 and errno" into a `Result`.
fn check(ret: libc::c_long) -> io::Result<libc::c_long> {
    if ret == -1 { Err(io::Error::last_os_error()) } else { Ok(ret) }
}

/// The bytes of a C structure that has no padding we care about: for handing it to the kernel.
fn as_bytes<T>(value: &T) -> &[u8] {
    // SAFETY: `value` is a valid reference, so `size_of::<T>()` bytes from its address are readable for its lifetime.
    // Only `repr(C)` structures whose every byte is initialised (they start from `zeroed`) are passed here.
    unsafe { std::slice::from_raw_parts(std::ptr::from_ref(value).cast::<u8>(), size_of::<T>()) }
}
