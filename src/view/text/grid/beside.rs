//! What stands beside a frame and below it: what happened to it on its way, the states it changed, what the kernels know.

use super::{Grid, Line, Row, Side, Word, cable, wire_column, wrap};

/// What stands beside a frame: the words about its way, the states it changed in either lane, what the kernels know.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) remarks: Vec<Vec<Word>>,
    pub(super) states: [Line; 2],
    pub(super) infos: Vec<Word>,
}

/// Columns of an arrow and the space behind it.
pub(super) const ARROW: usize = 4;

impl Grid<'_> {
    /// What stands on the wire in this row, and beside it.
    pub(super) fn wire(&mut self, row: &Row) -> (Vec<Line>, Beside) {
        let context = self.context;
        let mut beside = Beside::default();
        let Some((index, way)) = row.frame else { return (Vec::new(), beside) };
        if let Some(batch) = row.batch.and_then(|batch| context.folds.arrivals.get(batch)) {
            beside.remarks = vec![cable::batch_remark(context.timeline, batch)];
            return (wire_column::batch(context, batch, self.columns.wire), beside);
        }
        let lines = wire_column::lines(context, index, way, self.columns.wire);
        let frame = &context.timeline.frames[index];
        beside.remarks = cable::remarks(context.timeline, frame, way);
        if frame.carried.is_some() {
            beside.states = self.states.changes(context, frame, way);
            if context.tcp_info {
                beside.infos = self.states.infos(context, frame, way);
            }
        }
        (lines, beside)
    }

    /// Words that begin so many columns into the wire, or further left where they have to. They may run over the lanes,
    /// whose tracks go on where there is room.
    pub(super) fn below_wire(&self, rest: &Row, indent: usize, words: &[Word]) -> Vec<Line> {
        let [left, right] = [Side::Left, Side::Right];
        let least = self.columns.lane_start(left) + self.columns.before(left, rest);
        let fitting = self.columns.width.saturating_sub(wrap::total(words));
        let start = (self.columns.wire_start() + indent).min(fitting).max(least);
        let place = |text: &Line| {
            let mut line = Line::new();
            line.pad_to(self.columns.lane_start(left));
            line.append(&self.track_marks(left, rest, 1));
            line.pad_to(start);
            line.append(text);
            if line.width() < self.columns.lane_start(right) {
                line.pad_to(self.columns.lane_start(right));
                line.append(&self.track_marks(right, rest, 1));
            }
            line.cut(self.columns.width)
        };
        wrap::wrap(words, self.columns.width.saturating_sub(start), 2).iter().map(place).collect()
    }
}
