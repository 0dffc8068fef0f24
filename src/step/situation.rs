//! How things stand at one moment of a run: what each program does or is about to do, and what is on the cable.

use crate::notation::Kind;
use crate::recording::{BY_HAND, CallId, Enter, Event, Frame, Header, Kernel, Recording, SockId, Socket};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// The kind of the frames by which hosts find each other. Nobody steps through those.
pub const ARP: &str = Kind::Arp.as_str();

/// Everything that is not over yet, as far as the events told so far go.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    roles: Vec<String>,
    begun: HashMap<String, bool>,
    ended: HashMap<String, String>,
    calls: BTreeMap<CallId, Begun>,
    frames: VecDeque<Frame>,
    /// Those that the person keeps while others go on.
    kept: BTreeSet<u64>,
    sockets: BTreeMap<SockId, Socket>,
    kernel: HashMap<SockId, Kernel>,
    on_cable: bool,
    resting: bool,
    over: bool,
}

/// A call that has not returned.
#[derive(Debug, Clone)]
struct Begun {
    enter: Enter,
    held: Option<String>,
}

/// What a program does at this moment.
#[derive(Debug, Clone, PartialEq)]
pub enum Doing<'a> {
    /// It was not started yet.
    NotStarted,
    /// It waits at the gate: the call has begun, and the kernel was not asked.
    About {
        /// The call.
        call: &'a Enter,
        /// What the kernel would do.
        prospect: Prospect,
        /// The rule of the schedule that keeps it there; none when the person does.
        rule: Option<&'a str>,
    },
    /// The kernel has the call in hand.
    In(&'a Enter),
    /// It is in no call that the lab shows: it computes, sleeps, or waits for something else.
    Elsewhere,
    /// It is gone; in words, how.
    Ended(&'a str),
}

/// What would come of a call if it were let go now, as far as the kernel's queues tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prospect {
    /// Nothing is there that it asks for: it would wait.
    Waits,
    /// So many bytes are queued for it.
    Bytes(u32),
    /// A datagram of so many bytes is next in its queue.
    Datagram(u32),
    /// The other side has said that nothing more comes, and nothing is queued.
    End,
    /// So many connections wait for it.
    Connections(u32),
    /// The queues say nothing about it.
    Open,
}

/// A frame that has left its sender and not arrived.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OnCable<'a> {
    /// As recorded.
    pub frame: &'a Frame,
    /// True when the person keeps it while others go on.
    pub kept: bool,
}

impl OnCable<'_> {
    /// `client>server SYN[1]`
    pub fn name(&self) -> String {
        let ends = self.frame.from.as_deref().zip(self.frame.to.as_deref());
        let ends = ends.map(|(from, to)| format!("{from}>{to} ")).unwrap_or_default();
        format!("{ends}{}[{}]", self.frame.kind, self.frame.nth)
    }
}

impl Situation {
    /// Before anything has happened.
    pub fn new(header: &Header) -> Situation {
        let roles = header.roles.iter().map(|role| role.name.clone()).collect();
        Situation { roles, on_cable: header.wire.kind == "cable", ..Situation::default() }
    }

    /// As it was when so many events of a recording had happened.
    pub fn at(recording: &Recording, events: usize) -> Situation {
        let mut situation = Situation::new(&recording.header);
        recording.events.iter().take(events).for_each(|event| situation.event(event));
        situation
    }

    /// Takes in what happened next.
    pub fn event(&mut self, event: &Event) {
        if !matches!(event, Event::Rest(_)) {
            self.resting = false;
        }
        match event {
            Event::Spawn(spawn) => drop(self.begun.insert(spawn.role.clone(), true)),
            Event::Enter(enter) => drop(self.calls.insert(enter.call, Begun { enter: enter.clone(), held: None })),
            Event::Held(held) => {
                if let Some(call) = self.calls.get_mut(&held.call) {
                    call.held = Some(held.rule.clone());
                }
            }
            Event::Released(released) => {
                if let Some(call) = self.calls.get_mut(&released.call) {
                    call.held = None;
                }
            }
            Event::Exit(exit) => {
                self.calls.remove(&exit.call);
                self.learn(&exit.kernel);
            }
            // A copy arrives as it is made; and without a cable a frame has arrived when it is seen.
            Event::Frame(frame) if self.on_cable && frame.copy_of.is_none() => self.frames.push_back(frame.clone()),
            Event::Fate(fate) => self.decided(fate.frame),
            Event::Ends(ends) => self.learn(&ends.kernel),
            Event::Ended(ended) if ended.main => {
                let how = ended.signal.as_ref().map_or_else(
                    || format!("exited with status {}", ended.code.unwrap_or(0)),
                    |signal| format!("was killed by {signal}"),
                );
                self.calls.retain(|_, call| call.enter.role != ended.role);
                // What its sockets held was asked while it lived: its end closes them.
                self.kernel.retain(|sock, _| self.sockets.get(sock).is_none_or(|socket| socket.role != ended.role));
                self.ended.insert(ended.role.clone(), how);
            }
            Event::Socket(socket) => drop(self.sockets.insert(socket.sock, socket.clone())),
            Event::Rest(rest) => {
                // All that the kernels know: what is not among it is gone.
                self.kernel.clear();
                self.learn(&rest.kernel);
                self.resting = true;
            }
            Event::End(_) => self.over = true,
            _ => {}
        }
    }

