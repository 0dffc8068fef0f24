//! Carrying frames from host to host: each is taken where it comes in, recorded, judged by the rules, and put out where it
//! goes to. What the kernels at both ends make of it is asked while a connection changes.
//!
//! Refuses to think about why a frame was sent: that is the timeline's.

mod idle;
#[cfg(test)]
mod tests;
mod transit;

pub(super) use transit::Rules;

use super::engine::Engine;
use super::frames::Name;
use crate::notation::Kind;
use crate::recording::{Changed, Ends, Event, Fate, Kernel, Nanos, SockId};
use crate::sys::tap::Taken;
use crate::wire::{Packet, Transport};
use idle::Idle;
use std::collections::HashSet;
use transit::{Transit, Traveller};

/// How long connections that have to repeat something may keep a run going that is over otherwise.
const LINGER: Nanos = 3_000_000_000;

/// What is on the cable.
#[derive(Debug, Default)]
pub(crate) struct Carrier {
    pub rules: Rules,
    pub transit: Transit,
    /// The cable's clock where turns are given: it stands still while a task or a frame moves, see [`Engine::cable_now`].
    clock: Nanos,
    /// Both ends of connections that are known to be established at both: nothing about them changes until a segment says so.
    settled: HashSet<SockId>,
    idle: Idle,
}

impl Carrier {
    pub(crate) fn new(rules: Rules) -> Carrier {
        Carrier { rules, ..Carrier::default() }
    }

    /// Everybody rested for so long. The clock never passes the moment at which a frame is due.
    pub(crate) fn rested(&mut self, time: Nanos) {
        let until = self.clock + time;
        self.clock = self.transit.due().map_or(until, |due| until.min(due.max(self.clock)));
    }
}

impl Engine {
    /// Takes the next frame that has come in, or lets the next one arrive whose time has come. False when there is neither.
    pub(crate) fn carry_one(&mut self) -> bool {
        let now = self.cable_now();
        if self.carrier.transit.holds() {
            let gate = &self.gate;
            self.carrier.transit.release(now, |event| gate.happened(event));
        }
        if !self.plan.turns {
            if let Some(traveller) = self.carrier.transit.next(now) {
                self.arrive(traveller);
                return true;
            }
            return self.take_one();
        }
        // What has come out is looked at before anything else goes in: what its sender's kernel holds is about this moment.
        let mut carried = false;
        while self.take_one() {
            carried = true;
        }
        if let Some(traveller) = self.carrier.transit.next(now) {
            self.arrive(traveller);
            carried = true;
        }
        carried
    }

    /// Takes the next frame that has come in. False when there is none.
    fn take_one(&mut self) -> bool {
        let Some(taken) = self.sandbox.cable.as_mut().and_then(|cable| cable.taps.take()) else { return false };
        self.depart(taken);
        true
    }

    /// The time by which frames are late. Where turns are given it passes only while everybody rests: how long a program
    /// computed between two sends then does not decide which of two late frames comes first.
    pub(crate) fn cable_now(&self) -> Nanos {
        if self.plan.turns { self.carrier.clock } else { self.now() }
    }

    /// True while a frame is on its way that no event keeps.
    pub(crate) fn frames_under_way(&self) -> bool {
        let waiting = self.sandbox.cable.as_ref().is_some_and(|cable| cable.taps.ready());
        waiting || self.carrier.transit.due().is_some()
    }

    /// True while a connection has something to repeat if it is not acknowledged, unless that has been so for long.
    pub(crate) fn connections_pending(&mut self) -> bool {
        let (now, last) = (self.now(), self.last);
        if self.sandbox.cable.is_none() || now.saturating_sub(last) >= LINGER {
            return false;
        }
        let repeats = self.sockets.all_stream().into_iter().any(|sock| {
            let kernel = self.sockets.kernel(sock, None, false);
            let timer = kernel.first().and_then(|own| own.timer.as_ref());
            timer.is_some_and(|timer| matches!(timer.kind.as_str(), "retransmission" | "window-probe"))
        });
        !self.carrier.idle.believed(now, last, repeats)
    }

