//! The ptrace requests the recorder needs, each on a stopped tracee. ESRCH is an answer, not a fault: a tracee can be
//! killed at any moment, and its end is reported by `wait`.

use super::check;
use std::io;

/// Options every tracee gets. EXITKILL: when the recorder dies, in whatever way, its tracees die with it.
const OPTIONS: i32 = libc::PTRACE_O_EXITKILL
    | libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACESECCOMP
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEEXEC;

/// A stop at a call: `PTRACE_GET_SYSCALL_INFO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallStop {
    /// At the entry.
    Entry {
        /// Number of the call.
        number: u64,
        /// Its arguments.
        args: [u64; 6],
        /// Where the program made it: tells a restarted call from a new one.
        at: u64,
        /// False for a 32-bit call on a 64-bit kernel, whose numbers mean other calls.
        native: bool,
    },
    /// At the exit.
    Exit {
        /// What the program gets: negative numbers from -4095 to -1 are errors.
        value: i64,
    },
    /// Neither.
    Other,
}

#[cfg(target_arch = "x86_64")]
const NATIVE: u32 = 0xC000_003E; // AUDIT_ARCH_X86_64
#[cfg(target_arch = "aarch64")]
const NATIVE: u32 = 0xC000_00B7; // AUDIT_ARCH_AARCH64

fn request(request: libc::c_uint, tid: i32, addr: usize, data: usize) -> io::Result<i64> {
    // SAFETY: the requests made through this function take integers, or (GETEVENTMSG, GET_SYSCALL_INFO) the address and
    // size of a buffer that the caller in this file keeps alive across the call.
    check(unsafe { libc::ptrace(request as _, tid, addr, data) })
}

/// Attaches to a child of this process without stopping it.
pub(crate) fn seize(tid: i32) -> io::Result<()> {
    request(libc::PTRACE_SEIZE, tid, 0, OPTIONS as usize).map(drop)
}

/// Tries to trace a child that does nothing, and ends it: what a machine that forbids ptrace refuses.
pub(crate) fn probe() -> io::Result<()> {
    // SAFETY: the child calls only async-signal-safe functions and never returns.
    let child = check(i64::from(unsafe { libc::fork() }))? as i32;
    if child == 0 {
        // SAFETY: as above.
        unsafe {
            libc::pause();
            libc::_exit(0)
        }
    }
    let seized = seize(child);
    // SAFETY: `child` is our child and not yet waited for, so the number cannot mean another process.
    unsafe {
        libc::kill(child, libc::SIGKILL);
        let mut status = 0;
        // A traced child may report a stop before its end.
        while libc::waitpid(child, &mut status, libc::__WALL) == child && !libc::WIFSIGNALED(status) {}
    }
    seized
}

/// Lets a stopped tracee run until the next call the filter selects; a signal is delivered first unless it is 0.
pub(crate) fn resume(tid: i32, signal: i32) -> io::Result<()> {
    request(libc::PTRACE_CONT, tid, 0, signal as usize).map(drop)
}

/// Lets a tracee that is at the entry of a call run until the exit of that call.
pub(crate) fn resume_to_exit(tid: i32) -> io::Result<()> {
    request(libc::PTRACE_SYSCALL, tid, 0, 0).map(drop)
}

/// Leaves a tracee in its group-stop, as it would be without us.
pub(crate) fn listen(tid: i32) -> io::Result<()> {
    request(libc::PTRACE_LISTEN, tid, 0, 0).map(drop)
}

/// The message of a NewTask or Exec report: a thread id.
pub(crate) fn event_message(tid: i32) -> io::Result<i32> {
    let mut message: libc::c_ulong = 0;
    request(libc::PTRACE_GETEVENTMSG, tid, 0, std::ptr::from_mut(&mut message) as usize)?;
    Ok(message as i32)
}

/// What call the tracee is stopped at.
pub(crate) fn call_stop(tid: i32) -> io::Result<CallStop> {
    // SAFETY: an all-zero ptrace_syscall_info is a valid value of that plain C structure.
    let mut info: libc::ptrace_syscall_info = unsafe { std::mem::zeroed() };
    request(
        libc::PTRACE_GET_SYSCALL_INFO,
        tid,
        size_of::<libc::ptrace_syscall_info>(),
        std::ptr::from_mut(&mut info) as usize,
    )?;
    let native = info.arch == NATIVE;
    Ok(match info.op {
        libc::PTRACE_SYSCALL_INFO_ENTRY => {
            // SAFETY: `op` says which member of the union the kernel filled in.
            let entry = unsafe { info.u.entry };
            CallStop::Entry { number: entry.nr, args: entry.args, at: info.instruction_pointer, native }
        }
        libc::PTRACE_SYSCALL_INFO_SECCOMP => {
            // SAFETY: as above.
            let entry = unsafe { info.u.seccomp };
            CallStop::Entry { number: entry.nr, args: entry.args, at: info.instruction_pointer, native }
        }
        libc::PTRACE_SYSCALL_INFO_EXIT => {
            // SAFETY: as above.
            CallStop::Exit { value: unsafe { info.u.exit.sval } }
        }
        _ => CallStop::Other,
    })
}

