//! Starting a tracee, and what a process asks the kernel about itself.

use super::check;
use seccompiler::BpfProgram;
use std::ffi::CString;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// A program to start, prepared so that the child allocates nothing between fork and exec.
pub(crate) struct Program {
    /// Path of the executable.
    pub path: CString,
    /// Arguments, the name first.
    pub argv: Vec<CString>,
    /// Environment as `NAME=value`.
    pub env: Vec<CString>,
    /// Working directory.
    pub directory: CString,
    /// The network namespace it runs in, where not that of this process.
    pub netns: Option<OwnedFd>,
    /// Resources (RLIMIT_…) and the most it may have of each; never more than this process itself may.
    pub limits: Vec<(Resource, u64)>,
    /// Ports below 1024 are refused to it, whoever runs it.
    pub ordinary_ports: bool,
}

/// linux/capability.h; the libc crate has no names for these.
const CAP_NET_BIND_SERVICE: libc::c_ulong = 10;

/// A resource of setrlimit(2).
pub(crate) type Resource = libc::__rlimit_resource_t;

/// Forks a child that waits until it is traced, installs `filter`, and becomes `program`. `attach` is called in the
/// parent with the child's pid and must seize it. The descriptors become its standard input, output and error.
///
/// The error of a failed exec comes out of the returned descriptor: four bytes of errno, or nothing when exec succeeded.
pub(crate) fn spawn(
    program: &Program,
    filter: &BpfProgram,
    stdio: [BorrowedFd<'_>; 3],
    attach: impl FnOnce(i32) -> io::Result<()>,
) -> io::Result<(i32, OwnedFd)> {
    let argv = pointers(&program.argv);
    let env = pointers(&program.env);
    let stdio = stdio.map(|fd| fd.as_raw_fd());
    let (go_read, go_write) = pipe()?;
    let (error_read, error_write) = pipe()?;
    let parent = std::process::id() as i32;
    // SAFETY: between fork and exec the child calls only async-signal-safe functions: everything it uses was allocated
    // before, and it ends in `_exit` whatever happens. So it needs no lock that another thread may have held.
    let pid = check(i64::from(unsafe { libc::fork() }))? as i32;
    if pid == 0 {
        // SAFETY: see above; the pointers come from vectors that live in this copy of the address space.
        unsafe {
            // The copy of the parent's end that fork made: while it is open, the child would wait for itself.
            libc::close(go_write.as_raw_fd());
            become_program(program, &argv, &env, filter, stdio, go_read.as_raw_fd(), error_write.as_raw_fd(), parent)
        }
    }
    drop(error_write);
    if let Err(error) = attach(pid) {
        // SAFETY: `pid` is our child and not yet waited for, so the number cannot mean another process.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
            libc::waitpid(pid, std::ptr::null_mut(), 0);
        }
        return Err(error);
    }
    drop(go_write); // the child's read returns: it may go on
    Ok((pid, error_read))
}

/// The child's side of `spawn`; never returns.
#[allow(clippy::too_many_arguments)]
unsafe fn become_program(
    program: &Program,
    argv: &[*const libc::c_char],
    env: &[*const libc::c_char],
    filter: &BpfProgram,
    stdio: [i32; 3],
    go: i32,
    report: i32,
    parent: i32,
) -> ! {
    // SAFETY: plain system calls on descriptors and pointers that are valid in this process, see `spawn`.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        if libc::getppid() != parent {
            libc::_exit(127);
        }
        // Returns when the parent has attached and closed its end.
        let mut byte = 0u8;
        libc::read(go, std::ptr::from_mut(&mut byte).cast(), 1);
        for (to, from) in stdio.into_iter().enumerate() {
            libc::dup2(from, to as i32);
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        // A session of its own, so that no terminal controls it: reading /dev/tty is an error then, where a background
        // group of the lab's session would be stopped by SIGTTIN and wait for ever.
        libc::setsid();
        // What the lab itself inherited from whoever started it is not the program's. Older kernels answer EINVAL.
        libc::syscall(libc::SYS_close_range, 3, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
        let mut failed = libc::chdir(program.directory.as_ptr()) != 0;
        if let Some(netns) = &program.netns {
            failed = failed || libc::setns(netns.as_raw_fd(), libc::CLONE_NEWNET) != 0;
        }
        for (resource, most) in &program.limits {
            failed = failed || !limit(*resource, *most);
        }
        if program.ordinary_ports {
            // Root gets back at exec what this set has. Anybody else has it not, and may not ask: then nothing changes.
            libc::prctl(libc::PR_CAPBSET_DROP, CAP_NET_BIND_SERVICE, 0, 0, 0);
        }
        failed = failed || seccompiler::apply_filter(filter).is_err();
        if !failed {
            libc::execve(program.path.as_ptr(), argv.as_ptr(), env.as_ptr());
        }
        let errno = *libc::__errno_location();
        libc::write(report, std::ptr::from_ref(&errno).cast(), size_of::<i32>());
        libc::_exit(127)
    }
}

/// Allows this process and its children no more than `most` of a resource. The first of several RLIMIT_CPU seconds is a
/// signal that a program may handle, the next one kills.
fn limit(resource: Resource, most: u64) -> bool {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `now` outlives the call.
    let known = unsafe { libc::getrlimit(resource, &mut now) } == 0;
    let hard = most.saturating_add(u64::from(resource == libc::RLIMIT_CPU)).min(now.rlim_max);
    let new = libc::rlimit { rlim_cur: most.min(hard), rlim_max: hard };
    // SAFETY: `new` outlives the call.
    known && unsafe { libc::setrlimit(resource, &new) } == 0
}

