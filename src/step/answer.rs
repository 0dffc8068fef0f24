//! What a person types to step a run: a word or two a line. The same lines in a file make it scriptable.
//!
//! It refuses to guess: a word that could mean two things is named with both.

use std::fmt;

/// What the person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The next thing that waits: the oldest frame, else the call that has waited longest.
    Next,
    /// Let this role's call go.
    Role(String),
    /// Decide about a frame, by its place in the list of those on the cable, from 1.
    Frame(usize, Fate),
    /// Keep a frame while others go on; said again, keep it no longer.
    Keep(usize),
    /// Let go one after the other until something happens in this lane: a role's, or `wire`.
    Until(String),
    /// Let nothing go, and wait until something happens by itself: a kernel's timer, a program that slept.
    Wait,
    /// Let everything go, and hold nothing any more.
    Free,
    /// Show how things stood a step before what was shown last.
    Back,
    /// And a step after.
    Forward,
    /// Show all that has happened.
    Show,
    /// Write down what was done, as rules, and beside it the recording.
    Save(String),
    /// Begin again.
    Again,
    /// What can be typed.
    Help,
    /// End the run.
    Quit,
}

/// What becomes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Arrive,
    /// It arrives, and a copy behind it.
    Duplicate,
    /// It never arrives.
    Drop,
}

/// The name of the lane between the programs.
pub const WIRE: &str = "wire";

/// The words with what they do, for whoever asks; a line of 80 columns holds each.
pub const WORDS: [(&str, &str); 14] = [
    ("ROLE", "let this program's call go: `client`, or `c` where that is clear"),
    ("NUMBER", "let this frame arrive"),
    ("drop NUMBER", "lose this frame"),
    ("double NUMBER", "let it arrive twice"),
    ("keep NUMBER", "`next` and `until` pass this frame by; again: no longer"),
    ("next", "what has waited longest; so does an empty line"),
    ("until LANE", "go on until something happens there: a program, or the wire"),
    ("wait", "let nothing go, until a kernel's timer or a sleeper moves"),
    ("go", "let everything go, and hold nothing any more"),
    ("back, forward", "look at the step before, the step after; nothing changes"),
    ("show", "the timeline so far"),
    ("save FILE", "what you did as rules (--schedule-file), and the recording"),
    ("again", "begin again"),
    ("quit", "end the run"),
];

/// Why a line means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError(pub String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

impl Answer {
    /// Reads a line, in a run of these roles.
    pub fn parse(line: &str, roles: &[String]) -> Result<Answer, ParseError> {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { return Ok(Answer::Next) };
        let rest: Vec<&str> = words.collect();
        let alone = |answer: Answer| match rest.is_empty() {
            true => Ok(answer),
            false => Err(ParseError(format!("`{first}` stands alone; `{}` is too much", rest.join(" ")))),
        };
        let number = |answer: fn(usize) -> Answer| match rest[..] {
            [number] => frame(number).map(answer),
            _ => Err(ParseError(format!("`{first}` takes the number of a frame on the cable: `{first} 1`"))),
        };
        match first {
            // No word is reserved: a program may be called as it likes, and is meant by its whole name.
            name if roles.iter().any(|role| role == name) => alone(Answer::Role(name.to_owned())),
            "wait" => alone(Answer::Wait),
            "next" => alone(Answer::Next),
            "go" => alone(Answer::Free),
            "back" => alone(Answer::Back),
            "forward" => alone(Answer::Forward),
            "show" => alone(Answer::Show),
            "again" => alone(Answer::Again),
            "help" | "?" => alone(Answer::Help),
            "quit" | "q" => alone(Answer::Quit),
            "drop" => number(|frame| Answer::Frame(frame, Fate::Drop)),
            "double" => number(|frame| Answer::Frame(frame, Fate::Duplicate)),
            "keep" => number(Answer::Keep),
            "save" if rest.is_empty() => Err(ParseError("`save` takes the name of a file".into())),
            "save" => Ok(Answer::Save(line.trim_start()["save".len()..].trim().to_owned())),
            "until" => match rest[..] {
                [lane] if WIRE.starts_with(lane) => Ok(Answer::Until(WIRE.to_owned())),
                [lane] => role(lane, roles).map(Answer::Until),
                _ => Err(ParseError(format!("`until` takes a lane: {}, {WIRE}", roles.join(", ")))),
            },
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                alone(Answer::Next)?;
                frame(digits).map(|frame| Answer::Frame(frame, Fate::Arrive))
            }
            name => {
                let role = role(name, roles)?;
                alone(Answer::Role(role))
            }
        }
    }
}

fn frame(number: &str) -> Result<usize, ParseError> {
    match number.parse() {
        Ok(0) | Err(_) => Err(ParseError(format!("`{number}` is no number of a frame: they count from 1"))),
        Ok(number) => Ok(number),
    }
}

/// The role that is called so or begins so.
fn role(name: &str, roles: &[String]) -> Result<String, ParseError> {
    if let Some(role) = roles.iter().find(|role| *role == name) {
        return Ok(role.clone());
    }
    let meant: Vec<&String> = roles.iter().filter(|role| role.starts_with(name)).collect();
    match meant[..] {
        [role] => Ok(role.clone()),
        [] => Err(ParseError(format!(
            "`{name}` is no word and no program here: {}; `?` lists the words",
            roles.join(", ")
        ))),
        _ => {
            let names: Vec<&str> = meant.iter().map(|role| role.as_str()).collect();
            Err(ParseError(format!("`{name}` could be {}", names.join(" or "))))
        }
    }
}