    /// True while the next look at what connections have to repeat should not wait.
    pub(crate) fn connections_unsure(&self) -> bool {
        self.carrier.idle.is_open(self.now(), self.last)
    }

    /// A frame came out of a host's interface when the run was over.
    pub(crate) fn depart_last(&mut self, taken: Taken) {
        let t = self.since_start(taken.stamp);
        if let Some(name) = self.name_frame(&Packet::parse(&taken.bytes), &taken.bytes) {
            let frame = self.number_frame(&name);
            self.record_frame(t, taken.len, frame, taken.bytes, &name, None);
        }
    }

    /// A frame came out of a host's interface.
    fn depart(&mut self, Taken { interface, stamp, len, bytes }: Taken) {
        let t = self.since_start(stamp);
        if is_listener_report(&bytes) {
            return;
        }
        let packet = Packet::parse(&bytes);
        let Some(name) = self.name_frame(&packet, &bytes) else { return };
        let frame = self.number_frame(&name);
        let seen = self.ends(frame, &packet, &name, false);
        let now = if self.plan.turns { self.carrier.clock } else { t };
        let mut journey = self.carrier.rules.judge(&name, now, len);
        // How hosts find each other is not what anybody steps through.
        journey.by_hand = self.gate.is_by_hand() && name.kind != Kind::Arp.as_str();
        // Most frames go straight on: then they go first, and are written down after. Where turns are given, each has its own.
        let straight = !self.plan.turns && journey.is_straight(now) && self.carrier.transit.due().is_none();
        let put = straight.then(|| (self.now(), self.put(interface, &bytes)));
        let traveller = (!straight && journey.dropped.is_none()).then(|| bytes.clone());
        self.record_frame(t, len, frame, bytes, &name, None);
        self.emit_ends(seen);
        if let Some((t, taken)) = put {
            let rules = if taken { Vec::new() } else { self.carrier.rules.limits() };
            self.emit(Event::Fate(Fate { t, frame, dropped: !taken, rules, changed: None }));
            if taken {
                self.has_arrived(frame, &packet, &name);
            }
        } else if let Some(bytes) = traveller {
            self.carrier.transit.add(Traveller { frame, name, interface, bytes, journey });
        } else {
            let (t, rules) = (self.now(), journey.dropped.into_iter().collect());
            self.emit(Event::Fate(Fate { t, frame, dropped: true, rules, changed: None }));
        }
    }

    /// The frame goes into the interface of the host it is for, and behind it the copies that rules make.
    fn arrive(&mut self, traveller: Traveller) {
        let Traveller { frame, name, interface, mut bytes, mut journey } = traveller;
        let packet = Packet::parse(&bytes);
        let changed = journey.corrupted.then(|| change(&packet, &mut bytes)).flatten();
        let t = self.now();
        if !self.put(interface, &bytes) {
            journey.rules.extend(self.carrier.rules.limits());
            self.emit(Event::Fate(Fate { t, frame, dropped: true, rules: journey.rules, changed: None }));
            return;
        }
        self.emit(Event::Fate(Fate { t, frame, dropped: false, rules: journey.rules, changed }));
        self.has_arrived(frame, &packet, &name);
        let name = Name { again: true, ..name };
        for rule in journey.copies {
            let t = self.now();
            self.put(interface, &bytes);
            let copy = self.number_frame(&name);
            self.record_frame(t, bytes.len() as u32, copy, bytes.clone(), &name, Some(frame));
            self.emit(Event::Fate(Fate { t, frame: copy, dropped: false, rules: vec![rule], changed: None }));
            self.has_arrived(copy, &packet, &name);
        }
    }

    fn has_arrived(&mut self, frame: u64, packet: &Packet, name: &Name) {
        if !name.again {
            self.gate.note_arrived(&name.from, &name.to, name.kind, name.nth);
        }
        let seen = self.ends(frame, packet, name, true);
        self.emit_ends(seen);
    }

