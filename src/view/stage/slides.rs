//! What each screen says, before anybody asks how large it is.

use super::lanes;
use super::rows::{self, Names, Row};
use super::talk::{Place, Run, Talk};
use crate::expectations::{Marked, Told};
use crate::recording::Prediction;
use crate::view::text::lanes::Lanes;
use crate::view::text::letter;
use crate::view::text::numbers::grouped;
use crate::view::text::predict::{WITHHELD, undecided};
use crate::view::text::seen::{self, mark};
use crate::view::text::style::{Line, Style};
use crate::view::text::wrap::{self, Word};

/// Lines that belong together.
pub(super) type Block = Vec<Line>;

/// The rows of the timeline that a beat shows.
pub(super) struct Scene {
    pub(super) lanes: Lanes,
    pub(super) rows: Vec<Row>,
    /// How many moments the beat before had shown.
    pub(super) since: usize,
}

/// A text in so many columns.
pub(super) fn block(style: Style, text: &str, width: usize) -> Block {
    wrap::wrap(&wrap::words(style, text), width, 0)
}

/// A text behind a word in the margin.
fn labelled(label: &str, style: Style, text: &str, width: usize) -> Block {
    let column = label.chars().count() + 2;
    let place = |(n, line): (usize, Line)| {
        let mut whole = Line::of(Style::Bold, if n == 0 { label } else { "" });
        whole.pad_to(column);
        whole.append(&line);
        whole
    };
    wrap::wrap(&wrap::words(style, text), width.saturating_sub(column), 0).into_iter().enumerate().map(place).collect()
}

/// What stands at the top of every screen but the first: the lesson, and where in the talk one is.
pub(super) fn head(talk: &Talk) -> (String, String) {
    let story = &talk.story;
    let number = story.lesson.split('-').next().unwrap_or_default();
    let of = |n: usize, all: usize| format!("{} of {all}", n + 1);
    let place = match talk.place {
        Place::Cover => return (String::new(), String::new()),
        Place::Question(n) => format!("question {}", of(n, story.predictions.len())),
        Place::Run => "the run".into(),
        Place::Beat(n) => of(n, talk.run.as_ref().map_or(0, |run| run.told.len())),
        Place::Mark(n) => format!("answer {}", of(n, story.predictions.len())),
        Place::So => "so".into(),
        Place::Next => "next".into(),
    };
    (format!("{number} · {}", story.title), place)
}

/// The blocks of the screen; for a beat those below its rows.
pub(super) fn blocks(talk: &Talk, width: usize) -> Vec<Block> {
    let run = talk.run.as_ref();
    match (talk.place, run) {
        (Place::Cover, _) => cover(talk, width),
        (Place::Question(n), _) => question(talk, n, width),
        (Place::Beat(n), Some(run)) => beat(&run.told[n], width),
        (Place::Mark(n), Some(run)) => marks(&talk.story.predictions[n], &run.marked[n], talk.votes[n], width),
        (Place::So, Some(run)) => so(talk, run, width),
        (Place::Next, _) => next(talk, width),
        (_, run) => running(talk, run, width),
    }
}

fn cover(talk: &Talk, width: usize) -> Vec<Block> {
    let story = &talk.story;
    let number = story.lesson.split('-').next().unwrap_or_default();
    let mut title = block(Style::Bold, &format!("{number} · {}", story.title), width);
    title.extend(block(Style::Bold, &story.term, width));
    let mut blocks = vec![title, block(Style::Plain, &story.question, width)];
    blocks.extend(talk.source.as_ref().map(|source| block(Style::Dim, source, width)));
    blocks
}

fn question(talk: &Talk, number: usize, width: usize) -> Vec<Block> {
    let prediction = &talk.story.predictions[number];
    let mut blocks = vec![block(Style::Bold, &prediction.question, width)];
    for (place, choice) in prediction.choices.iter().enumerate() {
        let chosen = talk.votes[number] == Some(place);
        let says = if chosen { format!("{} ◀ the room", choice.says) } else { choice.says.clone() };
        blocks.push(labelled(
            &letter(place).to_string(),
            if chosen { Style::Bold } else { Style::Plain },
            &says,
            width,
        ));
    }
    blocks
}

fn running(talk: &Talk, run: Option<&Run>, width: usize) -> Vec<Block> {
    if let Some(why) = &talk.failed {
        let mut blocks = vec![block(Style::Bad, "There is no run to show.", width)];
        blocks.extend(why.lines().map(|line| block(Style::Plain, line, width)));
        return blocks;
    }
    let Some(run) = run else { return vec![block(Style::Bold, "The programs run …", width)] };
    let timeline = &run.timeline;
    let count = |number: usize, what: &str| format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" });
    let (calls, frames) = (count(timeline.calls.len(), "call"), count(timeline.frames.len(), "frame"));
    let mut blocks = vec![block(Style::Bold, &format!("The programs have run: {calls}, {frames}."), width)];
    blocks.extend(talk.source.as_ref().map(|source| block(Style::Plain, source, width)));
    if !timeline.header.wire.captured {
        let note = timeline.header.wire.note.as_deref().unwrap_or("frames were not captured");
        blocks.push(block(Style::Bad, note, width));
    }
    let what = "What happened comes one thing after the other. Acknowledgments without data, and calls that only prepare, are \
                left out unless they matter.";
    blocks.push(block(Style::Plain, what, width));
    blocks
}

