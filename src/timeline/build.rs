//! Recording → timeline: sorts the events into calls, frames, marks and sockets, then asks each stage for its part.
//!
//! Payloads are moved, never copied, and the events give their memory back while they are taken apart: a recording of
//! a million events must not be in memory twice.

use super::cable::Records;
use super::calls::SocketCalls;
use super::connections::Connections;
use super::index::{Index, Places};
use super::order::{self, Line, Lines};
use super::{Call, Cause, Frame, Hold, Mark, Signs, Timeline};
use super::{cause, datagrams, provenance};
use crate::recording::{self, CallId, Event, Nanos, Recording, SockId};
use crate::wire::Packet;
use std::collections::HashMap;

/// In how many steps the events give their memory back while they are taken apart.
const STEPS: usize = 64;

pub(super) fn build(recording: Recording) -> Timeline {
    let Recording { header, events } = recording;
    let gathered = Gathered::from(events);
    let mut timeline = Timeline {
        header,
        sockets: gathered.last_records(),
        calls: gathered.calls,
        frames: gathered.frames,
        marks: gathered.marks,
        moments: Vec::new(),
        end: gathered.end,
        index: Index::default(),
    };
    gathered.cable.attach(&mut timeline.frames, timeline.header.wire.kind == "cable");
    timeline.moments = order::moments(&timeline.calls, &timeline.frames, &timeline.marks, &gathered.lines);
    drop(gathered.lines);
    timeline.index = Index::of(&timeline.calls, &timeline.frames);
    let of_socket = SocketCalls::index(&timeline.calls, timeline.sockets.len());
    let connections = Connections::find(&mut timeline, &gathered.sockets, &of_socket);
    provenance::streams(&mut timeline, &connections, &of_socket);
    datagrams::trace(&mut timeline, &of_socket);
    cause::explain(&mut timeline, &connections, &of_socket);
    number_badges(&mut timeline.calls);
    timeline
}

/// The events by what they are, each kind in the order of its stamps.
#[derive(Default)]
struct Gathered {
    calls: Vec<Call>,
    frames: Vec<Frame>,
    marks: Vec<Mark>,
    sockets: Vec<recording::Socket>,
    end: Option<recording::End>,
    lines: Lines,
    cable: Records,
    /// The most sockets the recording can speak of: none needs more lines than there are.
    bound: usize,
}

impl Gathered {
    fn from(mut events: Vec<Event>) -> Gathered {
        let mut gathered = Gathered { bound: events.len(), ..Gathered::default() };
        let frames = events.iter().filter(|event| matches!(event, Event::Frame(_))).count();
        let calls = events.iter().filter(|event| matches!(event, Event::Enter(_))).count();
        gathered.frames.reserve_exact(frames);
        gathered.lines.frames.reserve_exact(frames);
        gathered.calls.reserve_exact(calls);
        gathered.lines.calls.reserve_exact(calls);
        let mut ids = Ids { slots: Places::of(calls), entered: Vec::with_capacity(calls) };
        events.reverse();
        let step = events.len() / STEPS + 1;
        let mut line = 0;
        while let Some(event) = events.pop() {
            gathered.take(event, line, &mut ids);
            line = line.saturating_add(1);
            if events.capacity() - events.len() > step {
                events.shrink_to_fit();
            }
        }
        gathered.drop_calls_without_enter(&ids.entered);
        let Gathered { calls, frames, marks, sockets, lines, .. } = &mut gathered;
        order::by_stamp(calls, &mut lines.calls, |call, lines| (call.enter.t, lines.0));
        order::by_stamp(frames, &mut lines.frames, |frame, &line| (frame.record.t, line));
        order::by_stamp(marks, &mut lines.marks, |mark, &line| (mark.t(), line));
        sockets.sort_by_key(|socket| socket.t);
        gathered
    }

