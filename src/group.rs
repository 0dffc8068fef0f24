//! A program and all that it starts, as one process group that can be ended at any moment and does not outlive us.
//!
//! Refuses to wait for ever: when the program itself has ended, the rest of its group is killed, and its output is taken
//! as far as it came.

use crate::sys::process::in_own_group;
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;
use std::io::{self, PipeReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// More output than this is counted, not kept.
const MOST_OUTPUT: usize = 4 << 20;
/// How long the output of a group whose processes are dead may still take to arrive: somebody outside of it may hold the
/// other end of its pipe.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How a group ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The status of the program that was started; none when the kernel would not say.
    pub status: Option<i32>,
    /// The signal that killed it, if one did.
    pub signal: Option<i32>,
    /// What it wrote to standard output and standard error, in the order in which it was written.
    pub output: Vec<u8>,
    /// Bytes of output that were not kept.
    pub lost: u64,
}

/// A group that runs. Dropped, it is killed.
#[derive(Debug)]
pub struct Group {
    /// None as soon as the program was waited for: from then on its number may mean another process.
    leader: Arc<Mutex<Option<Pid>>>,
}

impl Group {
    /// Starts a command without input. `told` is called once, in another thread, when the program has ended. The group ends
    /// with the thread that calls this, so that must be one that lives long.
    pub fn start(mut command: Command, told: impl FnOnce(Ended) + Send + 'static) -> io::Result<Group> {
        let (output, input) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(input.try_clone()?).stderr(input);
        in_own_group(&mut command);
        let child = command.spawn()?;
        // Our copies of the pipe's other end would keep the output from ever ending.
        drop(command);
        let leader = Arc::new(Mutex::new(Some(Pid::from_raw(child.id() as i32))));
        let waiting = Arc::clone(&leader);
        std::thread::spawn(move || told(wait(child, output, &waiting)));
        Ok(Group { leader })
    }

    /// Asks the program to end (SIGTERM), so that it can put its own affairs in order.
    pub fn ask_to_end(&self) {
        self.with_leader(|leader| {
            let _ = kill(leader, Signal::SIGTERM);
        });
    }

    /// Kills the whole group.
    pub fn kill(&self) {
        self.with_leader(|leader| {
            let _ = killpg(leader, Signal::SIGKILL);
        });
    }

    fn with_leader(&self, act: impl FnOnce(Pid)) {
        if let Some(leader) = *self.leader.lock().unwrap_or_else(PoisonError::into_inner) {
            act(leader);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wait(mut child: Child, output: PipeReader, leader: &Mutex<Option<Pid>>) -> Ended {
    let kept = Arc::new(Mutex::new((Vec::new(), 0)));
    let keeping = Arc::clone(&kept);
    let (sender, complete) = channel();
    std::thread::spawn(move || {
        keep(output, &keeping);
        let _ = sender.send(());
    });
    // Waits without reaping: until then nobody else can get the number of the group.
    let id = || Id::Pid(Pid::from_raw(child.id() as i32));
    while waitid(id(), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) == Err(nix::errno::Errno::EINTR) {}
    let status = {
        let mut leader = leader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(leader) = leader.take() {
            let _ = killpg(leader, Signal::SIGKILL);
        }
        child.wait().ok()
    };
    let _ = complete.recv_timeout(LAST_WORDS);
    let (output, lost) = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    let signal = status.and_then(|status: ExitStatus| status.signal());
    Ended { status: status.and_then(|status| status.code()), signal, output, lost }
}

/// Reads to the end. Goes on reading when there is enough: a full pipe would stop the program.
fn keep(mut output: PipeReader, kept: &Mutex<(Vec<u8>, u64)>) {
    let mut bytes = [0; 1 << 14];
    loop {
        let read = match output.read(&mut bytes) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let room = read.min(MOST_OUTPUT.saturating_sub(kept.0.len()));
        kept.0.extend_from_slice(&bytes[..room]);
        kept.1 += (read - room) as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (Group, std::sync::mpsc::Receiver<Ended>) {
        let (sender, ended) = channel();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        (Group::start(command, move |how| drop(sender.send(how))).unwrap(), ended)
    }

    fn soon(ended: &std::sync::mpsc::Receiver<Ended>) -> Ended {
        ended.recv_timeout(Duration::from_secs(20)).expect("the group ends")
    }

    fn is_alive(pid: i32) -> bool {
        // A zombie that nobody has waited for yet has no memory map.
        std::fs::read(format!("/proc/{pid}/maps")).is_ok_and(|maps| !maps.is_empty())
    }

    #[test]
    fn output_and_errors_come_in_their_order_with_the_status() {
        let (_group, ended) = shell("echo one; echo two >&2; echo three; exit 3");
        let ended = soon(&ended);
        assert_eq!((ended.status, ended.signal, ended.lost), (Some(3), None, 0));
        assert_eq!(ended.output, b"one\ntwo\nthree\n");
    }

    #[test]
    fn who_is_asked_to_end_can_say_something_before() {
        let (group, ended) = shell("trap 'echo bye; exit 7' TERM; echo ready >&2; while :; do sleep 0.01; done");
        // It must have set its trap: it is asked until it answers.
        let answer = loop {
            group.ask_to_end();
            if let Ok(answer) = ended.recv_timeout(Duration::from_millis(50)) {
                break answer;
            }
        };
        // Asked before the trap stood, it was killed by the signal instead; both are an end.
        assert!(
            answer.status == Some(7) && answer.output.ends_with(b"bye\n") || answer.signal == Some(15),
            "{answer:?}"
        );
    }

    #[test]
    fn what_the_program_leaves_behind_is_killed_with_it() {
        let (_group, ended) = shell("sleep 1000 & echo $!");
        let ended = soon(&ended);
        assert_eq!(ended.status, Some(0));
        let left: i32 = String::from_utf8(ended.output).unwrap().trim().parse().unwrap();
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while is_alive(left) {
            assert!(std::time::Instant::now() < until, "{left} is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_group_that_listens_to_nothing_is_killed_and_so_is_one_that_is_dropped() {
        let (group, ended) = shell("trap '' TERM; while :; do sleep 0.01; done");
        group.kill();
        assert_eq!(soon(&ended).signal, Some(9));
        let (group, ended) = shell("sleep 1000");
        drop(group);
        assert_eq!(soon(&ended).signal, Some(9));
    }

    #[test]
    fn endless_output_is_counted_and_not_kept() {
        let (_group, ended) = shell("head -c 6000000 /dev/zero");
        let ended = soon(&ended);
        assert_eq!(ended.output.len(), MOST_OUTPUT);
        assert_eq!(ended.lost, 6_000_000 - MOST_OUTPUT as u64);
    }
}
