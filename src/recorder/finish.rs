//! The end of a run: where everybody stood, then nobody is left.

use super::engine::Engine;
use super::gate::Hold;
use crate::recording::{End, Event, Reason, Standing};
use crate::sys::process;
use crate::sys::wait;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// How long the kernel may take to hand over the last frames, and to end killed processes.
const LAST_FRAMES: Duration = Duration::from_millis(500);
const LAST_ENDS: Duration = Duration::from_secs(2);

impl Engine {
    pub(crate) fn finish(&mut self) {
        let reason = self.over.unwrap_or(Reason::Interrupted);
        let awaited = self.awaited();
        let standing = self.standing(reason);
        for role in 0..self.roles.len() {
            self.record_usage(role, "end");
        }
        self.last_frames();
        self.frames_on_the_cable();
        self.over = Some(reason);
        self.end_everybody();
        for role in 0..self.roles.len() {
            self.pump(role);
        }
        let lost = self.sandbox.capture.as_mut().map_or(0, |capture| capture.lost());
        let lost = lost + self.sandbox.cable.as_mut().map_or(0, |cable| cable.lost());
        let end = End {
            t: self.now(),
            reason,
            awaited,
            standing,
            frames: self.frames,
            lost,
            clock_step_ns: self.clock_step(),
        };
        self.emit(Event::End(end));
        self.close_output();
    }

    /// Rules that never came true while something waited for them.
    fn awaited(&self) -> Vec<String> {
        let mut rules: Vec<String> = self
            .tasks
            .values()
            .filter_map(|task| task.held)
            .filter(|hold| *hold != Hold::Hand)
            .map(|hold| self.gate.text(hold).to_string())
            .collect();
        rules.extend(self.gate.never_due());
        rules.extend(self.stuck_frames());
        rules.sort();
        rules.dedup();
        rules
    }

    fn standing(&mut self, reason: Reason) -> Vec<Standing> {
        let mut tids: Vec<i32> = self.tasks.keys().copied().collect();
        tids.sort_unstable();
        let mut standing = Vec::new();
        for tid in tids {
            let Some(task) = self.tasks.get(&tid) else { continue };
            let role = self.plan.roles[task.role].name.clone();
            let call = task.call.as_ref().map(super::calls::Pending::id);
            let (held, sock) = (task.held.is_some(), task.call.as_ref().and_then(|call| call.sock));
            let kernel = match sock {
                Some(sock) if reason != Reason::Done => {
                    let peer = self.sockets.other_end(sock, &mut None);
                    self.sockets.kernel(sock, peer, false)
                }
                _ => Vec::new(),
            };
            standing.push(Standing { role, tid, call, held, syscall: syscall_of(tid), kernel });
        }
        standing
    }

    /// The kernel hands frames over in blocks, a millisecond late, or later on a busy machine: it is asked whether that
    /// was all.
    fn last_frames(&mut self) {
        let until = Instant::now() + LAST_FRAMES;
        loop {
            self.drain_frames();
            let more = self.sandbox.capture.as_mut().is_some_and(|capture| capture.has_more());
            if !more || Instant::now() >= until {
                return;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    }

    /// What is still on its way when the run is over was sent, and has no fate.
    fn frames_on_the_cable(&mut self) {
        while let Some(taken) = self.sandbox.cable.as_mut().and_then(|cable| cable.taps.take()) {
            self.depart_last(taken);
        }
    }

    /// Kills every tracee and waits until it is gone; the frames of their sockets' closing are no part of the run, nor is
    /// what the end of one does to another.
    fn end_everybody(&mut self) {
        let until = Instant::now() + LAST_ENDS;
        let mut alive: HashSet<i32> = self.tasks.keys().chain(&self.early).copied().collect();
        let mut ended = Vec::new();
        while !alive.is_empty() && Instant::now() < until {
            for tid in &alive {
                process::kill(*tid, libc::SIGKILL);
            }
            while let Ok(Some((tid, report))) = wait::next() {
                if report.is_end() {
                    alive.remove(&tid);
                    ended.push((tid, report));
                } else {
                    alive.insert(tid); // one that was being born
                }
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        ended.sort_by_key(|(tid, _)| (self.tasks.get(tid).map_or(usize::MAX, |task| task.role), *tid));
        for (tid, report) in ended {
            let now = self.now();
            self.on_report(tid, report, now);
        }
    }
}

/// What a task is blocked in, for tasks that wait in a call the lab does not show (poll, sleep …).
fn syscall_of(tid: i32) -> Option<String> {
    super::decode::waiting_call(syscall_number(tid)?).map(str::to_string)
}

/// The number of the system call a task is blocked in.
pub(super) fn syscall_number(tid: i32) -> Option<i64> {
    let text = std::fs::read_to_string(format!("/proc/{tid}/syscall")).ok()?;
    text.split_whitespace().next()?.parse().ok()
}
