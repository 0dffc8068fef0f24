//! The picture: what the screen knows → cells. A function of its state alone.

mod event;

use super::areas::Areas;
use super::gate::{self, Cable};
use super::laid::{Laid, MARGIN};
use super::state::{Focus, Prompt, Screen, Under};
use super::{Sources, keys};
use crate::view::paint::Paint;
use crate::view::text::style::{Line, Style};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style as Cells};
use std::collections::VecDeque;

/// Frames on the cable that are shown at once, on a low screen and on a high one.
const FRAMES: [usize; 2] = [2, 6];
/// Rows that make it high.
const HIGH: u16 = 32;

/// Paints all of it. `sources` has the lines of files that somebody could read.
pub fn draw(screen: &Screen, sources: &dyn Sources, paint: Paint, buffer: &mut Buffer) {
    let area = buffer.area;
    buffer.set_style(area, paint.ground());
    let painter = Painter { screen, sources, paint };
    screen.lies.borrow_mut().clear();
    if screen.helping {
        return painter.help(area, buffer);
    }
    let (situation, t) = screen.situation();
    let roles = screen.roles();
    let width = usize::from(super::areas::lanes(area.width));
    let told = |with_source| gate::programs(&situation, (screen.laid.as_ref(), t), &roles, (width, with_source));
    let mut programs = told(true);
    let room = FRAMES[usize::from(area.height >= HIGH)].min(situation.on_cable().count());
    let cable = Cable { room, selected: screen.frame };
    let frames = gate::cable(&situation, screen.laid.as_ref(), &roles, &cable);
    let asked = u16::try_from(programs.len() + frames.1.len()).unwrap_or(u16::MAX - 1);
    let areas = Areas::of(area, asked, screen.zoomed);
    // Its first row is a rule.
    if areas.gate.height <= asked {
        programs = told(false);
    }
    painter.title(areas.title, buffer);
    painter.lanes(areas.lanes, buffer);
    painter.gate(areas.gate, programs, frames, buffer);
    painter.event(areas.event, buffer);
    painter.last(areas.last, buffer);
}

struct Painter<'a> {
    screen: &'a Screen,
    sources: &'a dyn Sources,
    paint: Paint,
}

