//! Golden screens: `LAB_BLESS=1 cargo test --lib stage` writes them anew, and a person reads them before they are kept.

use super::*;

fn check(name: &str, is: &str) {
    let path = file("src/view/stage/tests/golden").join(format!("{name}.txt"));
    if std::env::var_os("LAB_BLESS").is_some() {
        std::fs::write(&path, is).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(is == golden, "{name} differs from its golden screens; they are now:\n{is}");
}

/// One below the other, each under a line with its place.
fn album(screens: &[(Place, String)]) -> String {
    screens.iter().map(|(place, screen)| format!("======== {place:?}\n{screen}")).collect()
}

#[test]
fn the_talk_about_three_sends_and_one_recv() {
    for size in [(80, 24), (60, 20)] {
        check(&format!("late-reader-{}x{}", size.0, size.1), &album(&screens(&sticky(), size)));
    }
}

#[test]
fn on_a_large_screen_it_stands_above_the_middle() {
    let all = screens(&sticky(), (250, 70));
    let some: Vec<(Place, String)> = all
        .into_iter()
        .filter(|(place, _)| [Place::Cover, Place::Question(0), Place::Beat(3), Place::So].contains(place))
        .collect();
    check("late-reader-250x70", &album(&some));
}

#[test]
fn three_programs_and_a_cable() {
    for (name, file) in [("two-clients", "02-loop-server/two-clients"), ("nagle", "05-sticky-packets/nagle")] {
        let all = screens(&recorded(file), (80, 24));
        let beats: Vec<(Place, String)> =
            all.into_iter().filter(|(place, _)| matches!(place, Place::Beat(_))).collect();
        check(&format!("{name}-80x24"), &album(&beats));
    }
}

#[test]
fn a_talk_that_is_printed() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    talk.ran(recording).unwrap();
    check("late-reader-plain", &text(&mut talk, 80));
}

#[test]
fn the_keys_and_the_speakers_line() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    talk.press(Press::Letter('?'));
    let mut all = vec![(talk.place, screen(&talk))];
    talk.press(Press::Letter('x'));
    talk.press(Press::Letter('s'));
    talk.tell_time(4);
    for _ in 0..6 {
        press(&mut talk, &recording, ON);
    }
    all.push((talk.place, screen(&talk)));
    check("keys-and-speaker-80x24", &album(&all));
}
