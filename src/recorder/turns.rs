//! Taking turns: one task goes on at a time, so that the same run happens in the same order every time.
//!
//! A task that stops (at a call, at its end …) waits until no other task is running, that is, until all have stopped too or
//! sleep in the kernel; then the one that has waited longest goes on. What several tasks did in one turn is put in the order
//! of their roles. Two programs on two cores then meet every race in the same way; which way is the schedule's business.
//! Lessons run so; `lab trace` does not, for it would slow strangers down and hide their races.

use super::engine::Engine;
use crate::recording::Nanos;
use crate::sys::wait::{self, Report};
use std::collections::{HashSet, VecDeque};
use std::io;
use std::time::Duration;

/// How long one task may run on without stopping or sleeping before the others are let go beside it.
const TURN: Duration = Duration::from_millis(200);
/// Looks before the first nap: most turns last a few microseconds.
const LOOKS: u32 = 20;
/// Turns in a row that may go past somebody who waits until nobody else does: more than any program needs between two rests.
const MOST_BEFORE_PATIENT: u32 = 1000;
const NAP: Duration = Duration::from_micros(20);
/// How often orders are looked for while turns are given. What roles print is not: it is read at set moments, for its order.
const TICK: Duration = Duration::from_millis(1);

/// Who waits for a turn.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// What tasks reported since the last turn began.
    arrived: Vec<(i32, Report)>,
    /// In the order in which they go on.
    queue: VecDeque<(i32, Report)>,
    /// When the turn that goes on began.
    began: Nanos,
    looks: u32,
    /// Turns in a row that went past somebody patient who had waited longer.
    past_patient: u32,
    /// Processes that were killed and whose end has not been reported: they may sleep on the way, but are not at rest.
    pub(crate) dying: HashSet<i32>,
    /// True when the last look saw nobody running.
    calm: bool,
}

impl Turns {
    /// True when nobody waits for a turn.
    pub(crate) fn is_empty(&self) -> bool {
        self.arrived.is_empty() && self.queue.is_empty()
    }
}

impl Engine {
    /// Gives turns until every task sleeps or is held, or the run is over.
    pub(crate) fn follow_in_turns(&mut self) -> io::Result<()> {
        self.begin_turn();
        let mut looked = self.now();
        loop {
            self.drain_frames();
            self.gather()?;
            let now = self.now();
            if now > looked + TICK.as_nanos() as u64 {
                looked = now;
                self.look_for_orders();
            }
            if self.out_of_time(now) {
                return Ok(());
            }
            let late = now.saturating_sub(self.turns.began) > TURN.as_nanos() as u64;
            if !late && !self.calm() {
                continue;
            }
            // A report may have come between the last look and the moment its task was seen stopped.
            self.gather()?;
            self.line_up();
            // Frames move while all rest, one at a time: whom the next task meets on the wire is then the same every time.
            if self.carry_one() {
                self.begin_turn();
                continue;
            }
            let released = self.follow_schedule();
            self.decide_end(now);
            if self.over.is_some() {
                return Ok(());
            }
            // What a call is let go for must not depend on how soon it is seen to have arrived.
            if self.settling() || self.frames_outstanding() {
                let before = self.now();
                std::thread::sleep(NAP);
                self.carrier.rested(self.now() - before);
                continue;
            }
            // A call that the schedule has let go takes this turn, however soon it is done; otherwise it is that of whoever
            // waits longest.
            if !released && (late || self.at_rest()) {
                let Some((tid, report)) = self.next_in_turn() else { return Ok(()) };
                let now = self.now();
                self.on_report(tid, report, now);
                if self.gate.is_by_hand() {
                    // A person looks at the screen, which need not wait until all rest.
                    self.output.hand_over();
                }
            }
            self.begin_turn();
        }
    }

    /// Takes in what tasks report. What a guard looks at is no step of the run, and its task's turn is not over with it.
    fn gather(&mut self) -> io::Result<()> {
        while let Some((tid, report)) = wait::next()? {
            if report == Report::Seccomp && self.only_for_the_guard(tid) {
                self.on_entry(tid);
            } else {
                self.turns.arrived.push((tid, report));
            }
        }
        Ok(())
    }

    /// True when nobody runs, and still nobody after a nap: what a task's last call set going may go on for some
    /// microseconds after it has stopped, for the kernel hands frames over in its own time (ksoftirqd).
    fn calm(&mut self) -> bool {
        if self.at_rest() && std::mem::replace(&mut self.turns.calm, true) {
            return true;
        }
        self.turns.looks += 1;
        match self.turns.looks {
            0..LOOKS if !self.turns.calm => std::thread::yield_now(),
            // A person waits for what one call does: to wake takes longer than the nap. It does not keep the kernel's own
            // threads from running, which is what the nap is for.
            _ if self.gate.is_by_hand() && self.turns.calm => {
                let until = self.now() + NAP.as_nanos() as u64;
                while self.now() < until {
                    std::thread::yield_now();
                }
            }
            _ => std::thread::sleep(NAP),
        }
        self.turns.calm &= self.at_rest();
        false
    }

    /// Whoever waits longest, of those that are not patient if there are any: each call of a patient role then meets programs
    /// that have done all they could. One that never rests does not keep it from going on for ever.
    fn next_in_turn(&mut self) -> Option<(i32, Report)> {
        let patient = |tid: &i32| self.tasks.get(tid).is_some_and(|task| self.plan.roles[task.role].patient);
        let first = self.turns.queue.iter().position(|(tid, _)| !patient(tid));
        let first = first.filter(|_| self.turns.past_patient < MOST_BEFORE_PATIENT).unwrap_or(0);
        self.turns.past_patient = if first > 0 { self.turns.past_patient + 1 } else { 0 };
        self.turns.queue.remove(first)
    }

    fn at_rest(&self) -> bool {
        let reports = || self.turns.arrived.iter().chain(&self.turns.queue);
        let reported = |tid: &i32| reports().any(|(other, report)| other == tid && report.is_end());
        // Who has reported is stopped, and so is who is held: only of the others the kernel must be asked.
        let mut others = self.tasks.iter().filter(|(tid, task)| task.held.is_none() && !reported(tid));
        self.turns.dying.iter().all(reported) && others.all(|(tid, task)| task.sleep.asleep(*tid))
    }

    /// True while a rule waits for frames and the kernel has some that it has not handed over.
    fn frames_outstanding(&mut self) -> bool {
        self.gate.watches_frames() && self.sandbox.capture.as_mut().is_some_and(|capture| capture.has_more())
    }

    fn begin_turn(&mut self) {
        self.turns.calm = false;
        self.turns.began = self.now();
        self.turns.looks = 0;
    }

    /// Puts those who arrived in one turn behind those who wait already: by role, and within a role by number.
    fn line_up(&mut self) {
        let mut arrived = std::mem::take(&mut self.turns.arrived);
        arrived.sort_by_key(|(tid, _)| (self.tasks.get(tid).map_or(usize::MAX, |task| task.role), *tid));
        self.turns.queue.extend(arrived);
    }
}
