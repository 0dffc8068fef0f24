//! Lines of a cable. Each says what happens to frames between the hosts; `recorder/cable` obeys them. `Display` writes
//! exactly what `impairment` reads.

use super::impairment::DEFAULT_SEED;
use super::quantity::{RATE, SHARE, TIME, write_quantity};
use super::{EventRef, FrameRef, Nth};
use std::fmt;

/// One line of a cable. Times are nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum CableRule {
    /// `delay client>server 50ms`, `delay 50ms`: each frame arrives so much later.
    Delay {
        /// Which frames.
        on: Traffic,
        /// How much later.
        time: u64,
    },
    /// `jitter client>server 10ms seed 7`: each frame arrives up to so much later, by chance; frames may overtake others.
    Jitter {
        /// Which frames.
        on: Traffic,
        /// At most so much later.
        upto: u64,
        /// What the chance is computed from.
        seed: u64,
    },
    /// `drop server>client SYN,ACK[1]`: the frame does not arrive.
    Drop {
        /// Which frame.
        frame: FrameRef,
        /// How many of its transmissions.
        times: Times,
    },
    /// `loss client>server 10% seed 7`: so many of a hundred frames do not arrive, by chance.
    Loss {
        /// Which frames.
        on: Traffic,
        /// Of a million frames.
        per_million: u32,
        /// What the chance is computed from.
        seed: u64,
    },
    /// `duplicate client>server data[1]`: the frame arrives twice.
    Duplicate {
        /// Which frame.
        frame: FrameRef,
        /// How many of its transmissions.
        times: Times,
    },
    /// `swap client>server data[1] client>server data[2]`: the first arrives when the second has.
    Swap {
        /// What waits.
        first: FrameRef,
        /// What overtakes it.
        second: FrameRef,
    },
    /// `hold client>server data[1] until server.recv[1]`: the frame waits for an event.
    Hold {
        /// What waits.
        frame: FrameRef,
        /// What it waits for.
        until: EventRef,
    },
    /// `corrupt client>server data[1]`: one byte arrives as another.
    Corrupt {
        /// Which frame.
        frame: FrameRef,
        /// How many of its transmissions.
        times: Times,
    },
    /// `rate client>server 1mbit`: the frames of a direction go one after another, at so many bits a second.
    Rate {
        /// Which frames.
        on: Traffic,
        /// Bits a second.
        bits: u64,
    },
    /// `mtu 1400`, `mtu server 576`: the largest IP packet that the hosts' interfaces (or one host's) take.
    Mtu {
        /// Which host; none for all.
        host: Option<String>,
        /// Bytes.
        bytes: u32,
    },
}

/// Frames that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// Every frame.
    All,
    /// `client>server`: every frame of a direction.
    Direction {
        /// The role that sends.
        from: String,
        /// The role that it is for.
        to: String,
    },
    /// `client>server data[1..3]`
    Frames(FrameRef),
}

/// How many transmissions of a frame a rule is about: a TCP sends again what is not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Times {
    /// Only the first, the original. Written as nothing; a frame without a number, which stands for all of its kind, is
    /// never read so.
    First,
    /// `3 times`: the original and the first two repetitions.
    Count(u32),
    /// `always`
    Always,
}

impl Traffic {
    /// True when the rule is about the frame `from>to kind[nth]`.
    pub fn matches(&self, from: &str, to: &str, kind: &str, nth: u32) -> bool {
        match self {
            Traffic::All => true,
            Traffic::Direction { from: sender, to: receiver } => sender == from && receiver == to,
            Traffic::Frames(frame) => frame.matches(from, to, kind, nth),
        }
    }
}

impl Times {
    /// True for the transmission of this number, 1 being the original.
    pub fn contains(self, transmission: u32) -> bool {
        match self {
            Times::First => transmission == 1,
            Times::Count(count) => transmission <= count,
            Times::Always => true,
        }
    }
}

impl fmt::Display for CableRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CableRule::Delay { on, time } => {
                write!(f, "delay{on} ")?;
                write_quantity(f, &TIME, *time)
            }
            CableRule::Jitter { on, upto, seed } => {
                write!(f, "jitter{on} ")?;
                write_quantity(f, &TIME, *upto)?;
                write_seed(f, *seed)
            }
            CableRule::Drop { frame, times } => write_transmissions(f, "drop", frame, *times),
            CableRule::Loss { on, per_million, seed } => {
                write!(f, "loss{on} ")?;
                write_quantity(f, &SHARE, u64::from(*per_million))?;
                write_seed(f, *seed)
            }
            CableRule::Duplicate { frame, times } => write_transmissions(f, "duplicate", frame, *times),
            CableRule::Swap { first, second } => write!(f, "swap {first} {second}"),
            CableRule::Hold { frame, until } => write!(f, "hold {frame} until {until}"),
            CableRule::Corrupt { frame, times } => write_transmissions(f, "corrupt", frame, *times),
            CableRule::Rate { on, bits } => {
                write!(f, "rate{on} ")?;
                write_quantity(f, &RATE, *bits)
            }
            CableRule::Mtu { host: Some(host), bytes } => write!(f, "mtu {host} {bytes}"),
            CableRule::Mtu { host: None, bytes } => write!(f, "mtu {bytes}"),
        }
    }
}

fn write_seed(f: &mut fmt::Formatter<'_>, seed: u64) -> fmt::Result {
    if seed == DEFAULT_SEED { Ok(()) } else { write!(f, " seed {seed}") }
}

/// All frames of a kind, repetitions included, are what a frame without a number means already.
fn write_transmissions(f: &mut fmt::Formatter<'_>, verb: &str, frame: &FrameRef, times: Times) -> fmt::Result {
    match (frame.nth, times) {
        (Nth::All, Times::Always) => write!(f, "{verb} {frame}"),
        _ => write!(f, "{verb} {frame}{times}"),
    }
}

impl fmt::Display for Traffic {
    /// With a space in front, so that nothing is written for every frame.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Traffic::All => Ok(()),
            Traffic::Direction { from, to } => write!(f, " {from}>{to}"),
            Traffic::Frames(frame) => write!(f, " {frame}"),
        }
    }
}

impl fmt::Display for Times {
    /// With a space in front, so that nothing is written for the original alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Times::First => Ok(()),
            Times::Count(count) => write!(f, " {count} times"),
            Times::Always => write!(f, " always"),
        }
    }
}
