//! The recorder process: its state and its one loop.
//!
//! ptrace answers only to the thread that attached, so one thread does everything but the writing. It waits in two ways.
//! While tracees stop again and again it sleeps in `waitpid`, which wakes it sooner and for less than a signal would, and
//! a tick each millisecond makes it look at everything else. Once they are quiet it sleeps in `ppoll` on everything else
//! (output of the roles, frames, orders, time); SIGCHLD is blocked except in there, so a stop that happens at any other
//! moment is seen at the next turn.

use super::cable::{Carrier, Rules};
use super::clock::WallClock;
use super::gate::Gate;
use super::guard::Guards;
use super::hosts::Hosts;
use super::limits::Watch;
use super::output::Output;
use super::plan::{Order, Plan};
use super::roles::RoleState;
use super::sockets::Sockets;
use super::source::Sources;
use super::stops::Task;
use super::turns::Turns;
use super::{decode, frames};
use crate::recording::{self, Event, Header, Nanos, Notice, Reason, Role, VERSION};
use crate::sandbox::{self, Sandbox};
use crate::sys::process;
use crate::sys::wait::{self, Report};
use anyhow::Context;
use nix::poll::{PollFd, PollFlags};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::time::TimeSpec;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Duration;

/// How long nothing may happen before servers that nobody talks to any more are considered done, where the plan says
/// nothing else.
const QUIET: Duration = Duration::from_millis(30);
/// Where turns are given, a run is made of many short ones, and the kernel's timers do not wait for them: on a busy machine a
/// delayed ACK (40 ms) would overtake a program that answers at once.
const SLICE: Nanos = 100_000;
/// How long a call that was released waits for what it was held for to arrive in its queue.
const SETTLE: Duration = Duration::from_millis(250);

/// How long a tracee's stops can keep the recorder from looking at anything else.
const TICK: Duration = Duration::from_millis(1);
/// How long after the last frame or stop the next one is looked for without sleeping: to be woken takes longer than a frame
/// may wait on a cable.
const ATTENTION: Duration = Duration::from_micros(100);
/// Ticks without a stop after which the tracees are quiet.
const QUIET_TICKS: u32 = 2;

