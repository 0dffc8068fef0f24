//! A run for whoever has the terminal: it says nothing, hears no signals and takes no orders.

use crate::commands::doctor;
use anyhow::{Context, bail};
use socket_lab::recorder::{Message, Plan, Refused, Session};
use socket_lab::recording::{Event, Recording};
use std::time::Duration;

/// Milliseconds after a run's deadline in which its recorder must have ended it.
const GRACE_MS: u64 = 5_000;

/// Whether this machine records at all, found by recording the smallest run there is.
pub fn probe(tier: Option<u8>) -> anyhow::Result<Result<(), Refused>> {
    Ok(quietly(&doctor::probe(), tier)?.map(|_| ()))
}

/// Runs a plan to its end. The recorder dies with the thread that calls this.
pub fn quietly(plan: &Plan, tier: Option<u8>) -> anyhow::Result<Result<Recording, Refused>> {
    let session = match Session::start(plan, tier) {
        Ok(session) => session,
        Err(error) => return error.downcast::<Refused>().map(Err),
    };
    let mut recording = Recording { header: session.header.clone(), events: Vec::new() };
    let deadline = Duration::from_millis(plan.deadline_ms.saturating_add(GRACE_MS));
    loop {
        match session.messages.recv_timeout(deadline).context("the recorder does not answer")? {
            Message::Event(event) => recording.events.push(*event),
            Message::Ended(_) if matches!(recording.events.last(), Some(Event::End(_))) => return Ok(Ok(recording)),
            Message::Ended(said) => {
                bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " })
            }
            Message::Damaged(error) => return Err(error).context("reading from the recorder"),
            Message::Signal(_) | Message::Typed(_) => {}
        }
    }
}