/// The stack that this process's children get for their first thread, and the C library's for each further one.
pub(crate) fn stack_size() -> u64 {
    let mut now = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `now` outlives the call.
    unsafe { libc::getrlimit(libc::RLIMIT_STACK, &mut now) };
    now.rlim_cur
}

fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

/// A pipe whose ends are closed on exec: (reading end, writing end).
pub(crate) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0i32; 2];
    // SAFETY: pipe2 writes two descriptors into the array.
    check(i64::from(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) }))?;
    // SAFETY: both are new and nobody else owns them.
    Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) })
}

/// What a failed exec reported; none when exec succeeded. Called when the child has ended, so that it does not block.
pub(crate) fn exec_error(report: OwnedFd) -> Option<io::Error> {
    let mut bytes = [0u8; 4];
    let mut file = std::fs::File::from(report);
    file.read_exact(&mut bytes).ok()?;
    Some(io::Error::from_raw_os_error(i32::from_ne_bytes(bytes)))
}

/// Asks the kernel to kill this process when its parent dies. The caller checks afterwards that the parent still lives.
pub(crate) fn die_with_parent() {
    // SAFETY: prctl with integers.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
}

/// Makes a command start a process group of its own, with no signal blocked, that the kernel kills when the thread that
/// started it ends. What is blocked here would otherwise be blocked there.
pub(crate) fn in_own_group(command: &mut std::process::Command) {
    use std::os::unix::process::CommandExt;
    let parent = std::process::id() as i32;
    let prepare = move || {
        die_with_parent();
        // SAFETY: getppid, and sigprocmask with a set that lives on this stack.
        unsafe {
            if libc::getppid() != parent {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            let mut none: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut none);
            libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut());
        }
        Ok(())
    };
    command.process_group(0);
    // SAFETY: between fork and exec only async-signal-safe functions are called, and nothing is allocated.
    unsafe { command.pre_exec(prepare) };
}

/// Makes orphaned descendants children of this process, so that none is lost from sight.
pub(crate) fn adopt_orphans() {
    // SAFETY: prctl with integers.
    unsafe { libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1) };
}

/// Asks the scheduler to give this process, and those it will start, the processor for `slice` nanoseconds at a time instead
/// of its usual few milliseconds: who wants it for less gets it sooner (sched_setattr(2); Linux 6.12 and later, before that
/// nothing changes). Where it is refused, all stays as it was.
pub(crate) fn short_slices(slice: u64) {
    const SCHED_OTHER: u32 = 0;
    let size = size_of::<libc::sched_attr>() as u32;
    // SAFETY: `sched_attr` is integers, for which zero is a value.
    let mut attributes: libc::sched_attr = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes at most `size` bytes into `attributes`, which is so large.
    let known = unsafe { libc::syscall(libc::SYS_sched_getattr, 0, &raw mut attributes, size, 0) } == 0;
    if known && attributes.sched_policy == SCHED_OTHER {
        attributes.sched_runtime = slice;
        // SAFETY: `attributes` outlives the call, and its `size` was filled in by the kernel.
        unsafe { libc::syscall(libc::SYS_sched_setattr, 0, &raw const attributes, 0) };
    }
}

/// Asks the kernel to end this thread's naps when they are over, instead of up to 50 microseconds later, and gives those that
/// it starts the same: prctl(2), PR_SET_TIMERSLACK.
pub(crate) fn exact_naps() {
    // SAFETY: prctl with integers.
    unsafe { libc::prctl(libc::PR_SET_TIMERSLACK, 1, 0, 0, 0) };
}

/// Nanoseconds of a clock.
pub(crate) fn clock(id: libc::clockid_t) -> i128 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call.
    unsafe { libc::clock_gettime(id, &mut time) };
    i128::from(time.tv_sec) * 1_000_000_000 + i128::from(time.tv_nsec)
}

/// Processor time that a process has used, with that of its ended threads; none when it is gone. Its clock has a number
/// made of its pid: clock_getcpuclockid(3).
pub(crate) fn cpu_time(pid: i32) -> Option<u64> {
    const CPUCLOCK_SCHED: libc::clockid_t = 2;
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call.
    let known = unsafe { libc::clock_gettime(!pid << 3 | CPUCLOCK_SCHED, &mut time) } == 0;
    known.then(|| time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
}

/// True when two processes share one table of descriptors (clone with CLONE_FILES): kcmp(2). Without that call in the
/// kernel the answer is no, as it is for nearly every program.
pub(crate) fn share_descriptors(one: i32, other: i32) -> bool {
    const KCMP_FILES: i32 = 2;
    // SAFETY: kcmp takes integers.
    unsafe { libc::syscall(libc::SYS_kcmp, one, other, KCMP_FILES, 0, 0) == 0 }
}

/// Sends a signal; a process that is gone is not an error.
pub(crate) fn kill(pid: i32, signal: i32) {
    // SAFETY: kill takes integers. Callers pass pids of children that have not been waited for.
    unsafe { libc::kill(pid, signal) };
}

/// Installs a signal handler.
pub(crate) fn on_signal(
    signal: nix::sys::signal::Signal,
    action: &nix::sys::signal::SigAction,
) -> nix::Result<nix::sys::signal::SigAction> {
    // SAFETY: the only handler of this program does nothing, so it may run at any moment.
    unsafe { nix::sys::signal::sigaction(signal, action) }
}
