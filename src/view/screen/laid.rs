//! A run laid out for a screen: its timeline, the rows of the lanes, and what each socket sent and received. Making it takes
//! time in proportion to the run, so it is made once for each step and width, and apart from whoever paints.

use super::buffers::Streams;
use crate::recording::{Nanos, Recording};
use crate::step::WIRE;
use crate::timeline::Timeline;
use crate::view::text::drawn::{About, Drawn};
use crate::view::text::role_of;
use crate::view::text::style::Line;

/// Columns before a row, for the mark that says where one is.
pub(super) const MARGIN: u16 = 2;

/// See the module.
#[derive(Debug)]
pub struct Laid {
    pub(super) timeline: Timeline,
    pub(super) streams: Streams,
    drawn: Drawn,
}

impl Laid {
    /// For lanes of so many columns.
    pub fn new(recording: Recording, columns: u16) -> Laid {
        let timeline = Timeline::new(recording);
        let drawn = Drawn::new(&timeline, usize::from(columns.saturating_sub(MARGIN)));
        Laid { streams: Streams::new(&timeline), drawn, timeline }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.drawn.len()
    }

    /// What stands above the rows.
    pub(super) fn head(&self) -> Vec<Line> {
        self.drawn.head(&self.timeline)
    }

    /// The lines of a row.
    pub(super) fn lines(&self, row: usize) -> Vec<Line> {
        self.drawn.lines(&self.timeline, row)
    }

    pub(super) fn about(&self, row: usize) -> Option<About> {
        self.drawn.about(&self.timeline, row)
    }

    /// When all that a row shows had happened.
    pub(super) fn t(&self, row: usize) -> Nanos {
        self.about(row).map_or(0, |about| about.t)
    }

    /// The first row that `is` is not true of; it is true of those before.
    pub(super) fn first_not(&self, is: impl Fn(Nanos) -> bool) -> usize {
        let (mut low, mut high) = (0, self.rows());
        while low < high {
            let middle = low.midpoint(high);
            if is(self.t(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// True when the row is about this lane: a role's, or the wire.
    pub(super) fn is_in(&self, row: usize, lane: &str) -> bool {
        let Some(about) = self.about(row) else { return false };
        let calls = about.call.is_some_and(|call| self.timeline.calls[call].enter.role == lane);
        let marks = || about.mark.and_then(|mark| role_of(&self.timeline.marks[mark])) == Some(lane);
        calls || (lane == WIRE && about.frame.is_some()) || marks()
    }
}
