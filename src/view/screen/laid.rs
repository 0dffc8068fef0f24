//! A run laid out for a screen: its timeline, the rows of the lanes, and what each socket sent and received. Making it takes
//! time in proportion to the run, so it is made once for each step and width, and apart from whoever paints.

use super::buffers::Streams;
use crate::recording::{Nanos, Recording};
use crate::timeline::Timeline;
use crate::view::text::drawn::{Drawn, DrawnRow, drawn};

/// Columns before a row, for the mark that says where one is.
pub(super) const MARGIN: u16 = 2;

/// See the module.
#[derive(Debug)]
pub struct Laid {
    pub(super) timeline: Timeline,
    pub(super) drawn: Drawn,
    pub(super) streams: Streams,
    /// For each row the first of its lines, and then how many lines there are.
    pub(super) lines: Vec<usize>,
}

impl Laid {
    /// For lanes of so many columns.
    pub fn new(recording: Recording, columns: u16) -> Laid {
        let timeline = Timeline::new(recording);
        let drawn = drawn(&timeline, usize::from(columns.saturating_sub(MARGIN)));
        let streams = Streams::new(&timeline);
        let mut lines = vec![0];
        for row in &drawn.rows {
            lines.push(lines[lines.len() - 1] + row.lines.len().max(1));
        }
        Laid { timeline, drawn, streams, lines }
    }

    pub(super) fn rows(&self) -> &[DrawnRow] {
        &self.drawn.rows
    }

    /// When all that a row shows had happened.
    pub(super) fn t(&self, row: usize) -> Nanos {
        self.rows().get(row).map_or(0, |row| row.t)
    }

    /// True when the row is about this lane: a role's, or the wire.
    pub(super) fn is_in(&self, row: &DrawnRow, lane: &str) -> bool {
        let calls = row.call.is_some_and(|call| self.timeline.calls[call].enter.role == lane);
        let marks = || row.mark.and_then(|mark| crate::view::text::role_of(&self.timeline.marks[mark])) == Some(lane);
        calls || (lane == crate::step::WIRE && row.frame.is_some()) || marks()
    }
}
