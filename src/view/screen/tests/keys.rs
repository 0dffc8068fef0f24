//! What follows from keys.

use super::*;
use crate::step::{Ask, Fate};
use crate::view::screen::state::Focus;

const CLIENT: Press = Press::Letter('1');
const SERVER: Press = Press::Letter('2');

/// The call that a role is about to make.
fn about(screen: &Screen, role: &str) -> u64 {
    screen.stepper.as_ref().unwrap().situation().waiting(role).unwrap()
}

#[test]
fn a_programs_number_lets_its_call_go() {
    let mut screen = live(&LOOPBACK, 10, (80, 24));
    let call = about(&screen, "client");
    assert_eq!(press(&mut screen, &[CLIENT]), [Act::Ask(Ask::Go(call))]);
    let mut screen = live(&LOOPBACK, 10, (80, 24));
    let call = about(&screen, "server");
    assert_eq!(press(&mut screen, &[SERVER]), [Act::Ask(Ask::Go(call))]);
    press(&mut screen, &[Press::Letter('7')]);
    assert_eq!(screen.note.as_deref(), Some("no program has this number"));
}

#[test]
fn keys_that_come_while_the_programs_run_count_when_they_rest_and_escape_forgets_them() {
    for forgets in [false, true] {
        let mut screen = live(&LOOPBACK, 10, (80, 24));
        assert_eq!(press(&mut screen, &[SERVER, CLIENT]).len(), 1);
        if forgets {
            press(&mut screen, &[Press::Escape]);
        }
        let rest = LOOPBACK.events.iter().filter(|event| matches!(event, Event::Rest(_))).nth(9).unwrap();
        screen.event(rest.clone());
        let call = about(&screen, "client");
        assert_eq!(screen.rested(), (!forgets).then_some(Act::Ask(Ask::Go(call))));
    }
}

#[test]
fn the_selected_frame_is_the_one_that_is_decided() {
    let mut screen = live(&CABLE, 17, (80, 24));
    let frame = screen.stepper.as_ref().unwrap().situation().on_cable().next().unwrap().frame.frame;
    for (key, fate) in [('a', Fate::Arrive), ('d', Fate::Drop), ('t', Fate::Duplicate)] {
        let mut screen = live(&CABLE, 17, (80, 24));
        assert_eq!(press(&mut screen, &[Press::Letter(key)]), [Act::Ask(Ask::Carry(frame, fate))]);
    }
    assert_eq!(press(&mut screen, &[Press::Letter('h')]), []);
    assert!(shown(&screen).contains("again  kept"), "{}", shown(&screen));
}

#[test]
fn looking_back_asks_nothing_of_the_run_and_stays_where_it_is_while_the_run_goes_on() {
    let mut screen = live(&LOOPBACK, 12, (80, 24));
    assert_eq!(press(&mut screen, &[Press::Up, Press::Up, Press::Left, Press::Home, Press::Down, Press::Right]), []);
    let (row, before) = (screen.row(), screen.detail().parts[0].title.clone());
    let events = LOOPBACK.events.len();
    LOOPBACK.events[events - 20..].iter().for_each(|event| screen.event(event.clone()));
    lay(&mut screen, &LOOPBACK.header, &LOOPBACK.events);
    assert_eq!((screen.row(), format!("{:?}", screen.detail().parts[0].title)), (row, format!("{before:?}")));
    press(&mut screen, &[Press::End]);
    assert_eq!(screen.row(), screen.last_row());
}

#[test]
fn a_step_back_is_to_the_last_row_of_the_step_before() {
    let mut screen = recorded(&LOOPBACK, (80, 24));
    let mut steps = vec![screen.row()];
    while screen.row() > 0 && steps.len() < 100 {
        press(&mut screen, &[Press::Left]);
        steps.push(screen.row());
    }
    assert!(steps.windows(2).all(|pair| pair[1] < pair[0]), "{steps:?}");
    for expected in steps.iter().rev().skip(1) {
        press(&mut screen, &[Press::Right]);
        assert_eq!(screen.row(), *expected, "{steps:?}");
    }
}

#[test]
fn a_recording_is_walked_by_lanes_and_cannot_be_changed() {
    let mut screen = recorded(&CABLE, (80, 24));
    press(&mut screen, &[Press::Home, Press::Letter('u'), Press::Letter('w')]);
    assert!(shown(&screen).contains("client>server SYN[1]"), "{}", shown(&screen));
    press(&mut screen, &[CLIENT, CLIENT]);
    for key in ['a', 'd', 't', 'h', 's', 'g', 'r', 'w'] {
        assert_eq!(press(&mut screen, &[Press::Letter(key)]), []);
        assert_eq!(screen.note.as_deref(), Some("this was recorded: it can be looked at, and not changed"));
    }
    assert_eq!(press(&mut screen, &[Press::Letter('q')]), [Act::Leave]);
}

