//! What the screen knows, and what follows from a key or an event: functions, without a terminal, a file or a clock.

use super::detail::Detail;
use super::history::History;
use super::laid::Laid;
use crate::recording::{Event, Header, Nanos, Recording};
use crate::step::{ARP, Answer, Ask, Fate, Situation, Stepper, WIRE};
use crate::view::Press;
use ratatui::layout::{Position, Rect};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Rows that a screen is at least taken for.
const SMALLEST: u16 = 4;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Ask the recorder.
    Ask(Ask),
    /// Write what was done to this file.
    Save(String),
    /// Begin again.
    Again,
    /// Leave; where a run goes on, it is ended.
    Leave,
    /// Forget what the terminal shows and paint all of it.
    Repaint,
    /// Paint in the next theme.
    Colours,
    /// Have the mouse told, or leave it to the terminal.
    Mouse(bool),
}

/// What the arrows move over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Focus {
    #[default]
    Events,
    Cable,
    Fields,
}

/// What lies at a place of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Under {
    Row(usize),
    /// Its number on the cable, from 0.
    Frame(usize),
    /// Its number among those of the event, from 0.
    Field(usize),
}

/// What is being asked of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Prompt {
    /// A file's name, as far as it was typed.
    Save(String),
    /// Until which lane.
    Until,
}

/// A run on the whole screen: one that goes on, or a recording.
#[derive(Debug)]
pub struct Screen {
    pub(super) header: Header,
    pub(super) history: History,
    /// The run that goes on; none for a recording.
    pub(super) stepper: Option<Stepper>,
    pub(super) laid: Option<Laid>,
    /// The row one stands at; none for the last, whichever that is: now.
    pub(super) at: Option<usize>,
    pub(super) focus: Focus,
    /// The selected frame on the cable, from 0.
    pub(super) frame: usize,
    /// The selected field of the event.
    pub(super) field: usize,
    pub(super) zoomed: bool,
    pub(super) helping: bool,
    pub(super) prompt: Option<Prompt>,
    pub(super) note: Option<String>,
    pub(super) size: (u16, u16),
    /// Answers that nobody has looked at: they are taken when all rest.
    waiting: VecDeque<Answer>,
    /// What the kernels did by themselves while a person thought.
    by_itself: Option<String>,
    /// True when that is what they wait for.
    awaits: bool,
    /// True while the mouse is ours.
    mouse: bool,
    /// Keys that came before a recording was laid out: there was nothing yet to move over.
    early: Vec<Press>,
    /// What lies where, as it was painted last: the mouse means what a person sees.
    pub(super) lies: RefCell<Vec<(Rect, Under)>>,
}

impl Screen {
    /// For a run that begins.
    pub fn live(header: Header) -> Screen {
        Screen { stepper: Some(Stepper::new(header.clone())), ..Screen::recorded(header) }
    }

    /// For a recording, whose events follow.
    pub fn recorded(header: Header) -> Screen {
        Screen {
            history: History::new(&header),
            header,
            stepper: None,
            laid: None,
            at: None,
            focus: Focus::Events,
            frame: 0,
            field: 0,
            zoomed: false,
            helping: false,
            prompt: None,
            note: None,
            size: (80, 24),
            waiting: VecDeque::new(),
            by_itself: None,
            awaits: false,
            mouse: false,
            early: Vec::new(),
            lies: RefCell::default(),
        }
    }

    /// Takes in what happened next.
    pub fn event(&mut self, event: Event) {
        if let (Some(stepper), Event::Frame(frame)) = (&self.stepper, &event)
            && (self.awaits || stepper.situation().resting())
            && frame.kind != ARP
        {
            let ends = frame.from.as_deref().zip(frame.to.as_deref());
            let ends = ends.map(|(from, to)| format!("{from}>{to} ")).unwrap_or_default();
            self.by_itself = Some(format!("{ends}{}[{}]", frame.kind, frame.nth));
        }
        if let Some(stepper) = &mut self.stepper {
            stepper.event(event.clone());
        }
        self.history.push(event);
    }

