//! Claims about talks, on the recorded run of the lesson that is told most: golden screens, and what holds at every size.

mod golden;
mod keys;
mod told;

use super::talk::{Place, Talk};
use super::{Effect, text};
use crate::recording::Recording;
use crate::view::Press;
use crate::view::paint::{Paint, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::path::{Path, PathBuf};

const PLAIN: Paint = Paint { theme: Theme::Terminal, color: false };
const ON: Press = Press::PageDown;
const BACK: Press = Press::PageUp;

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn recorded(name: &str) -> Recording {
    let file = std::fs::File::open(file(&format!("book/src/runs/{name}.jsonl"))).unwrap();
    Recording::read(std::io::BufReader::new(file)).unwrap()
}

fn sticky() -> Recording {
    recorded("05-sticky-packets/late-reader")
}

fn begun(recording: &Recording, paint: Paint, size: (u16, u16)) -> Talk {
    let mut talk = Talk::new(recording.header.story.clone().unwrap(), None, paint);
    talk.measure(size);
    talk
}

/// Presses a key, and gives the run when it is asked for. False when nothing was left to do.
fn press(talk: &mut Talk, recording: &Recording, press: Press) {
    if talk.press(press) == Some(Effect::Run) {
        talk.ran(recording.clone()).unwrap();
    }
}

fn picture(talk: &Talk) -> Buffer {
    let (columns, rows) = (talk.size.0 as u16, talk.size.1 as u16);
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    talk.paint(&mut buffer);
    buffer
}

/// The screen as lines without the spaces at their ends.
fn screen(talk: &Talk) -> String {
    let buffer = picture(talk);
    let row = |row: u16| {
        let mut line = String::new();
        let mut column = 0;
        while column < buffer.area.width {
            let symbol = buffer[(column, row)].symbol();
            line.push_str(symbol);
            // A wide character fills the cell behind it too.
            column += (unicode_width::UnicodeWidthStr::width(symbol) as u16).max(1);
        }
        line.trim_end().to_owned() + "\n"
    };
    (0..buffer.area.height).map(row).collect()
}

/// Every screen from the first to the last, with the place that it shows.
fn screens(recording: &Recording, size: (u16, u16)) -> Vec<(Place, String)> {
    let mut talk = begun(recording, PLAIN, size);
    let mut all = vec![(talk.place, screen(&talk))];
    for _ in 0..500 {
        let before = (talk.place, talk.page, talk.run.is_some());
        press(&mut talk, recording, ON);
        if before == (talk.place, talk.page, talk.run.is_some()) {
            return all;
        }
        all.push((talk.place, screen(&talk)));
    }
    panic!("the talk does not end")
}