    fn take(&mut self, event: Event, line: Line, ids: &mut Ids) {
        match event {
            Event::Enter(enter) => {
                let slot = ids.enter(self, enter);
                self.lines.calls[slot].0 = line;
            }
            Event::Exit(exit) => {
                let slot = ids.slot(self, exit.call);
                if self.calls[slot].exit.is_none() {
                    self.calls[slot].exit = Some(exit);
                    self.lines.calls[slot].1 = line;
                }
            }
            Event::Interrupted(interrupted) => {
                let slot = ids.slot(self, interrupted.call);
                self.calls[slot].restarts.push(interrupted.t);
            }
            // That it runs again is what an interruption means; the stamp adds nothing a view could show.
            Event::Resumed(_) => {}
            Event::Held(held) => {
                let slot = ids.slot(self, held.call);
                let hold = Hold { from: held.t, until: None, rule: held.rule.clone() };
                self.calls[slot].hold.get_or_insert(hold);
                self.mark(Mark::Held(held), line);
            }
            Event::Released(released) => {
                let slot = ids.slot(self, released.call);
                if let Some(hold) = &mut self.calls[slot].hold {
                    hold.until.get_or_insert(released.t);
                }
                self.mark(Mark::Released(released), line);
            }
            Event::Frame(record) => {
                self.frames.push(new_frame(record));
                self.lines.frames.push(line);
            }
            Event::Fate(fate) => self.cable.fates.push(fate),
            Event::Ends(ends) => self.cable.ends.push(ends),
            Event::Socket(socket) => self.sockets.push(socket),
            Event::Spawn(e) => self.mark(Mark::Spawn(e), line),
            Event::Task(e) => self.mark(Mark::Task(e), line),
            Event::Exec(e) => self.mark(Mark::Exec(e), line),
            Event::Action(e) => self.mark(Mark::Action(e), line),
            Event::Output(e) => self.mark(Mark::Output(e), line),
            Event::Input(e) => self.mark(Mark::Input(e), line),
            Event::Signal(e) => self.mark(Mark::Signal(e), line),
            Event::Ended(e) => self.mark(Mark::Ended(e), line),
            Event::Notice(e) => self.mark(Mark::Notice(e), line),
            Event::Limit(e) => self.mark(Mark::Limit(e), line),
            Event::Refused(e) => self.mark(Mark::Refused(e), line),
            Event::Rest(e) => self.mark(Mark::Rest(e), line),
            Event::Usage(e) => self.mark(Mark::Usage(e), line),
            Event::End(end) => self.end = Some(end),
        }
    }

    fn mark(&mut self, mark: Mark, line: Line) {
        self.marks.push(mark);
        self.lines.marks.push(line);
    }

    /// A call of which only an exit or a hold was recorded has no name: there is nothing to show.
    fn drop_calls_without_enter(&mut self, entered: &[bool]) {
        if entered.iter().all(|&entered| entered) {
            return;
        }
        let mut keep = entered.iter();
        self.calls.retain(|_| *keep.next().unwrap_or(&false));
        let mut keep = entered.iter();
        self.lines.calls.retain(|_| *keep.next().unwrap_or(&false));
    }

    /// What was last known of each socket, by number.
    fn last_records(&self) -> Vec<recording::Socket> {
        let numbers = self.sockets.iter().map(|socket| socket.sock as usize);
        let last = numbers.filter(|&number| number <= self.bound).max().unwrap_or(0);
        let mut records = vec![gap(); last];
        for socket in &self.sockets {
            if let Some(record) = (socket.sock as usize).checked_sub(1).and_then(|place| records.get_mut(place)) {
                *record = socket.clone();
            }
        }
        records
    }
}

/// Which slot of `calls` a call's number has.
struct Ids {
    slots: Places,
    entered: Vec<bool>,
}

impl Ids {
    /// The slot of this number, new when it was not heard of before: a hold may be recorded before its call's enter.
    fn slot(&mut self, gathered: &mut Gathered, id: CallId) -> usize {
        if let Some(slot) = self.slots.get(id) {
            return slot;
        }
        let slot = self.push(gathered, recording::Enter::default());
        self.slots.insert(id, slot);
        slot
    }

    /// The slot for an enter. A second enter with a number in use becomes a call of its own that never returns.
    fn enter(&mut self, gathered: &mut Gathered, enter: recording::Enter) -> usize {
        let (id, known) = (enter.call, self.slots.get(enter.call));
        let slot = match known {
            Some(slot) if !self.entered[slot] => {
                gathered.calls[slot].enter = enter;
                slot
            }
            _ => self.push(gathered, enter),
        };
        if known.is_none() {
            self.slots.insert(id, slot);
        }
        self.entered[slot] = true;
        slot
    }

    fn push(&mut self, gathered: &mut Gathered, enter: recording::Enter) -> usize {
        gathered.calls.push(Call {
            enter,
            exit: None,
            restarts: Vec::new(),
            hold: None,
            sources: Vec::new(),
            carried_by: Vec::new(),
            badge: None,
        });
        gathered.lines.calls.push((0, 0));
        self.entered.push(false);
        gathered.calls.len() - 1
    }
}

fn new_frame(record: recording::Frame) -> Frame {
    Frame {
        packet: Packet::parse(&record.bytes.0),
        record,
        seq: None,
        ack: None,
        sources: Vec::new(),
        cause: Cause::Unknown,
        signs: Signs::default(),
        repeats: None,
        provoked_by: None,
        carried: None,
    }
}

fn gap() -> recording::Socket {
    recording::Socket {
        t: Nanos::MAX,
        sock: SockId::MIN,
        role: String::new(),
        family: String::new(),
        kind: String::new(),
        local: None,
        remote: None,
        listening: false,
        peer: None,
    }
}

/// Numbers the sends of each role. A send that failed sent nothing; one that never returned may have queued bytes.
fn number_badges(calls: &mut [Call]) {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for call in calls {
        let failed = call.exit.as_ref().is_some_and(|exit| exit.ret < 0);
        if !call.sends() || failed || call.enter.sock.is_none() {
            continue;
        }
        let count = match counts.get_mut(&call.enter.role) {
            Some(count) => count,
            None => counts.entry(call.enter.role.clone()).or_default(),
        };
        *count = count.saturating_add(1);
        call.badge = Some(*count);
    }
}