    /// What a run that rests goes on with, if anybody has said so.
    pub fn rested(&mut self) -> Option<Act> {
        let stepper = self.stepper.as_mut()?;
        if !stepper.situation().resting() || stepper.situation().over() {
            return None;
        }
        if let Some(frames) = self.by_itself.take() {
            self.note = Some(format!("by itself, from a kernel's timer: {frames}"));
        }
        match stepper.goes_on() {
            Some(Ok(ask)) => return Some(Act::Ask(ask)),
            Some(Err(why)) => self.note = Some(why),
            None => {}
        }
        let answer = self.waiting.pop_front()?;
        self.ask(&answer)
    }

    /// The run laid out anew, for the size and the events there were when that was asked for.
    pub fn lay(&mut self, laid: Laid) {
        let old = self.laid.replace(laid);
        // Where one looks back, one stays at the same event, whatever came before it meanwhile.
        if let (Some(at), Some(old), Some(new)) = (self.at, old, &self.laid) {
            let t = old.t(at);
            self.at = Some(new.first_not(|before| before < t).min(new.rows().saturating_sub(1)));
        }
        let frames = self.stepper.as_ref().map_or(0, |stepper| stepper.situation().on_cable().count());
        self.frame = self.frame.min(frames.saturating_sub(1));
        for press in std::mem::take(&mut self.early) {
            // They move, and ask for nothing.
            let _ = self.press(press);
        }
    }

    /// Takes the terminal's size; true when the run has to be laid out for it.
    pub fn measure(&mut self, (columns, rows): (u16, u16)) -> bool {
        let before = self.lanes();
        self.size = (columns, rows.max(SMALLEST));
        self.lanes() != before || self.laid.is_none()
    }

    /// Columns of the lanes on this screen.
    pub fn lanes(&self) -> u16 {
        super::areas::lanes(self.size.0)
    }

    /// What has happened, of a run that goes on.
    pub fn recording(&self) -> Option<&Recording> {
        self.stepper.as_ref().map(Stepper::recording)
    }

    /// The same when one leaves it.
    pub fn into_recording(self) -> Option<Recording> {
        self.stepper.map(Stepper::into_recording)
    }

    /// True when nothing can happen any more.
    pub fn is_over(&self) -> bool {
        self.stepper.as_ref().is_none_or(|stepper| stepper.situation().over())
    }

    /// True when nobody moves until something is let go, and when the run is over.
    pub fn is_at_rest(&self) -> bool {
        self.is_over() || self.stepper.as_ref().is_some_and(|stepper| stepper.situation().resting())
    }

    /// Says something in the last row until the next key.
    pub fn say(&mut self, text: &str) {
        self.note = Some(text.to_owned());
    }

    /// The file of the source line that one looks at, if it is known: whoever may read files can show it.
    pub fn looks_at(&self) -> Option<&crate::recording::Source> {
        let laid = self.laid.as_ref()?;
        let call = laid.about(self.row())?.call?;
        laid.timeline.calls.get(call)?.enter.source.as_deref()
    }

    /// What follows from a key.
    pub fn press(&mut self, press: Press) -> Option<Act> {
        let leaves = matches!(press, Press::Letter('q' | 'c' | 'm') | Press::Control(_));
        if self.stepper.is_none() && self.laid.is_none() && !leaves {
            self.early.push(press);
            return None;
        }
        self.note = None;
        if std::mem::take(&mut self.helping) {
            return None;
        }
        if self.prompt.is_some() {
            return self.typed(press);
        }
        match press {
            Press::Letter('?') => self.helping = true,
            Press::Letter('q') | Press::Control('d') => return Some(Act::Leave),
            Press::Control('l') => return Some(Act::Repaint),
            Press::Letter('c') => return Some(Act::Colours),
            Press::Letter('m') => {
                self.mouse = !self.mouse;
                self.say(if self.mouse { "the mouse moves here" } else { "the mouse marks text" });
                return Some(Act::Mouse(self.mouse));
            }
            Press::Wheel(up) => self.go(if up { -1 } else { 1 }),
            Press::Click(column, row) => self.click(Position::new(column, row)),
            Press::Letter('z') => self.zoomed = !self.zoomed,
            Press::Enter if self.focus != Focus::Cable => self.zoomed = !self.zoomed,
            Press::Tab => self.turn(true),
            Press::BackTab => self.turn(false),
            Press::Up | Press::Letter('k') => self.go(-1),
            Press::Down | Press::Letter('j') => self.go(1),
            Press::PageUp => self.page(false),
            Press::PageDown => self.page(true),
            Press::Home => self.stand(0),
            Press::End => self.at = None,
            Press::Left => self.step(false),
            Press::Right => self.step(true),
            Press::Letter('u') => self.prompt = Some(Prompt::Until),
            Press::Letter(digit @ '1'..='9') => {
                let role = self.roles().get(digit as usize - '1' as usize).cloned();
                match role {
                    Some(role) => return self.answer(Answer::Role(role)),
                    None => self.say("no program has this number"),
                }
            }
            Press::Letter(' ' | 'n') => return self.answer(Answer::Next),
            other if self.stepper.is_some() => return self.lets(other),
            Press::Letter('w' | 'a' | 'd' | 't' | 'h' | 's' | 'g' | 'r') => {
                self.say("this was recorded: it can be looked at, and not changed");
            }
            _ => {}
        }
        None
    }

