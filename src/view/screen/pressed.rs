//! What follows from a key: an answer for the run, another place to look at, or something for whoever has the terminal.

use super::state::{Act, Focus, Prompt, Screen};
use crate::step::{Answer, Ask, Fate, WIRE};
use crate::view::Press;
use ratatui::layout::Position;

impl Screen {
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
        let decides = matches!(press, Press::Enter | Press::Letter('a' | 'd' | 't' | 'h'));
        if decides && self.at.take().is_some() {
            // The frame that is marked in the past may not be on the cable any more: nobody is to decide about another one.
            self.say("this is now: the marked frame is the one that is decided");
            return None;
        }
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

    pub(super) fn ask(&mut self, answer: &Answer) -> Option<Act> {
        match self.stepper.as_mut()?.ask(answer) {
            Ok(ask) => {
                self.awaits = ask == Ask::Wait;
                return Some(Act::Ask(ask));
            }
            Err(why) => self.note = Some(why),
        }
        None
    }
}
