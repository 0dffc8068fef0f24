//! How rules of a cable are read, and which of them make no sense: a rule that could do nothing, or never, is refused here
//! and not found out in a run.

use super::cursor::{Cursor, meant};
use super::grammar::whole;
use super::nearest::nearest;
use super::quantity::{RATE, SHARE, TIME};
use super::words::common_impairment;
use super::{CableRule, EventRef, FrameRef, Nth, ParseError, Times, Traffic};
use std::str::FromStr;

/// The words with which rules of a cable begin.
pub const VERBS: &[&str] = &["delay", "jitter", "drop", "loss", "duplicate", "swap", "hold", "corrupt", "rate", "mtu"];

/// A frame that is under way for longer is a mistyped number: no TCP waits for it.
const LONGEST_DELAY: u64 = 60_000_000_000;

const MILLION: u64 = 1_000_000;

/// What chance is computed from when a rule does not say.
pub(super) const DEFAULT_SEED: u64 = 1;

/// The least an IPv4 link may have (RFC 791), and the most that the length field of an IP packet can say.
const MTU: std::ops::RangeInclusive<u32> = 68..=65_535;

impl CableRule {
    /// Reads a rule for a run with these roles and hosts: any other name is an error at its column.
    pub fn parse_among(line: &str, roles: &[&str], hosts: &[&str]) -> Result<Self, ParseError> {
        whole(line, Some(roles), |cursor| impairment(cursor, Some(hosts)))
    }
}

impl FromStr for CableRule {
    type Err = ParseError;
    fn from_str(line: &str) -> Result<Self, Self::Err> {
        whole(line, None, |cursor| impairment(cursor, None))
    }
}

fn impairment(cursor: &mut Cursor<'_>, hosts: Option<&[&str]>) -> Result<CableRule, ParseError> {
    Ok(match verb(cursor)? {
        "delay" => CableRule::Delay { on: traffic(cursor)?, time: time(cursor)? },
        "jitter" => CableRule::Jitter { on: traffic(cursor)?, upto: time(cursor)?, seed: seed(cursor)? },
        "drop" => {
            let (frame, times) = transmissions(cursor)?;
            CableRule::Drop { frame, times }
        }
        "loss" => CableRule::Loss { on: traffic(cursor)?, per_million: share(cursor)?, seed: seed(cursor)? },
        "duplicate" => {
            let (frame, times) = transmissions(cursor)?;
            CableRule::Duplicate { frame, times }
        }
        "swap" => swap(cursor)?,
        "hold" => hold(cursor)?,
        "corrupt" => {
            let (frame, times) = transmissions(cursor)?;
            CableRule::Corrupt { frame, times }
        }
        "rate" => CableRule::Rate { on: traffic(cursor)?, bits: rate(cursor)? },
        _ => mtu(cursor, hosts)?,
    })
}

