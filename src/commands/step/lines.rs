//! The run as a dialogue of lines: for pipes, scripts, screen readers, and terminals that cannot be painted. A line counts when
//! everybody rests.

use super::{order, save, withheld};
use crate::cli::{EngineArgs, ViewArgs};
use crate::commands::record::{self, News, Outcome, Typist};
use crate::commands::{INTERRUPTED, show};
use anyhow::Context;
use socket_lab::recorder::{Message, Plan, Session};
use socket_lab::recording::Event;
use socket_lab::step::{ARP, Answer, Ask, Situation, Stepper, WORDS};
use socket_lab::timeline::Timeline;
use socket_lab::view::text;
use std::collections::VecDeque;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// How long a line that was typed waits for everybody to rest. The longest that a kernel's timer takes is not much less.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same for one that ends the run.
const PATIENCE_TO_STOP: Duration = Duration::from_secs(5);

/// Steps through a run, again and again as often as the person begins again.
pub fn run(plan: &Plan, engine: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    // Before the typist's thread begins: one that takes signals would end us without a word.
    record::block_signals()?;
    let typist = Typist::start();
    let mut lines = VecDeque::new();
    loop {
        let session = match record::open(plan, engine)? {
            Ok(session) => session,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        typist.types_to(&session);
        let dialogue = Dialogue::new(session, view, &typist, &mut lines);
        if let Some(outcome) = dialogue.run()? {
            return Ok(outcome);
        }
        println("\nfrom the beginning")?;
    }
}

/// What follows from an answer.
enum Follows {
    /// Something was let go: what comes of it is waited for.
    Moves,
    /// Nothing changed: the next answer is asked for.
    Stays,
    /// The run is begun again.
    Again,
}

struct Dialogue<'a> {
    session: Session,
    stepper: Stepper,
    news: News,
    typist: &'a Typist,
    /// Lines that were typed and not yet looked at; None for the end of the input.
    lines: &'a mut VecDeque<Option<String>>,
    /// How many steps ago that was which was shown last.
    ago: usize,
    view: &'a ViewArgs,
    /// True when it is told how things stand.
    asked: bool,
    /// True when the cursor stands behind a prompt.
    prompted: bool,
    interrupted: bool,
    /// True when nobody asks any more.
    over: bool,
}

