//! Running a plan: from the command line's words to a recording in memory, with signals and typing on the way.

use super::{INTERRUPTED, Usage, cable, step};
use crate::cli::{EngineArgs, ViewArgs, WireKind};
use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use socket_lab::notation::{CABLE_WORDS, CableRule, Rule};
use socket_lab::recorder::{Message, Order, Plan, PlannedWire, Refused, Session, Stdin};
use socket_lab::recording::{Event, Hex, Reason, Recording};
use socket_lab::sandbox;
use socket_lab::view::live::UnderWay;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Once;

/// Milliseconds until a run is ended when nobody says otherwise.
pub const DEADLINE_MS: u64 = 10_000;

/// Addresses in 192.0.2.0/24, where hosts have theirs.
const MOST_HOSTS: usize = 254;

/// What became of a run.
pub enum Outcome {
    /// It ran; the code is 130 when it was interrupted.
    Recorded(Box<Recording>, u8),
    /// No tier was to be had.
    Refused(Refused),
}

/// What joins the programs: what the command line says or implies, else what was said before.
pub fn wire(args: &EngineArgs, said: PlannedWire) -> Result<PlannedWire, Usage> {
    match (args.wire, cable::asked_by(&args.cable)) {
        (Some(WireKind::Loopback), Some(option)) => {
            Err(Usage(format!("--{option} is for a cable, and --wire loopback has none: say --wire cable")))
        }
        (Some(WireKind::Loopback), None) => Ok(PlannedWire::Loopback),
        (Some(WireKind::Cable), _) | (None, Some(_)) => Ok(PlannedWire::Cable),
        (None, None) => Ok(said),
    }
}

/// Adds to a plan what the command line says about it.
pub fn apply(plan: &mut Plan, args: &EngineArgs) -> anyhow::Result<()> {
    let names: Vec<String> = plan.roles.iter().map(|role| role.name.clone()).collect();
    let roles: Vec<&str> = names.iter().map(String::as_str).collect();
    if args.step {
        step::prepare(plan);
    }
    if let Some(file) = &args.schedule_file {
        (plan.schedule, plan.cable) = rules_of(file, &roles, &plan.hosts())?;
        // Who asks for an order gets it: where turns are not given, what no rule speaks of comes as it likes.
        plan.turns = true;
        if !plan.cable.is_empty() && plan.wire != PlannedWire::Cable {
            let what = format!("{} has rules for a cable: say --wire cable", file.display());
            return Err(Usage(what).into());
        }
    }
    for rule in &args.schedule {
        Rule::parse_among(rule, &roles).map_err(|error| Usage(format!("--schedule: {error}\n{}", error.caret())))?;
        plan.schedule.push(rule.clone());
    }
    let rules = cable::rules(&args.cable, &roles, &plan.hosts())?;
    plan.cable.extend(rules);
    plan.tcp_info |= args.tcp_info;
    if let Some(seconds) = args.timeout {
        if !(seconds > 0.0 && seconds <= 86_400.0) {
            return Err(Usage("--timeout takes seconds, more than 0 and at most 86400".into()).into());
        }
        plan.deadline_ms = milliseconds(seconds);
    }
    if let Some(mtu) = args.mtu {
        let most = if plan.wire == PlannedWire::Cable { 65_535 } else { 65_536 };
        if !(68..=most).contains(&mtu) {
            return Err(Usage(format!("--mtu takes 68 to {most} bytes (RFC 791 asks for 68 at least)")).into());
        }
        match plan.wire {
            PlannedWire::Loopback => plan.mtu = Some(mtu),
            // A rule, so that it comes after those that the lesson has for its hosts.
            PlannedWire::Cable => plan.cable.push(format!("mtu {mtu}")),
        }
    }
    if plan.wire == PlannedWire::Cable && plan.hosts().len() > MOST_HOSTS {
        return Err(Usage(format!("a cable joins {MOST_HOSTS} hosts at most")).into());
    }
    for given in &args.stdin {
        let (role, file) = given.split_once('=').ok_or_else(|| Usage(format!("--stdin {given}: write ROLE=FILE")))?;
        let bytes = std::fs::read(file).with_context(|| format!("reading {file} for the role {role}"))?;
        role_named(plan, role)?.stdin = Stdin::Bytes(Hex(bytes));
    }
    if let Some(role) = &args.talk {
        role_named(plan, role)?.stdin = Stdin::Talk;
        if args.timeout.is_none() {
            plan.deadline_ms = plan.deadline_ms.max(600_000); // a person thinks
        }
    }
    Ok(())
}

