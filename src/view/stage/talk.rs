//! Where a talk is, and what follows from a key.

use super::page;
use crate::expectations::{self, Marked, Told, Verdict, evaluate, mark};
use crate::notation::ParseError;
use crate::recording::{Expect, Recording, Story};
use crate::timeline::Timeline;
use crate::view::Press;
use crate::view::paint::Paint;
use crate::view::text::letter;

/// What whoever has the terminal is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Let the programs run, and give the recording to [`Talk::ran`].
    Run,
    /// End.
    Quit,
}

/// One of the screens, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// What the lesson is called and asks.
    Cover,
    /// A prediction.
    Question(usize),
    /// The programs run, or have run.
    Run,
    /// Something that happened.
    Beat(usize),
    /// A prediction, marked by the run.
    Mark(usize),
    /// The conclusion.
    So,
    /// What to try next.
    Next,
}

/// A run and what a lesson's lines are worth on it.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) timeline: Timeline,
    pub(super) verdicts: Vec<(Expect, Verdict)>,
    pub(super) told: Vec<Told>,
    pub(super) marked: Vec<Marked>,
}

/// A talk about one variation of a lesson.
#[derive(Debug)]
pub struct Talk {
    pub(super) story: Story,
    /// Where the run comes from, when not from these programs on this machine.
    pub(super) source: Option<String>,
    pub(super) paint: Paint,
    pub(super) size: (usize, usize),
    /// What the room said to each prediction.
    pub(super) votes: Vec<Option<usize>>,
    pub(super) run: Option<Run>,
    /// Why there is no run, in lines.
    pub(super) failed: Option<String>,
    pub(super) place: Place,
    pub(super) page: usize,
    pub(super) helps: bool,
    pub(super) speaks: bool,
    /// Minutes since the talk began.
    pub(super) elapsed: Option<u64>,
    waits: bool,
}

impl Talk {
    /// A talk that has not begun. `source` says where its run comes from, when not from the programs themselves.
    pub fn new(story: Story, source: Option<String>, paint: Paint) -> Talk {
        Talk {
            votes: vec![None; story.predictions.len()],
            story,
            source,
            paint,
            size: (80, 24),
            run: None,
            failed: None,
            place: Place::Cover,
            page: 0,
            helps: false,
            speaks: false,
            elapsed: None,
            waits: false,
        }
    }

    /// The screen has so many columns and rows. The place stays.
    pub fn measure(&mut self, size: (u16, u16)) {
        self.size = (size.0.into(), size.1.into());
        self.page = self.page.min(self.pages() - 1);
    }

    /// So many minutes have gone.
    pub fn tell_time(&mut self, minutes: u64) {
        self.elapsed = Some(minutes);
    }

    /// True while the running clock is to be seen.
    pub fn shows_time(&self) -> bool {
        self.speaks
    }

    /// The run that was asked for. Its own words replace those that the talk began with: a recorded run may be older.
    pub fn ran(&mut self, recording: Recording) -> Result<(), ParseError> {
        self.tells(Timeline::new(recording))
    }

    /// The run that was asked for, put in order.
    pub(in crate::view) fn tells(&mut self, timeline: Timeline) -> Result<(), ParseError> {
        let story = timeline.header.story.clone().unwrap_or_default();
        let evaluated = |expect: &Expect| Ok((expect.clone(), evaluate(&expect.that.parse()?, &timeline)));
        let verdicts = story.expect.iter().map(evaluated).collect::<Result<Vec<_>, ParseError>>()?;
        let marked = story.predictions.iter().map(|asked| mark(asked, &timeline)).collect::<Result<_, _>>()?;
        let told = match story.beats.is_empty() {
            true => expectations::told_by_expectations(&verdicts, &timeline)?,
            false => expectations::told(&story.beats, &timeline)?,
        };
        self.votes.resize(story.predictions.len(), None);
        (self.story, self.waits, self.failed) = (story, false, None);
        self.run = Some(Run { timeline, verdicts, told, marked });
        Ok(())
    }

