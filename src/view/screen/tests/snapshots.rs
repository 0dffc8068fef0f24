//! Screens as text: `LAB_BLESS=1 cargo test --lib screen` writes them anew, and a person reads them before they are kept.

use super::*;
use std::path::Path;

fn check(name: &str, screen: &Screen) {
    let picture = shown(screen);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/view/screen/tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("LAB_BLESS").is_some() {
        std::fs::write(&path, &picture).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(picture == golden, "{name} differs from its golden screen; it is now:\n{picture}");
    // Without colours it says the same as with them.
    assert_eq!(text(&painted(screen, true)), picture);
}

#[test]
fn a_program_is_about_to_receive_what_lies_in_its_queue() {
    for (columns, rows) in [(60, 20), (80, 24), (120, 40), (250, 70)] {
        check(&format!("about-to-receive-{columns}"), &live(&LOOPBACK, 10, (columns, rows)));
    }
}

#[test]
fn a_frame_is_on_the_cable_and_was_repeated() {
    for (columns, rows) in [(60, 20), (80, 24), (180, 50)] {
        let mut screen = live(&CABLE, 17, (columns, rows));
        press(&mut screen, &[Press::Tab]);
        check(&format!("again-on-the-cable-{columns}"), &screen);
    }
}

#[test]
fn a_segment_in_full() {
    let mut screen = recorded(&CABLE, (80, 24));
    press(&mut screen, &[Press::Home]);
    while !shown(&screen).contains("client>server data[1]  192") {
        press(&mut screen, &[Press::Down]);
    }
    press(&mut screen, &[Press::Enter, Press::Tab]);
    check("segment-80", &screen);
}

#[test]
fn the_keys() {
    let mut screen = live(&LOOPBACK, 1, (80, 24));
    press(&mut screen, &[Press::Letter('?')]);
    check("keys-80", &screen);
    screen.measure((60, 20));
    check("keys-60", &screen);
    let mut screen = recorded(&LOOPBACK, (60, 20));
    press(&mut screen, &[Press::Letter('?')]);
    check("keys-recorded-60", &screen);
}

#[test]
fn the_beginning_and_the_end() {
    check("beginning-80", &live(&LOOPBACK, 1, (80, 24)));
    check("end-80", &recorded(&LOOPBACK, (80, 24)));
}

#[test]
fn questions() {
    let mut screen = live(&CABLE, 12, (60, 20));
    press(&mut screen, &[Press::Letter('u')]);
    check("until-60", &screen);
    press(&mut screen, &[Press::Escape, Press::Letter('s')]);
    check("save-60", &screen);
}

#[test]
fn every_key_can_be_read_on_the_smallest_screen() {
    for (key, does) in crate::view::screen::keys::LIVE.iter().chain(crate::view::screen::keys::RECORDED) {
        assert!(13 + does.len() <= 60 && key.len() <= 10, "{key}: {does}");
    }
}
