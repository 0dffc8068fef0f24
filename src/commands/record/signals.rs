//! Signals that ask us to end become messages: a run is ended in order, and shown.

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use socket_lab::recorder::{Message, Session};

/// The signals that ask us to end, blocked in this thread and in all that it starts from now on.
pub fn block_signals() -> anyhow::Result<SigSet> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block().context("blocking signals")?;
    Ok(set)
}

/// Turns blocked signals into messages: one thread waits for them.
pub fn watch_signals(session: &Session, set: SigSet) {
    let sender = session.sender();
    std::thread::spawn(move || {
        while let Ok(signal) = set.wait() {
            if sender.send(Message::Signal(signal as i32)).is_err() {
                return;
            }
        }
    });
}
