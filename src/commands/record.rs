//! Running a plan: from a plan to a recording in memory, with signals and typing on the way.

mod live;
mod options;
mod quietly;
mod scratch;
mod signals;
mod typist;

pub use live::News;
pub use options::{apply, milliseconds, wire};
pub use quietly::{probe, quietly};
pub use scratch::Scratch;
pub use signals::block_signals;
pub use typist::Typist;

use super::INTERRUPTED;
use crate::cli::EngineArgs;
use anyhow::Context;
use live::LIVE_PAUSE;
use signals::watch_signals;
use socket_lab::recorder::{Message, Order, Plan, Refused, Session};
use socket_lab::recording::{Event, Hex, Reason, Recording};
use socket_lab::sandbox;
use std::process::ExitCode;

/// Milliseconds until a run is ended when nobody says otherwise.
pub const DEADLINE_MS: u64 = 10_000;

/// What became of a run.
pub enum Outcome {
    /// It ran; the code is 130 when it was interrupted.
    Recorded(Box<Recording>, u8),
    /// No tier was to be had.
    Refused(Refused),
}

/// Starts a run, says what was refused on the way, and has signals come as messages.
pub fn open(plan: &Plan, args: &EngineArgs) -> anyhow::Result<Result<Session, Refused>> {
    // Before the first role runs: a signal that comes early must not end us without a word.
    let signals = block_signals()?;
    let session = start(plan, args)?;
    if let Ok(session) = &session {
        say_what_was_refused(session);
        watch_signals(session, signals);
    }
    Ok(session)
}

/// Starts a run and says nothing, for whoever has the terminal and hears the signals.
pub fn start(plan: &Plan, args: &EngineArgs) -> anyhow::Result<Result<Session, Refused>> {
    match Session::start(plan, args.tier) {
        Ok(session) => Ok(Ok(session)),
        Err(error) => error.downcast::<Refused>().map(Err),
    }
}

/// Says why the run has a poorer tier, if it has.
pub fn say_what_was_refused(session: &Session) {
    if let Some(refusal) = session.refusals.iter().find(|refusal| refusal.tier == 0) {
        let tier = session.header.tier;
        say!(
            "lab: tier {tier} ({}), because this machine refused to {}: {}\n     remedy: {}",
            sandbox::tier_name(tier),
            refusal.step,
            refusal.error,
            sandbox::remedy(refusal)
        );
    }
}

/// Runs a plan to its end.
pub fn record(plan: &Plan, args: &EngineArgs) -> anyhow::Result<Outcome> {
    let deadline = std::time::Duration::from_millis(plan.deadline_ms + 5_000);
    let mut session = match open(plan, args)? {
        Ok(session) => session,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    let mut live = args.talk.as_ref().map(|role| {
        let typist = Typist::start();
        typist.types_to(&session);
        if typist.is_terminal() {
            say!("lab: you type to `{role}`; Ctrl-D ends its input, Ctrl-C ends the run and shows the timeline\n");
        }
        News::default()
    });
    let mut recording = Recording { header: session.header.clone(), events: Vec::new() };
    let mut interrupted = false;
    loop {
        // The recorder keeps the run's deadline; this one is for a recorder that hangs.
        let waiting = live.as_ref().is_some_and(|news| !news.is_empty());
        let Ok(message) = session.messages.recv_timeout(if waiting { LIVE_PAUSE } else { deadline }) else {
            match &mut live {
                // A reader who has gone away does not end the run: the recording is still wanted.
                Some(news) if waiting => drop(news.print(u64::MAX)),
                _ => anyhow::bail!("the recorder does not answer; please report this with the command you ran"),
            }
            continue;
        };
        match message {
            Message::Event(event) => {
                if let Some(news) = &mut live {
                    news.event(&event);
                    let _ = news.print(event.t().saturating_sub(LIVE_PAUSE.as_nanos() as u64));
                }
                recording.events.push(*event);
            }
            Message::Ended(said) => {
                if !matches!(recording.events.last(), Some(Event::End(_))) {
                    anyhow::bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " });
                }
                break;
            }
            Message::Damaged(error) => return Err(error).context("reading from the recorder"),
            Message::Signal(signal) => {
                if interrupted {
                    std::process::exit(i32::from(INTERRUPTED)); // asked twice: at once; the recorder dies with us
                }
                interrupted = true;
                let _ = signal;
                session.order(&Order::Stop);
            }
            Message::Typed(bytes) => {
                if let Some(role) = &args.talk {
                    let bytes = Hex(bytes.unwrap_or_default());
                    session.order(&Order::Input { role: role.clone(), bytes });
                }
            }
        }
    }
    let by_person =
        matches!(recording.events.last(), Some(Event::End(end)) if end.reason == Reason::Interrupted) && interrupted;
    Ok(Outcome::Recorded(Box::new(recording), if by_person { INTERRUPTED } else { 0 }))
}

/// Says what was tried, what refused it, and what would enable it.
pub fn explain(refused: &Refused) {
    say!("lab: this machine does not permit recording.");
    for refusal in &refused.0 {
        say!("  tier {}: could not {}: {}", refusal.tier, refusal.step, refusal.error);
        say!("          remedy: {}", sandbox::remedy(refusal));
    }
}

/// The more serious of two exit statuses.
pub fn worst(code: ExitCode, other: u8) -> ExitCode {
    if other == 0 { code } else { ExitCode::from(other) }
}
