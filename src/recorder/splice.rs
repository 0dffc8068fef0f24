//! No role may splice out of its standard input or into its standard output or errors: their other ends are ours.
//!
//! A splice between a pipe and a socket keeps the pipe locked while it waits for the socket. Whoever reads or writes the
//! pipe meanwhile waits for the lock, even with O_NONBLOCK, and so would the recorder: the peer that the socket waits for
//! would never go on, and no deadline would be looked at. `io::copy` of Rust splices, so this is common. The call fails as
//! it does for files that cannot be spliced, and programs then read and write instead.

use super::engine::Engine;
use crate::sys::tracee;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

/// The number by which a pipe is known at both its ends; none of a descriptor that cannot be asked.
pub(super) fn pipe_number(end: &OwnedFd) -> Option<u64> {
    let file = File::from(end.as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok().map(|data| data.ino())
}

impl Engine {
    /// True for a splice that has one of our pipes at either end.
    pub(super) fn splices_our_pipe(&self, role: usize, pid: i32, args: &[u64; 6]) -> bool {
        [args[0], args[2]].iter().any(|fd| {
            let link = std::fs::read_link(format!("/proc/{pid}/fd/{}", *fd as i32)).unwrap_or_default();
            let number = link.to_str().and_then(|link| link.strip_prefix("pipe:[")?.strip_suffix(']')?.parse().ok());
            number.is_some_and(|number| self.roles[role].pipes.contains(&number))
        })
    }

    pub(super) fn refuse_splice(&mut self, tid: i32, role: usize) {
        let _ = tracee::refuse_call(tid, libc::EINVAL);
        let _ = tracee::resume(tid, 0);
        self.tell(
            role,
            "asked to splice a socket with its standard input or output, which the lab holds at the other end: the lab \
             answered EINVAL, as for files that cannot be spliced. What it does without is shown",
        );
    }
}
