//! How things stood at any moment of a run: its events by their stamps, and the situation after every so many of them, so that
//! looking back costs the same at the end of a long recording as at its beginning.

use crate::recording::{Event, Header, Nanos};
use crate::step::Situation;

/// Events between two situations that are kept.
const EVERY: usize = 512;

/// All that has happened, in the order of the stamps.
#[derive(Debug)]
pub(super) struct History {
    events: Vec<Event>,
    /// The situation after 0, 512, 1024 … events.
    kept: Vec<Situation>,
    /// When everybody rested.
    rests: Vec<Nanos>,
}

impl History {
    pub(super) fn new(header: &Header) -> History {
        History { events: Vec::new(), kept: vec![Situation::new(header)], rests: Vec::new() }
    }

    /// Takes in an event. Frames come a little late, so its place may lie before others'.
    pub(super) fn push(&mut self, event: Event) {
        if let Event::Rest(rest) = &event {
            self.rests.push(rest.t);
        }
        let t = event.t();
        let place = self.events.iter().rposition(|before| before.t() <= t).map_or(0, |before| before + 1);
        self.kept.truncate(place / EVERY + 1);
        self.events.insert(place, event);
        while self.events.len() >= self.kept.len() * EVERY {
            let done = (self.kept.len() - 1) * EVERY;
            let Some(mut next) = self.kept.last().cloned() else { return };
            self.events[done..done + EVERY].iter().for_each(|event| next.event(event));
            self.kept.push(next);
        }
    }

    /// How things stood when everything up to this time had happened.
    pub(super) fn at(&self, t: Nanos) -> Situation {
        let count = self.events.partition_point(|event| event.t() <= t);
        let kept = (count / EVERY).min(self.kept.len() - 1);
        let mut situation = self.kept[kept].clone();
        self.events[kept * EVERY..count].iter().for_each(|event| situation.event(event));
        situation
    }

    /// When everybody rested, in order.
    pub(super) fn rests(&self) -> &[Nanos] {
        &self.rests
    }
}