    /// Keys that only a run has that goes on.
    fn lets(&mut self, press: Press) -> Option<Act> {
        let frame = self.frame + 1;
        match press {
            Press::Letter('w') => self.answer(Answer::Wait),
            Press::Letter('a') | Press::Enter => self.answer(Answer::Frame(frame, Fate::Arrive)),
            Press::Letter('d') => self.answer(Answer::Frame(frame, Fate::Drop)),
            Press::Letter('t') => self.answer(Answer::Frame(frame, Fate::Duplicate)),
            Press::Letter('h') => self.answer(Answer::Keep(frame)),
            Press::Letter('g') => self.answer(Answer::Free),
            Press::Letter('r') => Some(Act::Again),
            Press::Letter('s') => {
                let name = self.header.title.split([' ', '/']).next().unwrap_or("run");
                self.prompt = Some(Prompt::Save(format!("{name}.rules")));
                None
            }
            Press::Escape => {
                self.waiting.clear();
                if let Some(stepper) = &mut self.stepper {
                    stepper.stop_going_on();
                }
                None
            }
            _ => None,
        }
    }

    fn typed(&mut self, press: Press) -> Option<Act> {
        match (self.prompt.take()?, press) {
            (_, Press::Escape | Press::Control('d')) => None,
            (Prompt::Until, Press::Letter('w')) => self.until(WIRE.to_owned()),
            (Prompt::Until, Press::Letter(digit @ '1'..='9')) => {
                let role = self.roles().get(digit as usize - '1' as usize).cloned();
                role.and_then(|role| self.until(role))
            }
            (Prompt::Until, _) => None,
            (Prompt::Save(name), Press::Enter) => (!name.trim().is_empty()).then(|| Act::Save(name.trim().to_owned())),
            (Prompt::Save(mut name), press) => {
                match press {
                    Press::Letter(letter) => name.push(letter),
                    Press::Backspace => drop(name.pop()),
                    Press::Control('u') => name.clear(),
                    _ => {}
                }
                self.prompt = Some(Prompt::Save(name));
                None
            }
        }
    }

    fn until(&mut self, lane: String) -> Option<Act> {
        self.answer(Answer::Until(lane))
    }

    /// An answer: for a run that goes on, when it rests; in a recording it moves to another place.
    fn answer(&mut self, answer: Answer) -> Option<Act> {
        let Some(stepper) = &self.stepper else {
            self.look(&answer);
            return None;
        };
        // Whoever acts looks at what comes of it.
        self.at = None;
        if stepper.situation().over() {
            self.say("the run is over: r begins again, q leaves");
            return None;
        }
        if !stepper.situation().resting() || stepper.is_going_on() {
            self.waiting.push_back(answer);
            return None;
        }
        self.ask(&answer)
    }

    fn ask(&mut self, answer: &Answer) -> Option<Act> {
        match self.stepper.as_mut()?.ask(answer) {
            Ok(ask) => {
                self.awaits = ask == Ask::Wait;
                return Some(Act::Ask(ask));
            }
            Err(why) => self.note = Some(why),
        }
        None
    }

    fn look(&mut self, answer: &Answer) {
        let lane = match answer {
            Answer::Role(lane) | Answer::Until(lane) => Some(lane),
            _ => None,
        };
        let Some(laid) = &self.laid else { return };
        let from = self.row() + 1;
        match (from..laid.rows()).find(|row| lane.is_none_or(|lane| laid.is_in(*row, lane))) {
            Some(row) => self.stand(row),
            None => self.say("nothing more was recorded of that"),
        }
    }

