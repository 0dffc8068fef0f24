//! What a guarded role is kept from: some files, and every process that is not its own.
//!
//! A guarded role stops at the calls by which a program gets at either; those that go too far fail, and it is recorded
//! that they did. This guards against mistakes and curiosity. It is no sandbox: between our look and the kernel's a program
//! with two threads can change the path it named, a hard link has another name, and a 32-bit call is not looked at. What
//! is read from a program here may be anything, and a task may be gone before it is answered; neither is an error.

mod path;

use super::decode::signal_name;
use super::engine::Engine;
use super::plan::PlannedRole;
use crate::recording::{Event, Refused};
use crate::sys::{memory, tracee};
use std::collections::HashSet;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// The most different refusals of one role that are recorded: a program that looks at every process is told of enough.
const MOST_TOLD: usize = 50;
/// The longest path the kernel takes.
const LONGEST_PATH: usize = 4096;

/// What is guarded, and what has been told.
pub(crate) struct Guards {
    /// For each role the files it may not open, by the names that are no links.
    files: Vec<Vec<PathBuf>>,
    told: Vec<HashSet<String>>,
}

impl Guards {
    pub(super) fn of(roles: &[PlannedRole]) -> Guards {
        let whole = |file: &String| std::fs::canonicalize(file).unwrap_or_else(|_| PathBuf::from(file));
        let files = |role: &PlannedRole| role.guarded.iter().flat_map(|guard| &guard.files).map(whole).collect();
        Guards { files: roles.iter().map(files).collect(), told: vec![HashSet::new(); roles.len()] }
    }
}

/// A call that goes too far.
struct Refusal {
    errno: i32,
    call: String,
    text: String,
}

impl Engine {
    /// True when a task of a guarded role stopped at a call that only its guard looks at.
    pub(super) fn only_for_the_guard(&self, tid: i32) -> bool {
        let Some(task) = self.tasks.get(&tid).filter(|task| self.plan.roles[task.role].guarded.is_some()) else {
            return false;
        };
        matches!(
            tracee::call_stop(tid),
            Ok(tracee::CallStop::Entry { number, native: true, .. })
                if self.roles[task.role].running && super::decode::is_guarded(number as i64)
        )
    }

    /// Lets a call of a guarded role go, or makes it fail.
    pub(super) fn guard(&mut self, tid: i32, role: usize, pid: i32, number: i64, args: &[u64; 6]) {
        let Some(refusal) = self.refuses(tid, role, pid, number, args) else {
            let _ = tracee::resume(tid, 0);
            return;
        };
        let _ = tracee::refuse_call(tid, refusal.errno);
        let _ = tracee::resume(tid, 0);
        let told = &mut self.guards.told[role];
        if told.len() < MOST_TOLD && told.insert(refusal.text.clone()) {
            let (t, role) = (self.now(), self.plan.roles[role].name.clone());
            self.emit(Event::Refused(Refused { t, role, pid, call: refusal.call, text: refusal.text }));
        }
    }

    fn refuses(&self, tid: i32, role: usize, pid: i32, number: i64, args: &[u64; 6]) -> Option<Refusal> {
        let [a, b, c, ..] = args.map(|arg| arg as i32);
        match number {
            #[cfg(target_arch = "x86_64")]
            libc::SYS_open | libc::SYS_creat => self.refuses_file(tid, role, pid, libc::AT_FDCWD, args[0]),
            libc::SYS_openat | libc::SYS_openat2 => self.refuses_file(tid, role, pid, a, args[1]),
            libc::SYS_kill => self.refuses_kill(role, a, b),
            libc::SYS_tkill => self.refuses_signal(role, a, b, format!("tkill({a}, {})", signal_name(b))),
            libc::SYS_tgkill => self.refuses_signal(role, b, c, format!("tgkill({a}, {b}, {})", signal_name(c))),
            libc::SYS_rt_sigqueueinfo => {
                self.refuses_signal(role, a, b, format!("rt_sigqueueinfo({a}, {})", signal_name(b)))
            }
            libc::SYS_rt_tgsigqueueinfo => {
                self.refuses_signal(role, b, c, format!("rt_tgsigqueueinfo({a}, {b}, {})", signal_name(c)))
            }
            libc::SYS_pidfd_send_signal => {
                let target = process_behind(pid, a)?;
                self.refuses_signal(role, target, b, format!("pidfd_send_signal({a}, {})", signal_name(b)))
            }
            libc::SYS_pidfd_open => self.refuses_process(role, a, "open", format!("pidfd_open({a})")),
            // To ask for being traced is to ask nothing of another process.
            libc::SYS_ptrace if args[0] as u32 != libc::PTRACE_TRACEME => {
                self.refuses_process(role, b, "trace", format!("ptrace({a}, {b})"))
            }
            libc::SYS_process_vm_readv => {
                self.refuses_process(role, a, "read the memory of", format!("process_vm_readv({a})"))
            }
            libc::SYS_process_vm_writev => {
                self.refuses_process(role, a, "write to the memory of", format!("process_vm_writev({a})"))
            }
            _ => None,
        }
    }