impl Painter<'_> {
    fn put(&self, buffer: &mut Buffer, area: Rect, row: usize, line: &Line) {
        let Some(y) = u16::try_from(row).ok().filter(|row| *row < area.height) else { return };
        self.paint.put(buffer, (area.x, area.y + y), &line.clone().cut(area.width.into()));
    }

    /// A part's first row: its name, and a line to the end.
    fn rule(&self, buffer: &mut Buffer, area: Rect, name: &str, has_focus: bool) {
        let mut line = Line::of(Style::Dim, "── ");
        line.push(if has_focus { Style::Bold } else { Style::Dim }, name);
        line.push(Style::Dim, if has_focus { " ◂ " } else { " " });
        let rest = usize::from(area.width).saturating_sub(line.width());
        line.push(Style::Dim, &"─".repeat(rest));
        self.put(buffer, area, 0, &line);
    }

    fn title(&self, area: Rect, buffer: &mut Buffer) {
        let screen = self.screen;
        let mut line = Line::of(Style::Bold, &screen.header.title);
        let tier = screen.header.tier;
        let tier = if tier > 1 { format!(", tier {tier}") } else { String::new() };
        line.push(Style::Dim, &format!("  {}{tier}", screen.header.wire.kind));
        let (row, last) = (screen.row(), screen.last_row());
        let place = match (&screen.stepper, screen.at) {
            (Some(stepper), None) if stepper.situation().over() => "the run is over".to_owned(),
            (Some(stepper), None) if stepper.situation().resting() => "now".to_owned(),
            (Some(_), None) => "now: the programs run".to_owned(),
            (Some(_), Some(_)) => format!("looking back: {} of {}, End: now", row + 1, last + 1),
            (None, _) => format!("{} of {}", row + 1, last + 1),
        };
        let column = usize::from(area.width).saturating_sub(place.chars().count());
        let mut line = line.cut(column.saturating_sub(2));
        line.pad_to(column);
        line.push(Style::Bold, &place);
        self.put(buffer, area, 0, &line);
    }

    fn lanes(&self, area: Rect, buffer: &mut Buffer) {
        let Some(laid) = &self.screen.laid else {
            return self.put(buffer, area, 0, &Line::of(Style::Dim, "  laying out …"));
        };
        let inner = Rect { x: area.x + MARGIN, width: area.width.saturating_sub(MARGIN), ..area };
        let heads = laid.head();
        let head = heads.len().min(usize::from(area.height) / 2);
        heads.iter().take(head).enumerate().for_each(|(row, line)| self.put(buffer, inner, row, line));
        let room = usize::from(area.height) - head;
        let mut y = head;
        for (row, lines) in self.around(laid, room) {
            for (at, line) in lines.iter().enumerate() {
                self.put(buffer, inner, y, line);
                let whole = Rect { y: area.y + y as u16, height: 1, ..area };
                self.lies(whole, Under::Row(row));
                if row == self.screen.row() {
                    self.paint.put(buffer, (whole.x, whole.y), &Line::of(Style::Bold, if at == 0 { ">" } else { " " }));
                    if self.screen.focus == Focus::Events {
                        buffer.set_style(whole, Cells::new().add_modifier(Modifier::REVERSED));
                    }
                } else if row > self.screen.row() && self.paint.color {
                    // From where one looks it has not happened.
                    buffer.set_style(whole, Cells::new().add_modifier(Modifier::DIM));
                }
                y += 1;
            }
        }
    }

    /// The rows around the one where one stands, which is in the middle where it can be: as many lines as there is room for.
    fn around(&self, laid: &Laid, room: usize) -> VecDeque<(usize, Vec<Line>)> {
        let here = self.screen.row();
        let mut own = laid.lines(here);
        own.truncate(room);
        let (mut before, mut after) = (here, here + 1);
        let (mut above, mut below) = (0, own.len());
        let mut rows = VecDeque::from([(here, own)]);
        // Alternately, so that the middle stays the middle; what one side does not need is the other's.
        loop {
            let left = room - above - below;
            let up = before > 0 && (above <= below || after >= laid.rows());
            if left == 0 || (before == 0 && after >= laid.rows()) {
                return rows;
            }
            if up {
                before -= 1;
                let mut lines = laid.lines(before);
                lines.drain(..lines.len().saturating_sub(left));
                above += lines.len().max(1);
                rows.push_front((before, lines));
            } else {
                let mut lines = laid.lines(after);
                lines.truncate(left);
                below += lines.len().max(1);
                rows.push_back((after, lines));
                after += 1;
            }
        }
    }

    fn gate(&self, area: Rect, programs: Vec<Line>, (first, frames): (usize, Vec<Line>), buffer: &mut Buffer) {
        if area.is_empty() {
            return;
        }
        let screen = self.screen;
        let live = screen.stepper.is_some() && screen.at.is_none() && !screen.is_over();
        let name = if live { "at the gate · kernel timers run on" } else { "how things stood" };
        self.rule(buffer, area, name, screen.focus == Focus::Cable);
        let room = usize::from(area.height) - 1;
        // Frames on a cable are what can be decided: they keep their rows, and the programs' lines give way.
        let kept = room.saturating_sub(frames.len()).max(room.min(screen.roles().len()));
        let cut = programs.len() > kept;
        let above = programs.len().min(kept);
        for (row, line) in programs.iter().take(kept).chain(&frames).enumerate() {
            self.put(buffer, area, row + 1, line);
            if let Some(frame) = row.checked_sub(above).filter(|_| row < room) {
                self.lies(Rect { y: area.y + row as u16 + 1, height: 1, ..area }, Under::Frame(first + frame));
            }
        }
        if cut && kept > 0 {
            let more = format!(" {} more", programs.len() - kept);
            let x = area.width.saturating_sub(more.len() as u16);
            self.paint.put(buffer, (area.x + x, area.y + kept as u16), &Line::of(Style::Dim, &more));
        }
    }

    fn lies(&self, place: Rect, what: Under) {
        self.screen.lies.borrow_mut().push((place, what));
    }

    fn last(&self, area: Rect, buffer: &mut Buffer) {
        let screen = self.screen;
        let line = match (&screen.prompt, &screen.note) {
            (Some(Prompt::Save(name)), _) => {
                // The end of a long name is what one is typing.
                let room = usize::from(area.width).saturating_sub(10);
                let skipped = name.chars().count().saturating_sub(room);
                Line::of(Style::Bold, &format!("save as: {}_", name.chars().skip(skipped).collect::<String>()))
            }
            (Some(Prompt::Until), _) => {
                let roles = screen.roles();
                let lanes = roles.iter().enumerate().map(|(number, role)| format!("{} {role}", number + 1));
                let lanes = lanes.collect::<Vec<_>>().join("  ");
                Line::of(Style::Bold, &format!("until something happens in: {lanes}  w wire"))
            }
            (None, Some(note)) => Line::of(Style::Bold, note),
            (None, None) => Line::of(Style::Dim, self.hint(area.width.into())),
        };
        self.put(buffer, area, 0, &line);
    }

    /// As much of the keys as fits.
    fn hint(&self, width: usize) -> &'static str {
        let live = [
            "1 2 let go · space next · a arrive d drop t twice h keep · u until · s save · r again · ? keys · q quit",
            "1 2 let go · space next · a d t h frame · u until · s save · ? keys · q quit",
            "1 2 let go · space next · a d t h frame · ? keys · q",
        ];
        let recorded =
            ["arrows move · 1 2 u to a lane · Tab fields · z large · ? keys · q quit", "arrows · ? keys · q"];
        let hints: &[&str] = if self.screen.stepper.is_some() { &live } else { &recorded };
        hints.iter().find(|hint| hint.chars().count() <= width).or(hints.last()).unwrap_or(&"")
    }

    fn help(&self, area: Rect, buffer: &mut Buffer) {
        let keys = if self.screen.stepper.is_some() { keys::LIVE } else { keys::RECORDED };
        self.put(buffer, area, 0, &Line::of(Style::Bold, "keys"));
        for (row, (key, does)) in keys.iter().enumerate() {
            let mut line = Line::of(Style::Bold, &format!("  {key:<11}"));
            line.push(Style::Plain, does);
            self.put(buffer, area, row + 2, &line);
        }
        let below = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        self.put(buffer, below, 0, &Line::of(Style::Dim, "any key leaves this list"));
    }
}