impl<'a> Dialogue<'a> {
    fn new(
        session: Session,
        view: &'a ViewArgs,
        typist: &'a Typist,
        lines: &'a mut VecDeque<Option<String>>,
    ) -> Dialogue<'a> {
        let stepper = Stepper::new(session.header.clone());
        Dialogue {
            session,
            stepper,
            news: News::default(),
            typist,
            lines,
            ago: 0,
            view,
            asked: false,
            prompted: false,
            interrupted: false,
            over: false,
        }
    }

    /// Until the run is over; none when it is to begin again.
    fn run(mut self) -> anyhow::Result<Option<Outcome>> {
        while let Ok(message) = self.receive() {
            match message {
                Message::Event(event) => self.event(*event),
                Message::Typed(line) => {
                    self.lines.push_back(line.map(|line| String::from_utf8_lossy(&line).trim().to_owned()));
                }
                Message::Signal(_) if self.interrupted => std::process::exit(i32::from(INTERRUPTED)),
                Message::Signal(_) => {
                    self.interrupted = true;
                    order(&mut self.session, Ask::Stop);
                }
                Message::Damaged(error) => return Err(error).context("reading from the recorder"),
                Message::Ended(said) => {
                    if !self.stepper.situation().over() {
                        anyhow::bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " });
                    }
                    self.news.print(u64::MAX)?;
                    println("")?;
                    let code = if self.interrupted { INTERRUPTED } else { 0 };
                    let recording = withheld(self.stepper.into_recording());
                    return Ok(Some(Outcome::Recorded(Box::new(recording), code)));
                }
            }
            while self.stepper.situation().resting() && !self.stepper.situation().over() {
                match self.rest()? {
                    Some(Follows::Stays) => {}
                    Some(Follows::Again) => return Ok(None),
                    Some(Follows::Moves) | None => break,
                }
            }
        }
        anyhow::bail!("the recorder does not answer; please report this with the command you ran")
    }

    /// The next message. Lines that nobody looks at, because somebody never rests, end the run; who wants to stop waits less.
    fn receive(&mut self) -> Result<Message, RecvTimeoutError> {
        let patience = match self.lines.front() {
            _ if self.over => None,
            None => None,
            Some(Some(line)) if Answer::parse(line, self.stepper.situation().roles()) != Ok(Answer::Quit) => {
                Some(PATIENCE)
            }
            Some(_) => Some(PATIENCE_TO_STOP),
        };
        let messages = &self.session.messages;
        match patience.map(|patience| messages.recv_timeout(patience)) {
            Some(Err(RecvTimeoutError::Timeout)) => {
                say!("lab: somebody never came to rest; the run was ended");
                self.over = true;
                order(&mut self.session, Ask::Stop);
                self.receive()
            }
            Some(message) => message,
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn event(&mut self, event: Event) {
        // How hosts find each other is the same in every run.
        if !matches!(&event, Event::Frame(frame) if frame.kind == ARP) {
            self.news.event(&event);
        }
        // What the kernels' timers do while a person thinks is told as it happens.
        self.asked &= !matches!(event, Event::Rest(_));
        self.stepper.event(event);
    }

    /// Everybody rests: takes the next step, if anybody has said which. None while nobody has.
    fn rest(&mut self) -> anyhow::Result<Option<Follows>> {
        match self.stepper.goes_on() {
            Some(Ok(ask)) => {
                order(&mut self.session, ask);
                return Ok(Some(Follows::Moves));
            }
            Some(Err(why)) => println(&why)?,
            None => {}
        }
        if !self.asked {
            self.ask()?;
        }
        let Some(line) = self.lines.pop_front() else { return Ok(None) };
        (self.asked, self.prompted) = (false, false);
        let Some(line) = line else { return self.asks(&Answer::Quit).map(Some) };
        if !self.typist.is_terminal() {
            println(&format!("> {line}"))?;
        }
        match Answer::parse(&line, self.stepper.situation().roles()) {
            Ok(answer) => self.answer(&answer).map(Some),
            Err(error) => {
                println(&error.to_string())?;
                Ok(Some(Follows::Stays))
            }
        }
    }

    /// Tells what has happened and how things stand.
    fn ask(&mut self) -> anyhow::Result<()> {
        if std::mem::take(&mut self.prompted) {
            // Something happened while the person was thinking: what it was stands below the line they have begun.
            println("")?;
        }
        self.news.print(u64::MAX)?;
        let (width, color) = show::look(&self.view.look);
        println(&format!("\n{}", text::situation(self.stepper.situation(), width, color).trim_end()))?;
        self.prompt()
    }

    fn prompt(&mut self) -> anyhow::Result<()> {
        self.asked = true;
        self.prompted = self.typist.is_terminal();
        if self.prompted {
            let mut output = std::io::stdout().lock();
            write!(output, "> ")?;
            output.flush()?;
        }
        Ok(())
    }

    fn answer(&mut self, answer: &Answer) -> anyhow::Result<Follows> {
        match answer {
            Answer::Back => return self.look(self.ago + 1),
            Answer::Forward => return self.look(self.ago.saturating_sub(1)),
            _ => self.ago = 0,
        }
        match answer {
            Answer::Show => {
                let timeline = Timeline::new(withheld(self.stepper.recording().clone()));
                println(&text::render(&timeline, &[], &show::options(self.view)))?;
            }
            Answer::Save(file) => {
                save(self.stepper.recording(), Path::new(file)).iter().try_for_each(|line| println(line))?;
            }
            Answer::Again => return Ok(Follows::Again),
            Answer::Help => {
                WORDS.iter().try_for_each(|(word, does)| println(&format!("  {word:<13} {does}")))?;
            }
            _ => return self.asks(answer),
        }
        Ok(Follows::Stays)
    }

    fn asks(&mut self, answer: &Answer) -> anyhow::Result<Follows> {
        match self.stepper.ask(answer) {
            Ok(ask) => {
                // After these nobody asks any more.
                self.over |= matches!(ask, Ask::Free | Ask::Stop);
                order(&mut self.session, ask);
                Ok(Follows::Moves)
            }
            Err(why) => {
                let how = if *answer == Answer::Next { ": `quit` ends the run" } else { "" };
                println(&format!("{why}{how}"))?;
                Ok(Follows::Stays)
            }
        }
    }

    /// How things stood so many steps ago. The run does not notice.
    fn look(&mut self, ago: usize) -> anyhow::Result<Follows> {
        let recording = self.stepper.recording();
        let events = recording.events.iter().enumerate();
        let rests: Vec<usize> = events.filter(|(_, event)| matches!(event, Event::Rest(_))).map(|(at, _)| at).collect();
        match rests.iter().rev().nth(ago) {
            Some(_) if ago == 0 => println("this is now")?,
            Some(rest) => {
                let (width, color) = show::look(&self.view.look);
                let then = Situation::at(recording, rest + 1);
                let steps = if ago == 1 { "a step ago".to_owned() } else { format!("{ago} steps ago") };
                println(&format!("{steps}\n{}", text::situation(&then, width, color).trim_end()))?;
            }
            None => println("this is the beginning")?,
        }
        self.ago = ago.min(rests.len().saturating_sub(1));
        // What was looked at stands above the next line: how things stand now would hide it.
        if self.ago > 0 {
            self.prompt()?;
        }
        Ok(Follows::Stays)
    }
}

fn println(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