/// Everything the recorder knows.
pub(crate) struct Engine {
    pub plan: Plan,
    pub sandbox: Sandbox,
    pub roles: Vec<RoleState>,
    pub tasks: HashMap<i32, Task>,
    /// Tracees whose first stop came before the event that tells whose they are.
    pub early: HashSet<i32>,
    pub sockets: Sockets,
    pub gate: Gate,
    pub namer: frames::Namer,
    pub carrier: Carrier,
    pub filter: seccompiler::BpfProgram,
    /// For roles that are guarded.
    pub guarded_filter: seccompiler::BpfProgram,
    pub guards: Guards,
    pub watch: Watch,
    /// Calls made so far per role and name.
    pub counts: HashMap<(usize, &'static str), u32>,
    pub calls: u64,
    pub frames: u64,
    /// Datagrams sent to and seen for each UDP port: what a held recvfrom waits for.
    pub datagrams_sent: HashMap<u16, u64>,
    pub datagrams_seen: HashMap<u16, u64>,
    pub over: Option<Reason>,
    /// Remarks made so far: each once a role.
    pub told: HashSet<(usize, &'static str)>,
    /// Tracees that ended before the event that tells whose they are.
    pub late: HashSet<i32>,
    pub turns: Turns,
    /// Where a person steps: the lines of the programs.
    pub sources: Option<Sources>,
    /// Room for the reports of one turn.
    reports: Vec<((i32, Report), Nanos)>,
    orders: Vec<u8>,
    orders_open: bool,
    pub(super) output: Output,
    pub started: i128,
    pub wall: WallClock,
    /// How far the wall clock was ahead when the run began.
    ahead: i128,
    /// When something last happened.
    pub last: Nanos,
    /// True when nothing was recorded since it was last told that nobody moves.
    pub rested: bool,
}

/// Entry of the recorder process: reads the plan, enters the sandbox, runs. Prints either a refusal or a recording.
pub fn main(tier: u8) -> anyhow::Result<()> {
    process::die_with_parent();
    process::adopt_orphans();
    let (plan, orders) = read_plan()?;
    let sandbox = match sandbox::enter(tier, &plan.network()) {
        Ok(sandbox) => sandbox,
        Err(refusal) => {
            writeln!(io::stdout(), "{}", serde_json::to_string(&super::session::First::Refused(refusal))?)?;
            return Ok(());
        }
    };
    // unshare may have cleared the request to die with the parent; the parent may have died since.
    process::die_with_parent();
    if plan.turns {
        process::short_slices(SLICE);
        process::exact_naps();
    }
    Engine::new(plan, sandbox, orders)?.run()
}

/// The first line of standard input, and what came with it: orders that were given before the run began.
fn read_plan() -> anyhow::Result<(Plan, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 65_536];
    let end = loop {
        match nix::unistd::read(io::stdin().as_fd(), &mut chunk).context("reading the plan")? {
            0 => anyhow::bail!("the plan ends before its line does"),
            read => {
                let looked = bytes.len();
                bytes.extend_from_slice(&chunk[..read]);
                if let Some(end) = bytes[looked..].iter().position(|byte| *byte == b'\n') {
                    break looked + end;
                }
            }
        }
    };
    let orders = bytes.split_off(end + 1);
    Ok((serde_json::from_slice(&bytes).context("the plan is damaged")?, orders))
}

extern "C" fn nothing(_: i32) {}

impl Engine {
    fn new(plan: Plan, sandbox: Sandbox, orders: Vec<u8>) -> anyhow::Result<Engine> {
        let schedule = plan
            .schedule
            .iter()
            .map(|line| Ok((line.parse()?, line.clone())))
            .collect::<Result<Vec<_>, crate::notation::ParseError>>()?;
        let started = process::clock(libc::CLOCK_MONOTONIC);
        let mut wall = WallClock::new();
        let ahead = wall.ahead_now();
        let header = Header {
            version: VERSION,
            lab: env!("CARGO_PKG_VERSION").into(),
            title: plan.title.clone(),
            epoch_ns: (started + ahead) as u64,
            kernel: nix::sys::utsname::uname()?.release().to_string_lossy().into_owned(),
            tier: sandbox.tier,
            wire: recording::Wire {
                kind: if sandbox.cable.is_some() { "cable" } else { "loopback" }.into(),
                mtu: sandbox.mtu,
                captured: sandbox.capture.is_some() || sandbox.cable.is_some(),
                note: sandbox.note.clone(),
                private: sandbox.private,
                hosts: sandbox.cable.as_ref().map(super::network::listed).unwrap_or_default(),
            },
            roles: plan
                .roles
                .iter()
                .map(|role| Role { name: role.name.clone(), argv: role.argv.clone(), host: plan.host_name(role) })
                .collect(),
            schedule: plan.schedule.clone(),
            cable: plan.cable.clone(),
            turns: plan.turns,
            deadline_ns: plan.deadline_ms * 1_000_000,
            story: plan.story.clone(),
        };
        let rules = Rules::new(&plan.cable)?;
        let hosts = match &sandbox.cable {
            Some(cable) => Hosts::of(cable, plan.host_numbers()),
            None => Hosts::one(),
        };
        let mut gate = Gate::new(schedule, plan.by_hand);
        gate.watch(rules.awaited());
        let output = Output::start(&header)?;
        let sources = plan.by_hand.then(Sources::default);
        Ok(Engine {
            roles: plan.roles.iter().map(RoleState::new).collect(),
            filter: super::roles::filter(decode::traced_calls())?,
            guarded_filter: super::roles::filter(decode::traced_calls().chain(decode::guarded_calls()))?,
            guards: Guards::of(&plan.roles),
            watch: Watch::new(&plan),
            plan,
            sandbox,
            tasks: HashMap::new(),
            early: HashSet::new(),
            sockets: Sockets::new(hosts),
            gate,
            namer: frames::Namer::default(),
            carrier: Carrier::new(rules),
            counts: HashMap::new(),
            calls: 0,
            frames: 0,
            datagrams_sent: HashMap::new(),
            datagrams_seen: HashMap::new(),
            over: None,
            told: HashSet::new(),
            late: HashSet::new(),
            turns: Turns::default(),
            sources,
            reports: Vec::new(),
            orders,
            orders_open: true,
            output,
            started,
            wall,
            ahead,
            last: 0,
            rested: false,
        })
    }

