//! What each key does, for whoever asks on the screen itself.

/// Keys of a run that is stepped.
pub(super) const LIVE: &[(&str, &str)] = &[
    ("1 2 …", "let this program's call go (its number)"),
    ("space", "let go what has waited longest"),
    ("u", "go on until something happens in a lane"),
    ("w", "let nothing go; wait for a kernel's timer"),
    ("a  d  t", "the frame: arrives, is dropped, arrives twice"),
    ("h", "keep the frame while others go on, or no longer"),
    ("Tab", "to the next part: events, frames, fields"),
    ("up  down", "the event, frame or field before, after"),
    ("left right", "look a step back, on; the run does not notice"),
    ("Home  End", "the beginning; now"),
    ("z  Enter", "the event large; small again"),
    ("s", "save what you did as rules, and the recording"),
    ("g", "let everything go and hold nothing any more"),
    ("r", "begin again"),
    ("c  m", "other colours; the mouse moves here, or not"),
    ("Esc", "stop going on; leave a question"),
    ("q", "end the run and leave"),
];

/// Keys of a recording.
pub(super) const RECORDED: &[(&str, &str)] = &[
    ("up  down", "the event before, after; elsewhere the field"),
    ("space", "the event after"),
    ("1 2 …", "what this program does next (its number)"),
    ("u", "to what happens next in a lane"),
    ("left right", "a step back, on, where the run was stepped"),
    ("PgUp PgDn", "a screen back, on"),
    ("Home  End", "the beginning; the end"),
    ("Tab", "to the next part: events, fields"),
    ("z  Enter", "the event large; small again"),
    ("c  m", "other colours; the mouse moves here, or not"),
    ("q", "leave"),
];
