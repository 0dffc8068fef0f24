//! A step of a peer, as a value. `Display` writes exactly what the parser reads.

use super::payload::{Count, Payload};
use super::pieces::Pieces;
use std::fmt;

/// One step: what is done, and with which of the peer's sockets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// Which of its sockets.
    pub socket: Socket,
    /// What is done.
    pub act: Act,
}

/// The name of one of a peer's sockets: `c1`, `c$i`; empty for the one without a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Socket(pub String);

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Act {
    /// `connect`: TCP, to the address
    Connect,
    /// `connect refused`: nobody may be there
    ConnectRefused,
    /// `listen`: TCP, at the address
    Listen,
    /// `accept`: the next connection of the listener
    Accept,
    /// `udp`: a UDP socket on a port of its own
    Udp,
    /// `bind`: a UDP socket at the address
    Bind,
    /// `send "a" in pieces of 1`
    Send {
        /// What is sent.
        bytes: Payload,
        /// How it is cut.
        pieces: Pieces,
    },
    /// `receive "a"`: exactly these bytes come next
    Receive {
        /// What is due.
        bytes: Payload,
        /// `slowly`: by small reads.
        slowly: bool,
        /// `skipping "b"`: datagrams that are exactly this are passed over.
        skipping: Option<Payload>,
    },
    /// `receive 4 bytes`, `receive 1..9 bytes`: so many, whatever they are
    ReceiveAny(Count),
    /// `receive the end`
    ReceiveEnd,
    /// `receive a reset`
    ReceiveReset,
    /// `receive the end or a reset`
    ReceiveEndOrReset,
    /// `receive nothing`
    ReceiveNothing,
    /// `shut down`: no more to send (FIN)
    ShutDown,
    /// `close`
    Close,
    /// `reset`: an abortive close (RST)
    Reset,
    /// `close unread`: closed when bytes have come that nobody read
    CloseUnread,
    /// `slow`: sockets from here on have a small receive buffer
    Slow,
    /// `repeat 3 as i`: the steps up to its `end`, so many times
    Repeat {
        /// How many times.
        times: Count,
        /// What the round's number is called.
        name: Option<String>,
    },
    /// `end` of a `repeat`
    End,
}

impl Step {
    /// The same in that round of a `repeat … as name`.
    pub(super) fn in_round(&self, name: &str, round: u64) -> Step {
        let act = match &self.act {
            Act::Send { bytes, pieces } => {
                Act::Send { bytes: bytes.in_round(name, round), pieces: pieces.in_round(name, round) }
            }
            Act::Receive { bytes, slowly, skipping } => Act::Receive {
                bytes: bytes.in_round(name, round),
                slowly: *slowly,
                skipping: skipping.as_ref().map(|bytes| bytes.in_round(name, round)),
            },
            Act::ReceiveAny(count) => Act::ReceiveAny(count.in_round(name, round)),
            Act::Repeat { times, name: own } => Act::Repeat { times: times.in_round(name, round), name: own.clone() },
            other => other.clone(),
        };
        Step { socket: self.socket.in_round(name, round), act }
    }
}

impl Act {
    /// The values it is made of.
    pub fn references(&self) -> Vec<&str> {
        match self {
            Act::Send { bytes, .. } | Act::Receive { bytes, skipping: None, .. } => bytes.references(),
            Act::Receive { bytes, skipping: Some(others), .. } => [bytes.references(), others.references()].concat(),
            _ => Vec::new(),
        }
    }

    /// The names it gives to bytes that come.
    pub fn captures(&self) -> Vec<&str> {
        match self {
            Act::Receive { bytes, .. } => bytes.captures(),
            _ => Vec::new(),
        }
    }
}

impl Socket {
    /// The names of rounds in it, each with the place of its `$` in characters.
    pub(super) fn rounds(&self) -> Vec<(usize, &str)> {
        let dollars = self.0.match_indices('$');
        dollars.map(|(at, _)| (self.0[..at].chars().count(), round_name(&self.0[at + 1..]))).collect()
    }

    fn in_round(&self, name: &str, round: u64) -> Socket {
        let mut parts = self.0.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            match part.strip_prefix(name) {
                Some(rest) if round_name(part) == name => text.push_str(&format!("{round}{rest}")),
                _ => text.push_str(&format!("${part}")),
            }
        }
        Socket(text)
    }
}

/// Rounds are called by letters and digits alone, so that `c$i-old` ends where one thinks.
pub(super) fn round_name(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len())]
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.socket.0.is_empty() {
            write!(f, "{}: ", self.socket)?;
        }
        write!(f, "{}", self.act)
    }
}

impl fmt::Display for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Connect => f.write_str("connect"),
            Act::ConnectRefused => f.write_str("connect refused"),
            Act::Listen => f.write_str("listen"),
            Act::Accept => f.write_str("accept"),
            Act::Udp => f.write_str("udp"),
            Act::Bind => f.write_str("bind"),
            Act::Send { bytes, pieces } => write!(f, "send {bytes}{pieces}"),
            Act::Receive { bytes, slowly, skipping } => {
                write!(f, "receive {bytes}")?;
                skipping.iter().try_for_each(|others| write!(f, " skipping {others}"))?;
                if *slowly { f.write_str(" slowly") } else { Ok(()) }
            }
            Act::ReceiveAny(count) => write!(f, "receive {count} bytes"),
            Act::ReceiveEnd => f.write_str("receive the end"),
            Act::ReceiveReset => f.write_str("receive a reset"),
            Act::ReceiveEndOrReset => f.write_str("receive the end or a reset"),
            Act::ReceiveNothing => f.write_str("receive nothing"),
            Act::ShutDown => f.write_str("shut down"),
            Act::Close => f.write_str("close"),
            Act::Reset => f.write_str("reset"),
            Act::CloseUnread => f.write_str("close unread"),
            Act::Slow => f.write_str("slow"),
            Act::Repeat { times, name: None } => write!(f, "repeat {times}"),
            Act::Repeat { times, name: Some(name) } => write!(f, "repeat {times} as {name}"),
            Act::End => f.write_str("end"),
        }
    }
}
