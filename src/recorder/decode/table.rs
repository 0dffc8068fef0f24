//! The calls the filter stops at: those that are shown, and those after which a descriptor may mean something else.

/// Number of a system call.
pub(crate) type Number = i64;

/// Shown: everything a program can do to a socket. `read`, `write` and `close` are among them, and let pass at once when
/// their descriptor is no socket.
const SHOWN: &[Number] = &[
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_connect,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_sendto,
    libc::SYS_recvfrom,
    libc::SYS_sendmsg,
    libc::SYS_recvmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvmmsg,
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_sendfile,
    libc::SYS_splice,
    libc::SYS_shutdown,
    libc::SYS_close,
    libc::SYS_setsockopt,
    libc::SYS_getsockopt,
];

/// Watched only: they change what a descriptor number means (dup, close_range), end a signal handler (rt_sigreturn), or
/// would let a program do its work where nobody sees it (io_uring, which is refused).
const WATCHED: &[Number] = &[
    libc::SYS_dup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
    libc::SYS_dup3,
    libc::SYS_close_range,
    libc::SYS_rt_sigreturn,
    libc::SYS_io_uring_setup,
];

/// By which a program gets at files and at other processes: watched of guarded roles only.
const GUARDED: &[Number] = &[
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_creat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_tgkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
];

/// The calls that a guard looks at.
pub(crate) fn guarded_calls() -> impl Iterator<Item = Number> {
    GUARDED.iter().copied()
}

/// True for a call that a guard looks at.
pub(crate) fn is_guarded(number: Number) -> bool {
    GUARDED.contains(&number)
}

/// All calls the filter stops at.
pub(crate) fn traced_calls() -> impl Iterator<Item = Number> {
    SHOWN.iter().chain(WATCHED).copied()
}

/// Name of a call that is not shown but in which a program may wait, for the account of where everybody stood.
pub(crate) fn waiting_call(number: Number) -> Option<&'static str> {
    Some(match number {
        #[cfg(target_arch = "x86_64")]
        libc::SYS_poll => "poll",
        libc::SYS_ppoll => "ppoll",
        #[cfg(target_arch = "x86_64")]
        libc::SYS_select => "select",
        libc::SYS_pselect6 => "pselect",
        #[cfg(target_arch = "x86_64")]
        libc::SYS_epoll_wait => "epoll_wait",
        libc::SYS_epoll_pwait => "epoll_wait",
        libc::SYS_epoll_pwait2 => "epoll_wait",
        libc::SYS_futex => "futex (waiting for another thread)",
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => "sleep",
        libc::SYS_wait4 | libc::SYS_waitid => "wait (for a child process)",
        libc::SYS_rt_sigsuspend => "sigsuspend",
        #[cfg(target_arch = "x86_64")]
        libc::SYS_pause => "pause",
        _ => return None,
    })
}

/// The calls that make a process or thread. After vfork(2) they do not return before the child has run a program or ended.
pub(crate) fn makes_task(number: Number) -> bool {
    #[cfg(target_arch = "x86_64")]
    if number == libc::SYS_vfork {
        return true;
    }
    matches!(number, libc::SYS_clone | libc::SYS_clone3)
}
