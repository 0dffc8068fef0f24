//! Whether connections have nothing to repeat any more: what a kernel says of that is believed when it says so twice.
//!
//! While the handler of a retransmission timer runs, the kernel names no timer (`tcp_write_timer_handler` clears it first), and
//! the segment that it sends has not come out yet. Our own looks fall on the same ticks of the clock as its timers.

use crate::recording::Nanos;

/// How long connections must have had nothing to repeat before that is believed.
const CONFIRM: Nanos = 2_000_000;

/// Since when no connection has had anything to repeat, as far as somebody asked.
#[derive(Debug, Default)]
pub(crate) struct Idle(Option<Nanos>);

impl Idle {
    /// Takes in what was asked just now: whether a connection `repeats`, and when something `last` happened. True when it is
    /// believed that none will.
    pub fn believed(&mut self, now: Nanos, last: Nanos, repeats: bool) -> bool {
        self.0 = (!repeats).then(|| self.0.filter(|since| *since > last).unwrap_or(now));
        self.0.is_some_and(|since| now - since >= CONFIRM)
    }

    /// True when it should be asked again soon: nothing announces that the time is over.
    pub fn is_open(&self, now: Nanos, last: Nanos) -> bool {
        self.0.is_some_and(|since| since > last && now - since < 2 * CONFIRM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Nanos = 1_000_000;

    #[test]
    fn a_timer_whose_handler_runs_is_not_taken_for_none() {
        let mut idle = Idle::default();
        assert!(!idle.believed(400 * MS, 225 * MS, true));
        // Its handler runs; a moment later its segment is there, and after that the next timer.
        assert!(!idle.believed(430 * MS, 225 * MS, false));
        assert!(idle.is_open(431 * MS, 225 * MS));
        assert!(!idle.is_open(431 * MS, 430 * MS + 1));
        assert!(!idle.believed(431 * MS, 430 * MS + 1, true));
    }

    #[test]
    fn none_is_believed_when_it_is_still_none_and_nothing_has_come() {
        let mut idle = Idle::default();
        assert!(!idle.believed(430 * MS, 225 * MS, false));
        assert!(!idle.believed(431 * MS, 225 * MS, false));
        assert!(idle.believed(432 * MS, 225 * MS, false));
        // Something came between: it begins anew.
        assert!(!idle.believed(440 * MS, 439 * MS, false));
        assert!(idle.believed(442 * MS, 439 * MS, false));
    }
}
