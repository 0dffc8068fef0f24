//! Waiting for tracees: `wait4` with `__WALL`, decoded by hand because signals above 31 are ordinary here and
//! libraries that model signals as a closed enum fail on them.

use std::io;
use std::time::Duration;

/// What a tracee did that made the kernel report it. See ptrace(2), "Stopped states".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// It exited.
    Exited {
        /// With this status.
        code: i32,
        /// Processor time of its process and of those children that it waited for, microseconds.
        cpu_us: u64,
    },
    /// A signal killed it.
    Killed {
        /// This one.
        signal: i32,
        /// As above.
        cpu_us: u64,
    },
    /// The seccomp filter stopped it at the entry of a call.
    Seccomp,
    /// It stopped at the exit (or entry) of a call.
    Syscall,
    /// fork, vfork or clone made a new tracee: ask `tracee::event_message` for its id.
    NewTask,
    /// It replaced its program; the message is its former thread id.
    Exec,
    /// A new tracee's first stop, or the end of a group-stop.
    Started,
    /// It is in a group-stop: SIGSTOP or one of its kin was delivered to its process.
    GroupStop,
    /// This signal is about to be delivered.
    Signal(i32),
}

impl Report {
    /// True when the task is gone.
    pub(crate) fn is_end(self) -> bool {
        matches!(self, Report::Exited { .. } | Report::Killed { .. })
    }
}

/// The next report of any tracee, or none when none is waiting.
pub(crate) fn next() -> io::Result<Option<(i32, Report)>> {
    wait(libc::WNOHANG)
}

/// Waits for the next report of any tracee; none when a signal, such as a tick, came first, or when there is no tracee.
pub(crate) fn next_or_signal() -> io::Result<Option<(i32, Report)>> {
    wait(0)
}

/// Makes SIGALRM arrive every so often, or never again when the interval is zero. A single alarm could arrive just before
/// `waitpid` begins to sleep and be lost on it; of repeated ones, the next still wakes it.
pub(crate) fn tick_every(interval: Duration) {
    let interval = libc::timeval { tv_sec: 0, tv_usec: interval.subsec_micros().into() };
    let timer = libc::itimerval { it_interval: interval, it_value: interval };
    // SAFETY: `timer` outlives the call, which copies it; the old value is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &timer, std::ptr::null_mut()) };
}

fn wait(options: i32) -> io::Result<Option<(i32, Report)>> {
    let mut status = 0;
    // SAFETY: `rusage` is integers, for which zero is a value.
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: `status` and `used` outlive the call; wait4 writes nothing else.
        let pid = unsafe { libc::wait4(-1, &mut status, libc::__WALL | options, &mut used) };
        match pid {
            0 => return Ok(None),
            -1 => {
                let error = io::Error::last_os_error();
                match error.raw_os_error() {
                    Some(libc::EINTR) if options & libc::WNOHANG != 0 => continue,
                    Some(libc::EINTR | libc::ECHILD) => return Ok(None),
                    _ => return Err(error),
                }
            }
            pid => return Ok(Some((pid, decode(status, &used)))),
        }
    }
}

fn decode(status: i32, used: &libc::rusage) -> Report {
    let microseconds = |time: libc::timeval| time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64;
    let cpu_us = microseconds(used.ru_utime) + microseconds(used.ru_stime);
    if libc::WIFEXITED(status) {
        return Report::Exited { code: libc::WEXITSTATUS(status), cpu_us };
    }
    if libc::WIFSIGNALED(status) {
        return Report::Killed { signal: libc::WTERMSIG(status), cpu_us };
    }
    let signal = libc::WSTOPSIG(status);
    match status >> 16 {
        0 if signal == libc::SIGTRAP | 0x80 => Report::Syscall,
        0 => Report::Signal(signal),
        libc::PTRACE_EVENT_SECCOMP => Report::Seccomp,
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => Report::NewTask,
        libc::PTRACE_EVENT_EXEC => Report::Exec,
        libc::PTRACE_EVENT_STOP => match signal {
            libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => Report::GroupStop,
            _ => Report::Started,
        },
        _ => Report::Started,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_status_is_told_apart_by_its_bits() {
        // SAFETY: `rusage` is integers, for which zero is a value.
        let mut used: libc::rusage = unsafe { std::mem::zeroed() };
        (used.ru_utime.tv_sec, used.ru_stime.tv_usec) = (2, 5);
        let decode = |status| decode(status, &used);
        assert_eq!(decode(0x0300), Report::Exited { code: 3, cpu_us: 2_000_005 });
        assert_eq!(decode(9), Report::Killed { signal: 9, cpu_us: 2_000_005 });
        assert_eq!(decode((7 << 16) | (5 << 8) | 0x7f), Report::Seccomp);
        assert_eq!(decode((0x85 << 8) | 0x7f), Report::Syscall);
        assert_eq!(decode((128 << 16) | (19 << 8) | 0x7f), Report::GroupStop);
        assert_eq!(decode((128 << 16) | (5 << 8) | 0x7f), Report::Started);
        assert_eq!(decode((34 << 8) | 0x7f), Report::Signal(34), "a real-time signal is ordinary");
    }
}
