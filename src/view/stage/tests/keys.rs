//! Claims about keys and sizes.

use super::*;
use unicode_width::UnicodeWidthStr;

#[test]
fn every_key_of_a_clicker_goes_on_and_its_other_key_back() {
    let recording = sticky();
    for (on, back) in [
        (Press::PageDown, Press::PageUp),
        (Press::Letter(' '), Press::Backspace),
        (Press::Right, Press::Left),
        (Press::Down, Press::Up),
        (Press::Enter, Press::PageUp),
    ] {
        let mut talk = begun(&recording, PLAIN, (60, 20));
        press(&mut talk, &recording, Press::End);
        press(&mut talk, &recording, Press::Home);
        let (mut there, mut last) = (Vec::new(), None);
        while last != Some((talk.place, talk.page)) {
            last = Some((talk.place, talk.page));
            there.push(screen(&talk));
            press(&mut talk, &recording, on);
        }
        for shown in there.iter().rev() {
            assert_eq!(screen(&talk), *shown);
            press(&mut talk, &recording, back);
        }
        assert_eq!(talk.place, Place::Cover);
    }
}

#[test]
fn the_run_is_asked_for_once_and_only_behind_the_questions() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    let mut asked = Vec::new();
    for _ in 0..10 {
        asked.extend(talk.press(ON).map(|effect| (talk.place, effect)));
    }
    assert_eq!(asked, [(Place::Run, Effect::Run)]);
    assert!(screen(&talk).contains("The programs run …"));
    talk.press(BACK);
    assert_eq!((talk.press(ON), talk.place), (None, Place::Run));
    talk.ran(recording).unwrap();
    assert!(screen(&talk).contains("The programs have run: 15 calls, 12 frames."), "{}", screen(&talk));
    assert_eq!((talk.press(ON), talk.place), (None, Place::Beat(0)));
}

#[test]
fn the_end_before_the_run_is_the_run() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    assert_eq!((talk.press(Press::End), talk.place), (Some(Effect::Run), Place::Run));
    talk.ran(recording).unwrap();
    talk.press(Press::End);
    assert_eq!(talk.place, Place::Next);
}

#[test]
fn the_rooms_answer_can_be_changed_until_the_run_and_not_after_it() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    press(&mut talk, &recording, ON);
    for (key, shown) in [('A', "a  5 bytes: hello ◀ the room"), ('c', "c  14 bytes: hellohaihahaha ◀ the room")] {
        talk.press(Press::Letter(key));
        assert!(screen(&talk).contains(shown), "{}", screen(&talk));
    }
    talk.press(Press::Letter('c'));
    assert!(!screen(&talk).contains("the room\n"), "{}", screen(&talk));
    talk.press(Press::Letter('a'));
    press(&mut talk, &recording, Press::End);
    press(&mut talk, &recording, Press::Home);
    press(&mut talk, &recording, ON);
    talk.press(Press::Letter('c'));
    assert_eq!(talk.votes, [Some(0), None]);
    talk.go_to(Place::Mark(0));
    let shown = screen(&talk);
    assert!(shown.contains("✘ a  5 bytes: hello ◀ the room") && shown.contains("✔ c"), "{shown}");
    assert!(shown.contains("The room was not right."), "{shown}");
}

#[test]
fn another_size_keeps_the_place_and_nothing_that_is_said_is_lost_at_any() {
    let recording = sticky();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for size in [(20, 8), (40, 10), (60, 20), (79, 23), (80, 24), (120, 40), (250, 70)] {
        let mut talk = begun(&recording, PLAIN, (80, 24));
        for _ in 0..4 {
            press(&mut talk, &recording, ON);
        }
        let place = talk.place;
        talk.measure(size);
        assert_eq!(talk.place, place);
        let all = screens(&recording, size);
        for (number, beat) in recording.header.story.as_ref().unwrap().beats.iter().enumerate() {
            let shown: String = all
                .iter()
                .filter(|(place, _)| *place == Place::Beat(number))
                .map(|(_, screen)| screen.as_str())
                .collect();
            let shown = words(&shown).concat();
            let lost: Vec<String> = words(&beat.says).into_iter().filter(|word| !shown.contains(word)).collect();
            assert!(lost.is_empty(), "{size:?}: {lost:?} is not in\n{shown}");
        }
    }
}

#[test]
fn no_size_is_too_small_to_paint() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    press(&mut talk, &recording, Press::End);
    talk.press(Press::Letter('s'));
    for place in talk.places() {
        talk.go_to(place);
        for size in [(0, 0), (1, 1), (2, 3), (3, 2), (5, 5), (1, 70), (250, 1), (65_535, 2)] {
            talk.measure(size);
            picture(&talk);
        }
    }
}

#[test]
fn the_speakers_line_and_the_list_of_keys_take_their_own_place() {
    let recording = sticky();
    let mut talk = begun(&recording, PLAIN, (80, 24));
    talk.press(Press::Letter('s'));
    assert!(screen(&talk).lines().last().unwrap().contains("cover · 0 of 13 min"), "{}", screen(&talk));
    press(&mut talk, &recording, Press::End);
    talk.go_to(Place::Beat(2));
    talk.tell_time(7);
    let shown = screen(&talk);
    let last = shown.lines().skip(21).collect::<Vec<_>>().join(" ");
    assert!(last.contains("beat 3 of 5 · 3 min · 9 of 13 min · clock 7 min · Count the arrows"), "{shown}");
    talk.press(Press::Letter('?'));
    assert!(screen(&talk).contains("the speaker's line, with minutes"), "{}", screen(&talk));
    // Whatever key closes the list does nothing else.
    assert_eq!(talk.press(Press::Letter('q')), None);
    assert_eq!(talk.press(Press::Letter('q')), Some(Effect::Quit));
}

#[test]
fn a_theme_of_ours_sets_every_cell_and_says_nothing_else() {
    let recording = sticky();
    let shown = |paint: Paint, place: Place| {
        let mut talk = begun(&recording, paint, (80, 24));
        press(&mut talk, &recording, Press::End);
        talk.go_to(place);
        (screen(&talk), picture(&talk))
    };
    for place in [Place::Cover, Place::Beat(3), Place::Mark(0)] {
        let (plain, without) = shown(PLAIN, place);
        assert!(without.content.iter().all(|cell| cell.style() == ratatui::buffer::Cell::EMPTY.style()));
        for theme in [Theme::Dark, Theme::Light, Theme::Terminal] {
            let (text, cells) = shown(Paint { theme, color: true }, place);
            assert_eq!(text, plain, "colours tell what words do not");
            if theme != Theme::Terminal {
                let is_set = |color: ratatui::style::Color| matches!(color, ratatui::style::Color::Indexed(16..));
                // The cell behind a wide character is never painted.
                let painted = cells.content.iter().enumerate().filter(|(at, _)| {
                    at.checked_sub(1).is_none_or(|before| cells.content[before].symbol().width() < 2)
                });
                let wrong: Vec<_> = painted.filter(|(_, cell)| !is_set(cell.fg) || !is_set(cell.bg)).collect();
                assert!(wrong.is_empty(), "{theme:?} {place:?}: {wrong:?}");
            }
        }
    }
}