    /// Nanoseconds since the run began.
    pub(crate) fn now(&self) -> Nanos {
        (process::clock(libc::CLOCK_MONOTONIC) - self.started).max(0) as Nanos
    }

    /// Writes an event. When nobody reads any more, the run is over.
    pub(crate) fn emit(&mut self, event: Event) {
        self.last = self.last.max(event.t());
        self.watch.something_happened();
        self.rested = false;
        self.output.event(event);
    }

    pub(crate) fn notice(&mut self, role: Option<usize>, text: String) {
        let role = role.map(|role| self.plan.roles[role].name.clone());
        let t = self.now();
        self.emit(Event::Notice(Notice { t, role, text }));
    }

    fn run(mut self) -> anyhow::Result<()> {
        let mut blocked = SigSet::empty();
        blocked.add(Signal::SIGCHLD);
        let open = SigSet::empty();
        sigprocmask(SigmaskHow::SIG_SETMASK, Some(&blocked), None)?;
        let action = SigAction::new(SigHandler::Handler(nothing), SaFlags::empty(), SigSet::empty());
        crate::sys::process::on_signal(Signal::SIGCHLD, &action)?;
        crate::sys::process::on_signal(Signal::SIGALRM, &action)?;

        self.start_roles();
        self.obey();
        while self.over.is_none() && !self.output.failed() {
            match (self.plan.turns, self.sandbox.cable.is_some()) {
                (true, _) => self.follow_in_turns()?,
                (false, true) => self.follow_and_carry()?,
                (false, false) => self.follow_tracees()?,
            }
            if self.over.is_none() && !self.output.failed() {
                self.tell_rest();
                self.wait(&open)?;
            }
        }
        self.finish();
        Ok(())
    }

    /// Takes in what tracees report until they are quiet, and every tick what came on descriptors meanwhile.
    fn follow_tracees(&mut self) -> io::Result<()> {
        let mut quiet = QUIET_TICKS;
        let mut ticking = false;
        let mut looked = self.now();
        loop {
            // Frames first, and at each turn: the ring holds a quarter of a second of blocks that are a millisecond old, however
            // few frames are in them.
            self.drain_frames();
            // Asked without waiting until one has come: most turns of a quiet run end here.
            let report = if ticking { wait::next_or_signal()? } else { wait::next()? };
            match report {
                Some(first) => {
                    self.take_in(first)?;
                    quiet = 0;
                }
                None => quiet += 1,
            }
            self.follow_schedule();
            let now = self.now();
            self.decide_end(now);
            if self.over.is_some() || self.output.failed() || quiet >= QUIET_TICKS || self.settling() {
                break;
            }
            if !ticking {
                wait::tick_every(TICK);
                ticking = true;
            }
            if now > looked + TICK.as_nanos() as u64 {
                looked = now;
                self.look(&SigSet::all(), Duration::ZERO)?;
            }
        }
        if ticking {
            wait::tick_every(Duration::ZERO);
        }
        Ok(())
    }

    /// Takes in what tracees report and carries frames, until there is neither. Never sleeps in `waitpid`: a frame must not
    /// wait for a tick.
    fn follow_and_carry(&mut self) -> io::Result<()> {
        let mut looked = self.now();
        let mut busy = looked;
        loop {
            let carried = self.carry_one();
            let report = wait::next()?;
            if report.is_some() || carried {
                busy = self.now();
            }
            if let Some(first) = report {
                self.take_in(first)?;
            }
            self.follow_schedule();
            let now = self.now();
            self.decide_end(now);
            if self.over.is_some() || self.output.failed() || now > busy + ATTENTION.as_nanos() as u64 {
                return Ok(());
            }
            if now > looked + TICK.as_nanos() as u64 {
                looked = now;
                self.look(&SigSet::all(), Duration::ZERO)?;
            }
        }
    }

    /// Takes in a report together with all that are waiting behind it. One at a time would be unfair: waitpid prefers some
    /// tracees to others, and a busy one that it prefers would keep the rest from ever being let go.
    fn take_in(&mut self, first: (i32, Report)) -> io::Result<()> {
        let mut reports = std::mem::take(&mut self.reports);
        reports.push((first, self.now()));
        while let Some(next) = wait::next()? {
            reports.push((next, self.now()));
        }
        for ((tid, report), at) in reports.drain(..) {
            self.on_report(tid, report, at);
        }
        self.reports = reports;
        Ok(())
    }

