//! What a role may use of the machine: what the kernel is told to refuse, and what is watched and ends the run.
//!
//! The kernel's own limits hold for one process each, and some not for root; so processor time, tasks and output are
//! counted here, for all that a role ever started. Nobody's rest is ended for being long unless the plan says how long.

use super::engine::Engine;
use super::plan::{Limits, Plan};
use crate::recording::{self, Event, Nanos, Reason, SockId};
use crate::sys::process;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

/// How often what nothing announces is looked at: processor time, sleep, the size of a file.
const PAUSE: Duration = Duration::from_millis(10);
/// How often a stream may say that it has ended before asking again is spinning.
const MOST_ENDS: u32 = 100;
/// How often in a row a task may hear nothing new without having slept in between.
const MOST_AGAIN: u32 = 1000;
/// Seconds beyond `cpu_ms` after which the kernel kills a process itself: only should nobody watch.
const LAST_RESORT: u64 = 5;
/// The most that a thread's stack counts for.
const STACK: u64 = 8 << 20;

/// The limits that a process carries.
pub(super) fn of_the_kernel(limits: Limits) -> Vec<(process::Resource, u64)> {
    // Stacks of threads are private writable memory too, of eight mebibytes each, though hardly any of it is ever used: a
    // server with a thread for each of forty clients is not to die of its stacks.
    let stacks = limits.tasks.saturating_mul(process::stack_size().min(STACK));
    vec![
        // Not RLIMIT_AS: programs of Go, Java and Node reserve many gigabytes of addresses that they never touch.
        (libc::RLIMIT_DATA, limits.memory_bytes.saturating_add(stacks)),
        (libc::RLIMIT_NOFILE, limits.files),
        (libc::RLIMIT_FSIZE, limits.file_bytes),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_CPU, limits.cpu_ms.div_ceil(1000).saturating_add(LAST_RESORT)),
    ]
}

/// What a call says to whom it says nothing new.
#[derive(Debug, Clone, Copy)]
pub(super) enum Again {
    /// EAGAIN.
    NothingThere,
    /// It only peeked: what it saw is still there, and it does not wait for more.
    StillThere,
}

/// Processor time of a role's processes.
#[derive(Default)]
pub(crate) struct Cpu {
    /// What each had used when it was last looked at.
    seen: HashMap<i32, Nanos>,
    /// That of those which are gone.
    gone: Nanos,
    /// Processes that made others.
    makers: HashSet<i32>,
}

impl Cpu {
    /// A process made another one.
    pub(super) fn made_another(&mut self, pid: i32) {
        self.makers.insert(pid);
    }

    /// A process is gone. `used` is what it and those children used that it waited for. The children are counted as
    /// processes of their own; so of one that made others only what was seen counts, a few milliseconds less.
    pub(super) fn ended(&mut self, pid: i32, used: Nanos) {
        let seen = self.seen.remove(&pid).unwrap_or(0);
        self.gone += if self.makers.remove(&pid) { seen } else { used.max(seen) };
    }

    fn look(&mut self, pid: i32) {
        if let Some(used) = process::cpu_time(pid) {
            self.seen.insert(pid, used);
        }
    }

    fn total(&self) -> Nanos {
        self.gone + self.seen.values().sum::<Nanos>()
    }
}

/// What is watched besides the roles themselves.
pub(crate) struct Watch {
    /// True when some role has limits.
    limits: bool,
    patience: Option<Nanos>,
    looked: Nanos,
    /// True when something was recorded since the rest was last counted.
    happened: bool,
    /// How long everybody has rested since something was recorded.
    rested: Nanos,
    /// When everybody was last seen resting, unless somebody ran since.
    resting: Option<Nanos>,
    /// How often each stream has said that it has ended.
    ends: HashMap<SockId, u32>,
}

impl Watch {
    pub(super) fn new(plan: &Plan) -> Watch {
        Watch {
            limits: plan.roles.iter().any(|role| role.limits.is_some()),
            patience: plan.patience_ms.map(|ms| ms.saturating_mul(1_000_000)),
            looked: 0,
            happened: false,
            rested: 0,
            resting: None,
            ends: HashMap::new(),
        }
    }

    /// How long the recorder may sleep without looking.
    pub(super) fn pause(&self) -> Duration {
        match (self.limits, self.patience) {
            (false, None) => Duration::MAX,
            (true, None) => PAUSE,
            (_, Some(patience)) => PAUSE.min(Duration::from_nanos(patience)),
        }
    }

    /// Something was recorded: nobody has waited in vain up to now.
    pub(super) fn something_happened(&mut self) {
        self.happened = true;
    }
}