/// Where a stopped tracee is, and what its registers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registers {
    /// Address of the next instruction.
    pub pc: u64,
    /// The others, by the numbers that DWARF gives them.
    pub values: [u64; REGISTERS],
}

/// How many registers have a number (System V ABI of x86-64, figure 3.36; the last is the return address).
#[cfg(target_arch = "x86_64")]
pub(crate) const REGISTERS: usize = 17;
/// The number of the stack pointer.
#[cfg(target_arch = "x86_64")]
pub(crate) const STACK: u16 = 7;

/// How many registers have a number (DWARF for the Arm 64-bit architecture, section 4.1).
#[cfg(target_arch = "aarch64")]
pub(crate) const REGISTERS: usize = 32;
/// The number of the stack pointer.
#[cfg(target_arch = "aarch64")]
pub(crate) const STACK: u16 = 31;

/// The registers of a stopped tracee.
#[cfg(target_arch = "x86_64")]
pub(crate) fn registers(tid: i32) -> io::Result<Registers> {
    // SAFETY: an all-zero user_regs_struct is a valid value, and the kernel writes exactly that structure.
    let mut regs: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    request(libc::PTRACE_GETREGS, tid, 0, std::ptr::from_mut(&mut regs) as usize)?;
    let values = [
        regs.rax, regs.rdx, regs.rcx, regs.rbx, regs.rsi, regs.rdi, regs.rbp, regs.rsp, regs.r8, regs.r9, regs.r10,
        regs.r11, regs.r12, regs.r13, regs.r14, regs.r15, regs.rip,
    ];
    Ok(Registers { pc: regs.rip, values })
}

/// The registers of a stopped tracee.
#[cfg(target_arch = "aarch64")]
pub(crate) fn registers(tid: i32) -> io::Result<Registers> {
    // SAFETY: an all-zero user_regs_struct is a valid value, and the kernel writes at most that structure.
    let mut regs: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    let mut iov =
        libc::iovec { iov_base: std::ptr::from_mut(&mut regs).cast(), iov_len: size_of::<libc::user_regs_struct>() };
    request(libc::PTRACE_GETREGSET, tid, libc::NT_PRSTATUS as usize, std::ptr::from_mut(&mut iov) as usize)?;
    let mut values = [0; REGISTERS];
    values[..31].copy_from_slice(&regs.regs);
    values[31] = regs.sp;
    Ok(Registers { pc: regs.pc, values })
}

/// Makes the call at whose entry the tracee stands fail with this error instead of running.
#[cfg(target_arch = "x86_64")]
pub(crate) fn refuse_call(tid: i32, errno: i32) -> io::Result<()> {
    // SAFETY: an all-zero user_regs_struct is a valid value, and the kernel writes exactly that structure.
    let mut regs: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    request(libc::PTRACE_GETREGS, tid, 0, std::ptr::from_mut(&mut regs) as usize)?;
    // The kernel skips call number -1 and leaves rax as it finds it: seccomp(2), SECCOMP_RET_TRACE.
    regs.orig_rax = u64::MAX;
    regs.rax = -i64::from(errno) as u64;
    request(libc::PTRACE_SETREGS, tid, 0, std::ptr::from_ref(&regs) as usize).map(drop)
}

/// Makes the call at whose entry the tracee stands fail with this error instead of running.
#[cfg(target_arch = "aarch64")]
pub(crate) fn refuse_call(tid: i32, errno: i32) -> io::Result<()> {
    const NT_ARM_SYSTEM_CALL: usize = 0x404;
    let mut number: i32 = -1;
    let mut iov = libc::iovec { iov_base: std::ptr::from_mut(&mut number).cast(), iov_len: size_of::<i32>() };
    // x0 would keep the first argument as the result, so it is set as well.
    request(libc::PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, std::ptr::from_mut(&mut iov) as usize)?;
    // SAFETY: an all-zero user_regs_struct is a valid value, and the kernel writes exactly that structure.
    let mut regs: libc::user_regs_struct = unsafe { std::mem::zeroed() };
    let mut iov =
        libc::iovec { iov_base: std::ptr::from_mut(&mut regs).cast(), iov_len: size_of::<libc::user_regs_struct>() };
    let address = std::ptr::from_mut(&mut iov) as usize;
    request(libc::PTRACE_GETREGSET, tid, libc::NT_PRSTATUS as usize, address)?;
    regs.regs[0] = -i64::from(errno) as u64;
    request(libc::PTRACE_SETREGSET, tid, libc::NT_PRSTATUS as usize, address).map(drop)
}