    fn refuses_file(&self, tid: i32, role: usize, pid: i32, folder: i32, at: u64) -> Option<Refusal> {
        let mut bytes = Vec::new();
        memory::read(tid, at, LONGEST_PATH, &mut bytes).ok()?;
        let end = bytes.iter().position(|byte| *byte == 0)?;
        bytes.truncate(end);
        let asked = PathBuf::from(std::ffi::OsString::from_vec(bytes));
        let found = path::follow((pid, tid), folder, &asked)?;
        let shown = found.path.display();
        let text = if self.guards.files[role].iter().any(|file| found.path.starts_with(file)) {
            format!("tried to open {shown}, which it may not")
        } else {
            let of = found.processes.iter().find(|number| !self.may_touch(role, **number))?;
            format!("tried to open {shown}, which is that of process {of} and not its own")
        };
        Some(Refusal { errno: libc::EACCES, call: format!("open({})", asked.display()), text })
    }

    fn refuses_kill(&self, role: usize, target: i32, signal: i32) -> Option<Refusal> {
        let call = format!("kill({target}, {})", signal_name(signal));
        let refused = |text: String| Some(Refusal { errno: libc::EPERM, call: call.clone(), text });
        match target {
            // A role is a session of its own, and so are its groups.
            0 => None,
            _ if signal == 0 => None,
            -1 => refused(format!("tried to {} every process there is", sends(signal))),
            ..0 => {
                let group = target.checked_neg()?;
                let of = |pid: i32| nix::unistd::getpgid(Some(nix::unistd::Pid::from_raw(pid)));
                let own = self.processes(role).into_iter().any(|pid| of(pid).is_ok_and(|of| of.as_raw() == group));
                let there = own || self.roles[role].numbers.contains(&group);
                if there {
                    None
                } else {
                    refused(format!("tried to {} group {group}, which is not its own", sends(signal)))
                }
            }
            _ => self.refuses_signal(role, target, signal, call),
        }
    }

    fn refuses_signal(&self, role: usize, target: i32, signal: i32, call: String) -> Option<Refusal> {
        // Signal 0 is none: it asks whether the process is there.
        if signal == 0 { None } else { self.refuses_process(role, target, sends(signal).as_str(), call) }
    }

    fn refuses_process(&self, role: usize, target: i32, verb: &str, call: String) -> Option<Refusal> {
        if self.may_touch(role, target) {
            return None;
        }
        let text = format!("tried to {verb} process {target}, which is not its own");
        Some(Refusal { errno: libc::EPERM, call, text })
    }

    /// True for what is or was a process or thread of this role, and for a number that nobody has.
    fn may_touch(&self, role: usize, number: i32) -> bool {
        self.roles[role].numbers.contains(&number) || !Path::new(&format!("/proc/{number}")).exists()
    }
}

/// `kill`, or for a signal that does not mean an end `send SIGUSR1 to`.
fn sends(signal: i32) -> String {
    match signal {
        libc::SIGKILL | libc::SIGTERM | libc::SIGINT | libc::SIGHUP | libc::SIGQUIT | libc::SIGABRT => "kill".into(),
        _ => format!("send {} to", signal_name(signal)),
    }
}

/// The process that a pidfd of another process names.
fn process_behind(pid: i32, fd: i32) -> Option<i32> {
    let info = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).ok()?;
    info.lines().find_map(|line| line.strip_prefix("Pid:"))?.trim().parse().ok().filter(|pid| *pid > 0)
}
