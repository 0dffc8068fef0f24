//! The one notation: names of calls and frames, schedules, rules of a cable, expectations, scripts of peers.
//!
//! The same words name things in the timeline, the schedule, a lesson's expectations and the book. Parsed here and only
//! here; every error points at the column. It refuses to become a programming language: no variables, no nesting, no
//! arithmetic. Scripts ([`script`]) have as much of that as bytes need: names for them, brackets around them, and a loop
//! with a number.
//!
//! ```text
//! CALL        client.send[2]   client.send[1..3]   client.send          (all of them)
//! FRAME       client>server data[1]   server>client SYN,ACK   client>server frame      (kind `frame`: any kind)
//! EVENT       CALL (it returned) | CALL enters (it began) | CALL goes (the kernel was asked: a held call was let go)
//!             FRAME (it was sent) | FRAME arrives | ROLE.exit (the role's program ended)
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
//!
//! STEP        [NAME:] DOES     NAME: which of the peer's sockets, `$i` in it is a round's number; without: the one without a name
//! DOES        connect | connect refused | listen | accept          TCP
//!             udp (on a port of its own) | bind (at the address)    UDP
//!             send BYTES [in pieces of N | in random pieces]
//!             receive BYTES [slowly] | receive BYTES skipping BYTES | receive N bytes | receive N..M bytes
//!             receive the end | receive a reset | receive the end or a reset | receive nothing
//!             shut down (FIN) | close | reset (RST) | close unread (RST, when bytes have come)
//!             slow (sockets from here on have a small receive buffer, and small segments)
//!             repeat N [as i] … end
//! BYTES       terms in a row: "text" (\n \r \t \0 \\ \" and \xNN, any byte) | hex(00 ff) | $name | random(N) | text(N) (a to z)
//!             zeros(N) | times(N, BYTES) | u8(N) u16(N) u32(N) u64(N) (big-endian) | u32le(N) | frame(BYTES) (u32 length, bytes)
//!             upper(BYTES) (ASCII) | length(BYTES) (digits) | sum(BYTES) (of all bytes, digits) | hexof(BYTES)
//!             slice(BYTES, FROM, TO) | time("%H:%M:%S") (UTC; also %Y %m %d %%) | port | address | $i (digits)
//!             in what is received also id=4: these four bytes, whatever they are, are $id in later steps
//! N           4 | 1..60 (chosen by the seed) | $i (the round of the `repeat … as i` around it)
//!
//! "text"      elsewhere with \n \r \t \\ \" and \xNN (below 0x80); everything else stands for itself
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
pub mod script;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod words;

pub use cable::{CableRule, Times, Traffic};
pub use expectation::{Check, Expectation};
pub use impairment::VERBS as CABLE_WORDS;
pub use name::{CALL_NAMES, CallRef, Comparison, EventRef, FrameRef, Kind, NOBODY, Nth};
pub use parse::ParseError;
pub use quality::Quality;
pub use rule::Rule;
pub use words::{SIGNALS, SOCKET_STATES};

pub(crate) use nearest::{nearest, ranked};
