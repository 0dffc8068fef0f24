//! Two runs that were stepped, on a loopback and on a cable, shown on screens of any size; and what follows from keys.

mod keys;
mod snapshots;

use super::history::History;
use super::{Act, Laid, Screen, Sources, draw};
use crate::recording::{Event, Header, Recording};
use crate::step::Situation;
use crate::view::Press;
use crate::view::paint::{Paint, Theme};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use std::sync::LazyLock;

/// 05, its sends read one by one.
static LOOPBACK: LazyLock<Recording> = LazyLock::new(|| read(include_bytes!("tests/loopback.jsonl")));
/// 05 on a cable: the first segment was dropped by hand and repeated.
static CABLE: LazyLock<Recording> = LazyLock::new(|| read(include_bytes!("tests/cable.jsonl")));

fn read(file: &[u8]) -> Recording {
    Recording::read(file).expect("a recording that the lab wrote")
}

/// A file of which every line is known.
struct Numbered;

impl Sources for Numbered {
    fn around(&self, _: &str, line: u32, text: &str, lines: usize) -> Vec<(u32, String)> {
        let lines = lines as u32;
        let told = |number| if number == line { text.to_owned() } else { format!("// line {number}") };
        (line.saturating_sub(lines)..=line + lines).map(|number| (number, told(number))).collect()
    }
}

/// The screen of a run that has come to its n-th rest, from 1.
fn live(recording: &Recording, rests: usize, size: (u16, u16)) -> Screen {
    let mut screen = Screen::live(recording.header.clone());
    let places = recording.events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Rest(_)));
    let end = places.map(|(place, _)| place + 1).nth(rests - 1).expect("so many rests");
    recording.events[..end].iter().for_each(|event| screen.event(event.clone()));
    screen.measure(size);
    lay(&mut screen, &recording.header, &recording.events[..end]);
    screen
}

/// The screen of a whole recording.
fn recorded(recording: &Recording, size: (u16, u16)) -> Screen {
    let mut screen = Screen::recorded(recording.header.clone());
    recording.events.iter().for_each(|event| screen.event(event.clone()));
    screen.measure(size);
    lay(&mut screen, &recording.header, &recording.events);
    screen
}

fn lay(screen: &mut Screen, header: &Header, events: &[Event]) {
    let recording = Recording { header: header.clone(), events: events.to_vec() };
    screen.lay(Laid::new(recording, screen.lanes()));
}

fn painted(screen: &Screen, color: bool) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, screen.size.0, screen.size.1));
    draw(screen, &Numbered, Paint { theme: Theme::Terminal, color }, &mut buffer);
    buffer
}

/// The picture as text, without the spaces at the ends of its rows.
fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut row = String::new();
        let mut skip = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                row.push_str(symbol);
            }
            skip = unicode_width::UnicodeWidthStr::width(symbol).max(skip).saturating_sub(1);
        }
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

fn shown(screen: &Screen) -> String {
    text(&painted(screen, false))
}

fn press(screen: &mut Screen, keys: &[Press]) -> Vec<Act> {
    keys.iter().filter_map(|key| screen.press(*key)).collect()
}

#[test]
fn looking_back_tells_what_was_told_then() {
    for recording in [&*LOOPBACK, &*CABLE] {
        let mut events = recording.events.clone();
        let mut history = History::new(&recording.header);
        events.iter().for_each(|event| history.push(event.clone()));
        events.sort_by_key(Event::t);
        let sorted = Recording { header: recording.header.clone(), events };
        let told = |situation: &Situation| crate::view::text::situation(situation, 200, false);
        for (place, event) in sorted.events.iter().enumerate() {
            if sorted.events.get(place + 1).is_none_or(|next| next.t() > event.t()) {
                let then = Situation::at(&sorted, place + 1);
                assert_eq!(told(&history.at(event.t())), told(&then), "after event {place}");
            }
        }
    }
}

