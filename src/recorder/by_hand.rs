//! A person in the place of the schedule: calls and frames wait until they are let go, one at a time.
//!
//! Kernel timers do not wait: what they send while everything is held is held as well, and shown.

use super::engine::Engine;
use super::plan::Carry;
use crate::recording::{BY_HAND, Event, Fate, Nanos, Rest};

/// How long nothing must have happened.
const CALM: Nanos = 1_000_000;

impl Engine {
    /// True while it is not told yet that nobody moves.
    pub(crate) fn rest_untold(&self) -> bool {
        self.gate.is_by_hand() && !self.rested
    }

    /// Tells that nobody moves and what the kernels hold, once until something happens again. A task may look asleep for a
    /// moment (it prints, or waits for a page): a person would be asked too early.
    pub(crate) fn tell_rest(&mut self) {
        let calm = self.now().saturating_sub(self.last) >= CALM && self.turns.is_empty() && self.all_asleep();
        if !self.rest_untold() || !calm || self.carrier.transit.due().is_some() {
            return;
        }
        let kernel = self.sockets.all().into_iter().flat_map(|sock| self.sockets.kernel(sock, None, false));
        let kernel = kernel.filter(|kernel| kernel.state != "CLOSED").collect();
        let t = self.now();
        self.emit(Event::Rest(Rest { t, kernel }));
        self.rested = true;
    }

    /// What the person decided about a frame that waits on the cable. One that does not wait has its fate already.
    pub(crate) fn carry_by_hand(&mut self, frame: u64, fate: Carry) {
        let Some(mut traveller) = self.carrier.transit.take_by_hand(frame) else { return };
        let rule = BY_HAND.to_owned();
        match fate {
            Carry::Arrive => traveller.journey.rules.push(rule),
            Carry::Duplicate => {
                traveller.journey.rules.push(rule.clone());
                traveller.journey.copies.push(rule);
            }
            Carry::Drop => {
                let t = self.now();
                self.emit(Event::Fate(Fate { t, frame, dropped: true, rules: vec![rule], changed: None }));
                return;
            }
        }
        self.carrier.transit.add(traveller);
    }

    /// Lets everything go that waits, in its order, and holds nothing any more. Nobody thinks from now on, so the run has so
    /// many milliseconds left.
    pub(crate) fn step_no_further(&mut self, ms: u64) {
        self.gate.let_all_go();
        self.plan.deadline_ms = self.plan.deadline_ms.min(self.now() / 1_000_000 + ms);
        while let Some(traveller) = self.carrier.transit.first_by_hand() {
            self.carry_by_hand(traveller, Carry::Arrive);
        }
    }

    /// True while a frame waits for the person.
    pub(crate) fn frames_kept(&self) -> bool {
        self.carrier.transit.first_by_hand().is_some()
    }
}