#[test]
fn tab_passes_by_what_is_not_there() {
    let mut screen = live(&LOOPBACK, 10, (80, 24));
    press(&mut screen, &[Press::Tab]);
    assert_ne!(screen.focus, Focus::Cable);
    let mut screen = live(&CABLE, 17, (80, 24));
    press(&mut screen, &[Press::Tab]);
    assert_eq!(screen.focus, Focus::Cable);
    press(&mut screen, &[Press::BackTab]);
    assert_eq!(screen.focus, Focus::Events);
}

#[test]
fn a_name_is_typed_and_escape_saves_nothing() {
    let mut screen = live(&LOOPBACK, 10, (80, 24));
    press(&mut screen, &[Press::Letter('s'), Press::Control('u')]);
    let typed: Vec<Press> = "q1.rules".chars().map(Press::Letter).collect();
    assert_eq!(press(&mut screen, &typed), []);
    assert_eq!(press(&mut screen, &[Press::Backspace, Press::Enter]), [Act::Save("q1.rule".into())]);
    assert_eq!(press(&mut screen, &[Press::Letter('s'), Press::Escape, Press::Enter]), []);
}

#[test]
fn the_mouse_selects_what_a_person_sees_under_it() {
    let mut screen = live(&CABLE, 17, (80, 24));
    assert_eq!(press(&mut screen, &[Press::Letter('m')]), [Act::Mouse(true)]);
    let click = |screen: &mut Screen, what: &str| {
        let text = shown(screen);
        let row = text.lines().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {text}"));
        press(screen, &[Press::Click(40, row as u16)]);
    };
    click(&mut screen, "again: data[1]");
    assert_eq!(screen.focus, Focus::Events);
    assert!(shown(&screen).contains("\nclient>server data[1]  192"), "{}", shown(&screen));
    click(&mut screen, "Ethernet source");
    assert_eq!((screen.focus, screen.field), (Focus::Fields, 1));
    press(&mut screen, &[Press::End]);
    click(&mut screen, "wire    > ");
    assert_eq!((screen.focus, screen.frame), (Focus::Cable, 0));
    // A place with nothing in it is nothing.
    let before = screen.row();
    press(&mut screen, &[Press::Click(40, 0), Press::Click(400, 400)]);
    assert_eq!(screen.row(), before);
}

#[test]
fn keys_that_come_before_a_recording_is_laid_out_are_not_lost() {
    let mut screen = Screen::recorded(CABLE.header.clone());
    CABLE.events.iter().for_each(|event| screen.event(event.clone()));
    assert_eq!(press(&mut screen, &[Press::Home, Press::Letter('u'), Press::Letter('w')]), []);
    lay(&mut screen, &CABLE.header, &CABLE.events);
    assert!(shown(&screen).contains("client>server SYN[1]"), "{}", shown(&screen));
    // Who does not want to wait for it may leave.
    assert_eq!(press(&mut Screen::recorded(CABLE.header.clone()), &[Press::Letter('q')]), [Act::Leave]);
}

/// What is marked in the past may be gone: another frame would be lost in its place.
#[test]
fn who_looks_back_decides_about_no_frame_before_seeing_those_of_now() {
    for key in [Press::Letter('d'), Press::Letter('a'), Press::Letter('t'), Press::Letter('h')] {
        let mut screen = live(&CABLE, 17, (80, 24));
        press(&mut screen, &[Press::Up, Press::Up]);
        assert_eq!(press(&mut screen, &[key]), []);
        assert!(screen.at.is_none() && !shown(&screen).contains("kept"), "{}", shown(&screen));
    }
    let mut screen = live(&CABLE, 17, (80, 24));
    press(&mut screen, &[Press::Up, Press::Letter('d')]);
    assert_eq!(press(&mut screen, &[Press::Letter('d')]).len(), 1);
}

#[test]
fn arrows_move_over_events_again_when_no_frame_is_left() {
    let mut screen = live(&CABLE, 17, (80, 24));
    press(&mut screen, &[Press::Tab, Press::Letter('d')]);
    assert_eq!(screen.focus, Focus::Cable);
    lay(&mut screen, &CABLE.header, &CABLE.events[..40]);
    let last = screen.row();
    press(&mut screen, &[Press::Up]);
    assert_eq!((screen.focus, screen.row()), (Focus::Events, last - 1));
}