    /// The row one stands at.
    pub(super) fn row(&self) -> usize {
        let last = self.last_row();
        self.at.map_or(last, |at| at.min(last))
    }

    pub(super) fn last_row(&self) -> usize {
        self.laid.as_ref().map_or(0, |laid| laid.rows().saturating_sub(1))
    }

    /// The programs in the order of their numbers: servers last, since they stand on the right. Who listens is not asked: a
    /// number means the same from the first key to the last.
    pub(super) fn roles(&self) -> Vec<String> {
        let mut names: Vec<String> = self.header.roles.iter().map(|role| role.name.clone()).collect();
        names.sort_by_key(|name| name.starts_with("server"));
        names
    }

    /// How things stood where one stands, and when that was; now where one stands at the end.
    pub(super) fn situation(&self) -> (Situation, Nanos) {
        match (&self.laid, self.at, &self.stepper) {
            (Some(laid), Some(at), _) => (self.history.at(laid.t(at)), laid.t(at)),
            (_, None, Some(stepper)) => (stepper.situation().clone(), Nanos::MAX),
            _ => (self.history.at(Nanos::MAX), Nanos::MAX),
        }
    }

    pub(super) fn detail(&self) -> Detail {
        self.laid.as_ref().map(|laid| Detail::of(laid, self.row())).unwrap_or_default()
    }

    fn stand(&mut self, row: usize) {
        self.field = 0;
        self.at = Some(row).filter(|row| *row < self.last_row());
    }

    fn go(&mut self, by: isize) {
        let moved = |from: usize, count: usize| from.saturating_add_signed(by).min(count.saturating_sub(1));
        match self.focus {
            Focus::Events => self.stand(self.row().saturating_add_signed(by)),
            Focus::Cable => self.frame = moved(self.frame, self.frames()),
            Focus::Fields => self.field = moved(self.field, self.detail().fields()),
        }
    }

    /// The mouse selects what lies under it: an event, a frame on the cable, a field.
    fn click(&mut self, at: Position) {
        let under = self.lies.borrow().iter().find(|(place, _)| place.contains(at)).map(|(_, under)| *under);
        match under {
            Some(Under::Row(row)) => {
                self.focus = Focus::Events;
                self.stand(row);
            }
            Some(Under::Frame(frame)) => (self.focus, self.frame) = (Focus::Cable, frame),
            Some(Under::Field(field)) => (self.focus, self.field) = (Focus::Fields, field),
            None => {}
        }
    }

    fn page(&mut self, on: bool) {
        let rows = isize::from(self.size.1 as i16 / 2).max(1);
        self.go(if on { rows } else { -rows });
    }

    /// To where everybody rested before, or next. Where nobody ever did, a row.
    fn step(&mut self, on: bool) {
        let rests = self.history.rests();
        let Some(laid) = self.laid.as_ref().filter(|_| !rests.is_empty()) else {
            return self.stand(self.row().saturating_add_signed(if on { 1 } else { -1 }));
        };
        // What lies between two rests is one step: one stands at its last row.
        let step = |t: Nanos| rests.partition_point(|rest| *rest < t);
        let here = step(laid.t(self.row()));
        let beside = match on {
            true => laid.first_not(|t| step(t) <= here),
            false => laid.first_not(|t| step(t) < here).saturating_sub(1),
        };
        let there = step(laid.t(beside.min(self.last_row())));
        let end = laid.first_not(|t| step(t) <= there);
        self.stand(end.saturating_sub(1));
    }

    fn frames(&self) -> usize {
        self.stepper.as_ref().map_or(0, |stepper| stepper.situation().on_cable().count())
    }

    fn turn(&mut self, on: bool) {
        let order = [Focus::Events, Focus::Cable, Focus::Fields];
        let here = order.iter().position(|focus| *focus == self.focus).unwrap_or(0);
        let next = |by: usize| order[(here + if on { by } else { 3 - by }) % 3];
        let has = |focus: &Focus| match focus {
            Focus::Events => true,
            Focus::Cable => self.frames() > 0,
            Focus::Fields => self.detail().fields() > 0,
        };
        self.focus = [next(1), next(2)].into_iter().find(has).unwrap_or_default();
    }
}
