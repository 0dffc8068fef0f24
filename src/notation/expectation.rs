//! What a run is expected to show. `Display` writes exactly what `statement` reads.

use super::grammar::whole;
use super::statement::statement;
use super::text::write_quoted;
use super::{CallRef, Comparison, EventRef, FrameRef, ParseError, Quality};
use std::fmt;
use std::str::FromStr;

/// One expectation, parsed. `expectations` evaluates it over a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// `server.recv[1] = 14`, and every other statement about calls. With a range or all: about each of them, and there
    /// is at least one.
    Call(CallRef, Check),
    /// `client>server data[1] carries client.send[1]`
    Carries(FrameRef, CallRef),
    /// `client>server data[1] = 1448`
    Payload(FrameRef, u64),
    /// `count(client.send) = 3`
    CountCalls(CallRef, Comparison, u64),
    /// `client>server data[1] is dropped`: of every frame that is named, at least one transmission is so. Without a number:
    /// one frame of the kind.
    Is(FrameRef, Quality),
    /// `server>client SYN,ACK[1] leaves server SYN-RECEIVED`: the TCP state of the role's socket when the frame had arrived
    Leaves(FrameRef, String, String),
    /// `count(client>server data) = 3`; retransmissions (`again`) are not counted. `count(client>server data is again) = 3`:
    /// all transmissions that are so
    CountFrames(FrameRef, Option<Quality>, Comparison, u64),
    /// `no client>server frame after client.send[1]`, `no client>server data is again`
    NoFrame(FrameRef, Option<Quality>, Option<EventRef>),
    /// `no server.send after client.exit`
    NoCall(CallRef, Option<EventRef>),
    /// `server>client SYN,ACK[1] before server.accept[1]`
    Before(EventRef, EventRef),
    /// `server exits 1`
    Exits(String, i32),
    /// `server killed by SIGPIPE`
    KilledBy(String, String),
    /// `server runs`: it had not ended when the run was over
    Runs(String),
    /// `server prints "text"`: a line it printed contains the text
    Prints(String, String),
}

/// What is said about a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Check {
    /// `= 14`, `< 200000`: what it returned. All but `=` is about a call that succeeded.
    Value(Comparison, i64),
    /// `fails EADDRINUSE`
    Fails(String),
    /// `succeeds`
    Succeeds,
    /// `blocks`: it began and never returned
    Blocks,
    /// `truncated`: the kernel set MSG_TRUNC
    Truncated,
    /// `returns client.send[1..3]`: its bytes are exactly the bytes of these calls, in order and whole
    ReturnsCalls(CallRef),
    /// `returns "hello"`
    ReturnsText(String),
    /// `from client2`: the sender or peer address belongs to that role
    From(String),
    /// `leaves CLOSE-WAIT`
    Leaves(String),
    /// `finds 14 queued`
    Finds(u64),
}

impl Expectation {
    /// Reads an expectation about a run with these roles: any other role is an error at its column.
    pub fn parse_among(line: &str, roles: &[&str]) -> Result<Self, ParseError> {
        whole(line, Some(roles), statement)
    }
}

impl FromStr for Expectation {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, statement)
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expectation::Call(call, check) => write!(f, "{call} {check}"),
            Expectation::Carries(frame, calls) => write!(f, "{frame} carries {calls}"),
            Expectation::Payload(frame, bytes) => write!(f, "{frame} = {bytes}"),
            Expectation::CountCalls(call, comparison, number) => write!(f, "count({call}) {comparison} {number}"),
            Expectation::Is(frame, quality) => write!(f, "{frame} is {quality}"),
            Expectation::Leaves(frame, role, state) => write!(f, "{frame} leaves {role} {state}"),
            Expectation::CountFrames(frame, None, comparison, number) => {
                write!(f, "count({frame}) {comparison} {number}")
            }
            Expectation::CountFrames(frame, Some(quality), comparison, number) => {
                write!(f, "count({frame} is {quality}) {comparison} {number}")
            }
            Expectation::NoFrame(frame, quality, event) => {
                write!(f, "no {frame}")?;
                quality.map_or(Ok(()), |quality| write!(f, " is {quality}"))?;
                event.as_ref().map_or(Ok(()), |event| write!(f, " after {event}"))
            }
            Expectation::NoCall(call, None) => write!(f, "no {call}"),
            Expectation::NoCall(call, Some(event)) => write!(f, "no {call} after {event}"),
            Expectation::Before(first, second) => write!(f, "{first} before {second}"),
            Expectation::Exits(role, code) => write!(f, "{role} exits {code}"),
            Expectation::KilledBy(role, signal) => write!(f, "{role} killed by {signal}"),
            Expectation::Runs(role) => write!(f, "{role} runs"),
            Expectation::Prints(role, text) => {
                write!(f, "{role} prints ")?;
                write_quoted(f, text)
            }
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Check::Value(comparison, value) => write!(f, "{comparison} {value}"),
            Check::Fails(errno) => write!(f, "fails {errno}"),
            Check::Succeeds => f.write_str("succeeds"),
            Check::Blocks => f.write_str("blocks"),
            Check::Truncated => f.write_str("truncated"),
            Check::ReturnsCalls(calls) => write!(f, "returns {calls}"),
            Check::ReturnsText(text) => {
                f.write_str("returns ")?;
                write_quoted(f, text)
            }
            Check::From(role) => write!(f, "from {role}"),
            Check::Leaves(state) => write!(f, "leaves {state}"),
            Check::Finds(bytes) => write!(f, "finds {bytes} queued"),
        }
    }
}
