//! The screens of a talk at a size: what fits is one page, what does not goes on in the next. Nothing is cut.

use super::slides::{self, Block};
use super::talk::{Place, Talk};
use super::{foot, keys};
use crate::view::text::style::{Line, Style};
use ratatui::buffer::Buffer;

/// Columns left and right of everything.
const MARGIN: usize = 2;
/// Columns of a text that is read with ease, and of two lanes with a wire between them.
const TEXT: usize = 76;
const LANES: usize = 96;
/// Lines of the timeline at most.
const ROWS: usize = 8;
/// Rows from which on a screen has an empty one at its top, and below the names of the lanes.
const TALL: usize = 22;
/// Rows that content takes at most: on a larger screen it stands a little above the middle.
const CONTENT: usize = 26;

/// How a screen is divided.
struct Layout {
    /// Columns of a text and of the lanes.
    text: usize,
    lanes: usize,
    /// Where everything begins.
    left: usize,
    /// The row of the head.
    top: usize,
    /// Rows for the content.
    room: usize,
}

impl Layout {
    fn of(talk: &Talk) -> Layout {
        let (columns, rows) = talk.size;
        let width = columns.saturating_sub(2 * MARGIN).max(1);
        let (text, lanes) = (width.min(TEXT), width.min(LANES));
        let foot = foot::speaker(talk, text).len().max(1);
        // The head and an empty row above, the row of hints and the speaker's below.
        let (above, below) = (2 + usize::from(rows >= TALL), 1 + foot);
        let room = rows.saturating_sub(above + below).max(1);
        let spare = room.saturating_sub(CONTENT);
        Layout {
            text,
            lanes,
            left: MARGIN + (width - lanes) / 2,
            top: usize::from(rows >= TALL) + spare / 3,
            room: room.min(CONTENT),
        }
    }
}

/// The pages of the screen where the talk is: lines of content, as many as there is room for at most.
pub(super) fn pages(talk: &Talk) -> Vec<Block> {
    let layout = Layout::of(talk);
    let blocks = slides::blocks(talk, layout.text);
    let (Place::Beat(number), Some(run)) = (talk.place, &talk.run) else {
        return paged(&blocks, layout.room);
    };
    let scene = slides::scene(run, number);
    let mut head = vec![scene.head(layout.lanes)];
    head.extend((talk.size.1 >= TALL).then(Line::new));
    // The explanation stands at the same place in each beat: the longest that a lesson may have has room there.
    let text = 3 * TEXT / layout.text + 1;
    let most = layout.room.saturating_sub(head.len() + 1 + text).clamp(3, ROWS);
    let mut rows = scene.lines(layout.lanes, most);
    rows.resize(most.max(rows.len()), Line::new());
    let below = layout.room.saturating_sub(head.len() + rows.len() + 1).max(1);
    let whole = |text: Block| head.iter().chain(&rows).cloned().chain([Line::new()]).chain(text).collect();
    paged(&blocks, below).into_iter().map(whole).collect()
}

/// Blocks with an empty line between them, on as many pages as they need.
fn paged(blocks: &[Block], room: usize) -> Vec<Block> {
    let lines: usize = blocks.iter().map(Vec::len).sum();
    // Before something goes to another page, the empty lines go.
    let gap = usize::from(lines + blocks.len().saturating_sub(1) <= room || lines > room);
    let mut pages = vec![Block::new()];
    for block in blocks {
        let page = pages.last_mut().expect("there is always a page");
        let gap = if page.is_empty() { 0 } else { gap };
        if page.len() + gap + block.len() <= room {
            page.extend(std::iter::repeat_n(Line::new(), gap));
            page.extend(block.iter().cloned());
            continue;
        }
        for part in block.chunks(room) {
            match pages.last_mut() {
                Some(page) if page.is_empty() => page.extend(part.iter().cloned()),
                _ => pages.push(part.to_vec()),
            }
        }
    }
    pages
}

impl Talk {
    /// Paints the screen where the talk is.
    pub fn paint(&self, buffer: &mut Buffer) {
        buffer.set_style(buffer.area, self.paint.ground());
        let layout = Layout::of(self);
        let rows = self.size.1;
        let mut put = |row: usize, line: &Line| {
            let (Ok(column), Ok(row)) = (u16::try_from(layout.left), u16::try_from(row)) else { return };
            self.paint.put(buffer, (column, row), line);
        };
        if self.helps {
            let lines = keys::block(layout.text);
            let top = if lines.len() + layout.top <= rows { layout.top } else { 0 };
            return lines.iter().enumerate().for_each(|(n, line)| put(top + n, line));
        }
        let pages = pages(self);
        let content = pages.get(self.page.min(pages.len() - 1)).cloned().unwrap_or_default();
        put(layout.top, &head(self, layout.lanes));
        // The cover stands alone, lower than what comes after it.
        let lower = if self.place == Place::Cover { layout.room.saturating_sub(content.len()) / 3 } else { 0 };
        content.iter().enumerate().for_each(|(n, line)| put(layout.top + 2 + lower + n, line));
        let speaker = foot::speaker(self, layout.text);
        put(rows.saturating_sub(1 + speaker.len().max(1)), &foot::hint(self, pages.len(), layout.text));
        let first = rows.saturating_sub(speaker.len());
        speaker.iter().enumerate().for_each(|(n, line)| put(first + n, line));
    }
}

/// The lesson on the left and the place on the right, as much of it as fits: the place always does.
fn head(talk: &Talk, width: usize) -> Line {
    let (lesson, place) = slides::head(talk);
    let place = Line::of(Style::Dim, &place);
    let number = lesson.split(" · ").next().unwrap_or_default();
    let mut line = [lesson.as_str(), number, ""]
        .map(|lesson| Line::of(Style::Dim, lesson))
        .into_iter()
        .find(|lesson| lesson.width() + 2 + place.width() <= width)
        .unwrap_or_default();
    line.pad_to(width.saturating_sub(place.width()));
    line.append(&place);
    line
}

/// The whole talk as plain text, screen after screen with a line between: to be printed, or read aloud. A talk that has no run
/// ends where it would be.
pub fn text(talk: &mut Talk, width: usize) -> String {
    let color = talk.paint.color;
    talk.size = (width.max(20), usize::MAX / 2);
    let rule = Line::of(Style::Dim, &"─".repeat(width.min(LANES)));
    let mut page = String::new();
    for place in talk.places() {
        (talk.place, talk.page) = (place, 0);
        let layout = Layout::of(talk);
        let mut lines = Vec::new();
        if place != Place::Cover {
            lines.extend([rule.clone(), head(talk, layout.lanes), Line::new()]);
        }
        if let (Place::Beat(number), Some(run)) = (place, &talk.run) {
            let scene = slides::scene(run, number);
            let new = scene.new_lines(layout.lanes);
            if !new.is_empty() {
                lines.push(scene.head(layout.lanes));
                lines.extend(new);
                lines.push(Line::new());
            }
        }
        for block in slides::blocks(talk, layout.text) {
            lines.extend(block);
            lines.push(Line::new());
        }
        lines.iter().for_each(|line| line.paint(color, &mut page));
    }
    page.truncate(page.trim_end_matches('\n').len());
    page.push('\n');
    page
}