fn verb(cursor: &mut Cursor<'_>) -> Result<&'static str, ParseError> {
    let word = cursor.word("a rule of a cable: `delay 50ms`, `drop client>server data[1]`")?;
    VERBS.iter().find(|verb| **verb == word.text).copied().ok_or_else(|| {
        let guess = match common_impairment(&word.text) {
            Some(common) => format!("; here it is called `{common}`"),
            None => meant(nearest(&word.text, VERBS.iter().copied())),
        };
        let verbs = VERBS.join(" ");
        cursor.fail(word.at, format!("a cable has no rule `{}`{guess} (the rules are {verbs})", word.text))
    })
}

/// What stands before the number of a rule: nothing, a direction, or frames.
fn traffic(cursor: &mut Cursor<'_>) -> Result<Traffic, ParseError> {
    cursor.skip_spaces();
    // A role begins with a letter and a number never does.
    if cursor.peek().is_some_and(|c| c.is_ascii_alphabetic()) { cursor.traffic() } else { Ok(Traffic::All) }
}

fn time(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    let at = cursor.start();
    match cursor.quantity(&TIME)? {
        time if time <= LONGEST_DELAY => Ok(time),
        _ => Err(cursor.fail(at, "a frame may be under way for 60s at most")),
    }
}

fn share(cursor: &mut Cursor<'_>) -> Result<u32, ParseError> {
    let at = cursor.start();
    let share = cursor.quantity(&SHARE)?;
    let in_range = u32::try_from(share).ok().filter(|_| share <= MILLION);
    in_range.ok_or_else(|| cursor.fail(at, "more than all frames cannot be lost: 100% at most"))
}

fn rate(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    let at = cursor.start();
    match cursor.quantity(&RATE)? {
        0 => Err(cursor.fail(at, "at a rate of 0 no frame would ever arrive; write `drop client>server frame`")),
        bits => Ok(bits),
    }
}

/// `seed 7` or nothing, at the end of a rule.
fn seed(cursor: &mut Cursor<'_>) -> Result<u64, ParseError> {
    cursor.skip_spaces();
    if cursor.peek().is_none() {
        return Ok(DEFAULT_SEED);
    }
    cursor.one_of(&["seed"], "`seed` or the end of the line")?;
    cursor.skip_spaces();
    cursor.number("a number after `seed`")
}

/// A frame, and how many of its transmissions are meant. One that has no number stands for all of its kind, and then the
/// repetitions are meant too.
fn transmissions(cursor: &mut Cursor<'_>) -> Result<(FrameRef, Times), ParseError> {
    let frame = cursor.frame()?;
    let at = cursor.start();
    let times = match cursor.peek() {
        None if frame.nth == Nth::All => Times::Always,
        None => Times::First,
        Some(c) if c.is_ascii_digit() => {
            let count = cursor.number("a number of times")?;
            cursor.one_of(&["times"], "`times`")?;
            if count == 0 {
                return Err(cursor.fail(at, "a rule for 0 times does nothing"));
            }
            Times::Count(count)
        }
        Some(_) => {
            cursor.one_of(&["always"], "`always`, a number of `times` or the end of the line")?;
            Times::Always
        }
    };
    Ok((frame, times))
}

fn swap(cursor: &mut Cursor<'_>) -> Result<CableRule, ParseError> {
    let first = one_frame(cursor)?;
    let at = cursor.start();
    let second = one_frame(cursor)?;
    if first == second {
        return Err(cursor.fail(at, "a frame cannot be swapped with itself"));
    }
    if first.to != second.to {
        let what = "only a frame to the same receiver can overtake; for another write `hold … until … arrives`";
        return Err(cursor.fail(at, what));
    }
    Ok(CableRule::Swap { first, second })
}

fn one_frame(cursor: &mut Cursor<'_>) -> Result<FrameRef, ParseError> {
    let at = cursor.start();
    let frame = cursor.frame()?;
    match frame.nth {
        Nth::One(_) => Ok(frame),
        _ => Err(cursor.fail(at, "two single frames are swapped: give each its number, `client>server data[1]`")),
    }
}

fn hold(cursor: &mut Cursor<'_>) -> Result<CableRule, ParseError> {
    let frame = cursor.frame()?;
    cursor.one_of(&["until"], "`until` and an event")?;
    let at = cursor.start();
    let until = cursor.event()?;
    if matches!(&until, EventRef::Arrived(awaited) if *awaited == frame) {
        return Err(cursor.fail(at, "a frame cannot wait for its own arrival"));
    }
    Ok(CableRule::Hold { frame, until })
}

fn mtu(cursor: &mut Cursor<'_>, hosts: Option<&[&str]>) -> Result<CableRule, ParseError> {
    cursor.skip_spaces();
    let host = match cursor.peek() {
        Some(c) if c.is_ascii_alphabetic() => {
            let word = cursor.word("the name of a host")?;
            Some(cursor.known(word, "host", hosts)?)
        }
        _ => None,
    };
    let at = cursor.start();
    let bytes = cursor.number("a number of bytes: `mtu 1400`")?;
    if MTU.contains(&bytes) {
        return Ok(CableRule::Mtu { host, bytes });
    }
    let why = if bytes < *MTU.start() {
        "every link must carry 68 bytes (RFC 791)"
    } else {
        "no IP packet is longer than 65535 bytes"
    };
    Err(cursor.fail(at, why))
}
