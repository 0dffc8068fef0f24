//! How names of calls, frames and events are read. What is made of them is in `rule` and `statement`.

use super::cursor::{Cursor, Word, meant};
use super::nearest::nearest;
use super::words::common_name;
use super::{CALL_NAMES, CallRef, EventRef, FrameRef, Kind, Nth, ParseError, Traffic};
use std::str::FromStr;

/// What begins with a role and the mark right behind it.
pub(super) enum Named {
    Call(CallRef),
    Frame(FrameRef),
    /// `client.exit`, which is an event and nothing else.
    Exit(String),
}

impl Cursor<'_> {
    /// A call, a frame or a role's end, after spaces.
    pub(super) fn named(&mut self, expected: &str) -> Result<Named, ParseError> {
        let word = self.word(expected)?;
        let bare_call = CALL_NAMES.contains(&word.text.as_str());
        match self.peek() {
            Some('.') => {
                let role = self.known_role(word)?;
                self.mark(".", "`.`")?;
                self.call_of(role)
            }
            Some('>') => {
                let from = self.frame_end(word)?;
                self.mark(">", "`>`")?;
                self.frame_of(from).map(Named::Frame)
            }
            _ if bare_call => {
                let what = format!("`{0}` needs its role in front: `client.{0}`", word.text);
                Err(self.fail(word.at, what))
            }
            _ => Err(self.expected(&format!("`.` and a call, or `>` and a role, right after `{}`", word.text))),
        }
    }

    /// A call, after spaces.
    pub(super) fn call(&mut self) -> Result<CallRef, ParseError> {
        let expected = "a call: `client.send[1]`";
        let at = self.start();
        match self.named(expected)? {
            Named::Call(call) => Ok(call),
            Named::Frame(frame) => Err(self.fail(at, format!("expected {expected}, found the frame `{frame}`"))),
            Named::Exit(role) => Err(self.fail(at, format!("expected {expected}; `{role}.exit` is the program's end"))),
        }
    }

    /// A frame, after spaces.
    pub(super) fn frame(&mut self) -> Result<FrameRef, ParseError> {
        let expected = "a frame: `client>server data[1]`";
        let at = self.start();
        match self.named(expected)? {
            Named::Frame(frame) => Ok(frame),
            Named::Call(call) => Err(self.fail(at, format!("expected {expected}, found the call `{call}`"))),
            Named::Exit(role) => Err(self.fail(at, format!("expected {expected}, found `{role}.exit`"))),
        }
    }

    /// An event, after spaces.
    pub(super) fn event(&mut self) -> Result<EventRef, ParseError> {
        Ok(match self.named("an event: `client.send[1]`, `client>server data[1]` or `client.exit`")? {
            Named::Exit(role) => EventRef::Exited(role),
            Named::Frame(frame) if self.eat_word("arrives") => EventRef::Arrived(frame),
            Named::Frame(frame) => EventRef::Frame(frame),
            Named::Call(call) if self.eat_word("enters") => EventRef::Entered(call),
            Named::Call(call) if self.eat_word("goes") => EventRef::Gone(call),
            Named::Call(call) => EventRef::Returned(call),
        })
    }

    /// A direction, `client>server`, or frames of it, after spaces.
    pub(super) fn traffic(&mut self) -> Result<Traffic, ParseError> {
        let word = self.word("a direction: `client>server`")?;
        let expected = format!("`>` and a role, right after `{}`", word.text);
        let from = self.frame_end(word)?;
        self.mark(">", &expected)?;
        let to = self.receiver()?;
        self.skip_spaces();
        match self.peek() {
            Some(c) if c.is_ascii_alphabetic() => self.frame_between(from, to).map(Traffic::Frames),
            _ => Ok(Traffic::Direction { from, to }),
        }
    }

    /// A role, after spaces.
    pub(super) fn role(&mut self) -> Result<String, ParseError> {
        let word = self.word("the name of a role")?;
        self.known_role(word)
    }

    /// Skips spaces and tells where the next thing begins.
    pub(super) fn start(&mut self) -> usize {
        self.skip_spaces();
        self.at()
    }

    fn call_of(&mut self, role: String) -> Result<Named, ParseError> {
        let name = self.word_here();
        if name.text.is_empty() {
            return Err(self.expected("the name of a call right after `.`"));
        }
        let name = self.word("the name of a call")?;
        if name.text == "exit" {
            return match self.peek() {
                Some('[') => Err(self.expected("nothing more: a program ends once, and `exit` takes no number")),
                _ => Ok(Named::Exit(role)),
            };
        }
        if !CALL_NAMES.contains(&name.text.as_str()) {
            return Err(self.unknown_call(&name));
        }
        Ok(Named::Call(CallRef { role, name: name.text, nth: self.nth()? }))
    }

    fn unknown_call(&self, name: &Word) -> ParseError {
        let guess = match common_name(&name.text) {
            Some(common) => format!("; here it is called `{common}`"),
            None => meant(nearest(&name.text, CALL_NAMES.iter().copied().chain(["exit"]))),
        };
        self.fail(name.at, format!("there is no call `{}`{guess}", name.text))
    }

    fn frame_of(&mut self, from: String) -> Result<FrameRef, ParseError> {
        let to = self.receiver()?;
        self.frame_between(from, to)
    }

    /// What stands right after `>`.
    fn receiver(&mut self) -> Result<String, ParseError> {
        let to = self.word_here();
        if to.text.is_empty() {
            return Err(self.expected("the role it goes to, right after `>`"));
        }
        let to = self.word("the role it goes to")?;
        self.frame_end(to)
    }

    /// The kind and the number of a frame whose ends have been read.
    fn frame_between(&mut self, from: String, to: String) -> Result<FrameRef, ParseError> {
        let word = self.kind_word("a kind of frame: `data`, `SYN`, `frame`")?;
        let kind = kind_of(&word).map_err(|what| self.fail(word.at, what))?;
        let nth_at = self.at();
        let nth = self.nth()?;
        // The recording counts frames within their kind, so a number would mean one of each kind.
        if kind == Kind::Any && nth != Nth::All {
            let what = "`frame` is any kind and takes no number, because frames count within their kind: `data[1]`";
            return Err(self.fail(nth_at, what));
        }
        Ok(FrameRef { from, to, kind, nth })
    }

    fn nth(&mut self) -> Result<Nth, ParseError> {
        if !self.eat("[") {
            return Ok(Nth::All);
        }
        let first = self.count_from_one()?;
        let nth = if self.eat("..") {
            let at = self.at();
            let last = self.count_from_one()?;
            if last < first {
                return Err(self.fail(at, format!("the range ends before it begins: {first}..{last}")));
            }
            Nth::Range(first, last)
        } else {
            Nth::One(first)
        };
        self.mark("]", if matches!(nth, Nth::One(_)) { "`]` or `..`" } else { "`]`" })?;
        Ok(nth)
    }

    fn count_from_one(&mut self) -> Result<u32, ParseError> {
        let at = self.at();
        match self.number("a number")? {
            0 => Err(self.fail(at, "calls and frames count from 1")),
            number => Ok(number),
        }
    }
}