fn beat(told: &Told, width: usize) -> Vec<Block> {
    match &told.missing {
        None => vec![block(Style::Bold, &told.beat.says, width)],
        Some((line, instead)) => {
            let mut lines = block(Style::Bad, &format!("This run did not show it: {line}"), width);
            lines.extend(instead.iter().flat_map(|instead| block(Style::Plain, instead, width)));
            vec![lines]
        }
    }
}

/// The rows up to a beat. One that did not happen shows what had happened at the one before.
pub(super) fn scene(run: &Run, number: usize) -> Scene {
    let before = |number: usize| run.told[..number].iter().filter_map(|told| told.until).max().unwrap_or(0);
    let since = before(number);
    let until = run.told[number].until.unwrap_or(since).max(since);
    let all = run.told.iter().flat_map(|told| told.evidence.iter().chain([&told.beat.at]));
    let (about, this) = (Names::new(all), &run.told[number]);
    let meant = Names::new(this.evidence.iter().chain([&this.beat.at]));
    let lanes = Lanes::new(&run.timeline);
    let rows = rows::rows(&run.timeline, &lanes, until, &about, &meant);
    Scene { lanes, rows, since }
}

impl Scene {
    /// Its lines, within so many.
    pub(super) fn lines(&self, width: usize, most: usize) -> Vec<Line> {
        lanes::lines(&self.rows, self.since, width, most)
    }

    /// Who stands where.
    pub(super) fn head(&self, width: usize) -> Line {
        lanes::head(&self.lanes, width)
    }

    /// Only what is new, all of it.
    pub(super) fn new_lines(&self, width: usize) -> Vec<Line> {
        let new: Vec<Row> = self.rows.iter().filter(|row| row.moment > self.since).cloned().collect();
        lanes::lines(&new, usize::MAX, width, usize::MAX)
    }
}

fn marks(prediction: &Prediction, marked: &Marked, vote: Option<usize>, width: usize) -> Vec<Block> {
    let mut blocks = vec![block(Style::Plain, &prediction.question, width)];
    let mut choices = Vec::new();
    for (place, (choice, verdict)) in prediction.choices.iter().zip(&marked.choices).enumerate() {
        let (sign, style) = mark(verdict);
        let says = if vote == Some(place) { format!("{} ◀ the room", choice.says) } else { choice.says.clone() };
        let mut words = vec![Word::new(style, sign), Word::new(Style::Bold, &letter(place).to_string())];
        let ink = if verdict.seen { Style::Bold } else { Style::Plain };
        words
            .extend(wrap::words(ink, &says).into_iter().enumerate().map(|(n, word)| word.gap(1 + usize::from(n == 0))));
        choices.extend(wrap::wrap(&words, width, 5));
    }
    blocks.push(choices);
    let Some(answer) = marked.answer() else {
        blocks.push(block(Style::Bad, undecided(marked), width));
        return blocks;
    };
    if let Some(vote) = vote {
        let right = if vote == answer { "The room was right." } else { "The room was not right." };
        blocks.push(block(Style::Bold, right, width));
    }
    let Some(why) = &prediction.choices[answer].why else {
        blocks.push(block(Style::Bad, WITHHELD, width));
        return blocks;
    };
    blocks.push(block(Style::Bold, why, width));
    // What the room believed is answered; the others are for the book.
    let wrong =
        vote.filter(|vote| *vote != answer).and_then(|vote| Some((vote, prediction.choices[vote].tempting.as_ref()?)));
    blocks.extend(wrong.map(|(vote, why)| labelled(&format!("not {}", letter(vote)), Style::Plain, why, width)));
    blocks
}

fn so(talk: &Talk, run: &Run, width: usize) -> Vec<Block> {
    let refuted = run.verdicts.iter().any(|(_, verdict)| !verdict.seen && !verdict.unknown);
    let unknown = run.verdicts.iter().any(|(_, verdict)| verdict.unknown);
    if !refuted {
        let mut blocks = vec![block(Style::Bold, &talk.story.so, width)];
        blocks.extend(unknown.then(|| block(Style::Dim, UNCHECKED, width)));
        return blocks;
    }
    let mut blocks = vec![block(Style::Bad, seen::WITHHELD, width)];
    for (expect, verdict) in run.verdicts.iter().filter(|(_, verdict)| !verdict.seen && !verdict.unknown) {
        let instead = verdict.instead.as_ref().map_or(String::new(), |instead| format!(" Instead: {instead}."));
        blocks.push(labelled(mark(verdict).0, Style::Plain, &format!("{}.{instead}", expect.says), width));
    }
    blocks
}

const UNCHECKED: &str = "Part of this could not be checked in this run: this machine did not record what it rests on.";

fn next(talk: &Talk, width: usize) -> Vec<Block> {
    let one = |next: &crate::recording::Next| {
        let mut lines = block(Style::Bold, &format!("lab {}", next.run), width);
        lines.extend(labelled("", Style::Plain, &next.says, width));
        lines
    };
    talk.story.next.iter().map(one).collect()
}
