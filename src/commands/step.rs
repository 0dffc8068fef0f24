//! `--step`: a run in which a person lets every call and frame go, a line at a time. The same lines in a file make it
//! scriptable: a line counts when everybody rests.

use super::record::{self, News, Outcome, Typist};
use super::{INTERRUPTED, export, show};
use crate::cli::{EngineArgs, ViewArgs};
use anyhow::Context;
use socket_lab::notation::Rule;
use socket_lab::recorder::{Carry, Message, Order, Plan, Session};
use socket_lab::recording::{Event, Recording};
use socket_lab::step::{self, ARP, Answer, Doing, Fate, Situation, WIRE, WORDS};
use socket_lab::timeline::Timeline;
use socket_lab::view::text;
use std::collections::VecDeque;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// A person thinks; a day is the longest deadline there is.
const DEADLINE_MS: u64 = 86_400_000;
/// Steps that `until` takes at most: a program that loops never comes to an end by itself.
const MOST_STEPS: u32 = 10_000;
/// How long a line that was typed waits for everybody to rest. The longest that a kernel's timer takes is not much less.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same for one that ends the run.
const PATIENCE_TO_STOP: Duration = Duration::from_secs(5);

/// Makes the plan one that a person steps. The rules of a schedule that hold calls are theirs to replace; those that start and
/// end programs stay.
pub fn prepare(plan: &mut Plan) {
    plan.by_hand = true;
    plan.turns = true;
    plan.deadline_ms = DEADLINE_MS;
    plan.schedule.retain(|rule| !matches!(rule.parse(), Ok(Rule::Hold { .. })));
}

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
        let stepping = Stepping::new(session, view, &typist, &mut lines);
        if let Some(outcome) = stepping.run()? {
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

struct Stepping<'a> {
    session: Session,
    recording: Recording,
    situation: Situation,
    news: News,
    typist: &'a Typist,
    /// Lines that were typed and not yet looked at; None for the end of the input.
    lines: &'a mut VecDeque<Option<String>>,
    until: Option<Until>,
    /// How many steps ago that was which was shown last.
    ago: usize,
    view: &'a ViewArgs,
    /// True when it is told how things stand.
    asked: bool,
    /// True when the cursor stands behind a prompt.
    prompted: bool,
    interrupted: bool,
    /// True when the end was asked for.
    over: bool,
}

/// Going on until something happens in a lane.
struct Until {
    lane: String,
    steps: u32,
    happened: bool,
}