    /// A host that cannot take a frame (its interface is down, or has a smaller MTU) misses it, as it would on any cable. True
    /// when a host took it.
    fn put(&mut self, from: i32, bytes: &[u8]) -> bool {
        let Some(cable) = &self.sandbox.cable else { return false };
        let to: Option<[u8; 6]> = bytes.get(..6).and_then(|mac| mac.try_into().ok());
        let meant = |mac: &[u8; 6]| to == Some(*mac);
        let known = cable.hosts.iter().any(|host| meant(&host.mac));
        let others = cable.hosts.iter().filter(|host| host.interface != from && (!known || meant(&host.mac)));
        // All of them get it, so they are counted and not searched.
        others.filter(|host| cable.taps.put(host.interface, bytes).is_ok()).count() > 0
    }

    fn emit_ends(&mut self, ends: Option<Ends>) {
        if let Some(ends) = ends {
            self.emit(Event::Ends(ends));
        }
    }

    /// What the kernels hold for the connection of a frame, while that changes or when it was asked for.
    fn ends(&mut self, frame: u64, packet: &Packet, name: &Name, arrived: bool) -> Option<Ends> {
        let Transport::Tcp(tcp) = &packet.transport else { return None };
        let (src, dst) = packet.endpoints()?;
        let sock = self.sockets.at(false, src, dst).or_else(|| self.sockets.at(false, dst, src))?;
        let turning = tcp.syn || tcp.fin || tcp.rst;
        let info = self.plan.tcp_info || name.again || name.probe;
        if !turning && !info && self.carrier.settled.contains(&sock) {
            return None;
        }
        let opens = tcp.syn && !tcp.ack_flag;
        let mut fresh = if opens { self.sockets.connects(sock, dst) } else { None };
        self.emit_socket(fresh.take());
        // A connection has one end until its SYN has arrived.
        let peer = if opens && !arrived { None } else { self.sockets.other_end(sock, &mut fresh) };
        self.emit_socket(fresh);
        let kernel = self.sockets.kernel(sock, peer, info);
        let established = |kernel: &Kernel| kernel.state == "ESTABLISHED";
        let settled = kernel.len() == 2 && kernel.iter().all(established) && !turning;
        for end in [Some(sock), peer].into_iter().flatten() {
            match settled {
                true => drop(self.carrier.settled.insert(end)),
                false => drop(self.carrier.settled.remove(&end)),
            }
        }
        Some(Ends { t: self.now(), frame, arrived, kernel })
    }

    /// Rules of the cable whose events never came while frames waited for them.
    pub(crate) fn stuck_frames(&self) -> Vec<String> {
        self.carrier.transit.stuck().cloned().collect()
    }
}

/// True for the reports in which a host tells routers which IPv6 groups it listens to (MLDv2, RFC 3810). A kernel sends them
/// at random moments when an interface has come up; no router is there, so they are neither carried nor recorded.
fn is_listener_report(bytes: &[u8]) -> bool {
    // EtherType IPv6 at 12; next header at 20: hop-by-hop options of eight bytes, then ICMPv6 type 143 at 62.
    bytes.get(12..14) == Some(&[0x86, 0xdd]) && bytes.get(20) == Some(&0) && bytes.get(62) == Some(&143)
}

/// Changes the last byte of the payload, or of the transport header where there is none: its checksum covers both, and the
/// kernel at the other end must notice (RFC 9293, 3.1). Gives what was changed.
fn change(packet: &Packet, bytes: &mut [u8]) -> Option<Changed> {
    // What follows an IP packet is padding, and nobody looks at it.
    let last = || packet.ip.as_ref().map_or(bytes.len(), |ip| ip.range.end);
    let end = if packet.payload.is_empty() { last() } else { packet.payload.end };
    let at = end.checked_sub(1)?;
    let byte = bytes.get_mut(at)?;
    let was = *byte;
    *byte ^= 1;
    Some(Changed { at: at as u32, was, is: *byte })
}
