//! The one cursor and where it goes: over rows, steps, frames and fields. Nothing here is noticed by the run.

use super::detail::Detail;
use super::state::{Focus, Screen, Under};
use crate::recording::Nanos;
use crate::step::{Answer, Situation};
use ratatui::layout::Position;

impl Screen {
    pub(super) fn look(&mut self, answer: &Answer) {
        let lane = match answer {
            Answer::Role(lane) | Answer::Until(lane) => Some(lane),
            _ => None,
        };
        let Some(laid) = &self.laid else { return };
        let from = self.row() + 1;
        match (from..laid.rows()).find(|row| lane.is_none_or(|lane| laid.is_in(*row, lane))) {
            Some(row) => self.stand(row),
            None => self.say("nothing more was recorded of that"),
        }
    }

    /// The row one stands at.
    pub(super) fn row(&self) -> usize {
        let last = self.last_row();
        self.at.map_or(last, |at| at.min(last))
    }

    pub(super) fn last_row(&self) -> usize {
        self.laid.as_ref().map_or(0, |laid| laid.rows().saturating_sub(1))
    }

    /// The programs in the order of their numbers: servers last, since they stand on the right. Who listens is not asked: a
    /// number means the same from the first key to the last.
    pub(super) fn roles(&self) -> Vec<String> {
        let mut names: Vec<String> = self.header.roles.iter().map(|role| role.name.clone()).collect();
        names.sort_by_key(|name| name.starts_with("server"));
        names
    }

    /// How things stood where one stands, and when that was; now where one stands at the end.
    pub(super) fn situation(&self) -> (Situation, Nanos) {
        match (&self.laid, self.at, &self.stepper) {
            (Some(laid), Some(at), _) => (self.history.at(laid.t(at)), laid.t(at)),
            (_, None, Some(stepper)) => (stepper.situation().clone(), Nanos::MAX),
            _ => (self.history.at(Nanos::MAX), Nanos::MAX),
        }
    }

    pub(super) fn detail(&self) -> Detail {
        self.laid.as_ref().map(|laid| Detail::of(laid, self.row())).unwrap_or_default()
    }

    pub(super) fn stand(&mut self, row: usize) {
        self.field = 0;
        self.at = Some(row).filter(|row| *row < self.last_row());
    }

    pub(super) fn go(&mut self, by: isize) {
        let moved = |from: usize, count: usize| from.saturating_add_signed(by).min(count.saturating_sub(1));
        match self.focus {
            Focus::Events => self.stand(self.row().saturating_add_signed(by)),
            Focus::Cable => self.frame = moved(self.frame, self.frames()),
            Focus::Fields => self.field = moved(self.field, self.detail().fields()),
        }
    }

    /// The mouse selects what lies under it: an event, a frame on the cable, a field.
    pub(super) fn click(&mut self, at: Position) {
        let under = self.lies.borrow().iter().find(|(place, _)| place.contains(at)).map(|(_, under)| *under);
        match under {
            Some(Under::Row(row)) => {
                self.focus = Focus::Events;
                self.stand(row);
            }
            Some(Under::Frame(frame)) => (self.focus, self.frame) = (Focus::Cable, frame),
            Some(Under::Field(field)) => (self.focus, self.field) = (Focus::Fields, field),
            None => {}
        }
    }

    pub(super) fn page(&mut self, on: bool) {
        let rows = isize::from(self.size.1 as i16 / 2).max(1);
        self.go(if on { rows } else { -rows });
    }

    /// To where everybody rested before, or next. Where nobody ever did, a row.
    pub(super) fn step(&mut self, on: bool) {
        let rests = self.history.rests();
        let Some(laid) = self.laid.as_ref().filter(|_| !rests.is_empty()) else {
            return self.stand(self.row().saturating_add_signed(if on { 1 } else { -1 }));
        };
        // What lies between two rests is one step: one stands at its last row.
        let step = |t: Nanos| rests.partition_point(|rest| *rest < t);
        let here = step(laid.t(self.row()));
        let beside = match on {
            true => laid.first_not(|t| step(t) <= here),
            false => laid.first_not(|t| step(t) < here).saturating_sub(1),
        };
        let there = step(laid.t(beside.min(self.last_row())));
        let end = laid.first_not(|t| step(t) <= there);
        self.stand(end.saturating_sub(1));
    }

    fn frames(&self) -> usize {
        self.stepper.as_ref().map_or(0, |stepper| stepper.situation().on_cable().count())
    }

    pub(super) fn turn(&mut self, on: bool) {
        let order = [Focus::Events, Focus::Cable, Focus::Fields];
        let here = order.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        let next = |by: usize| order[(here + if on { by } else { 3 - by }) % 3];
        let has = |focus: &Focus| match focus {
            Focus::Events => true,
            Focus::Cable => self.frames() > 0,
            Focus::Fields => self.detail().fields() > 0,
        };
        self.focus = [next(1), next(2)].into_iter().find(has).unwrap_or_default();
    }
}