fn kind_of(word: &Word) -> Result<Kind, String> {
    Kind::ALL.into_iter().find(|kind| kind.as_str() == word.text).ok_or_else(|| {
        let guess = match word.text.as_str() {
            "ACK,SYN" | "SYNACK" => Some("SYN,ACK"),
            "PSH,ACK" | "ACK,PSH" | "PSH" | "segment" => Some("data"),
            "FIN,ACK" | "ACK,FIN" => Some("FIN"),
            "RST,ACK" | "ACK,RST" => Some("RST"),
            "packet" => Some("frame"),
            "UDP" => Some("datagram"),
            other => nearest(other, Kind::ALL.map(Kind::as_str)),
        };
        let kinds = Kind::ALL.map(Kind::as_str).join(" ");
        format!("there is no kind of frame `{}`{} (the kinds are {kinds})", word.text, meant(guess))
    })
}

/// Reads a whole line with `read`: nothing may follow what it takes.
pub(super) fn whole<'a, T>(
    line: &'a str,
    roles: Option<&'a [&'a str]>,
    read: impl FnOnce(&mut Cursor<'a>) -> Result<T, ParseError>,
) -> Result<T, ParseError> {
    let mut cursor = Cursor::new(line, roles);
    let value = read(&mut cursor)?;
    cursor.end()?;
    Ok(value)
}

impl FromStr for CallRef {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, Cursor::call)
    }
}

impl FromStr for FrameRef {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, Cursor::frame)
    }
}

impl EventRef {
    /// Reads an event for a run with these roles: any other role is an error at its column.
    pub fn parse_among(line: &str, roles: &[&str]) -> Result<Self, ParseError> {
        whole(line, Some(roles), Cursor::event)
    }
}

impl FromStr for EventRef {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, Cursor::event)
    }
}

impl FromStr for Kind {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, |cursor| {
            let word = cursor.kind_word("a kind of frame")?;
            kind_of(&word).map_err(|what| cursor.fail(word.at, what))
        })
    }
}
