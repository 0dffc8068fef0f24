//! Reading a stopped tracee's memory with process_vm_readv(2): one call for many bytes, where PTRACE_PEEKDATA needs one
//! for eight.

use std::io;

/// Reads up to `len` bytes at `address` of process `pid` and appends them to `into`. Fewer come back when the range runs
/// into a page that is not mapped; none is an error.
pub(crate) fn read(pid: i32, address: u64, len: usize, into: &mut Vec<u8>) -> io::Result<usize> {
    if len == 0 {
        return Ok(0);
    }
    into.reserve(len);
    let start = into.len();
    let local = libc::iovec { iov_base: into.spare_capacity_mut().as_mut_ptr().cast(), iov_len: len };
    let remote = libc::iovec { iov_base: address as usize as *mut libc::c_void, iov_len: len };
    // SAFETY: `local` is `len` bytes of reserved, exclusively borrowed capacity; `remote` is only an address in another
    // process, which the kernel checks.
    let read = unsafe { libc::process_vm_readv(pid, &local, 1, &remote, 1, 0) };
    if read < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has initialised `read` bytes (at most `len`) after `start`.
    unsafe { into.set_len(start + read as usize) };
    Ok(read as usize)
}

/// Reads exactly `N` bytes.
pub(crate) fn read_array<const N: usize>(pid: i32, address: u64) -> io::Result<[u8; N]> {
    let mut bytes = Vec::with_capacity(N);
    read(pid, address, N, &mut bytes)?;
    bytes.try_into().map_err(|_| io::ErrorKind::UnexpectedEof.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_memory_of_a_process_and_refuses_an_address_that_is_not_mapped() {
        let text = *b"hello";
        let own = std::process::id() as i32;
        assert_eq!(read_array::<5>(own, text.as_ptr() as u64).unwrap(), *b"hello");
        assert!(read_array::<5>(own, 8).is_err());
    }
}
