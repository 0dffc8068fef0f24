//! Which of a kernel's timers sent a frame, if one did.

use super::super::calls::turning_near;
use super::{Call, Cause, Frame, Kernel, Nanos, Reverse, Talk, Tcp, Timer};

/// A millisecond: the kernel's shortest timers are several.
const AT_ONCE: Nanos = 1_000_000;
/// An acknowledgment that came later was held back: the kernel's shortest time for that is 40 ms (TCP_DELACK_MIN).
const HELD_BACK: Nanos = 30_000_000;
/// How many frames are looked at for one that arrived before a kernel was asked; that takes less than a millisecond.
const LOOK_AHEAD: usize = 64;

impl Talk<'_> {
    /// Why a segment was sent again, and whether that is known to be a fast retransmit.
    pub(super) fn repetition(&self, frame: &Frame, tcp: &Tcp, counted: u64, side: usize) -> (Cause, bool) {
        if tcp.syn {
            return (Cause::Timer(Timer::Retransmission), false);
        }
        let own = &self.sides[side];
        let asked = own.nudged.filter(|&nudge| self.at_once(frame, nudge));
        let info = self.held(frame, side).and_then(|held| held.info.as_ref());
        if info.is_some_and(|info| info.retransmits > 0) {
            return (Cause::Timer(Timer::Retransmission), false);
        }
        let Some(info) = info.filter(|_| !self.asked_too_late(frame, side)) else {
            // Stamps tell a timer from an answer to a repeated acknowledgment: no timer of the kernel is as short as that.
            return (asked.map_or(Cause::Timer(Timer::Unknown), Cause::Frame), false);
        };
        let heard = || self.just_heard(frame, side);
        let last = frame.seq.is_some_and(|seq| seq.saturating_add(counted) >= own.next);
        match info.ca_state.as_str() {
            "Recovery" => (asked.or_else(heard).map_or(Cause::Timer(Timer::Unknown), Cause::Frame), true),
            // After a timeout an acknowledgment lets the kernel repeat what else it takes for lost.
            "Loss" => (heard().map_or(Cause::Timer(Timer::Retransmission), Cause::Frame), false),
            _ if last => (Cause::Timer(Timer::TailLossProbe), false),
            _ => (asked.map_or(Cause::Timer(Timer::Unknown), Cause::Frame), false),
        }
    }

    /// Which timer asks whether the other side is still there, or has room.
    pub(super) fn probe(&self, frame: &Frame, side: usize) -> Timer {
        let timer = self.held(frame, side).and_then(|held| held.timer.as_ref()).map(|timer| timer.kind.as_str());
        let closed = self.sides[self.other(side)].closed;
        match (timer, self.kept_alive(side), closed) {
            (Some("window-probe"), ..) => Timer::WindowProbe,
            (Some("keepalive"), ..) => Timer::Keepalive,
            // Without SO_KEEPALIVE the kernel has one reason to ask, and with an open window it does not ask for room.
            (_, Some(false), true) => Timer::WindowProbe,
            (_, Some(true), false) => Timer::Keepalive,
            _ => Timer::Unknown,
        }
    }

    /// True when SO_KEEPALIVE was set on the socket, or on the listener it was accepted from. None when its calls are not
    /// known.
    fn kept_alive(&self, side: usize) -> Option<bool> {
        let own = self.calls_of(side)?;
        let accept = own.accept.and_then(|accept| self.calls.get(accept as usize));
        let listener = accept.and_then(|accept| self.of_socket.get((accept.enter.sock? as usize).checked_sub(1)?));
        Some(own.keepalive || listener.is_some_and(|listener| listener.keepalive))
    }

    /// True when the segment it acknowledges had arrived a good while before, and no call of the program can have sent the
    /// acknowledgment now: one that took bytes out, or asked for it.
    pub(super) fn held_back(&self, frame: &Frame, answered: usize, side: usize) -> bool {
        let t = frame.record.t;
        let late = self.frames[answered].heard().is_some_and(|at| t.saturating_sub(at) > HELD_BACK);
        let Some(own) = self.calls_of(side).filter(|_| late) else { return false };
        let lists = [&own.receives, &own.quickacks].into_iter();
        let mut turning = lists.flat_map(|list| turning_near(self.calls, list, t, AT_ONCE));
        let slept = |call: &Call| call.covers(t.saturating_sub(AT_ONCE)) && follows(call, &self.frames[answered]);
        turning.all(slept)
    }

    /// What the sender's kernel held when it had sent the frame, if that was recorded.
    fn held<'f>(&self, frame: &'f Frame, side: usize) -> Option<&'f Kernel> {
        let held = || frame.carried.iter().flat_map(|carried| &carried.sent).filter(|held| held.state != "LISTEN");
        let own = self.connection.ends[side];
        let role = |held: &&Kernel| {
            let socket = self.sockets.get((held.sock as usize).wrapping_sub(1));
            socket.is_some_and(|socket| Some(&socket.role) == frame.record.from.as_ref())
        };
        held().find(|held| own.is_some_and(|own| held.sock as usize == own + 1)).or_else(|| held().find(role))
    }

    /// True when something arrived at the sender between its sending and the question what its kernel held then: the answer
    /// is about another moment.
    fn asked_too_late(&self, frame: &Frame, side: usize) -> bool {
        let other = self.other(side);
        let Some(asked) = frame.carried.as_ref().map(|carried| carried.sent_asked) else { return true };
        let between = |at: Nanos| frame.record.t < at && at <= asked;
        let mut under_way = self.under_way.iter().take(LOOK_AHEAD);
        let following = self.connection.frames.iter().skip(self.place).take(LOOK_AHEAD);
        let mut following = following.map(|&(number, side)| (&self.frames[number as usize], side as usize));
        under_way.any(|Reverse(passing)| passing.side == other && between(passing.at))
            || following.any(|(frame, sender)| sender == other && frame.heard().is_some_and(between))
    }

    /// The last frame that arrived here, if that was just before: what the kernel does at once, it does because of it.
    fn just_heard(&self, frame: &Frame, side: usize) -> Option<usize> {
        let heard = self.sides[self.other(side)].heard.filter(|_| self.sides[side].fresh)?;
        self.at_once(frame, heard).then_some(heard)
    }

    fn at_once(&self, frame: &Frame, heard: usize) -> bool {
        self.frames[heard].heard().is_some_and(|at| frame.record.t.saturating_sub(at) < AT_ONCE)
    }
}

/// True when all that a recv returned stands in the stream behind what the frame carried: an acknowledgment of the frame
/// was on its way before the recv had anything to take.
fn follows(recv: &Call, frame: &Frame) -> bool {
    let first = recv.sources.first().map(|span| (span.call, span.there.start));
    let last = frame.sources.last().map(|span| (span.call, span.there.end));
    first.zip(last).is_some_and(|(first, last)| first >= last)
}
