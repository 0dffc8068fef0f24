//! The run on the whole screen: keys become orders for the recorder, and what happens becomes a picture.

use super::{order, save, withheld};
use crate::cli::{EngineArgs, ViewArgs};
use crate::commands::record::{self, Outcome};
use crate::commands::screen::{Desk, Told, Wish};
use crate::commands::show;
use anyhow::Context;
use socket_lab::recorder::{Message, Plan, Session};
use socket_lab::recording::Recording;
use socket_lab::step::Ask;
use socket_lab::view::screen::{Act, Screen};
use std::collections::HashSet;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a run that is ended may take to say so.
const GRACE: Duration = Duration::from_secs(3);

/// What one run of several says: those that were begun again may still speak.
struct Said(u32, Message);

/// Steps through a run, again and again as often as the person begins again.
pub fn run(plan: &Plan, engine: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    let mut desk = Desk::take(show::paint(view, engine.theme))?;
    let mut note = None;
    for number in 0.. {
        let session = match record::start(plan, engine)? {
            Ok(session) => session,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        let mut stepping = Stepping::begin(number, session, &mut desk);
        if let Some(note) = note.replace("from the beginning") {
            stepping.screen.say(note);
        }
        if let Some((recording, status)) = stepping.run()? {
            drop(desk);
            return Ok(Outcome::Recorded(Box::new(withheld(recording)), status));
        }
    }
    unreachable!("nobody begins again so often")
}

struct Stepping<'a> {
    number: u32,
    session: Session,
    screen: Screen,
    desk: &'a mut Desk<Said>,
    /// When it is not waited for the run's end any more, and the status that was asked for.
    leaving: Option<(Instant, u8)>,
    /// True when the recorder said that it has ended.
    ended: bool,
    /// Files that were written.
    saved: HashSet<String>,
}

impl<'a> Stepping<'a> {
    fn begin(number: u32, mut session: Session, desk: &'a mut Desk<Said>) -> Stepping<'a> {
        let mut screen = Screen::live(session.header.clone());
        desk.begin(number, &session.header);
        desk.measure(&mut screen);
        // What the recorder says joins the keys.
        let messages = std::mem::replace(&mut session.messages, channel().1);
        let tell = desk.tell.clone();
        std::thread::spawn(move || {
            messages.into_iter().all(|message| tell.send(Told::Run(Said(number, message))).is_ok())
        });
        Stepping { number, session, screen, desk, leaving: None, ended: false, saved: HashSet::new() }
    }

    /// Until the person leaves, with the status to end with; none when the run is to begin again.
    fn run(mut self) -> anyhow::Result<Option<(Recording, u8)>> {
        loop {
            self.desk.paint(&self.screen)?;
            let Some(first) = self.receive()? else { break };
            let mut next = Some(first);
            // A picture of what is over by now is for nobody.
            while let Some(told) = next {
                let again = self.told(told)?;
                if again {
                    return Ok(None);
                }
                next = self.desk.told.try_recv().ok();
            }
            if self.leaving.is_some() && self.ended {
                break;
            }
        }
        let status = self.leaving.map_or(0, |(_, status)| status);
        let recording = self.screen.into_recording().context("a run that goes on has a recording")?;
        Ok(Some((recording, status)))
    }

    /// What is told next; none when it is not waited for any more.
    fn receive(&self) -> anyhow::Result<Option<Told<Said>>> {
        let gone = "the terminal says nothing any more";
        match self.leaving {
            None => self.desk.told.recv().map(Some).context(gone),
            Some((until, _)) => match self.desk.told.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(told) => Ok(Some(told)),
                Err(RecvTimeoutError::Timeout) => Ok(None),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!(gone),
            },
        }
    }

    /// Does what follows; true when the run is to begin again.
    fn told(&mut self, told: Told<Said>) -> anyhow::Result<bool> {
        match told {
            Told::Laid(number, laid) if number == self.number => self.screen.lay(*laid),
            Told::Run(Said(number, message)) if number == self.number => self.message(message)?,
            Told::Laid(..) | Told::Run(_) => {}
            Told::Heard(heard) => match self.desk.heard(heard, &mut self.screen)? {
                Some(Wish::Leave(status)) => self.leave(status),
                Some(Wish::Act(act)) => return Ok(self.act(act)),
                None => {}
            },
        }
        Ok(false)
    }

    fn message(&mut self, message: Message) -> anyhow::Result<()> {
        match message {
            Message::Event(event) => {
                self.desk.event(&event);
                self.screen.event(*event);
                if self.screen.is_at_rest() {
                    self.desk.lay_out(&self.screen);
                    if let Some(act) = self.screen.rested() {
                        self.act(act);
                    }
                }
            }
            Message::Damaged(error) => return Err(error).context("reading from the recorder"),
            Message::Ended(said) => {
                self.ended = true;
                if !self.screen.is_over() {
                    anyhow::bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " });
                }
            }
            // Keys and signals are heard elsewhere.
            Message::Typed(_) | Message::Signal(_) => {}
        }
        Ok(())
    }

    /// Does what the screen asks for; true when the run is to begin again.
    fn act(&mut self, act: Act) -> bool {
        match act {
            Act::Ask(ask) => order(&mut self.session, ask),
            Act::Save(file) => {
                let said = match self.screen.recording() {
                    // What was saved in this session may be saved again, as it is by now.
                    Some(_) if !self.saved.contains(&file) && Path::new(&file).exists() => {
                        format!("{file} is there already: choose another name")
                    }
                    Some(recording) => {
                        self.saved.insert(file.clone());
                        save(recording, Path::new(&file)).join(" · ")
                    }
                    None => return false,
                };
                self.screen.say(&said);
            }
            Act::Again => return true,
            // The desk has seen to it.
            Act::Leave | Act::Repaint | Act::Colours | Act::Mouse(_) => {}
        }
        false
    }

    fn leave(&mut self, status: u8) {
        order(&mut self.session, Ask::Stop);
        self.leaving.get_or_insert((Instant::now() + GRACE, status));
    }
}
