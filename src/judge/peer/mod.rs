//! A peer of a judged program: a process of its own that does what a scenario's steps say, and prints how far it came.
//!
//! It makes blocking calls and nothing else. It never sleeps and has no time limit: what it waits for in vain, it waits for
//! until the recorder sees that nobody moves any more. It tells what it saw at its own sockets and concludes nothing from
//! it. Exit status: 0 all steps done, 1 a step failed, 2 the task or the script is wrong.
//!
//! It stays dumpable (prctl(2)), so whoever has the same user id may read its memory: without that a recorder that is not root
//! cannot look into its /proc/PID/fd, and would lose sight of its sockets.

mod act;
mod receive;
mod send;
mod sockets;
mod task;
mod tell;

pub use task::PeerTask;

use act::Peer;
use sockets::Fault;
use std::io::Read;
use std::process::ExitCode;

/// The most that a task may be: scripts are short, and what is large is computed from them.
const MOST_TASK: u64 = 16 << 20;
const FAILED: u8 = 1;
const WRONG: u8 = 2;

/// The process: reads its task from standard input and does it.
pub fn main() -> ExitCode {
    match told() {
        Err(complaint) => wrong(&complaint),
        Ok(task) => match task.read() {
            Err(complaint) => wrong(&complaint),
            Ok(read) => run(&task, read),
        },
    }
}

fn told() -> Result<PeerTask, String> {
    let mut text = String::new();
    let input = std::io::stdin().lock().take(MOST_TASK + 1).read_to_string(&mut text);
    input.map_err(|error| format!("the task cannot be read: {error}"))?;
    if text.len() as u64 > MOST_TASK {
        return Err(format!("the task has more than {MOST_TASK} bytes"));
    }
    serde_json::from_str(&text).map_err(|error| format!("the task is no task: {error}"))
}

fn run(task: &PeerTask, task::Read { script, values, address }: task::Read) -> ExitCode {
    let mut walk = script.walk(&task.role);
    let mut peer = Peer::new(task, values, address);
    loop {
        let moment = match walk.next(peer.values()) {
            Err(error) => return wrong(&error.to_string()),
            Ok(None) => break,
            Ok(Some(moment)) => moment,
        };
        tell::line(&moment.to_string());
        match peer.act(&moment) {
            Ok(()) => {}
            Err(Fault::Failed(failure)) => {
                tell::failure(&moment.label(), &failure);
                return ExitCode::from(FAILED);
            }
            Err(Fault::Script(what)) => return wrong(&format!("{}: {what}", moment.label())),
        }
    }
    tell::line(&format!("all {} steps done", script.steps().len()));
    ExitCode::SUCCESS
}

/// One line: whoever reads it shows the last one.
fn wrong(complaint: &str) -> ExitCode {
    tell::complaint(&complaint.replace('\n', " "));
    ExitCode::from(WRONG)
}
