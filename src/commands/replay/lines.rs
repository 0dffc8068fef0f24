//! `lab replay FILE --step`: goes through a recording event by event, with the words of a run that is stepped. What was
//! recorded can be looked at and not changed.

use crate::cli::ViewArgs;
use crate::commands::show;
use socket_lab::recording::{Event, Header, Recording};
use socket_lab::step::{Answer, Situation, WIRE};
use socket_lab::timeline::Timeline;
use socket_lab::view::live::UnderWay;
use socket_lab::view::text;
use std::collections::HashMap;
use std::io::{self, BufRead, IsTerminal, Write};

/// What can be typed, with what it does.
const WORDS: [(&str, &str); 6] = [
    ("next", "what happened next; so does an empty line"),
    ("back", "how things stood one event before"),
    ("ROLE", "on to what this program does next: `client`, or just `c`"),
    ("until wire", "on to the next frame"),
    ("show", "the timeline so far"),
    ("quit", "stop looking"),
];

/// A place in a recording where one can stand: after so many events, the last of which has these words.
struct Place {
    events: usize,
    lane: Option<String>,
    words: String,
}

/// What follows from a line.
enum Follows {
    /// One stands after so many places.
    To(usize),
    Stays,
    Ends,
}

/// Goes through the recording until the person has seen enough, or the lines end.
pub fn run(mut recording: Recording, view: &ViewArgs) -> anyhow::Result<()> {
    // The kernel hands frames over late: they stand where they belong.
    recording.events.sort_by_key(Event::t);
    let walk = Walk { places: places(&recording), recording, view };
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let terminal = io::stdin().is_terminal();
    let mut at = 0;
    walk.tell(at, &mut output)?;
    loop {
        if terminal {
            write!(output, "> ")?;
            output.flush()?;
        }
        let mut line = Vec::new();
        // A line that never ends is no answer either.
        if io::Read::take(&mut input, 1000).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        if !terminal {
            writeln!(output, "> {line}")?;
        }
        match walk.answer(&line, at, &mut output)? {
            Follows::Ends => return Ok(()),
            Follows::Stays => {}
            Follows::To(to) => {
                at = to;
                walk.tell(at, &mut output)?;
            }
        }
    }
}

struct Walk<'a> {
    recording: Recording,
    places: Vec<Place>,
    view: &'a ViewArgs,
}

impl Walk<'_> {
    /// How many events had happened at this place.
    fn events(&self, at: usize) -> usize {
        at.checked_sub(1).and_then(|last| self.places.get(last)).map_or(0, |place| place.events)
    }

    /// What happened there, and how things stood then.
    fn tell(&self, at: usize, output: &mut impl Write) -> anyhow::Result<()> {
        let (width, color) = show::look(&self.view.look);
        let then = Situation::at(&self.recording, self.events(at));
        if let Some(place) = at.checked_sub(1).and_then(|last| self.places.get(last)) {
            writeln!(output, "{}", place.words)?;
        }
        Ok(writeln!(output, "\n{}", text::situation(&then, width, color).trim_end())?)
    }

    fn answer(&self, line: &str, at: usize, output: &mut impl Write) -> anyhow::Result<Follows> {
        let roles: Vec<String> = self.recording.header.roles.iter().map(|role| role.name.clone()).collect();
        let to = match Answer::parse(line, &roles) {
            Ok(Answer::Quit) => return Ok(Follows::Ends),
            Ok(Answer::Next | Answer::Forward | Answer::Wait) => (at < self.places.len()).then_some(at + 1),
            Ok(Answer::Role(lane) | Answer::Until(lane)) => self.next_of(&lane, at),
            Ok(Answer::Free) => Some(self.places.len()),
            Ok(Answer::Again) => Some(0),
            Ok(Answer::Back) if at > 0 => Some(at - 1),
            Ok(Answer::Back) => {
                writeln!(output, "this is the beginning")?;
                return Ok(Follows::Stays);
            }
            Ok(Answer::Show) => {
                let events = self.recording.events[..self.events(at)].to_vec();
                // What the lesson says is about all of it.
                let header = Header { story: None, ..self.recording.header.clone() };
                let timeline = Timeline::new(Recording { header, events });
                writeln!(output, "{}", text::render(&timeline, &[], &show::options(self.view)))?;
                return Ok(Follows::Stays);
            }
            Ok(Answer::Help) => {
                WORDS.iter().try_for_each(|(word, does)| writeln!(output, "  {word:<11} {does}"))?;
                return Ok(Follows::Stays);
            }
            Ok(Answer::Frame(..) | Answer::Keep(_) | Answer::Save(_)) => {
                writeln!(output, "this was recorded: it can be looked at, and not changed")?;
                return Ok(Follows::Stays);
            }
            Err(error) => {
                writeln!(output, "{error}")?;
                return Ok(Follows::Stays);
            }
        };
        if to.is_none() {
            writeln!(output, "nothing more was recorded of that")?;
        }
        Ok(to.map_or(Follows::Stays, Follows::To))
    }

    /// The next place in this lane.
    fn next_of(&self, lane: &str, at: usize) -> Option<usize> {
        let next = self.places.iter().skip(at).position(|place| place.lane.as_deref() == Some(lane))?;
        Some(at + next + 1)
    }
}

/// Every event that is worth a line.
fn places(recording: &Recording) -> Vec<Place> {
    let mut under_way = UnderWay::default();
    let mut calls = HashMap::new();
    let mut places = Vec::new();
    for (number, event) in recording.events.iter().enumerate() {
        if let Event::Enter(enter) = event {
            calls.insert(enter.call, enter.role.clone());
        }
        let lane = match event {
            Event::Frame(_) | Event::Fate(_) => Some(WIRE.to_owned()),
            Event::Exit(exit) => calls.get(&exit.call).cloned(),
            Event::Output(output) => Some(output.role.clone()),
            Event::Ended(ended) => Some(ended.role.clone()),
            _ => None,
        };
        if let Some(words) = under_way.line(event) {
            places.push(Place { events: number + 1, lane, words });
        }
    }
    places
}