impl Engine {
    /// Ends the run because a limit was passed.
    fn passed(&mut self, role: Option<usize>, limit: &str, text: String) {
        if self.over.is_some() {
            return;
        }
        let role = role.map(|role| self.plan.roles[role].name.clone());
        let t = self.now();
        self.emit(Event::Limit(recording::Limit { t, role, limit: limit.into(), text }));
        self.over = Some(Reason::Deadline);
    }

    /// The processes of a role that are there.
    pub(super) fn processes(&self, role: usize) -> BTreeSet<i32> {
        self.tasks.values().filter(|task| task.role == role).map(|task| task.pid).collect()
    }

    /// Processor time that a role has used up to now.
    pub(super) fn cpu_of(&mut self, role: usize) -> Nanos {
        for pid in self.processes(role) {
            self.roles[role].cpu.look(pid);
        }
        self.roles[role].cpu.total()
    }

    /// Looks at what nothing announces, every so often.
    pub(super) fn watch_limits(&mut self, now: Nanos) {
        if !self.watch.limits || now < self.watch.looked + PAUSE.as_nanos() as u64 {
            return;
        }
        self.watch.looked = now;
        for role in 0..self.roles.len() {
            let Some(limits) = self.plan.roles[role].limits else { continue };
            if self.cpu_of(role) > limits.cpu_ms.saturating_mul(1_000_000) {
                self.passed(Some(role), "cpu", format!("used more than {} ms of processor time", limits.cpu_ms));
            }
            self.count_output(role);
        }
    }

    /// A role printed something.
    pub(super) fn count_output(&mut self, role: usize) {
        let Some(limits) = self.plan.roles[role].limits else { return };
        let state = &self.roles[role];
        let file = state.stdout_file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |file| file.len());
        if state.read.saturating_add(file) > limits.output_bytes {
            self.passed(Some(role), "output", format!("printed more than {} bytes", limits.output_bytes));
        }
    }

    /// A role made a process or a thread. Until this returns, the new one has not run.
    pub(super) fn count_tasks(&mut self, role: usize) {
        let Some(limits) = self.plan.roles[role].limits else { return };
        if self.tasks.values().filter(|task| task.role == role).count() as u64 > limits.tasks {
            self.passed(Some(role), "tasks", format!("had more than {} processes and threads at once", limits.tasks));
        }
    }

    /// A call asked a socket for bytes, and learned that the stream has ended, or something else.
    pub(super) fn count_ends(&mut self, role: usize, sock: SockId, name: &str, ended: bool) {
        if self.plan.roles[role].limits.is_none() || !ended {
            return;
        }
        let ends = self.watch.ends.entry(sock).or_default();
        *ends += 1;
        if *ends >= MOST_ENDS {
            let text = format!("called {name} {MOST_ENDS} times after the stream had ended, and got 0 bytes each time");
            self.passed(Some(role), "spinning", text);
        }
    }

    /// A call returned: with nothing new, or with something else.
    pub(super) fn count_again(&mut self, tid: i32, role: usize, name: &str, again: Option<Again>) {
        let Some(task) = self.tasks.get_mut(&tid) else { return };
        task.again = if again.is_some() { task.again + 1 } else { 0 };
        let Some(again) = again else { return };
        if task.again >= MOST_AGAIN && self.plan.roles[role].limits.is_some() {
            let text = match again {
                Again::NothingThere => format!("got EAGAIN {MOST_AGAIN} times in a row, the last time from {name},"),
                Again::StillThere => format!("looked {MOST_AGAIN} times in a row at what it left there by {name},"),
            };
            self.passed(Some(role), "spinning", format!("{text} and never waited"));
        }
    }

    /// Counts how long everybody has been asleep without anything happening, and ends a run in which that was too long.
    pub(super) fn count_rest(&mut self, now: Nanos) {
        if !self.watch.limits && self.watch.patience.is_none() {
            return;
        }
        // Who waits for a turn is stopped, which looks like sleep.
        let asleep = self.turns.is_empty() && self.all_asleep() && !self.frames_under_way();
        if asleep && self.plan.turns {
            self.tasks.values_mut().for_each(|task| task.again = 0);
        }
        if std::mem::take(&mut self.watch.happened) {
            (self.watch.rested, self.watch.resting) = (0, None);
        }
        let before = std::mem::replace(&mut self.watch.resting, asleep.then_some(now));
        if let Some(before) = before.filter(|_| asleep) {
            // Of a longer time we know nothing: the machine may have been too busy for anybody, us among them.
            self.watch.rested += now.saturating_sub(before).min(2 * PAUSE.as_nanos() as u64);
        }
        let Some(patience) = self.watch.patience.filter(|patience| self.watch.rested >= *patience) else { return };
        if !self.connections_pending() {
            let ms = patience / 1_000_000;
            let text = format!("nothing happened for {ms} ms: every task waited for something that does not come");
            self.passed(None, "quiet", text);
        }
    }
}