/// The rules of a file, of a schedule and of a cable: one a line, empty lines and `#` remarks between.
fn rules_of(file: &Path, roles: &[&str], hosts: &[&str]) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    let (mut schedule, mut cable) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            continue;
        }
        match (Rule::parse_among(rule, roles), CableRule::parse_among(rule, roles, hosts)) {
            (Ok(_), _) => schedule.push(rule.to_owned()),
            (_, Ok(_)) => cable.push(rule.to_owned()),
            (Err(one), Err(other)) => {
                // Which it was to be is told by its first word.
                let is_cable = rule.split(' ').next().is_some_and(|word| CABLE_WORDS.contains(&word));
                let error = if is_cable { other } else { one };
                return Err(Usage(format!("{name}, line {number}: {error}\n{}", error.caret())).into());
            }
        }
    }
    Ok((schedule, cable))
}

fn role_named<'a>(plan: &'a mut Plan, name: &str) -> anyhow::Result<&'a mut socket_lab::recorder::PlannedRole> {
    let names: Vec<String> = plan.roles.iter().map(|role| role.name.clone()).collect();
    plan.roles
        .iter_mut()
        .find(|role| role.name == name)
        .ok_or_else(|| Usage(format!("there is no role `{name}`; this run has {}", names.join(", "))).into())
}

/// Seconds of the command line or lesson.toml in milliseconds.
pub fn milliseconds(seconds: f64) -> u64 {
    (seconds.clamp(0.001, 86_400.0) * 1000.0) as u64
}

/// Starts a run, says what was refused on the way, and has signals come as messages.
pub fn open(plan: &Plan, args: &EngineArgs) -> anyhow::Result<Result<Session, Refused>> {
    // Before the first role runs: a signal that comes early must not end us without a word.
    let signals = block_signals()?;
    let session = match Session::start(plan, args.tier) {
        Ok(session) => session,
        Err(error) => return error.downcast::<Refused>().map(Err),
    };
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
    watch_signals(&session, signals);
    Ok(Ok(session))
}

/// Runs a plan to its end, by itself or step by step.
pub fn run(plan: &Plan, args: &EngineArgs, view: &ViewArgs) -> anyhow::Result<Outcome> {
    if args.step { step::run(plan, args, view) } else { record(plan, args) }
}

