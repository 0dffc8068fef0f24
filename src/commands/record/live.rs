//! What happens is told as it happens: to a person who types to a role, and to one who steps the run.

use socket_lab::recording::Event;
use socket_lab::view::live::UnderWay;
use std::io::{self, Write};
use std::time::Duration;

/// How long lines wait for a frame that belongs before them: the kernel hands frames over a millisecond late.
pub const LIVE_PAUSE: Duration = Duration::from_millis(3);

/// Lines about what happened, printed in the order in which it did. The timeline with its lanes follows when the run is over.
#[derive(Default)]
pub struct News {
    under_way: UnderWay,
    /// Lines not printed yet, with their time stamps.
    lines: Vec<(u64, String)>,
}

impl News {
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Takes in an event, which may be worth a line.
    pub fn event(&mut self, event: &Event) {
        self.lines.extend(self.under_way.line(event).map(|line| (event.t(), line)));
    }

    /// Prints what happened up to this time.
    pub fn print(&mut self, until: u64) -> io::Result<()> {
        self.lines.sort_by_key(|(t, _)| *t);
        let count = self.lines.partition_point(|(t, _)| *t <= until);
        self.lines.drain(..count).try_for_each(|(_, line)| writeln!(io::stdout(), "{line}"))
    }
}
