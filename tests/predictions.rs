//! The questions of the lessons: on the recorded run of its variation, exactly one choice of each prediction holds, and what
//! is explained is explained about the right ones.

mod common;

use common::{asked, course};
use socket_lab::course::{Lesson, Variation};
use socket_lab::expectations::{Marked, mark};
use socket_lab::recording::Prediction;
use socket_lab::timeline::Timeline;

fn marked(lesson: &Lesson, variation: &Variation) -> Vec<(String, Prediction, Marked)> {
    if variation.predictions.is_empty() {
        return Vec::new();
    }
    let timeline = Timeline::new(common::recording(&common::bundled(&lesson.name, &variation.name)));
    let place = |number: usize| format!("{} {}, prediction {}", lesson.name, variation.name, number + 1);
    let mark = |(number, prediction): (usize, &Prediction)| {
        (place(number), prediction.clone(), mark(prediction, &timeline).expect("the notation"))
    };
    variation.predictions.iter().enumerate().map(mark).collect()
}

#[test]
fn of_every_prediction_exactly_one_choice_holds_on_the_recorded_run() {
    let mut wrong = Vec::new();
    for lesson in course().lessons.iter().filter(asked) {
        for variation in &lesson.variations {
            for (place, prediction, marked) in marked(lesson, variation) {
                if marked.answer().is_some() && marked.choices.iter().all(|choice| !choice.unknown) {
                    continue;
                }
                wrong.push(format!("{place}: {}", prediction.question));
                for (choice, verdict) in prediction.choices.iter().zip(&marked.choices) {
                    let held = if verdict.seen { "holds" } else { "does not hold" };
                    let instead = verdict.instead.clone().unwrap_or_default();
                    wrong.push(format!("   {held}: {} {:?} {instead}", choice.says, choice.that));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_right_choice_says_why_and_only_wrong_ones_are_tempting() {
    let mut wrong = Vec::new();
    for lesson in course().lessons.iter().filter(asked) {
        for variation in &lesson.variations {
            for (place, prediction, marked) in marked(lesson, variation) {
                let answer = marked.answer();
                for (number, choice) in prediction.choices.iter().enumerate() {
                    let right = answer == Some(number);
                    if choice.why.is_some() != right || (choice.tempting.is_some() && right) {
                        wrong.push(format!("{place}: {}", choice.says));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A reader who always answers a, or always the longest, learns nothing.
#[test]
fn the_right_choice_is_not_always_at_the_same_place() {
    let mut places = std::collections::BTreeMap::new();
    let mut all = 0;
    for lesson in &course().lessons {
        for variation in &lesson.variations {
            for (_, _, marked) in marked(lesson, variation) {
                *places.entry(marked.answer()).or_insert(0) += 1;
                all += 1;
            }
        }
    }
    let most = places.values().max().copied().unwrap_or(0);
    assert!(most * 2 <= all, "of {all} answers, {most} are at the same place: {places:?}");
}

#[test]
fn every_lesson_asks_at_least_two_questions_and_one_about_its_first_variation() {
    let few = |lesson: &&Lesson| {
        let asked: usize = lesson.variations.iter().map(|variation| variation.predictions.len()).sum();
        asked < 2 || lesson.variations[0].predictions.is_empty()
    };
    let course = course();
    let few: Vec<&str> = course.lessons.iter().filter(asked).filter(few).map(|lesson| lesson.name.as_str()).collect();
    assert!(few.is_empty(), "{few:?}");
}
