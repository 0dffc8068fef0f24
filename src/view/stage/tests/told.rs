//! Claims about what is told, and when.

use super::*;
use crate::recording::Beat;

/// The recording with other words.
fn with(change: impl FnOnce(&mut crate::recording::Story)) -> Recording {
    let mut recording = sticky();
    change(recording.header.story.as_mut().unwrap());
    recording
}

fn of(all: &[(Place, String)], place: Place) -> String {
    let pages: Vec<&str> = all.iter().filter(|(there, _)| *there == place).map(|(_, screen)| screen.as_str()).collect();
    assert!(!pages.is_empty(), "{place:?} is not shown");
    pages.concat()
}

#[test]
fn no_explanation_and_no_row_is_on_the_screen_before_its_event() {
    let recording = sticky();
    let all = screens(&recording, (80, 24));
    let first = |text: &str| all.iter().position(|(_, screen)| screen.contains(text)).expect(text);
    for (number, beat) in recording.header.story.as_ref().unwrap().beats.iter().enumerate() {
        let begin: String = beat.says.chars().take(30).collect();
        assert_eq!(all[first(&begin)].0, Place::Beat(number), "{begin}");
    }
    for (row, place) in [
        ("send \"hello\" ①", Place::Beat(1)),
        ("──▶ data 6 B ③", Place::Beat(2)),
        ("recv(1024) = 14 ①②③", Place::Beat(3)),
        ("recv(1024) = 0 (the end)", Place::Beat(4)),
    ] {
        assert_eq!(all[first(row)].0, place, "{row}");
    }
    // The answer is not given away either.
    let because: String = recording.header.story.as_ref().unwrap().predictions[0].choices[2].why.clone().unwrap();
    assert_eq!(all[first(&because[..30])].0, Place::Mark(0));
}

#[test]
fn what_is_new_stands_out_by_a_sign() {
    let all = screens(&sticky(), (80, 24));
    let shown = of(&all, Place::Beat(3));
    let row = |text: &str| shown.lines().find(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}\n{shown}"));
    assert!(row("= 14").starts_with("  ▶"), "{shown}");
    assert!(row("\"hahaha\"").starts_with("    send"), "{shown}");
}

#[test]
fn an_event_that_did_not_happen_is_said_in_place_of_its_explanation() {
    let recording = with(|story| {
        story.beats[2].at = "client.send[4]".into();
        story.beats[3].that = vec!["server.recv[1] returns client.send[1]".into()];
    });
    let says: Vec<String> = recording.header.story.as_ref().unwrap().beats.iter().map(|it| it.says.clone()).collect();
    let all = screens(&recording, (80, 24));
    let third = of(&all, Place::Beat(2));
    assert!(third.contains("This run did not show it: client.send[4]"), "{third}");
    assert!(third.contains("there is no client.send[4]: the client called send 3 times"), "{third}");
    assert!(of(&all, Place::Beat(3)).contains("This run did not show it: server.recv[1] returns client.send[1]"));
    let everything: String = all.iter().map(|(_, screen)| screen.as_str()).collect();
    assert!(!everything.contains(&says[2][..20]) && !everything.contains(&says[3][..20]));
    assert!(everything.contains(&says[4][..20]), "the others are told");
}

#[test]
fn the_conclusion_is_withheld_when_something_expected_was_not_seen() {
    let recording = with(|story| story.expect[0].that = "count(client.send) = 4".into());
    let all = screens(&recording, (80, 24));
    let so = of(&all, Place::So);
    assert!(so.contains("This run did not show what the lesson says") && so.contains("Instead:"), "{so}");
    let conclusion = &recording.header.story.as_ref().unwrap().so[..30];
    assert!(!so.contains(conclusion) && of(&screens(&sticky(), (80, 24)), Place::So).contains(conclusion));
}

#[test]
fn a_lesson_without_beats_is_told_by_what_it_expects() {
    let recording = with(|story| story.beats.clear());
    let expect = recording.header.story.as_ref().unwrap().expect.clone();
    let all = screens(&recording, (80, 24));
    let everything: String = all.iter().map(|(_, screen)| screen.as_str()).collect();
    for expect in &expect {
        assert!(everything.contains(&expect.says), "{}", expect.says);
    }
    let place = |text: &str| all.iter().position(|(_, screen)| screen.contains(text)).expect(text);
    assert!(place("the wire carried three data segments") < place("one recv returned the bytes of three sends"));
}

#[test]
fn a_run_that_comes_from_elsewhere_says_so_on_the_cover() {
    let recording = sticky();
    let source = "This machine does not permit recording: what follows is the recorded run.";
    let mut talk = Talk::new(recording.header.story.clone().unwrap(), Some(source.into()), PLAIN);
    talk.measure((80, 24));
    assert!(screen(&talk).contains(source), "{}", screen(&talk));
    press(&mut talk, &recording, Press::End);
    talk.go_to(Place::Run);
    assert!(screen(&talk).contains(source), "{}", screen(&talk));
}

#[test]
fn a_run_that_fails_ends_the_talk_with_the_reason() {
    let mut talk = begun(&sticky(), PLAIN, (80, 24));
    talk.press(Press::End);
    talk.failed("the recorder ended early: no memory".into());
    let shown = screen(&talk);
    assert!(shown.contains("There is no run to show.") && shown.contains("no memory"), "{shown}");
    assert_eq!(talk.press(ON), None);
}

#[test]
fn words_of_a_recording_from_anywhere_do_not_control_the_terminal() {
    let evil = "\x1b[2J\x07\u{202e}evil".to_owned();
    let recording = with(|story| {
        (story.title, story.question, story.so) = (evil.clone(), evil.clone(), evil.clone());
        story.beats = vec![Beat { at: "client.send[1]".into(), says: evil.clone(), ..Beat::default() }];
        story.predictions[0].question = evil.clone();
    });
    for (place, shown) in screens(&recording, (80, 24)) {
        assert!(!shown.contains(['\x1b', '\x07', '\u{202e}']), "{place:?}: {}", shown.escape_debug());
    }
    assert!(of(&screens(&recording, (80, 24)), Place::Beat(0)).contains("\\x1b[2J\\x07\\u{202e}evil"));
}

#[test]
fn a_story_that_is_not_in_the_notation_is_refused_before_it_is_told() {
    let recording = with(|story| story.beats[0].at = "client.sent[1]".into());
    let mut talk = begun(&recording, PLAIN, (80, 24));
    assert!(talk.ran(recording).is_err());
}
