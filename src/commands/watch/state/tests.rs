//! Claims about what follows from what, and about the picture of it.

use super::super::keys::{Key, Scroll};
use super::super::screen::screen;
use super::*;

fn state() -> State {
    State::new("06-framed-echo".into(), false, false)
}

fn running() -> State {
    let mut state = state();
    assert_eq!(state.begin(), Some(Effect::Start(1)));
    state
}

fn outcome(status: i32, text: &str) -> Outcome {
    Outcome { status: Some(status), signal: None, text: text.into() }
}

fn key(state: &mut State, key: Key) -> Option<Effect> {
    state.update(WatchEvent::Key(key))
}

/// The rows of the screen, without what the terminal needs.
fn picture(state: &State) -> Vec<String> {
    screen(state, 0).replace("\x1b[H", "").split("\r\n").map(|line| line.replace("\x1b[K", "")).collect()
}

#[test]
fn a_save_while_a_check_runs_ends_it_and_the_next_begins_when_it_has_ended() {
    let mut state = running();
    assert_eq!(state.update(WatchEvent::Saved(0)), Some(Effect::Stop));
    // However often one saves meanwhile, one check follows.
    assert_eq!(state.update(WatchEvent::Saved(0)), None);
    assert_eq!(key(&mut state, Key::Run), None);
    assert!(state.is_running());
    let stopped = Outcome { status: None, signal: Some(9), text: "half".into() };
    assert_eq!(state.update(WatchEvent::Ended(1, stopped)), Some(Effect::Start(2)));
    assert!(state.outcome().is_none(), "what was stopped has no verdict");
    assert_eq!(state.update(WatchEvent::Ended(2, outcome(0, "fine"))), None);
    assert!(state.passed && !state.is_running());
}

#[test]
fn a_check_that_passed_while_it_was_stopped_counts_for_nothing() {
    let mut state = running();
    state.update(WatchEvent::Saved(0));
    state.update(WatchEvent::Ended(1, outcome(0, "fine")));
    assert!(!state.passed);
}

#[test]
fn the_end_of_a_check_that_nobody_waits_for_changes_nothing() {
    let mut state = running();
    assert_eq!(state.update(WatchEvent::Ended(7, outcome(0, "fine"))), None);
    assert!(state.is_running() && !state.passed);
}

#[test]
fn keys_are_answered_while_a_check_runs() {
    for (pressed, effect) in [
        (Key::Hint, Effect::ShowHint),
        (Key::List, Effect::ShowList),
        (Key::Solution, Effect::ShowSolution),
        (Key::Next, Effect::GoOn),
        (Key::Run, Effect::Stop),
        (Key::Quit, Effect::Quit(0)),
    ] {
        assert_eq!(key(&mut running(), pressed), Some(effect), "{pressed:?}");
    }
}

#[test]
fn another_exercise_is_checked_from_its_beginning() {
    let mut state = state();
    state.begin();
    state.update(WatchEvent::Ended(1, outcome(0, "fine")));
    assert_eq!(state.open("07-classify".into(), false), Some(Effect::Start(2)));
    assert!(!state.passed && state.outcome().is_none());
    // Also when one runs: it is stopped first.
    assert_eq!(state.open("01-fetch".into(), false), Some(Effect::Stop));
    assert_eq!(state.update(WatchEvent::Ended(2, outcome(0, "fine"))), Some(Effect::Start(3)));
}

#[test]
fn a_signal_ends_it_with_its_number_or_gives_the_terminal_back_for_a_while() {
    for (signal, effect) in [
        (Signal::SIGINT, Effect::Quit(130)),
        (Signal::SIGTERM, Effect::Quit(143)),
        (Signal::SIGHUP, Effect::Quit(129)),
        (Signal::SIGTSTP, Effect::Suspend),
        (Signal::SIGCONT, Effect::Resume),
        (Signal::SIGWINCH, Effect::Measure),
    ] {
        assert_eq!(running().update(WatchEvent::Signal(signal)), Some(effect));
    }
    assert_eq!(running().update(WatchEvent::KeysEnded), Some(Effect::Quit(0)));
}

