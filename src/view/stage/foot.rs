//! The last rows: what a key would do now, and the speaker's line with the minutes that the lesson plans.

use super::slides::{self, Block};
use super::talk::{Place, Talk};
use crate::view::text::letter;
use crate::view::text::style::{Line, Style};

/// Minutes to ask the room a question and to count hands.
const QUESTION: u32 = 2;

/// What is said of keys, in one row.
pub(super) fn hint(talk: &Talk, pages: usize, width: usize) -> Line {
    let last = talk.places().last() == Some(&talk.place) && talk.run.is_some();
    let mut words = Vec::new();
    if pages > 1 {
        words.push(format!("page {} of {pages}", talk.page + 1));
    }
    match talk.place {
        Place::Cover => words.extend(["space goes on".to_owned(), "s speaker's line".into(), "? keys".into()]),
        Place::Question(n) => {
            let choices = talk.story.predictions[n].choices.len();
            words.push(format!("a to {}: what the room says", letter(choices.saturating_sub(1))));
        }
        _ if last && talk.page + 1 == pages => words.extend(["the end".to_owned(), "q leaves".into()]),
        _ => {}
    }
    Line::of(Style::Dim, &words.join(" · ")).cut(width)
}

/// `beat 3 of 7 · 2 min · 6 of 15 min · ask who saw it`
pub(super) fn speaker(talk: &Talk, width: usize) -> Block {
    if !talk.speaks {
        return Vec::new();
    }
    let place = match talk.place {
        Place::Cover => "cover".to_owned(),
        Place::Beat(_) => format!("beat {}", slides::head(talk).1),
        _ => slides::head(talk).1,
    };
    let mut words = vec![place];
    words.extend(minutes(talk, talk.place).map(|minutes| format!("{minutes} min")));
    let (so_far, all) = planned(talk);
    if all > 0 {
        words.push(format!("{so_far} of {all} min"));
    }
    words.extend(talk.elapsed.map(|elapsed| format!("clock {elapsed} min")));
    if let (Place::Beat(n), Some(run)) = (talk.place, &talk.run) {
        words.extend(run.told[n].beat.speak.clone());
    }
    slides::block(Style::Plain, &words.join(" · "), width)
}

/// Minutes that are planned for a screen.
fn minutes(talk: &Talk, place: Place) -> Option<u32> {
    match place {
        Place::Question(_) => Some(QUESTION),
        Place::Beat(n) => match &talk.run {
            Some(run) => run.told[n].beat.minutes,
            None => talk.story.beats.get(n)?.minutes,
        },
        _ => None,
    }
}

/// Minutes that are planned up to the end of this screen, and for all of them.
fn planned(talk: &Talk) -> (u32, u32) {
    let questions = (0..talk.story.predictions.len()).map(Place::Question);
    let beats = match &talk.run {
        Some(run) => run.told.len(),
        None => talk.story.beats.len(),
    };
    let before = match talk.place {
        Place::Cover => 0,
        Place::Question(n) => n + 1,
        Place::Run => talk.story.predictions.len(),
        Place::Beat(n) => talk.story.predictions.len() + n + 1,
        Place::Mark(_) | Place::So | Place::Next => usize::MAX,
    };
    let all: Vec<u32> =
        questions.chain((0..beats).map(Place::Beat)).map(|place| minutes(talk, place).unwrap_or(0)).collect();
    let sum = |minutes: &[u32]| minutes.iter().fold(0_u32, |sum, minutes| sum.saturating_add(*minutes));
    (sum(&all[..before.min(all.len())]), sum(&all))
}