    /// Sleeps until something can have changed, then takes in what arrived on descriptors.
    fn wait(&mut self, mask: &SigSet) -> io::Result<()> {
        let patience = self.patience();
        let before = self.now();
        self.look(mask, patience)?;
        self.carrier.rested(self.now() - before);
        Ok(())
    }

    /// Waits so long for something on the descriptors and takes it in.
    fn look(&mut self, mask: &SigSet, patience: Duration) -> io::Result<()> {
        self.output.hand_over();
        let stdin = io::stdin();
        let mut descriptors = Vec::new();
        if self.orders_open {
            descriptors.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        if let Some(capture) = &self.sandbox.capture {
            descriptors.push(PollFd::new(capture.as_fd(), PollFlags::POLLIN));
        }
        if let Some(cable) = &self.sandbox.cable {
            descriptors.push(PollFd::new(cable.taps.as_fd(), PollFlags::POLLIN));
        }
        for role in &self.roles {
            role.poll(&mut descriptors);
        }
        let timeout = TimeSpec::from_duration(patience);
        match nix::poll::ppoll(&mut descriptors, Some(timeout), Some(*mask)) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(nix::errno::Errno::EINTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let orders = self.orders_open && descriptors[0].any().unwrap_or(false);
        drop(descriptors);
        if orders {
            self.read_orders();
        }
        for role in 0..self.roles.len() {
            self.pump(role);
        }
        Ok(())
    }

    /// How long nothing can become due: until the deadline, the next look at a held call, or the end of the quiet.
    fn patience(&self) -> Duration {
        let now = self.now();
        let deadline = Duration::from_nanos((self.plan.deadline_ms * 1_000_000).saturating_sub(now));
        let deadline = match self.carrier.transit.due() {
            Some(due) => deadline.min(Duration::from_nanos(due.saturating_sub(self.cable_now()))),
            None => deadline,
        };
        if self.settling() {
            return deadline.min(Duration::from_micros(200));
        }
        let soon = self.connections_unsure() || self.rest_untold();
        let pause = if soon { TICK } else { self.watch.pause() };
        let deadline = deadline.min(pause);
        if self.only_servers_left() {
            return deadline.min(self.quiet().min(Duration::from_millis(5)));
        }
        deadline
    }

    /// How long nothing may happen before servers that nobody talks to any more are considered done.
    fn quiet(&self) -> Duration {
        self.plan.quiet_ms.map_or(QUIET, Duration::from_millis)
    }

    /// True while a call that was released waits for its queue to fill, which nothing announces.
    pub(crate) fn settling(&self) -> bool {
        self.tasks.values().any(|task| task.settling.is_some())
    }

    /// Takes in orders that have come, without waiting for any.
    pub(crate) fn look_for_orders(&mut self) {
        let come = self.orders_open && {
            let stdin = io::stdin();
            let mut descriptor = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
            nix::poll::poll(&mut descriptor, nix::poll::PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
        };
        if come {
            self.read_orders();
        }
    }

    fn read_orders(&mut self) {
        let mut buffer = [0u8; 65_536];
        match nix::unistd::read(io::stdin().as_fd(), &mut buffer) {
            Ok(0) => {
                // Whoever asked for this run is gone.
                self.orders_open = false;
                self.over = Some(Reason::Interrupted);
            }
            Ok(read) => self.orders.extend_from_slice(&buffer[..read]),
            Err(_) => {}
        }
        self.obey();
    }

    /// Carries out the orders that have come whole.
    fn obey(&mut self) {
        while let Some(end) = self.orders.iter().position(|byte| *byte == b'\n') {
            // Each is answered by a rest, also one that came too late to change anything.
            self.rested = false;
            let line: Vec<u8> = self.orders.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(Order::Stop) => self.over = Some(Reason::Interrupted),
                Ok(Order::Go { call }) => self.gate.let_go(call),
                Ok(Order::Carry { frame, fate }) => self.carry_by_hand(frame, fate),
                Ok(Order::Free { ms }) => self.step_no_further(ms),
                Ok(Order::Input { role, bytes }) => self.input(&role, bytes.0),
                Err(_) => {}
            }
        }
    }

    /// Asks for a socket's addresses and records what is new.
    pub(crate) fn learned(&mut self, sock: u32, pid: i32, fd: i32, told: super::sockets::Told<'_>) {
        if let Some(mut record) = self.sockets.learn(sock, pid, fd, told) {
            record.t = self.now();
            self.emit(Event::Socket(record));
        }
    }

    pub(crate) fn emit_socket(&mut self, fresh: Option<recording::Socket>) {
        if let Some(mut record) = fresh {
            record.t = self.now();
            self.emit(Event::Socket(record));
        }
    }

    /// How far the wall clock has moved against the monotonic one since the start.
    pub(crate) fn clock_step(&mut self) -> i64 {
        (self.wall.ahead_now() - self.ahead) as i64
    }

    /// The run's time of a stamp of the wall clock.
    pub(crate) fn since_start(&mut self, stamp: i128) -> Nanos {
        (stamp - self.wall.ahead_now() - self.started).max(0) as Nanos
    }

    /// Carries out what the schedule has made due: starts, signals, releases. True when it set a task going.
    pub(crate) fn follow_schedule(&mut self) -> bool {
        let due = self.gate.due();
        let acted = !due.is_empty();
        for (rule, text) in due {
            self.act(&rule, text);
        }
        // Where turns are given, one goes on at a time: whom a signal sets going, before whom a call is let go for.
        if acted && self.plan.turns {
            self.start_clients();
            return true;
        }
        let waiting = self.tasks.iter().filter(|(_, task)| task.held.is_some());
        let mut held: Vec<(usize, i32)> = waiting.map(|(tid, task)| (task.role, *tid)).collect();
        held.sort_unstable();
        let mut released = false;
        for (_, tid) in held {
            released |= self.try_release(tid, SETTLE);
            // Where turns are given, one goes on at a time.
            if released && self.plan.turns {
                break;
            }
        }
        self.start_clients();
        released
    }

    /// Ends the run when its deadline has come, or when nobody reads what it gives.
    pub(crate) fn out_of_time(&mut self, now: Nanos) -> bool {
        self.watch_limits(now);
        if now >= self.plan.deadline_ms * 1_000_000 {
            self.over = Some(Reason::Deadline);
        }
        self.over.is_some() || self.output.failed()
    }

    /// Ends the run when there is nothing left to see, or no time.
    pub(crate) fn decide_end(&mut self, now: Nanos) {
        if self.out_of_time(now) {
            return;
        }
        let all_ended = self.roles.iter().all(|role| role.ended || role.pid.is_none());
        let nobody_left = all_ended && self.tasks.is_empty() && !self.waiting_to_start();
        let quiet = now.saturating_sub(self.last) > self.quiet().as_nanos() as u64;
        // A task that waits for its turn is stopped, which looks like sleep, and the lab may have been kept from going on.
        let asleep = || self.turns.is_empty() && self.all_asleep();
        let done = nobody_left || (self.only_servers_left() && quiet && asleep());
        // What a program has left to its kernel is still on its way, and what a person keeps on the cable is not over.
        if done && !self.frames_kept() && !self.frames_under_way() && !self.connections_pending() {
            self.over = Some(Reason::Done);
        } else {
            self.count_rest(now);
        }
    }

    /// True when a run has clients, all of them have come and gone, no server is still on its way to its socket, and the
    /// schedule has nothing left to do.
    fn only_servers_left(&self) -> bool {
        let mut any = false;
        for (role, plan) in self.plan.roles.iter().enumerate() {
            let state = &self.roles[role];
            let busy = if plan.serves() { state.pid.is_some() && !state.ready } else { true };
            if busy && !self.gone(role) {
                return false;
            }
            any |= !plan.serves();
        }
        any && !self.gate_pending_for_start() && !self.tasks.values().any(|task| task.held.is_some())
    }

    /// True when no task is computing: a server that still works on something gets the time to finish it.
    pub(crate) fn all_asleep(&self) -> bool {
        self.tasks.iter().all(|(tid, task)| task.sleep.asleep(*tid))
    }

    /// Returns when all events are written.
    pub(crate) fn close_output(&mut self) {
        self.output.finish();
    }
}
