//! The wall clock beside the run's: the kernel stamps frames by CLOCK_REALTIME, everything else goes by CLOCK_MONOTONIC.
//!
//! What lies between the two never changes, unless somebody sets the clock: the kernel keeps it as a number of its own, and
//! corrects the pace of both alike (adjtimex(2)). But it cannot be asked for, and between two readings of two clocks any time
//! may pass. To measure it anew for each frame moved single frames by what had passed, and past others that their sender had
//! sent later. So a measurement is a range, and what is known already stays unless it lies outside.

use crate::sys::process;

/// Looks at the start: that all of them are interrupted is not to be expected.
const LOOKS: u32 = 8;

/// How far the wall clock is ahead of the monotonic one, in nanoseconds.
#[derive(Debug)]
pub(crate) struct WallClock {
    ahead: i128,
}

impl WallClock {
    /// Measures for the first time.
    pub(crate) fn new() -> WallClock {
        let ahead = process::clock(libc::CLOCK_REALTIME) - process::clock(libc::CLOCK_MONOTONIC);
        let mut clock = WallClock { ahead };
        for _ in 0..LOOKS {
            clock.ahead_now();
        }
        clock
    }

    /// How far it is ahead, after another look.
    pub(crate) fn ahead_now(&mut self) -> i128 {
        let before = process::clock(libc::CLOCK_MONOTONIC);
        let wall = process::clock(libc::CLOCK_REALTIME);
        self.seen(before, wall, process::clock(libc::CLOCK_MONOTONIC))
    }

    /// The wall clock was read between two readings of the other.
    fn seen(&mut self, before: i128, wall: i128, after: i128) -> i128 {
        self.ahead = self.ahead.max(wall - after).min(wall - before);
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_long_a_look_takes_nothing_moves_that_was_known() {
        let mut clock = WallClock { ahead: 1000 };
        assert_eq!(clock.seen(10, 1015, 20), 1000);
        // The recorder was kept waiting behind its first reading, and behind its second.
        assert_eq!(clock.seen(30, 5_001_031, 5_000_040), 1000);
        assert_eq!(clock.seen(6_000_000, 6_001_001, 9_000_000), 1000);
    }

    #[test]
    fn a_look_that_was_quicker_corrects_one_that_was_interrupted() {
        let mut clock = WallClock { ahead: 900 };
        assert_eq!(clock.seen(10, 1015, 20), 995);
        assert_eq!(clock.seen(30, 1031, 32), 999);
    }

    #[test]
    fn a_clock_that_was_set_is_followed() {
        let mut clock = WallClock { ahead: 1000 };
        assert_eq!(clock.seen(10, 500_015, 20), 499_995);
        assert_eq!(clock.seen(30, 1035, 40), 1005);
    }
}
