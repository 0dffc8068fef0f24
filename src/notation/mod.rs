//! The one notation: names of calls and frames, schedules, rules of a cable, expectations.
//!
//! The same words name things in the timeline, the schedule, a lesson's expectations and the book. Parsed here and only
//! here; every error points at the column. It refuses to become a programming language: no variables, no nesting, no
//! arithmetic.
//!
//! ```text
//! CALL        client.send[2]   client.send[1..3]   client.send          (all of them)
//! FRAME       client>server data[1]   server>client SYN,ACK   client>server frame      (kind `frame`: any kind)
//! EVENT       CALL (it returned) | CALL enters (it began) | FRAME (it was sent) | FRAME arrives
//!             ROLE.exit (the role's program ended)
//! RULE        CALL after EVENT | start ROLE after EVENT | kill ROLE [SIGNAL] after EVENT
//! CABLE       delay [WHICH] 50ms | jitter [WHICH] 10ms [seed 7] | loss [WHICH] 10% [seed 7] | rate [WHICH] 1mbit
//!             drop FRAME [TIMES] | duplicate FRAME [TIMES] | corrupt FRAME [TIMES]
//!             swap FRAME FRAME | hold FRAME until EVENT | mtu [HOST] 1400
//!             WHICH: client>server | FRAME     TIMES: 3 times | always     (without: the original only)
//! EXPECTATION CALL = 14 (also < <= > >=) | CALL fails ECONNREFUSED | CALL succeeds | CALL blocks | CALL truncated
//!             CALL returns CALLS | CALL returns "text" | CALL from ROLE
//!             CALL leaves STATE          the TCP state of its socket just after the call: leaves CLOSE-WAIT
//!             CALL finds 14 queued       bytes queued in its socket before it took any: returned + still queued
//!             count(CALL or FRAME) = 3   also < <= > >=
//!             no FRAME | no FRAME after EVENT | no CALL | no CALL after EVENT
//!             FRAME is QUALITY | count(FRAME is QUALITY) = 3 | no FRAME is QUALITY [after EVENT]
//!             FRAME leaves ROLE STATE    the TCP state of that end of its connection when it had arrived
//!             EVENT before EVENT
//!             FRAME carries CALLS | FRAME = 1448            (payload bytes)
//!             ROLE exits 0 | ROLE killed by SIGPIPE | ROLE runs | ROLE prints "text"
//!
//! QUALITY     dropped late changed copy again timeout fast-retransmit tail-loss-probe window-probe keepalive
//!             zero-window window-update delayed-ACK duplicate-ACK
//! ROLE        a letter, then letters, digits, `-` and `_`; no word is reserved: a role may be called `count` or `no`
//!             in a FRAME also `nobody`: an address that belongs to no program, where the kernel itself answers
//! "text"      with \n \r \t \\ \" and \xNN (below 0x80); everything else stands for itself
//! ```
//!
//! Names are written without spaces inside them (`client.send[1]`, `client>server`); between words any number of spaces.
//! Calls and frames count from 1. Frames count within their kind and direction, so `frame`, which is any kind, takes no
//! number.

mod cable;
mod cursor;
mod expectation;
mod grammar;
mod impairment;
mod name;
mod nearest;
mod parse;
mod quality;
mod quantity;
mod rule;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use cable::{CableRule, Times, Traffic};
pub use expectation::{Check, Expectation};
pub use name::{CALL_NAMES, CallRef, Comparison, EventRef, FrameRef, Kind, NOBODY, Nth};
pub use parse::ParseError;
pub use quality::Quality;
pub use rule::Rule;
pub use words::{SIGNALS, SOCKET_STATES};

pub(crate) use nearest::{nearest, ranked};