/// So many events that the situation is kept many times, some of them late: as the kernel hands over frames.
#[test]
fn looking_back_is_the_same_in_a_long_recording_whose_events_come_late() {
    let mut events = Vec::new();
    for round in 0..60 {
        // Stamps are the only numbers of the format that are called `t`.
        let later = |event: &Event| {
            let mut line = serde_json::to_value(event).unwrap();
            let own = line.as_object_mut().unwrap().values_mut().next().unwrap();
            own["t"] = (event.t() + round * 1_000_000_000).into();
            serde_json::from_value::<Event>(line).unwrap()
        };
        events.extend(CABLE.events.iter().filter(|event| !matches!(event, Event::End(_))).map(later));
    }
    let mut history = History::new(&CABLE.header);
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.chunks_mut(7).for_each(<[usize]>::reverse);
    order.iter().for_each(|place| history.push(events[*place].clone()));
    events.sort_by_key(Event::t);
    let sorted = Recording { header: CABLE.header.clone(), events };
    let told = |situation: &Situation| crate::view::text::situation(situation, 200, false);
    for place in (0..sorted.events.len()).step_by(611) {
        let t = sorted.events[place].t();
        let count = sorted.events.partition_point(|event| event.t() <= t);
        assert_eq!(told(&history.at(t)), told(&Situation::at(&sorted, count)), "at event {place}");
    }
}

#[test]
fn the_selected_field_is_marked_in_the_hex_and_nothing_else_is() {
    let mut screen = recorded(&CABLE, (80, 24));
    // The first segment with data, then from its first field to the source port of TCP.
    press(&mut screen, &[Press::Home]);
    while !shown(&screen).contains("client>server data[1]  192") {
        press(&mut screen, &[Press::Down]);
    }
    while !shown(&screen).contains("TCP source port") || !selected(&screen).contains("source port") {
        screen.focus = super::state::Focus::Fields;
        press(&mut screen, &[Press::Down]);
    }
    let buffer = painted(&screen, false);
    let marked: String = (0..24)
        .flat_map(|y| (0..80).map(move |x| (x, y)))
        .filter(|at| buffer[*at].modifier.contains(Modifier::REVERSED))
        .map(|at| buffer[at].symbol().to_owned())
        .collect();
    // Bytes 34 and 35 of the frame, in hex and as characters.
    let row = shown(&screen).lines().find(|row| row.contains("0020:")).unwrap().to_owned();
    let hex: String = row.split_whitespace().skip(3).take(2).collect();
    assert!(marked.starts_with(&hex) && marked.chars().count() == 6, "{marked:?} for {row}");
}

/// The row of the picture that says which field is selected.
fn selected(screen: &Screen) -> String {
    let text = shown(screen);
    let below = text.split("── event").nth(1).unwrap_or_default();
    below.lines().find(|row| row.starts_with("> ")).unwrap_or_default().to_owned()
}

fn any_press() -> impl Strategy<Value = Press> {
    prop_oneof![
        proptest::char::range(' ', '~').prop_map(Press::Letter),
        prop::sample::select(vec![
            Press::Up,
            Press::Down,
            Press::Left,
            Press::Right,
            Press::PageUp,
            Press::PageDown,
            Press::Home,
            Press::End,
            Press::Tab,
            Press::BackTab,
            Press::Enter,
            Press::Escape,
            Press::Backspace,
            Press::Control('l'),
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever is typed, whatever happens meanwhile, on whatever screen: it is drawn, and no key is an end by accident.
    #[test]
    fn any_keys_on_any_screen_at_any_time(
        steps in prop::collection::vec((any_press(), 0..3usize, 1..260u16, 1..80u16), 1..60),
        on_cable: bool,
    ) {
        let recording = if on_cable { &*CABLE } else { &*LOOPBACK };
        let mut screen = Screen::live(recording.header.clone());
        let mut happened = 0;
        for (key, events, columns, rows) in steps {
            let next = (happened + events * 5).min(recording.events.len());
            recording.events[happened..next].iter().for_each(|event| screen.event(event.clone()));
            happened = next;
            if screen.measure((columns, rows)) || events == 1 {
                lay(&mut screen, &recording.header, &recording.events[..happened]);
            }
            screen.rested();
            let was_asking = screen.prompt.is_some() || screen.helping;
            let act = screen.press(key);
            prop_assert!(act != Some(Act::Leave) || (key == Press::Letter('q') && !was_asking));
            painted(&screen, true);
        }
    }
}
