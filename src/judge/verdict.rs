//! What became of a scenario, as data: nothing here is text for a terminal, and nothing here decides.

use crate::recording::Nanos;

/// What became of one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// `split-header`
    pub scenario: String,
    /// What happens in it, in words.
    pub says: String,
    /// Why the program did not pass; none: it passed.
    pub failure: Option<Failure>,
}

/// Why a program did not pass, and what proves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// Which kind of reason.
    pub cause: Cause,
    /// What happened, a sentence each.
    pub what: Vec<String>,
    /// The steps of the peers, as far as they came.
    pub peers: Vec<PeerStory>,
    /// The named bytes of the step in question, the first of each.
    pub values: Vec<(String, Excerpt)>,
    /// Bytes that should have been the same.
    pub compare: Option<Compare>,
    /// The moment at which it was seen: what stood in the timeline shortly before is the evidence.
    pub at: Nanos,
    /// What the program printed last, with the stream it printed to.
    pub printed: Vec<Printed>,
    /// What to look at next.
    pub look: String,
}

/// Kinds of reasons, in the order in which they are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It could not be started.
    NotStarted,
    /// A part of it is still to be written.
    NotWritten,
    /// It did what a program that is judged may not do.
    Refused,
    /// It went past a limit: processor, memory, processes, output, time.
    Limit,
    /// It ended when or how it should not have.
    Exit,
    /// A step of a peer did not go as it must.
    Step,
    /// It printed something else.
    Prints,
    /// It wrote other files, or elsewhere.
    Files,
    /// It kept sockets open.
    Sockets,
    /// It took too much memory.
    Memory,
    /// The recording does not show what it must.
    Expect,
}

impl Cause {
    /// One word, for programs that read verdicts.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::NotStarted => "not-started",
            Cause::NotWritten => "not-written",
            Cause::Refused => "refused",
            Cause::Limit => "limit",
            Cause::Exit => "exit",
            Cause::Step => "step",
            Cause::Prints => "prints",
            Cause::Files => "files",
            Cause::Sockets => "sockets",
            Cause::Memory => "memory",
            Cause::Expect => "expect",
        }
    }
}

/// How far a peer came in its script.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerStory {
    /// Its role.
    pub role: String,
    /// Its steps in the order of the script.
    pub steps: Vec<StepStory>,
}

/// One step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepStory {
    /// From 1, as in exercise.toml.
    pub number: usize,
    /// The step as it is written there.
    pub text: String,
    /// Which time it was, in a repeat: `3`, `2.1`.
    pub round: Option<String>,
    /// What became of it.
    pub state: StepState,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepState {
    /// It went as it must.
    Done,
    /// It did not, in the peer's words.
    Failed(String),
    /// The run was over while the peer was in it.
    Waiting,
    /// It was never begun.
    Never,
}

/// Bytes that should have been the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compare {
    /// As they should have been.
    pub expected: Excerpt,
    /// As they were.
    pub received: Excerpt,
}

/// A stretch of bytes out of more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// How many there were in all.
    pub total: usize,
    /// Where the stretch begins.
    pub from: usize,
    /// The stretch.
    pub bytes: Vec<u8>,
}

/// A line that a program printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// `server`
    pub role: String,
    /// `stdout` or `stderr`
    pub stream: String,
    /// The line without its end.
    pub text: String,
}

/// Bytes shown of either side of a comparison.
const SHOWN: usize = 256;
/// Of them before the first difference.
const BEFORE: usize = 32;

impl Excerpt {
    /// The first of these bytes.
    pub fn start_of(bytes: &[u8]) -> Excerpt {
        Excerpt { total: bytes.len(), from: 0, bytes: bytes[..bytes.len().min(SHOWN)].to_vec() }
    }
}

impl Compare {
    /// Two byte strings, cut to what stands around their first difference. None when they are the same.
    pub fn of(expected: &[u8], received: &[u8]) -> Option<Compare> {
        if expected == received {
            return None;
        }
        let same = expected.iter().zip(received).take_while(|(one, other)| one == other).count();
        // Rows of a dump begin at multiples of 16.
        let from = same.saturating_sub(BEFORE) / 16 * 16;
        let cut = |bytes: &[u8]| Excerpt {
            total: bytes.len(),
            from,
            bytes: bytes.get(from..bytes.len().min(from + SHOWN)).unwrap_or_default().to_vec(),
        };
        Some(Compare { expected: cut(expected), received: cut(received) })
    }

    /// Where the first difference is, counted from the first byte of all; the length of the shorter when that is all that
    /// differs.
    pub fn differs_at(&self) -> usize {
        let (expected, received) = (&self.expected, &self.received);
        let from = expected.from.max(received.from);
        let tail = |excerpt: &Excerpt| excerpt.bytes.get(from - excerpt.from..).unwrap_or_default().to_vec();
        let same = tail(expected).iter().zip(&tail(received)).take_while(|(one, other)| one == other).count();
        from + same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_shows_the_place_where_bytes_begin_to_differ() {
        let mut other = vec![7; 10_000];
        other[5_000] = 8;
        let compare = Compare::of(&[7; 10_000], &other).unwrap();
        assert_eq!(compare.differs_at(), 5_000);
        assert!(compare.expected.from <= 5_000 && compare.expected.bytes.len() == SHOWN);
        assert_eq!(compare.received.total, 10_000);
        assert_eq!(Compare::of(b"same", b"same"), None);
    }

    #[test]
    fn what_is_missing_differs_where_the_shorter_ends() {
        assert_eq!(Compare::of(b"hello", b"he").unwrap().differs_at(), 2);
        assert_eq!(Compare::of(b"", b"x").unwrap().differs_at(), 0);
        let long = vec![1; 1_000];
        assert_eq!(Compare::of(&long, &long[..900]).unwrap().differs_at(), 900);
    }
}
