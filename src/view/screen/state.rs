//! What the screen knows, and what follows from an event: functions, without a terminal, a file or a clock. Keys are in `pressed`,
//! and the cursor in `moves`.

use super::history::History;
use super::laid::Laid;
use crate::recording::{Event, Header, Recording};
use crate::step::{ARP, Answer, Ask, Stepper};
use crate::view::Press;
use ratatui::layout::Rect;
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
    pub(super) waiting: VecDeque<Answer>,
    /// What the kernels did by themselves while a person thought.
    pub(super) by_itself: Option<String>,
    /// True when that is what they wait for.
    pub(super) awaits: bool,
    /// True while the mouse is ours.
    pub(super) mouse: bool,
    /// Keys that came before a recording was laid out: there was nothing yet to move over.
    pub(super) early: Vec<Press>,
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
        // With nothing left to select there the arrows move over events again.
        if frames == 0 && self.focus == Focus::Cable {
            self.focus = Focus::Events;
        }
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
}