    /// The run comes from somewhere else than was thought when the talk began.
    pub fn comes_from(&mut self, source: String) {
        self.source = Some(source);
    }

    /// There will be no run.
    pub fn failed(&mut self, why: String) {
        (self.failed, self.waits) = (Some(why), false);
    }

    /// Every screen there is up to now. What comes behind the run is not known before it.
    pub(super) fn places(&self) -> Vec<Place> {
        let mut places = vec![Place::Cover];
        places.extend((0..self.story.predictions.len()).map(Place::Question));
        places.push(Place::Run);
        if let Some(run) = &self.run {
            places.extend((0..run.told.len()).map(Place::Beat));
            places.extend((0..run.marked.len()).map(Place::Mark));
            places.push(Place::So);
            places.extend((!self.story.next.is_empty()).then_some(Place::Next));
        }
        places
    }

    /// What follows from a key.
    pub fn press(&mut self, press: Press) -> Option<Effect> {
        if std::mem::take(&mut self.helps) {
            return None;
        }
        if let (Place::Question(number), Press::Letter(key)) = (self.place, press)
            && self.vote(number, key.to_ascii_lowercase())
        {
            return None;
        }
        match press {
            Press::PageDown | Press::Letter(' ') | Press::Right | Press::Down | Press::Enter => return self.forward(),
            Press::PageUp | Press::Left | Press::Up | Press::Backspace => self.back(),
            Press::Home => self.go(Place::Cover),
            Press::End => {
                let last = self.places().last().copied().unwrap_or(Place::Cover);
                self.go(last);
                return self.begins();
            }
            Press::Letter('?' | 'h') => self.helps = true,
            Press::Letter('t') => self.paint.theme = self.paint.theme.next(),
            Press::Letter('s') => {
                self.speaks = !self.speaks;
                self.page = self.page.min(self.pages() - 1);
            }
            Press::Letter('q') => return Some(Effect::Quit),
            _ => {}
        }
        None
    }

    /// True when the key is one of the choices. The same key again takes it back; after the run nothing changes any more.
    fn vote(&mut self, number: usize, key: char) -> bool {
        let choices = self.story.predictions[number].choices.len();
        let Some(choice) = (0..choices.min(26)).find(|choice| letter(*choice) == key) else { return false };
        if self.run.is_none() {
            let vote = &mut self.votes[number];
            *vote = if *vote == Some(choice) { None } else { Some(choice) };
        }
        true
    }

    fn forward(&mut self) -> Option<Effect> {
        if self.page + 1 < self.pages() {
            self.page += 1;
            return None;
        }
        let places = self.places();
        let here = places.iter().position(|place| *place == self.place).unwrap_or(0);
        if let Some(next) = places.get(here + 1) {
            self.go(*next);
        }
        self.begins()
    }

    /// The run is asked for when the talk has come to it, once.
    fn begins(&mut self) -> Option<Effect> {
        let asks = self.place == Place::Run && self.run.is_none() && self.failed.is_none() && !self.waits;
        self.waits |= asks;
        asks.then_some(Effect::Run)
    }

    fn back(&mut self) {
        if self.page > 0 {
            self.page -= 1;
            return;
        }
        let places = self.places();
        let here = places.iter().position(|place| *place == self.place).unwrap_or(0);
        if let Some(before) = here.checked_sub(1).and_then(|at| places.get(at)) {
            self.go(*before);
            self.page = self.pages() - 1;
        }
    }

    #[cfg(test)]
    pub(super) fn go_to(&mut self, place: Place) {
        self.go(place);
    }

    fn go(&mut self, place: Place) {
        (self.place, self.page) = (place, 0);
    }

    fn pages(&self) -> usize {
        page::pages(self).len().max(1)
    }
}
