//! What a tracee's report means, and which task it belongs to: threads, forks, exec, signals, ends.

use super::calls::Pending;
use super::engine::Engine;
use super::gate::Hold;
use super::sleep::Sleep;
use crate::recording::{self, Ended, Event, Nanos};
use crate::sys::process;
use crate::sys::tracee::{self, CallStop};
use crate::sys::wait::Report;

/// A thread of a role.
#[derive(Debug, Default)]
pub(crate) struct Task {
    /// Index of its role.
    pub role: usize,
    /// Its process.
    pub pid: i32,
    /// The call it is in.
    pub call: Option<Pending>,
    /// Calls that signal handlers interrupted, innermost last.
    pub suspended: Vec<Pending>,
    /// What holds its call at the gate.
    pub held: Option<Hold>,
    /// Since when a call that may go on waits for its queue to fill.
    pub settling: Option<Nanos>,
    /// Handlers that have begun since a call of this task was first interrupted and have not returned.
    pub handlers: u32,
    /// Whether it computes.
    pub sleep: Sleep,
    /// True while it runs from rt_sigreturn's entry to its exit.
    pub returning: bool,
    /// How often its calls have failed with EAGAIN since it last slept or another call went differently.
    pub again: u32,
}

impl Engine {
    /// Takes in one report. A tracee that vanishes in between is not an error: its end is reported too.
    pub(crate) fn on_report(&mut self, tid: i32, report: Report, now: Nanos) {
        match report {
            Report::Exited { code, cpu_us } => self.on_end(tid, Some(code), None, cpu_us),
            Report::Killed { signal, cpu_us } => self.on_end(tid, None, Some(signal), cpu_us),
            Report::Seccomp => self.on_entry(tid),
            Report::Syscall => self.on_call_stop(tid, now),
            Report::NewTask => self.on_new_task(tid, now),
            Report::Exec => self.on_exec(tid, now),
            Report::Started => {
                if self.tasks.contains_key(&tid) {
                    let _ = tracee::resume(tid, 0);
                } else {
                    self.early.insert(tid);
                }
            }
            // The signal itself was delivered, and recorded, to one of the threads before.
            Report::GroupStop => drop(tracee::listen(tid)),
            Report::Signal(signal) => {
                self.on_signal(tid, signal, now);
                if let Some(task) = self.tasks.get_mut(&tid).filter(|task| !task.suspended.is_empty()) {
                    task.handlers += u32::from(handles(tid, signal));
                }
                let _ = tracee::resume(tid, signal);
            }
        }
    }

    fn on_call_stop(&mut self, tid: i32, now: Nanos) {
        match tracee::call_stop(tid) {
            Ok(CallStop::Exit { value }) => self.on_exit(tid, value, now),
            // Between entry and exit the kernel reports nothing else; if it does, the exit is still to come.
            Ok(_) => drop(tracee::resume_to_exit(tid)),
            Err(_) => {}
        }
    }

    fn on_new_task(&mut self, parent: i32, now: Nanos) {
        if let Ok(child) = tracee::event_message(parent) {
            let index = self.tasks.get(&parent).map_or(0, |task| task.role);
            let pid = thread_group(child).unwrap_or(child);
            // A task that was killed at once may have been reported as ended before its birth was.
            let dead = self.late.remove(&child) && !std::path::Path::new(&format!("/proc/{child}")).exists();
            let maker = self.tasks.get(&parent).map_or(parent, |task| task.pid);
            if pid != maker && !dead && process::share_descriptors(maker, pid) {
                self.sockets.share(maker, pid);
            }
            self.tasks.insert(child, Task { role: index, pid, ..Task::default() });
            self.roles[index].numbers.insert(child);
            if pid != maker {
                self.roles[index].cpu.made_another(maker);
            }
            let role = self.plan.roles[index].name.clone();
            self.emit(Event::Task(recording::Task { t: now, role, pid, tid: child, parent }));
            if self.early.remove(&child) {
                let _ = tracee::resume(child, 0);
            }
            self.count_tasks(index);
            if dead {
                self.on_end(child, None, Some(libc::SIGKILL), 0);
            }
        }
        let _ = tracee::resume(parent, 0);
    }

    fn on_exec(&mut self, tid: i32, now: Nanos) {
        // Only the thread that called exec survives it, and it takes the process's number: ptrace(2), "execve(2) under
        // ptrace". The others end without a report of their own.
        let former = tracee::event_message(tid).unwrap_or(tid);
        let role = [tid, former].iter().find_map(|tid| self.tasks.get(tid)).map_or(0, |task| task.role);
        self.tasks.retain(|other, task| task.pid != tid || *other == tid);
        self.tasks.insert(tid, Task { role, pid: tid, ..Task::default() });
        self.sockets.unshare(tid);
        let path = std::fs::read_link(format!("/proc/{tid}/exe"));
        let path = path.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        if self.roles[role].pid == Some(tid) {
            self.roles[role].running = true;
        }
        let role = self.plan.roles[role].name.clone();
        self.emit(Event::Exec(recording::Exec { t: now, role, pid: tid, path }));
        let _ = tracee::resume(tid, 0);
    }

    fn on_signal(&mut self, tid: i32, signal: i32, now: Nanos) {
        // A child's end is already in the recording, with more than the signal says.
        if signal == libc::SIGCHLD {
            return;
        }
        if let Some(task) = self.tasks.get(&tid) {
            let role = self.plan.roles[task.role].name.clone();
            let signal = super::decode::signal_name(signal);
            self.emit(Event::Signal(recording::Signal { t: now, role, tid, signal }));
        }
    }

    pub(crate) fn on_end(&mut self, tid: i32, code: Option<i32>, signal: Option<i32>, cpu_us: u64) {
        self.early.remove(&tid);
        self.turns.dying.remove(&tid);
        let Some(task) = self.tasks.remove(&tid) else {
            self.late.insert(tid);
            return;
        };
        if task.pid != tid {
            return; // a thread among others
        }
        self.sockets.unshare(tid);
        let role = task.role;
        self.roles[role].cpu.ended(tid, cpu_us * 1000);
        let main = self.roles[role].pid == Some(tid);
        if main {
            // What it printed last is still in the pipe, and belongs before its end.
            self.pump(role);
        }
        let t = self.now();
        let name = self.plan.roles[role].name.clone();
        self.emit(Event::Ended(Ended {
            t,
            role: name.clone(),
            pid: tid,
            main,
            code,
            signal: signal.map(super::decode::signal_name),
            by_lab: self.over.is_some(),
        }));
        if main {
            self.role_ended(role, code);
            self.gate.note_exited(&name);
        }
    }
}

/// True when the task has a handler for this signal: then the next thing it runs is that handler.
fn handles(tid: i32, signal: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (1..=64).contains(&signal) && caught & 1 << (signal - 1) != 0
}

/// The process a thread belongs to.
fn thread_group(tid: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("Tgid:"))?.trim().parse().ok()
}
