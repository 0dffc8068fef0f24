//! Whether a task computes: the state that the kernel tells in /proc/TID/stat (proc_pid_stat(5)).
//!
//! Asked several times in each turn, so the file stays open and only its beginning is read.

use super::{decode, finish};
use std::cell::OnceCell;
use std::fs::File;
use std::os::unix::fs::FileExt;

/// A look at one task.
#[derive(Debug, Default)]
pub(crate) struct Sleep {
    stat: OnceCell<Option<File>>,
}

impl Sleep {
    /// True when this task is not computing. One that is gone computes nothing.
    pub(crate) fn asleep(&self, tid: i32) -> bool {
        let stat = self.stat.get_or_init(|| File::open(format!("/proc/{tid}/stat")).ok());
        // The number, the name (at most 15 bytes, of any kind) in parentheses, a space, the state.
        let mut start = [0u8; 48];
        let read = stat.as_ref().and_then(|stat| stat.read_at(&mut start, 0).ok()).unwrap_or(0);
        let name_ends = start[..read].iter().rposition(|byte| *byte == b')');
        match name_ends.and_then(|at| start[..read].get(at + 2)) {
            Some(b'R') => false,
            // Uninterruptible sleep is short, except that of a vfork whose child has yet to run its program.
            Some(b'D') => finish::syscall_number(tid).is_some_and(decode::makes_task),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sleep;
    use std::process::{Command, Stdio};

    #[test]
    fn whoever_looks_is_computing_and_a_child_that_reads_is_not_nor_is_one_that_has_ended() {
        let own = nix::unistd::gettid().as_raw();
        assert!(!Sleep::default().asleep(own));
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (sleep, tid) = (Sleep::default(), child.id() as i32);
        let until = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while !sleep.asleep(tid) {
            assert!(std::time::Instant::now() < until, "cat does not wait for its input");
        }
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(sleep.asleep(tid));
    }
}
