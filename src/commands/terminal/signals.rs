//! Signals as events: blocked everywhere, waited for in one thread. So none interrupts anything half done, and each finds
//! the terminal given back.

use super::held;
use anyhow::Context;
use nix::sys::signal::{SigSet, Signal, raise};
use std::time::Duration;

const WATCHED: [Signal; 7] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

/// Who was asked to end and does not (a terminal that takes no output any more stops whoever writes to it) is ended.
const DEADLINE: Duration = Duration::from_secs(4);

/// Blocks the signals in this thread and in all that it starts from now on.
pub fn block() -> anyhow::Result<SigSet> {
    let set = SigSet::from_iter(WATCHED);
    set.thread_block().context("blocking signals")?;
    Ok(set)
}

/// Tells of each, from a thread of its own, until nobody listens.
pub fn watch(set: SigSet, tell: impl Fn(Signal) -> bool + Send + 'static) {
    std::thread::spawn(move || {
        let mut asked = false;
        while let Ok(signal) = set.wait() {
            let ends = !matches!(signal, Signal::SIGTSTP | Signal::SIGCONT | Signal::SIGWINCH);
            // Asked twice: at once. The kernel ends what we started.
            if !tell(signal) || ends && asked {
                end(signal);
            }
            if ends {
                asked = true;
                std::thread::spawn(move || {
                    std::thread::sleep(DEADLINE);
                    end(signal);
                });
            }
        }
    });
}

fn end(signal: Signal) -> ! {
    held::give_back();
    std::process::exit(128 + signal as i32)
}

/// Stops this process as Ctrl-Z does, until somebody continues it. Where nobody could (the shell is gone), the kernel does
/// not stop it.
pub fn stop_here() -> anyhow::Result<()> {
    let set = SigSet::from_iter([Signal::SIGTSTP]);
    // Sent to this thread alone: the one that waits for signals would take it for another Ctrl-Z.
    raise(Signal::SIGTSTP).context("stopping")?;
    set.thread_unblock().context("stopping")?;
    set.thread_block().context("going on")?;
    Ok(())
}
