//! The visible process's end: starts the recorder process, reads its events, gives it orders.
//!
//! Dropping a session ends the run: the recorder sees its orders end, and the kernel ends its tracees with it.

use super::plan::{Order, Plan};
use crate::recording::{Event, Header, ReadError, read_event, read_header};
use crate::sandbox::{Refusal, tiers_to_try};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};

/// The first line a recorder prints when it is not a recording.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum First {
    /// The tier could not be had.
    Refused(Refusal),
}

/// Every tier was refused.
#[derive(Debug)]
pub struct Refused(pub Vec<Refusal>);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "this machine permits no tier of recording")
    }
}

impl std::error::Error for Refused {}

/// What reaches the visible process during a run.
#[derive(Debug)]
pub enum Message {
    /// An event of the recording.
    Event(Box<Event>),
    /// The recorder ended; its standard error, if it said anything.
    Ended(String),
    /// A line could not be read.
    Damaged(ReadError),
    /// SIGINT or SIGTERM for the visible process (sent by whoever watches for them).
    Signal(i32),
    /// The person typed a line; none at the end of input.
    Typed(Option<Vec<u8>>),
}

/// A run that goes on.
pub struct Session {
    /// The recording's first line.
    pub header: Header,
    /// What happens.
    pub messages: Receiver<Message>,
    sender: Sender<Message>,
    orders: ChildStdin,
    child: Child,
    /// The tiers that were refused before one was had.
    pub refusals: Vec<Refusal>,
}

impl Session {
    /// Starts the recorder on the best tier this machine permits. `only` restricts it to one.
    pub fn start(plan: &Plan, only: Option<u8>) -> anyhow::Result<Session> {
        let lab = std::env::current_exe().context("finding the lab's own program")?;
        Session::start_with(|| Command::new(&lab), plan, only)
    }

    /// As `start`, for a program that is not the lab itself: the command runs the lab, maybe as somebody else.
    pub fn start_with(lab: impl Fn() -> Command, plan: &Plan, only: Option<u8>) -> anyhow::Result<Session> {
        let mut refusals = Vec::new();
        let line = serde_json::to_string(plan)? + "\n";
        for tier in tiers_to_try().iter().filter(|tier| only.is_none_or(|only| only == **tier)) {
            let mut child = lab()
                .arg("__recorder")
                .arg(tier.to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                // Ctrl-C is for the visible process, which then asks the recorder to stop.
                .process_group(0)
                .spawn()
                .context("starting the recorder")?;
            let (Some(mut orders), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
                bail!("the recorder has no pipes")
            };
            // A recorder that died at once is told from its output, not from a broken pipe here.
            let _ = orders.write_all(line.as_bytes());
            let mut stdout = BufReader::with_capacity(1 << 16, stdout);
            let mut first = String::new();
            stdout.read_line(&mut first).context("reading from the recorder")?;
            if let Ok(First::Refused(refusal)) = serde_json::from_str(&first) {
                let _ = child.wait();
                refusals.push(refusal);
                continue;
            }
            let header = match read_header(&first) {
                Ok(header) => header,
                Err(error) => {
                    let said = stderr_of(&mut child);
                    let _ = child.wait();
                    bail!("the recorder did not start: {}", if said.is_empty() { error.to_string() } else { said });
                }
            };
            let (sender, messages) = channel();
            let events = sender.clone();
            let stderr = child.stderr.take();
            std::thread::spawn(move || {
                forward(stdout, &events);
                let said = stderr.and_then(|stderr| std::io::read_to_string(stderr).ok()).unwrap_or_default();
                let _ = events.send(Message::Ended(said.trim().to_string()));
            });
            return Ok(Session { header, messages, sender, orders, child, refusals });
        }
        Err(Refused(refusals).into())
    }

    /// Where others who watch for something (signals, the keyboard) send what they see.
    pub fn sender(&self) -> Sender<Message> {
        self.sender.clone()
    }

    /// Gives the recorder an order. A recorder that has ended takes none, which is no error.
    pub fn order(&mut self, order: &Order) {
        if let Ok(line) = serde_json::to_string(order) {
            let _ = self.orders.write_all((line + "\n").as_bytes());
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn forward(mut lines: BufReader<std::process::ChildStdout>, events: &Sender<Message>) {
    let mut line = String::new();
    for number in 2.. {
        line.clear();
        match lines.read_line(&mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let message = match read_event(line.trim_end(), number) {
            Ok(event) => Message::Event(Box::new(event)),
            Err(error) => Message::Damaged(error),
        };
        if events.send(message).is_err() {
            return;
        }
    }
}

fn stderr_of(child: &mut Child) -> String {
    let said = child.stderr.take().and_then(|stderr| std::io::read_to_string(stderr).ok()).unwrap_or_default();
    said.trim().to_string()
}