    /// Something was let go: until something happens nobody is asked again.
    pub fn moves(&mut self) {
        self.resting = false;
    }

    /// The person has decided about this frame. It may still be on its way.
    pub fn decided(&mut self, frame: u64) {
        self.frames.retain(|sent| sent.frame != frame);
        self.kept.remove(&frame);
    }

    /// The person keeps this frame while others go on, or no longer: true while they do.
    pub fn keep(&mut self, frame: u64) -> bool {
        !self.kept.remove(&frame) && self.kept.insert(frame)
    }

    fn learn(&mut self, kernel: &[Kernel]) {
        self.kernel.extend(kernel.iter().map(|kernel| (kernel.sock, kernel.clone())));
    }

    /// True when nobody moves until something is let go.
    pub fn resting(&self) -> bool {
        self.resting
    }

    /// True when the run is over.
    pub fn over(&self) -> bool {
        self.over
    }

    /// The roles, as the run declares them.
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// What a role does: the call at the gate that has waited longest, else the one that the kernel has.
    pub fn doing(&self, role: &str) -> Doing<'_> {
        if let Some((_, how)) = self.ended.get_key_value(role) {
            return Doing::Ended(how);
        }
        if !self.begun.contains_key(role) {
            return Doing::NotStarted;
        }
        let own = || self.calls.values().filter(|call| call.enter.role == role);
        let held =
            own().find(|call| call.held.as_deref() == Some(BY_HAND)).or_else(|| own().find(|it| it.held.is_some()));
        if let Some(call) = held {
            let rule = call.held.as_deref().filter(|rule| *rule != BY_HAND);
            return Doing::About { call: &call.enter, prospect: self.prospect(&call.enter), rule };
        }
        own().next().map_or(Doing::Elsewhere, |call| Doing::In(&call.enter))
    }

    /// The call of this role that a person may let go.
    pub fn waiting(&self, role: &str) -> Option<CallId> {
        match self.doing(role) {
            Doing::About { call, rule: None, .. } => Some(call.call),
            _ => None,
        }
    }

    /// The frames on the cable, in the order in which they were sent. How hosts find each other is left out.
    pub fn on_cable(&self) -> impl Iterator<Item = OnCable<'_>> {
        let frames = self.frames.iter().filter(|frame| frame.kind != ARP);
        frames.map(|frame| OnCable { frame, kept: self.kept.contains(&frame.frame) })
    }

    /// The sockets of a role that its kernel knows, with what it held for them when it was last asked.
    pub fn held_for<'a>(&'a self, role: &'a str) -> impl Iterator<Item = (&'a Socket, &'a Kernel)> {
        let own = self.sockets.values().filter(move |socket| socket.role == role);
        let known = own.filter_map(|socket| Some((socket, self.kernel.get(&socket.sock)?)));
        known.filter(|(_, kernel)| kernel.state != "CLOSED")
    }

    fn prospect(&self, call: &Enter) -> Prospect {
        let Some(kernel) = call.sock.and_then(|sock| self.kernel.get(&sock)) else { return Prospect::Open };
        let listens = kernel.state == "LISTEN";
        match call.name.as_str() {
            "accept" if listens && kernel.recv_queue == 0 => Prospect::Waits,
            "accept" if listens => Prospect::Connections(kernel.recv_queue),
            "recv" | "recvfrom" | "recvmsg" | "read" | "readv" => {
                match (&kernel.next_datagram, kernel.state.as_str()) {
                    (Some(bytes), _) => Prospect::Datagram(*bytes),
                    (None, "UNCONNECTED" | "CONNECTED") if kernel.recv_queue == 0 => Prospect::Waits,
                    (None, "UNCONNECTED" | "CONNECTED") => Prospect::Open,
                    (None, _) if kernel.recv_queue > 0 => Prospect::Bytes(kernel.recv_queue),
                    (None, "CLOSE-WAIT" | "LAST-ACK" | "CLOSING") => Prospect::End,
                    (None, "ESTABLISHED" | "FIN-WAIT-1" | "FIN-WAIT-2") => Prospect::Waits,
                    _ => Prospect::Open,
                }
            }
            _ => Prospect::Open,
        }
    }
}
