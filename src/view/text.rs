//! The plain text view.

use crate::expectations::Verdict;
use crate::recording::Expect;
use crate::timeline::Timeline;

/// Which bytes are printed in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HexBytes {
    /// Whole frames, headers included.
    All,
    /// Payloads only.
    Payload,
    /// None.
    None,
}

/// How the text is to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Columns available; the view adapts from 60 up.
    pub width: usize,
    /// True to paint with ANSI colours; nothing is told by colour alone.
    pub color: bool,
    /// Which bytes are printed.
    pub hex: HexBytes,
    /// Print every header field with its byte range.
    pub layers: bool,
    /// Show queues and TCP states beside the calls.
    pub kernel: bool,
}

/// The whole view of a run. `verdicts` are the story's expectations with what became of them, in order.
pub fn render(timeline: &Timeline, verdicts: &[(Expect, Verdict)], options: &Options) -> String {
    let _ = (timeline, verdicts, options);
    todo!()
}
