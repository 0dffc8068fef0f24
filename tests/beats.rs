//! The beats of the lessons: on the recorded run of its variation each has happened, one after the other, and what a teacher
//! plans with is in them.

mod common;

use common::{asked, course};
use socket_lab::course::Variation;
use socket_lab::expectations::{Told, told};
use socket_lab::recording::Beat;
use socket_lab::timeline::Timeline;

/// Minutes that a question takes, as `lab LESSON --present` counts them.
const QUESTION: u32 = 2;

fn on_the_recorded_run(lesson: &str, variation: &str, beats: &[Beat]) -> Vec<Told> {
    let timeline = Timeline::new(common::recording(&common::bundled(lesson, variation)));
    told(beats, &timeline).expect("the notation")
}

/// What is wrong with beats on a run: what it does not show, and what comes before the one before it.
fn wrong(told: &[Told]) -> Vec<String> {
    let (mut wrong, mut before) = (Vec::new(), 0);
    for (number, told) in (1..).zip(told) {
        match (&told.missing, told.until) {
            (Some((line, instead)), _) => {
                let instead = instead.as_deref().unwrap_or_default();
                wrong.push(format!("beat {number} is not shown: {line}: {instead}"));
            }
            (None, Some(until)) if until < before => wrong.push(format!("beat {number} happens before the one before")),
            (None, Some(until)) => before = until,
            (None, None) => wrong.push(format!("beat {number} neither happened nor did not")),
        }
    }
    wrong
}

#[test]
fn every_beat_happened_in_its_recorded_run_in_the_order_in_which_it_is_told() {
    let mut all = Vec::new();
    for lesson in course().lessons.iter().filter(asked) {
        for variation in lesson.variations.iter().filter(|variation| !variation.beats.is_empty()) {
            let told = on_the_recorded_run(&lesson.name, &variation.name, &variation.beats);
            all.extend(wrong(&told).into_iter().map(|what| format!("{} {}: {what}", lesson.name, variation.name)));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Tried on the lesson that is told most.
#[test]
fn beats_that_a_run_contradicts_or_that_come_in_the_wrong_order_are_found() {
    let course = course();
    let (lesson, variation) = ("05-sticky-packets", "late-reader");
    let beats = &course.lesson(lesson).unwrap().variation(Some(variation)).unwrap().beats;
    let found = |change: &dyn Fn(&mut Vec<Beat>)| {
        let mut beats = beats.clone();
        change(&mut beats);
        wrong(&on_the_recorded_run(lesson, variation, &beats))
    };
    assert_eq!(found(&|_| {}), Vec::<String>::new());
    // An event that does not exist, one that does too late, a claim that is not so, a claim about another call.
    assert!(
        found(&|beats| beats[2].at = "client.send[4]".into())[0].starts_with("beat 3 is not shown: client.send[4]")
    );
    assert_eq!(found(&|beats| beats[1].at = "server.recv[2]".into()).len(), 2);
    assert!(!found(&|beats| beats[3].that.push("server.recv[1] returns client.send[1]".into())).is_empty());
    assert!(!found(&|beats| beats[2].that = vec!["count(client>server data) = 2".into()]).is_empty());
    assert!(!found(&|beats| beats.swap(1, 3)).is_empty());
    // Evidence that comes later than the event would be told later: then what follows is out of order.
    assert!(!found(&|beats| beats[0].that.push("server.recv[2] = 0".into())).is_empty());
}

#[test]
fn every_lesson_can_be_told_in_ten_to_fifteen_minutes() {
    for lesson in course().lessons.iter().filter(asked) {
        let variation = &lesson.variations[0];
        assert!((3..=7).contains(&variation.beats.len()), "{}: {} beats", lesson.name, variation.beats.len());
        for variation in lesson.variations.iter().filter(|variation| !variation.beats.is_empty()) {
            let place = format!("{} {}", lesson.name, variation.name);
            let minutes: Option<u32> = variation.beats.iter().map(|beat| beat.minutes).sum();
            let minutes = minutes.unwrap_or_else(|| panic!("{place}: a beat has no minutes"));
            let all = minutes + QUESTION * variation.predictions.len() as u32;
            assert!((10..=15).contains(&all), "{place}: {all} minutes");
        }
    }
}

/// Whoever has only the recording gives the same talk.
#[test]
fn the_recorded_runs_carry_the_beats_of_today() {
    let mut old = Vec::new();
    for lesson in &course().lessons {
        for Variation { name, beats, .. } in &lesson.variations {
            let recorded = common::recording(&common::bundled(&lesson.name, name)).header.story.expect("a story").beats;
            if recorded != *beats {
                old.push(format!("{} {name}", lesson.name));
            }
        }
    }
    assert!(old.is_empty(), "bless them with LAB_BLESS=1: {old:?}");
}
