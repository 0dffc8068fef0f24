//! The plain text view: one page that shows a run from its heading to what to try next.
//!
//! A pure function of a timeline: no terminal is asked, no clock, no environment. It shows what was recorded and marks
//! what it leaves out; it refuses to explain what the run did not show. Text that came from programs passes
//! `sanitise`, and no line is wider than the width asked for.

pub(super) mod badges;
mod bystanders;
mod bytes;
mod cable;
mod calls;
mod columns;
mod context;
mod diff;
pub(super) mod drawn;
mod ended;
mod excerpt;
mod fold;
mod grid;
mod heading;
pub(super) mod hexdump;
pub(super) mod kernel;
pub(super) mod lanes;
mod layers;
mod listing;
mod markdown;
mod marks;
mod mask;
pub(super) mod noise;
mod notes;
pub(super) mod numbers;
pub(super) mod predict;
mod progress;
mod rows;
pub(super) mod sanitise;
pub(super) mod seen;
mod states;
pub(super) mod stepped;
pub(super) mod style;
mod verdicts;
mod waits;
mod wire_column;
pub(super) mod wrap;

pub use diff::{Side, diff};
pub use listing::{Exercised, Listed, listing};
pub use markdown::{MarkdownLine, MarkdownOptions, markdown, prose};
pub(in crate::view) use marks::role_of;
pub use mask::masked;
pub use predict::{letter, predicted, question};
pub use progress::{Progressed, progress};
pub use stepped::situation;
pub use verdicts::{check_failed, check_heading, check_passed, failure, scenario_heading, scenarios};

use crate::expectations::Verdict;
use crate::recording::Expect;
use crate::timeline::Timeline;
use context::Context;
use grid::{Grid, Plan};
use lanes::Lanes;
use rows::Row;
use style::Line;

/// Which bytes are printed in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HexBytes {
    /// Whole frames, headers included; nothing is folded or left out.
    All,
    /// Payloads only.
    Payload,
    /// None.
    None,
}

/// How the text is to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Columns available; the view adapts from 60 up.
    pub width: usize,
    /// True to paint with ANSI colours; nothing is told by colour alone.
    pub color: bool,
    /// Which bytes are printed.
    pub hex: HexBytes,
    /// Print every header field with its byte range.
    pub layers: bool,
    /// Show queues and TCP states beside the calls.
    pub kernel: bool,
    /// Show each frame by which hosts find each other.
    pub noise: bool,
}

/// The narrowest and the widest page that is laid out; others are treated as the nearest of them.
const WIDTHS: (usize, usize) = (60, 250);
/// Rows of the timeline that are printed before the middle is left out: as many at its start and at its end.
const MOST_ROWS: usize = 4000;
const FIRST_ROWS: usize = 2000;
const LAST_ROWS: usize = 500;

/// The whole view of a run. `verdicts` are the story's expectations with what became of them, in order.
pub fn render(timeline: &Timeline, verdicts: &[(Expect, Verdict)], options: &Options) -> String {
    let Page { heading, timeline, wire, programs, ended, conclusion } = page(timeline, verdicts, options);
    let mut whole = heading;
    for section in [timeline, wire, programs, ended, conclusion].iter().filter(|section| !section.is_empty()) {
        whole.push('\n');
        whole.push_str(section);
    }
    whole
}

/// The sections of that view; each but the first two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What ran, where, and what the lesson asks.
    pub heading: String,
    /// The lanes.
    pub timeline: String,
    /// `on the wire`: the frames that carried bytes.
    pub wire: String,
    /// `in the programs`: the calls that returned bytes.
    pub programs: String,
    /// `ended`: what was going on when the run was ended.
    pub ended: String,
    /// `seen`, `so`, `next`.
    pub conclusion: String,
}

/// The view of a run in its sections.
pub fn page(timeline: &Timeline, verdicts: &[(Expect, Verdict)], options: &Options) -> Page {
    let mut options = options.clone();
    options.width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let story = timeline.header.story.as_ref();
    let asked = |what: &str| story.is_some_and(|story| story.show.iter().any(|show| show == what));
    options.kernel |= asked("kernel");
    options.noise |= asked("noise") || options.hex == HexBytes::All;

    let lanes = Lanes::new(timeline);
    let (rows, folds) = rows::rows(timeline, &lanes, &options);
    let (first, last) = shown(rows.len(), &options);
    let drawn: Vec<Row> = rows[..first].iter().chain(&rows[last..]).copied().collect();
    let facts = columns::settle(timeline, &lanes, &folds, &options, &drawn);
    let context = Context { timeline, options: &options, lanes: &lanes, folds: &folds, facts: &facts };

    let mut conclusion = Vec::new();
    if !verdicts.is_empty() {
        conclusion.extend(seen::seen(verdicts, options.width));
    }
    conclusion.extend(seen::so(&context, verdicts));
    conclusion.extend(seen::next(story.map_or(&[], |story| &story.next), options.width));

    let write = |lines: Vec<Line>| {
        let mut text = String::new();
        lines.into_iter().for_each(|line| line.cut(options.width).paint(options.color, &mut text));
        text
    };
    let mut rows = String::new();
    draw(&context, &drawn, (first, last), &mut rows);
    Page {
        heading: write(heading::lines(&context)),
        timeline: rows,
        wire: write(bytes::on_the_wire(&context)),
        programs: write(bytes::in_the_programs(&context)),
        ended: write(ended::lines(&context)),
        conclusion: write(conclusion),
    }
}

/// Where the first part of the rows ends and where the last part begins.
fn shown(rows: usize, options: &Options) -> (usize, usize) {
    if rows <= MOST_ROWS || options.hex == HexBytes::All { (rows, rows) } else { (FIRST_ROWS, rows - LAST_ROWS) }
}

fn draw(context: &Context, drawn: &[Row], (first, last): (usize, usize), page: &mut String) {
    let color = context.options.color;
    let plan = Plan::new(context, drawn);
    let mut grid = Grid::new(context, &plan);
    let paint = |lines: Vec<Line>, page: &mut String| lines.iter().for_each(|line| line.paint(color, page));
    paint(vec![grid.head()], page);
    if let Some(note) = wire_note(context.timeline) {
        paint(grid.on_the_wire(&note), page);
    }
    for (number, row) in drawn.iter().enumerate() {
        if number == first && last > first {
            let text = format!("… {} rows left out: --hex all shows every row", numbers::grouped(last - first));
            paint(grid.remark(&text), page);
        }
        paint(grid.draw(row), page);
    }
}

/// Why the wire is empty, if it is for a reason.
fn wire_note(timeline: &Timeline) -> Option<String> {
    let wire = &timeline.header.wire;
    if !wire.captured {
        return Some(wire.note.clone().unwrap_or_else(|| "frames were not captured".into()));
    }
    let unix = !timeline.sockets.is_empty() && timeline.sockets.iter().all(|socket| socket.family == "unix");
    if unix && timeline.frames.is_empty() {
        return Some("no frames: AF_UNIX does not leave the kernel".into());
    }
    wire.note.clone()
}