impl<'a> Stepping<'a> {
    fn new(
        session: Session,
        view: &'a ViewArgs,
        typist: &'a Typist,
        lines: &'a mut VecDeque<Option<String>>,
    ) -> Stepping<'a> {
        let recording = Recording { header: session.header.clone(), events: Vec::new() };
        let situation = Situation::new(&recording.header);
        Stepping {
            session,
            recording,
            situation,
            news: News::default(),
            typist,
            lines,
            until: None,
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
                Message::Event(event) => self.event(*event)?,
                Message::Typed(line) => {
                    self.lines.push_back(line.map(|line| String::from_utf8_lossy(&line).trim().to_owned()));
                }
                Message::Signal(_) if self.interrupted => std::process::exit(i32::from(INTERRUPTED)),
                Message::Signal(_) => {
                    self.interrupted = true;
                    self.session.order(&Order::Stop);
                }
                Message::Damaged(error) => return Err(error).context("reading from the recorder"),
                Message::Ended(said) => {
                    if !self.situation.over() {
                        anyhow::bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " });
                    }
                    self.news.print(u64::MAX)?;
                    println("")?;
                    let code = if self.interrupted { INTERRUPTED } else { 0 };
                    return Ok(Some(Outcome::Recorded(Box::new(withheld(self.recording)), code)));
                }
            }
            while self.situation.resting() && !self.situation.over() {
                match self.rest()? {
                    Some(Follows::Stays) => {}
                    Some(Follows::Again) => return Ok(None),
                    Some(Follows::Moves) => self.situation.moves(),
                    None => break,
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
            Some(Some(line)) if Answer::parse(line, self.situation.roles()) != Ok(Answer::Quit) => Some(PATIENCE),
            Some(_) => Some(PATIENCE_TO_STOP),
        };
        let messages = &self.session.messages;
        match patience.map(|patience| messages.recv_timeout(patience)) {
            Some(Err(RecvTimeoutError::Timeout)) => {
                say!("lab: somebody never came to rest; the run was ended");
                self.stop();
                self.receive()
            }
            Some(message) => message,
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    fn event(&mut self, event: Event) -> anyhow::Result<()> {
        // How hosts find each other is the same in every run.
        if !matches!(&event, Event::Frame(frame) if frame.kind == ARP) {
            self.news.event(&event);
        }
        if let Some(until) = &mut self.until {
            until.happened |= is_in_lane(&self.recording, &event, &until.lane);
        }
        self.situation.event(&event);
        // What the kernels' timers do while a person thinks is told as it happens.
        self.asked &= !matches!(event, Event::Rest(_));
        self.recording.events.push(event);
        Ok(())
    }

    /// Everybody rests: takes the next step, if anybody has said which. None while nobody has.
    fn rest(&mut self) -> anyhow::Result<Option<Follows>> {
        if let Some(until) = &mut self.until {
            until.steps += 1;
            let (happened, steps) = (until.happened, until.steps);
            if !happened && steps <= MOST_STEPS && self.next() {
                return Ok(Some(Follows::Moves));
            }
            if !happened {
                println(if steps > MOST_STEPS { "that went on for too long" } else { "nothing is left to let go" })?;
            }
            self.until = None;
        }
        if !self.asked {
            self.ask()?;
        }
        let Some(line) = self.lines.pop_front() else { return Ok(None) };
        (self.asked, self.prompted) = (false, false);
        let Some(line) = line else {
            self.stop();
            return Ok(Some(Follows::Moves));
        };
        if !self.typist.is_terminal() {
            println(&format!("> {line}"))?;
        }
        match Answer::parse(&line, self.situation.roles()) {
            Ok(answer) => self.answer(answer).map(Some),
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
        println(&format!("\n{}", text::situation(&self.situation, width, color).trim_end()))?;
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

    fn answer(&mut self, answer: Answer) -> anyhow::Result<Follows> {
        match answer {
            Answer::Back => return self.look(self.ago + 1),
            Answer::Forward => return self.look(self.ago.saturating_sub(1)),
            _ => self.ago = 0,
        }
        match answer {
            Answer::Back | Answer::Forward => {}
            Answer::Next if self.next() => return Ok(Follows::Moves),
            Answer::Next => println("nothing waits to be let go: `quit` ends the run")?,
            Answer::Role(role) => match self.situation.waiting(&role) {
                Some(call) => {
                    self.session.order(&Order::Go { call });
                    return Ok(Follows::Moves);
                }
                None => println(&format!("{role} {}", why_not(&self.situation.doing(&role))))?,
            },
            Answer::Frame(number, fate) => {
                let frame = self.situation.on_cable().nth(number - 1).map(|on_cable| on_cable.frame.frame);
                match frame {
                    Some(frame) => {
                        self.carry(frame, carry(fate));
                        return Ok(Follows::Moves);
                    }
                    None => println(&format!("there is no frame {number} on a cable"))?,
                }
            }
            // What happens then is followed by a rest of its own.
            Answer::Wait => return Ok(Follows::Moves),
            Answer::Until(lane) => {
                self.until = Some(Until { lane, steps: 0, happened: false });
            }
            Answer::Free => {
                // Nobody asks from now on.
                self.over = true;
                self.session.order(&Order::Free { ms: record::DEADLINE_MS });
                return Ok(Follows::Moves);
            }
            Answer::Show => {
                let timeline = Timeline::new(withheld(self.recording.clone()));
                println(&text::render(&timeline, &[], &show::options(self.view)))?;
            }
            Answer::Save(file) => self.save(Path::new(&file))?,
            Answer::Again => return Ok(Follows::Again),
            Answer::Help => {
                for (word, does) in WORDS {
                    println(&format!("  {word:<13} {does}"))?;
                }
            }
            Answer::Quit => {
                self.stop();
                return Ok(Follows::Moves);
            }
        }
        Ok(Follows::Stays)
    }

    /// How things stood so many steps ago. The run does not notice.
    fn look(&mut self, ago: usize) -> anyhow::Result<Follows> {
        let events = self.recording.events.iter().enumerate();
        let rests: Vec<usize> = events.filter(|(_, event)| matches!(event, Event::Rest(_))).map(|(at, _)| at).collect();
        match rests.iter().rev().nth(ago) {
            Some(_) if ago == 0 => println("this is now")?,
            Some(rest) => {
                let (width, color) = show::look(&self.view.look);
                let then = Situation::at(&self.recording, rest + 1);
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

    fn stop(&mut self) {
        self.over = true;
        self.session.order(&Order::Stop);
    }

    /// Lets go what has waited longest: frames first, since they were sent by calls that have gone. False when nothing waits.
    fn next(&mut self) -> bool {
        let frame = self.situation.on_cable().next().map(|on_cable| on_cable.frame.frame);
        let calls = self.situation.roles().iter().filter_map(|role| self.situation.waiting(role));
        match (frame, calls.min()) {
            (Some(frame), _) => self.carry(frame, Carry::Arrive),
            (None, Some(call)) => self.session.order(&Order::Go { call }),
            (None, None) => return false,
        }
        true
    }

    fn carry(&mut self, frame: u64, fate: Carry) {
        self.situation.decided(frame);
        self.session.order(&Order::Carry { frame, fate });
    }

    fn save(&mut self, file: &Path) -> anyhow::Result<()> {
        let mut recording = file.as_os_str().to_owned();
        recording.push(".jsonl");
        let recording = Path::new(&recording);
        let done = step::done(&self.recording);
        let text = done.file(&self.recording.header.title);
        let saved = export::whole(file, |output| output.write_all(text.as_bytes()))
            .and_then(|()| export::prepare(&[recording.to_path_buf()]))
            .and_then(|exports| export::jsonl(&exports, &self.recording));
        match saved {
            Ok(()) => {
                let count = done.schedule.len() + done.cable.len();
                println(&format!("{count} rules in {}, the run so far in {}", file.display(), recording.display()))?;
                for line in &done.left_out {
                    println(&format!("left out: {line}"))?;
                }
            }
            // A name that cannot be written ends nothing.
            Err(error) => println(&format!("{error:#}"))?,
        }
        Ok(())
    }
}

fn println(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

fn carry(fate: Fate) -> Carry {
    match fate {
        Fate::Arrive => Carry::Arrive,
        Fate::Duplicate => Carry::Duplicate,
        Fate::Drop => Carry::Drop,
    }
}

/// Why there is nothing of a role to be let go.
fn why_not(doing: &Doing<'_>) -> String {
    match doing {
        Doing::NotStarted => "was not started yet".into(),
        Doing::About { rule, .. } => format!("is held by the schedule: {}", rule.unwrap_or_default()),
        Doing::In(call) => format!("waits in {}[{}], and only what happens elsewhere ends that", call.name, call.nth),
        Doing::Elsewhere => "makes no call that could be let go".into(),
        Doing::Ended(how) => (*how).to_owned(),
    }
}

/// True for an event that is one of this lane.
fn is_in_lane(recording: &Recording, event: &Event, lane: &str) -> bool {
    match event {
        Event::Frame(frame) => lane == WIRE && frame.kind != ARP,
        Event::Exit(exit) => recording
            .events
            .iter()
            .rev()
            .any(|before| matches!(before, Event::Enter(enter) if enter.call == exit.call && enter.role == lane)),
        Event::Output(output) => output.role == lane,
        Event::Ended(ended) => ended.role == lane,
        _ => false,
    }
}

/// The recording as it is shown in the end. A lesson promises what its own order shows: of another order, which the person
/// chose, it says nothing, unless all of it was seen.
fn withheld(mut recording: Recording) -> Recording {
    let timeline = Timeline::new(recording.clone());
    if let Some(story) = &mut recording.header.story {
        let seen =
            |that: &str| that.parse().is_ok_and(|that| socket_lab::expectations::evaluate(&that, &timeline).seen);
        if !story.expect.iter().all(|expect| seen(&expect.that)) {
            (story.expect, story.so, story.next) = Default::default();
        }
    }
    recording
}