fn record(plan: &Plan, args: &EngineArgs) -> anyhow::Result<Outcome> {
    let deadline = std::time::Duration::from_millis(plan.deadline_ms + 5_000);
    let mut session = match open(plan, args)? {
        Ok(session) => session,
        Err(refused) => return Ok(Outcome::Refused(refused)),
    };
    let mut live = args.talk.as_ref().map(|role| Live::start(&session, role));
    let mut recording = Recording { header: session.header.clone(), events: Vec::new() };
    let mut interrupted = false;
    loop {
        // The recorder keeps the run's deadline; this one is for a recorder that hangs.
        let waiting = live.as_ref().is_some_and(Live::has_lines);
        let Ok(message) = session.messages.recv_timeout(if waiting { LIVE_PAUSE } else { deadline }) else {
            match &mut live {
                Some(live) if waiting => live.print(u64::MAX),
                _ => anyhow::bail!("the recorder does not answer; please report this with the command you ran"),
            }
            continue;
        };
        match message {
            Message::Event(event) => {
                if let Some(live) = &mut live {
                    live.event(&event);
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

/// The signals that ask us to end, blocked in this thread and in all that it starts from now on.
pub fn block_signals() -> anyhow::Result<SigSet> {
    let mut set = SigSet::empty();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        set.add(signal);
    }
    set.thread_block().context("blocking signals")?;
    Ok(set)
}

/// Turns blocked signals into messages: one thread waits for them.
fn watch_signals(session: &Session, set: SigSet) {
    let sender = session.sender();
    std::thread::spawn(move || {
        while let Ok(signal) = set.wait() {
            if sender.send(Message::Signal(signal as i32)).is_err() {
                return;
            }
        }
    });
}

/// How long lines wait for a frame that belongs before them: the kernel hands frames over a millisecond late.
const LIVE_PAUSE: std::time::Duration = std::time::Duration::from_millis(3);

/// `--talk`: what the person types goes to a role, and what happens is told as it happens.
struct Live {
    under_way: UnderWay,
    /// Lines not printed yet, with their time stamps.
    lines: Vec<(u64, String)>,
}

impl Live {
    fn start(session: &Session, role: &str) -> Live {
        let sender = session.sender();
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().split(b'\n') {
                let Ok(mut line) = line else { break };
                line.push(b'\n');
                if sender.send(Message::Typed(Some(line))).is_err() {
                    return;
                }
            }
            let _ = sender.send(Message::Typed(None));
        });
        if std::io::stdin().is_terminal() {
            say!("lab: you type to `{role}`; Ctrl-D ends its input, Ctrl-C ends the run and shows the timeline\n");
        }
        Live { under_way: UnderWay::default(), lines: Vec::new() }
    }

    fn has_lines(&self) -> bool {
        !self.lines.is_empty()
    }

    /// One line per event, as it comes. The timeline with its lanes follows when the run is over.
    fn event(&mut self, event: &Event) {
        if let Some(line) = self.under_way.line(event) {
            self.lines.push((event.t(), line));
        }
        self.print(event.t().saturating_sub(LIVE_PAUSE.as_nanos() as u64));
    }

    /// Prints the lines up to this time, in the order in which their events happened.
    fn print(&mut self, until: u64) {
        self.lines.sort_by_key(|(t, _)| *t);
        let count = self.lines.partition_point(|(t, _)| *t <= until);
        for (_, line) in self.lines.drain(..count) {
            // A reader who has gone away does not end the run: the recording is still wanted.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }
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

/// Once in a process folders are looked for that others left behind.
static SWEPT: Once = Once::new();

/// How long ago a folder that nobody owns any more must have been changed.
const OLD: std::time::Duration = std::time::Duration::from_secs(3600);

/// Removes the folders of processes that were killed before they could. Another user's cannot be removed, which is no error.
fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("lab-").and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        // A process of another container that shares this place has no number here; its folder is not old.
        let changed = entry.metadata().and_then(|data| data.modified());
        let old = changed.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > OLD));
        if old && pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder that lives as long as the run.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes a new, empty folder in the system's place for temporary files.
    pub fn new() -> anyhow::Result<Scratch> {
        SWEPT.call_once(sweep);
        for attempt in 0..100 {
            let path = std::env::temp_dir().join(format!("lab-{}-{attempt}", std::process::id()));
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Scratch(path)),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error).with_context(|| format!("making the folder {}", path.display())),
            }
        }
        anyhow::bail!("no free name for a temporary folder in {}", std::env::temp_dir().display())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{PlannedWire, apply, wire};
    use crate::cli::{Cli, EngineArgs};
    use clap::Parser;
    use socket_lab::recorder::{Plan, PlannedRole};

    fn engine(options: &[&str]) -> EngineArgs {
        Cli::parse_from(["lab", "05"].iter().chain(options)).run.engine
    }

    fn plan(wire: PlannedWire) -> Plan {
        let role = |name: &str| PlannedRole {
            name: name.into(),
            host: name.into(),
            directory: "/".into(),
            ..PlannedRole::default()
        };
        Plan { roles: vec![role("server"), role("client")], wire, ..Plan::default() }
    }

    #[test]
    fn the_command_line_decides_about_the_wire_and_what_was_said_before_otherwise() {
        use PlannedWire::{Cable, Loopback};
        for (options, said, joined) in [
            (&[][..], Loopback, Loopback),
            (&[], Cable, Cable),
            (&["--wire", "cable"], Loopback, Cable),
            (&["--wire", "loopback"], Cable, Loopback),
            (&["--delay", "5ms"], Loopback, Cable),
            (&["--wire", "cable", "--delay", "5ms"], Loopback, Cable),
            (&["--mtu", "1400"], Loopback, Loopback),
        ] {
            assert_eq!(wire(&engine(options), said).ok(), Some(joined), "{options:?}");
        }
        let error = wire(&engine(&["--wire", "loopback", "--loss", "5%"]), Cable).unwrap_err().to_string();
        assert!(error.contains("--loss is for a cable"), "{error}");
    }

    #[test]
    fn an_mtu_is_the_loopbacks_or_the_last_rule_for_every_host() {
        let options = engine(&["--mtu", "1400", "--cable", "mtu server 576"]);
        let mut on_cable = plan(PlannedWire::Cable);
        apply(&mut on_cable, &options).unwrap();
        assert_eq!((on_cable.mtu, &on_cable.cable[..]), (None, &["mtu server 576".to_string(), "mtu 1400".into()][..]));
        let mut on_loopback = plan(PlannedWire::Loopback);
        apply(&mut on_loopback, &engine(&["--mtu", "65536"])).unwrap();
        assert_eq!(on_loopback.mtu, Some(65_536));
        assert!(apply(&mut on_cable, &engine(&["--mtu", "65536"])).is_err());
        assert!(apply(&mut on_cable, &engine(&["--mtu", "67"])).is_err());
    }
}