#[test]
fn a_hint_that_is_being_read_stays_when_the_check_ends_and_goes_with_the_next_save() {
    let mut state = running();
    state.turn_to(Panel::Hint, "Look deep.".into());
    state.update(WatchEvent::Ended(1, outcome(1, "the verdict")));
    let shown = picture(&state).join("\n");
    assert!(shown.contains("not passed yet") && shown.contains("Look deep.") && shown.contains("v verdict"), "{shown}");
    assert_eq!(key(&mut state, Key::Verdict), None);
    let shown = picture(&state).join("\n");
    assert!(shown.contains("the verdict") && !shown.contains("v verdict"), "{shown}");
    state.turn_to(Panel::Hint, "Look deep.".into());
    state.update(WatchEvent::Saved(0));
    let shown = picture(&state).join("\n");
    assert!(shown.contains("checking 06-framed-echo …") && !shown.contains("Look deep."), "{shown}");
}

#[test]
fn every_size_of_screen_is_filled_exactly_and_shows_the_head_of_the_verdict() {
    let text: String = (1..=100).map(|n| format!("line {n} of a verdict, which is rather wide\n")).collect();
    for size in [(80, 24), (60, 20), (200, 60), (20, 10), (10, 5), (2, 1)] {
        let mut state = running();
        state.measure(size);
        state.update(WatchEvent::Ended(1, outcome(1, &text)));
        let rows = picture(&state);
        assert!(rows.len() <= size.1, "{size:?}\n{rows:?}");
        assert!(rows.iter().all(|row| row.chars().count() <= size.0 || size.0 < 12), "{size:?}\n{rows:?}");
        if size.1 >= 10 {
            assert_eq!(rows.len(), size.1);
            assert!(rows[0].starts_with("06-framed-echo: not") && rows[2].starts_with("line 1 of"), "{rows:?}");
            assert!(rows.last().is_some_and(|row| row.ends_with("q quit")), "{rows:?}");
        }
    }
}

#[test]
fn at_60_columns_all_keys_stand_on_one_row() {
    let mut state = running();
    state.passed = true;
    state.measure((60, 20));
    assert_eq!(picture(&state)[19], "n next · h hint · r run again · l list · s solution · q quit");
}

#[test]
fn what_does_not_fit_is_scrolled_to_and_where_one_is_is_said() {
    let text: String = (1..=100).map(|n| format!("line {n}\n")).collect();
    let mut state = running();
    state.update(WatchEvent::Ended(1, outcome(1, &text)));
    assert_eq!(state.part(), Some((1, 20, 100)));
    assert!(picture(&state)[22].starts_with("lines 1-20 of 100"), "{:?}", picture(&state));
    for (scroll, first) in [
        (Scroll::Up, 1),
        (Scroll::Down, 2),
        (Scroll::PageDown, 21),
        (Scroll::PageUp, 2),
        (Scroll::Bottom, 81),
        (Scroll::Down, 81),
        (Scroll::Top, 1),
    ] {
        key(&mut state, Key::Scroll(scroll));
        assert_eq!(state.part().map(|part| part.0), Some(first), "{scroll:?}");
        assert_eq!(picture(&state)[2], format!("line {first}"));
    }
    // A larger screen shows more of it; one that holds all needs no scrolling.
    key(&mut state, Key::Scroll(Scroll::Bottom));
    state.measure((80, 200));
    assert_eq!((state.part(), picture(&state)[2].as_str()), (None, "line 1"));
}

#[test]
fn what_there_is_to_say_is_said_until_the_next_key() {
    let mut state = running();
    state.note = Some("every other exercise is passed".into());
    assert!(picture(&state).join("\n").contains("every other exercise is passed"));
    key(&mut state, Key::Scroll(Scroll::Down));
    assert!(!picture(&state).join("\n").contains("every other exercise is passed"));
}

#[test]
fn the_solution_is_offered_after_a_pass() {
    let mut state = running();
    assert!(!picture(&state).join("\n").contains("s solution"));
    state.update(WatchEvent::Ended(1, outcome(0, "all well")));
    let shown = picture(&state).join("\n");
    assert!(shown.contains("06-framed-echo: passed. n goes on") && shown.contains("s solution"), "{shown}");
}

#[test]
fn without_colours_there_is_no_escape_but_where_to_write() {
    let mut state = running();
    state.update(WatchEvent::Ended(1, outcome(1, "\x1b[31mred\x1b[0m\n")));
    let shown = screen(&state, 0).replace("\x1b[H", "").replace("\x1b[K", "");
    assert!(!shown.contains('\x1b') && shown.contains("red"), "{shown:?}");
}
