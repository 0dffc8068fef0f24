//! What a run is expected to show.

use super::{CallRef, Comparison, EventRef, FrameRef};

/// One expectation, parsed. `expectations` evaluates it over a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// `server.recv[1] = 14`, and every other statement about calls. With a range or all: about each of them, and there is at least one.
    Call(CallRef, Check),
    /// `client>server data[1] carries client.send[1]`
    Carries(FrameRef, CallRef),
    /// `client>server data[1] = 1448`
    Payload(FrameRef, u64),
    /// `count(client.send) = 3`
    CountCalls(CallRef, Comparison, u64),
    /// `count(client>server data) = 3`; retransmissions (`again`) are not counted
    CountFrames(FrameRef, Comparison, u64),
    /// `no client>server frame after client.send[1]`
    NoFrame(FrameRef, Option<EventRef>),
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
    /// `= 14`
    Value(i64),
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

impl std::str::FromStr for Expectation {
    type Err = super::ParseError;
    fn from_str(_: &str) -> Result<Self, Self::Err> {
        todo!()
    }
}
