//! Runs the scenarios of an exercise, several at a time, and judges each.

use super::chosen::Chosen;
use crate::commands::INTERRUPTED;
use crate::commands::record::{Scratch, block_signals};
use anyhow::Context;
use socket_lab::judge::{Subject, Trial, Verdict, decide};
use socket_lab::recorder::{Message, Refused, Session};
use socket_lab::recording::{Event, Recording};
use socket_lab::timeline::Timeline;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Scenarios at a time for each processor: most of a scenario's time the kernel makes and removes its network, and nobody
/// computes.
const AT_ONCE: usize = 2;
/// How often a worker looks whether it is to stop.
const LOOK: Duration = Duration::from_millis(50);
/// How much longer than the run's own deadline a recorder may take before it counts as hanging.
const GRACE: Duration = Duration::from_secs(5);

/// What became of an exercise.
pub enum Ran {
    /// Every scenario was run.
    All(Runs),
    /// This machine does not permit it.
    Refused(Refused),
    /// A signal came first.
    Interrupted,
}

/// Every scenario's verdict and recording, in the order of exercise.toml.
pub struct Runs {
    pub runs: Vec<Run>,
    /// Scenarios behind the first that failed, where that ends a check.
    pub not_run: usize,
    /// Scenarios that this machine does not permit: those on a cable, where there are no private networks.
    pub refused: Vec<String>,
    pub took: Duration,
}

pub struct Run {
    pub verdict: Verdict,
    pub timeline: Timeline,
    /// The recording itself, where it is to be written.
    pub recording: Option<Recording>,
}

/// How scenarios are run.
pub struct How {
    /// This tier only.
    pub tier: Option<u8>,
    /// True to keep the recordings.
    pub keep: bool,
    /// True to run no scenario behind one that failed.
    pub fail_fast: bool,
    /// Says when to stop.
    pub stop: Stop,
}

impl Runs {
    /// True when every scenario was run, and passed.
    pub fn passed(&self) -> bool {
        self.refused.is_empty() && self.failed().is_none()
    }

    pub fn verdicts(&self) -> Vec<Verdict> {
        self.runs.iter().map(|run| run.verdict.clone()).collect()
    }

    /// The first that failed.
    pub fn failed(&self) -> Option<&Run> {
        self.runs.iter().find(|run| run.verdict.failure.is_some())
    }

    pub fn passed_count(&self) -> usize {
        self.runs.iter().filter(|run| run.verdict.failure.is_none()).count()
    }
}

enum One {
    Run(Box<Run>),
    Refused(Refused),
}

/// Set when a signal asks us to end.
#[derive(Clone)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Blocks the signals that ask us to end, in this thread and all that it starts from now on, and waits for them in one.
    pub fn watch() -> anyhow::Result<Stop> {
        let signals = block_signals()?;
        let stop = Stop(Arc::new(AtomicBool::new(false)));
        let told = stop.clone();
        std::thread::spawn(move || {
            let mut asked = 0;
            while signals.wait().is_ok() {
                told.0.store(true, Relaxed);
                asked += 1;
                if asked > 1 {
                    std::process::exit(i32::from(INTERRUPTED)); // asked twice: at once; the recorders die with us
                }
            }
        });
        Ok(stop)
    }

    /// True once a signal has come.
    pub fn asked(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// Runs all scenarios that were chosen.
pub fn all(chosen: &Chosen, seed: u64, subject: &Subject, how: &How) -> anyhow::Result<Ran> {
    let began = Instant::now();
    let next = AtomicUsize::new(0);
    let first_failed = AtomicUsize::new(usize::MAX);
    let results: Mutex<Vec<(usize, anyhow::Result<One>)>> = Mutex::default();
    let worker = || {
        loop {
            let index = next.fetch_add(1, Relaxed);
            let Some(scenario) = chosen.scenarios.get(index) else { return };
            if how.fail_fast && index > first_failed.load(Relaxed) {
                return;
            }
            let trial = |folder: &Scratch| Trial::prepare(chosen.exercise, scenario, seed, subject, folder.path());
            let Some(result) = one(trial, how).transpose() else { return };
            if matches!(&result, Ok(One::Run(run)) if run.verdict.failure.is_some()) {
                first_failed.fetch_min(index, Relaxed);
            }
            if let Ok(mut results) = results.lock() {
                results.push((index, result));
            }
        }
    };
    let at_once = std::thread::available_parallelism().map_or(1, usize::from) * AT_ONCE;
    std::thread::scope(|scope| {
        (0..at_once.min(chosen.scenarios.len())).for_each(|_| drop(scope.spawn(worker)));
    });
    if how.stop.asked() {
        return Ok(Ran::Interrupted);
    }
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(index, _)| *index);
    if how.fail_fast {
        // What ran beside the one that failed is not told: whether it did is chance.
        results.retain(|(index, _)| *index <= first_failed.load(Relaxed));
    }
    let mut runs = Vec::new();
    let mut refusals = Vec::new();
    for (index, result) in results {
        match result? {
            One::Run(run) => runs.push(*run),
            One::Refused(refused) => refusals.push((chosen.scenarios[index].name.clone(), refused)),
        }
    }
    if runs.is_empty()
        && let Some((_, refused)) = refusals.pop()
    {
        return Ok(Ran::Refused(refused));
    }
    let refused: Vec<String> = refusals.into_iter().map(|(name, _)| name).collect();
    let not_run = chosen.scenarios.len() - runs.len() - refused.len();
    Ok(Ran::All(Runs { runs, not_run, refused, took: began.elapsed() }))
}

/// One scenario; none when it was told to stop.
fn one(prepare: impl Fn(&Scratch) -> anyhow::Result<Trial>, how: &How) -> anyhow::Result<Option<One>> {
    let folder = Scratch::new()?;
    let trial = prepare(&folder)?;
    let session = match Session::start(&trial.plan, how.tier) {
        Ok(session) => session,
        Err(error) => return error.downcast::<Refused>().map(|refused| Some(One::Refused(refused))),
    };
    let until = Instant::now() + Duration::from_millis(trial.plan.deadline_ms) + GRACE;
    let mut recording = Recording { header: session.header.clone(), events: Vec::new() };
    loop {
        if how.stop.asked() {
            return Ok(None); // dropping the session ends the run
        }
        match session.messages.recv_timeout(LOOK) {
            Ok(Message::Event(event)) => recording.events.push(*event),
            Ok(Message::Ended(said)) => {
                if !matches!(recording.events.last(), Some(Event::End(_))) {
                    anyhow::bail!("the recorder ended early{}{said}", if said.is_empty() { "" } else { ": " });
                }
                break;
            }
            Ok(Message::Damaged(error)) => return Err(error).context("reading from the recorder"),
            Ok(Message::Signal(_) | Message::Typed(_)) => {}
            Err(_) if Instant::now() > until => {
                anyhow::bail!("the recorder does not answer; please report this with the command you ran")
            }
            Err(_) => {}
        }
    }
    drop(session);
    let found = trial.found();
    let kept = how.keep.then(|| recording.clone());
    let timeline = Timeline::new(recording);
    let verdict = decide(&trial.expected, &found, &timeline);
    Ok(Some(One::Run(Box::new(Run { verdict, timeline, recording: kept }))))
}
