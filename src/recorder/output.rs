//! What the recorder writes, written by a thread of its own: turning a megabyte of frames into text must not keep the next
//! frame waiting. The thread calls neither ptrace nor waitpid and takes no signals; those belong to the one that traces.

use crate::recording::{Event, Header, Writer};
use nix::sys::signal::{SigSet, SigmaskHow, pthread_sigmask};
use std::io::{self, BufWriter};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

/// Events handed over at once: each hand-over may have to wake the thread.
const BATCH: usize = 64;
/// Bytes of frames and calls that may wait to be written. Beyond, the recorder waits, and with it what it records.
const MOST_WAITING: usize = 512 << 20;
/// What an event takes besides its bytes.
const EVENT: usize = size_of::<Event>();

/// The writing end of a recording.
pub(crate) struct Output {
    batch: Vec<Event>,
    bytes: usize,
    sender: Option<Sender<(Vec<Event>, usize)>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    waiting: AtomicUsize,
    /// True once nobody reads any more.
    failed: AtomicBool,
    lock: Mutex<()>,
    written: Condvar,
}

impl Output {
    /// Writes the header to standard output, and starts the thread that writes what follows.
    pub(crate) fn start(header: &Header) -> anyhow::Result<Output> {
        let mut writer = Writer::new(BufWriter::with_capacity(1 << 16, io::stdout()), header)?;
        writer.flush()?;
        let shared = Arc::new(Shared::default());
        let (sender, batches) = channel();
        // A thread begins with the mask of the one that starts it: so no signal ever finds it open to one.
        let mut before = SigSet::empty();
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::all()), Some(&mut before))?;
        let own = Arc::clone(&shared);
        let thread = std::thread::Builder::new().spawn(move || write(writer, &batches, &own));
        pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None)?;
        Ok(Output { batch: Vec::with_capacity(BATCH), bytes: 0, sender: Some(sender), shared, thread: Some(thread?) })
    }

    /// Takes an event. It is written with those that follow, at the latest after [`Output::hand_over`].
    pub(crate) fn event(&mut self, event: Event) {
        self.bytes += EVENT
            + match &event {
                Event::Frame(frame) => frame.bytes.0.len(),
                Event::Enter(enter) => enter.data.as_ref().map_or(0, |data| data.0.len()),
                Event::Exit(exit) => exit.data.as_ref().map_or(0, |data| data.0.len()),
                _ => 0,
            };
        self.batch.push(event);
        if self.batch.len() >= BATCH {
            self.hand_over();
        }
    }

    /// Has everything written that was taken so far.
    pub(crate) fn hand_over(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let before = self.shared.waiting.fetch_add(bytes, Ordering::AcqRel);
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        // The thread ends only when this end is dropped.
        let _ = self.sender.as_ref().map(|sender| sender.send((batch, bytes)));
        if before > MOST_WAITING {
            let mut guard = self.shared.lock.lock().unwrap_or_else(|poison| poison.into_inner());
            while self.shared.waiting.load(Ordering::Acquire) > MOST_WAITING / 2 && !self.failed() {
                guard = self.shared.written.wait(guard).unwrap_or_else(|poison| poison.into_inner());
            }
        }
    }

    /// True once nobody reads any more.
    pub(crate) fn failed(&self) -> bool {
        self.shared.failed.load(Ordering::Acquire)
    }

    /// Returns when all is written.
    pub(crate) fn finish(&mut self) {
        self.hand_over();
        self.sender = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn write(mut writer: Writer<BufWriter<io::Stdout>>, batches: &Receiver<(Vec<Event>, usize)>, shared: &Shared) {
    loop {
        // What is written is shown before the next wait, so that a run can be watched.
        let next = batches.try_recv().or_else(|_| {
            let failed = writer.flush().is_err();
            shared.failed.fetch_or(failed, Ordering::AcqRel);
            batches.recv()
        });
        let Ok((batch, bytes)) = next else { return };
        for event in &batch {
            if !shared.failed.load(Ordering::Acquire) && writer.event(event).is_err() {
                shared.failed.store(true, Ordering::Release);
            }
        }
        let _guard = shared.lock.lock().unwrap_or_else(|poison| poison.into_inner());
        shared.waiting.fetch_sub(bytes, Ordering::AcqRel);
        shared.written.notify_one();
    }
}
