//! The roles: when each starts, what it reads and prints, how it ended.

use super::engine::Engine;
use super::limits::{self, Cpu};
use super::plan::{PlannedRole, Stdin};
use super::splice::pipe_number;
use super::stops::Task;
use crate::notation::Rule;
use crate::recording::{Action, Event, Input, Output, Spawn};
use crate::sys::process::{self, Program};
use crate::sys::tracee;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

/// The most text of one role that is recorded, bytes.
const MOST_OUTPUT: usize = 1 << 20;
/// The most lines: a program that prints empty ones would make a recording of a hundred times what it printed.
const MOST_LINES: usize = 20_000;

/// A role as the run goes on.
pub(crate) struct RoleState {
    /// Its process, once started.
    pub pid: Option<i32>,
    /// True once its own program runs (exec succeeded).
    pub running: bool,
    /// True once it listens or is bound.
    pub ready: bool,
    /// The process that then did.
    pub ready_as: Option<i32>,
    /// All processes and threads it ever had. Those that ended may still be known to their parents, as zombies.
    pub numbers: HashSet<i32>,
    /// Processor time it has used.
    pub cpu: Cpu,
    /// The file that its standard output goes to.
    pub stdout_file: Option<File>,
    /// Bytes read of its standard output and error.
    pub read: u64,
    pub ended: bool,
    /// True when it wrote to something that is no socket since its output was last read.
    pub wrote: bool,
    /// The pipes of its standard input, output and errors.
    pub(super) pipes: Vec<u64>,
    stdin: Option<OwnedFd>,
    unwritten: Vec<u8>,
    talks: bool,
    streams: [Stream; 2],
    exec_error: Option<OwnedFd>,
    printed: usize,
    lines: usize,
    /// True when what it prints is not recorded any more.
    cut: bool,
}

/// One of the two descriptors a role prints to.
#[derive(Default)]
struct Stream {
    pipe: Option<File>,
    rest: Vec<u8>,
}

const STREAMS: [&str; 2] = ["stdout", "stderr"];

impl RoleState {
    pub(crate) fn new(plan: &PlannedRole) -> RoleState {
        let unwritten = match &plan.stdin {
            Stdin::Bytes(bytes) | Stdin::Task(bytes) => bytes.0.clone(),
            _ => Vec::new(),
        };
        RoleState {
            pid: None,
            running: false,
            ready: false,
            ready_as: None,
            numbers: HashSet::new(),
            cpu: Cpu::default(),
            stdout_file: None,
            read: 0,
            ended: false,
            wrote: false,
            pipes: Vec::new(),
            stdin: None,
            unwritten,
            talks: plan.stdin == Stdin::Talk,
            streams: [Stream::default(), Stream::default()],
            exec_error: None,
            printed: 0,
            lines: 0,
            cut: false,
        }
    }

    /// The descriptors on which something of this role can happen.
    pub(crate) fn poll<'a>(&'a self, descriptors: &mut Vec<PollFd<'a>>) {
        for stream in &self.streams {
            if let Some(pipe) = &stream.pipe {
                descriptors.push(PollFd::new(pipe.as_fd(), PollFlags::POLLIN));
            }
        }
        if let (Some(stdin), false) = (&self.stdin, self.unwritten.is_empty()) {
            descriptors.push(PollFd::new(stdin.as_fd(), PollFlags::POLLOUT));
        }
    }
}

/// The filter that stops tracees at these calls and lets everything else run at full speed.
pub(crate) fn filter(calls: impl Iterator<Item = i64>) -> anyhow::Result<seccompiler::BpfProgram> {
    use seccompiler::{SeccompAction, SeccompFilter};
    let arch = std::env::consts::ARCH.try_into().map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let rules = calls.map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, SeccompAction::Trace(0), arch)?;
    let mut program: seccompiler::BpfProgram = filter.try_into()?;
    // The filter begins with a comparison of the architecture, and kills who differs. A 32-bit program is to run, only
    // unread: its calls stop it as well, so that the reader can be told of the first.
    for step in program.iter_mut().take(3).filter(|step| step.k == libc::SECCOMP_RET_KILL_PROCESS) {
        step.k = libc::SECCOMP_RET_TRACE;
    }
    Ok(program)
}

impl Engine {
    /// Starts the roles that serve, and those of the schedule whose moment is the beginning.
    pub(crate) fn start_roles(&mut self) {
        for role in 0..self.roles.len() {
            if self.plan.roles[role].serves() && !self.gate.starts(&self.plan.roles[role].name) {
                self.start(role);
            }
        }
        self.start_clients();
    }

    /// Starts the other roles once every server that was started is ready (or has ended without ever being so).
    pub(crate) fn start_clients(&mut self) {
        let waiting = self.plan.roles.iter().enumerate().any(|(role, plan)| {
            plan.serves() && !self.gate.starts(&plan.name) && !self.roles[role].ready && !self.gone(role)
        });
        if waiting {
            return;
        }
        for role in 0..self.roles.len() {
            let plan = &self.plan.roles[role];
            if !plan.serves()
                && self.roles[role].pid.is_none()
                && !self.roles[role].ended
                && !self.gate.starts(&plan.name)
            {
                self.start(role);
            }
        }
    }

    /// True when nobody is left of a role: neither the process it was started as, nor what that one left behind (a server
    /// that becomes a daemon ends twice before it listens).
    pub(crate) fn gone(&self, role: usize) -> bool {
        self.roles[role].ended && !self.tasks.values().any(|task| task.role == role)
    }

    /// True while a role still has to start.
    pub(crate) fn waiting_to_start(&self) -> bool {
        self.gate_pending_for_start()
    }

    /// True while a rule that starts or signals a role could still come true.
    pub(crate) fn gate_pending_for_start(&self) -> bool {
        self.gate.pending() && self.roles.iter().any(|role| role.pid.is_some() && !role.ended)
    }

    /// Carries out a rule that starts or signals a role.
    pub(crate) fn act(&mut self, rule: &Rule, text: String) {
        let (name, signal) = match rule {
            Rule::Start { role, .. } => (role, None),
            Rule::Kill { role, signal, .. } => (role, Some(signal)),
            Rule::Hold { .. } => return,
        };
        let Some(role) = self.plan.roles.iter().position(|plan| plan.name == *name) else { return };
        let t = self.now();
        self.emit(Event::Action(Action { t, rule: text, role: name.clone() }));
        match signal {
            None => self.start(role),
            Some(signal) => {
                let number = signal.parse::<nix::sys::signal::Signal>().map_or(libc::SIGKILL, |signal| signal as i32);
                // All its processes: whoever ends a program means its workers too, and of a role that a shell or a
                // version manager started, the program is the child and not the shell.
                let tasks = self.tasks.values().filter(|task| task.role == role);
                for pid in tasks.map(|task| task.pid).collect::<BTreeSet<i32>>() {
                    process::kill(pid, number);
                    if number == libc::SIGKILL {
                        self.turns.dying.insert(pid);
                    }
                }
            }
        }
    }

    fn start(&mut self, role: usize) {
        if self.roles[role].pid.is_some() {
            return;
        }
        match self.spawn(role) {
            Ok(pid) => {
                self.roles[role].pid = Some(pid);
                self.roles[role].numbers.insert(pid);
                self.tasks.insert(pid, Task { role, pid, ..Task::default() });
                let (t, role) = (self.now(), self.plan.roles[role].name.clone());
                self.emit(Event::Spawn(Spawn { t, role, pid }));
            }
            Err(error) => {
                self.roles[role].ended = true;
                let name = self.plan.roles[role].name.clone();
                let what = self.plan.roles[role].argv.join(" ");
                self.notice(Some(role), format!("could not start `{what}`: {error}"));
                self.gate.note_exited(&name);
            }
        }
    }

    fn spawn(&mut self, role: usize) -> io::Result<i32> {
        let plan = &self.plan.roles[role];
        let mut program = program(plan)?;
        program.limits = plan.limits.map(limits::of_the_kernel).unwrap_or_default();
        let stdout_file = plan.stdout_to.as_ref().map(|name| File::create(Path::new(&plan.directory).join(name)));
        let stdout_file = stdout_file.transpose()?;
        let filter = if plan.guarded.is_some() { &self.guarded_filter } else { &self.filter };
        if let Some(cable) = &self.sandbox.cable {
            let host = cable.hosts.iter().find(|host| host.name == plan.host);
            program.netns = host.map(|host| host.netns.try_clone()).transpose()?;
        }
        let (in_read, in_write) = process::pipe()?;
        let (out_read, out_write) = process::pipe()?;
        let (err_read, err_write) = process::pipe()?;
        let stdout = stdout_file.as_ref().map_or(out_write.as_fd(), |file| file.as_fd());
        let stdio = [in_read.as_fd(), stdout, err_write.as_fd()];
        let (pid, exec_error) = process::spawn(&program, filter, stdio, tracee::seize)?;
        for fd in [&in_write, &out_read, &err_read] {
            fcntl(fd.as_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        let state = &mut self.roles[role];
        state.exec_error = Some(exec_error);
        state.pipes = [&in_write, &out_read, &err_read].into_iter().filter_map(pipe_number).collect();
        state.streams[0].pipe = Some(File::from(out_read));
        state.streams[1].pipe = Some(File::from(err_read));
        state.stdin = Some(in_write);
        state.stdout_file = stdout_file;
        if !state.unwritten.is_empty() && !matches!(plan.stdin, Stdin::Task(_)) {
            let text = String::from_utf8_lossy(&state.unwritten).into_owned();
            let (t, role) = (self.now(), self.plan.roles[role].name.clone());
            self.emit(Event::Input(Input { t, role, text }));
        }
        self.feed(role);
        Ok(pid)
    }

    /// Writes what a role's standard input still has to get; closes it when that is all.
    fn feed(&mut self, role: usize) {
        let state = &mut self.roles[role];
        let Some(stdin) = &state.stdin else { return };
        while !state.unwritten.is_empty() {
            match nix::unistd::write(stdin.as_fd(), &state.unwritten) {
                Ok(written) => drop(state.unwritten.drain(..written)),
                Err(nix::errno::Errno::EAGAIN) => return,
                // It reads no more: not our loss.
                Err(_) => state.unwritten.clear(),
            }
        }
        if !state.talks {
            state.stdin = None;
        }
    }

    /// A person typed something for a role; nothing at all is the end of input.
    pub(crate) fn input(&mut self, name: &str, bytes: Vec<u8>) {
        let Some(role) = self.plan.roles.iter().position(|plan| plan.name == name) else { return };
        if bytes.is_empty() {
            self.roles[role].talks = false;
        } else {
            let (t, text) = (self.now(), String::from_utf8_lossy(&bytes).into_owned());
            self.emit(Event::Input(Input { t, role: name.into(), text }));
            self.roles[role].unwritten.extend(bytes);
        }
        if self.roles[role].pid.is_some() {
            self.feed(role);
        }
    }

    /// Takes in what a role printed, line by line, and gives it what it has to read.
    pub(crate) fn pump(&mut self, role: usize) {
        self.feed(role);
        for (index, stream) in STREAMS.into_iter().enumerate() {
            let mut buffer = [0u8; 16_384];
            // A bounded number of reads: a role that prints for ever must not keep the others from being served.
            for _ in 0..16 {
                let state = &mut self.roles[role].streams[index];
                let Some(pipe) = &mut state.pipe else { break };
                match pipe.read(&mut buffer) {
                    Ok(0) => state.pipe = None,
                    Ok(read) => {
                        self.roles[role].read += read as u64;
                        let state = &mut self.roles[role].streams[index];
                        state.rest.extend_from_slice(&buffer[..read]);
                        self.print_lines(role, index, stream);
                        self.count_output(role);
                        continue;
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                    Err(_) => state.pipe = None,
                }
                self.print_rest(role, index, stream);
                break;
            }
        }
    }

    fn print_lines(&mut self, role: usize, index: usize, stream: &str) {
        while let Some(end) = self.roles[role].streams[index].rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.roles[role].streams[index].rest.drain(..=end).collect();
            self.print(role, stream, &line[..end]);
        }
        // A line without end is printed in pieces, so that it cannot fill the memory.
        if self.roles[role].streams[index].rest.len() > 65_536 {
            self.print_rest(role, index, stream);
        }
    }

    fn print_rest(&mut self, role: usize, index: usize, stream: &str) {
        let rest = std::mem::take(&mut self.roles[role].streams[index].rest);
        if !rest.is_empty() {
            self.print(role, stream, &rest);
        }
    }

    fn print(&mut self, role: usize, stream: &str, line: &[u8]) {
        let state = &mut self.roles[role];
        if state.cut {
            return;
        }
        state.printed += line.len() + 1;
        state.lines += 1;
        let most = match (state.printed > MOST_OUTPUT, state.lines > MOST_LINES) {
            (false, false) => None,
            (true, _) => Some(format!("{MOST_OUTPUT} bytes")),
            (false, true) => Some(format!("{MOST_LINES} lines")),
        };
        if let Some(most) = most {
            state.cut = true;
            self.notice(Some(role), format!("printed more than {most}; the rest is not recorded"));
            return;
        }
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
        let (t, role) = (self.now(), self.plan.roles[role].name.clone());
        self.emit(Event::Output(Output { t, role, stream: stream.into(), text }));
    }

    /// The role's own process ended.
    pub(crate) fn role_ended(&mut self, role: usize, code: Option<i32>) {
        for (index, stream) in STREAMS.into_iter().enumerate() {
            self.print_rest(role, index, stream);
        }
        let state = &mut self.roles[role];
        state.ended = true;
        state.stdin = None;
        // 127 before exec succeeded: the child reported why.
        if !state.running
            && code == Some(127)
            && let Some(error) = state.exec_error.take().and_then(process::exec_error)
        {
            let what = self.plan.roles[role].argv.first().cloned().unwrap_or_default();
            self.notice(Some(role), format!("could not execute `{what}`: {error}"));
        }
    }
}

/// Resolves a role's command; what cannot be found is an error here and not an exit status later.
fn program(plan: &PlannedRole) -> io::Result<Program> {
    let text = |text: &str| CString::new(text).map_err(|_| io::Error::other("a NUL byte in an argument"));
    let name = plan.argv.first().ok_or_else(|| io::Error::other("the command is empty"))?;
    // A name may stand there once only: of two, getenv(3) takes the first and shells take the last.
    let mut env: BTreeMap<String, String> = std::env::vars().collect();
    // Python buffers what it prints to a pipe until it ends; then its lines would all stand at the end of the timeline.
    env.insert("PYTHONUNBUFFERED".into(), "1".into());
    env.extend(plan.env.iter().cloned());
    let path = find(name, &plan.directory).ok_or_else(|| io::Error::other("no such program"))?;
    Ok(Program {
        path: text(&path.to_string_lossy())?,
        argv: plan.argv.iter().map(|word| text(word)).collect::<io::Result<_>>()?,
        env: env.iter().map(|(name, value)| text(&format!("{name}={value}"))).collect::<io::Result<_>>()?,
        directory: text(&plan.directory)?,
        netns: None,
        limits: Vec::new(),
        ordinary_ports: plan.guarded.is_some(),
    })
}

fn find(name: &str, directory: &str) -> Option<PathBuf> {
    if name.contains('/') {
        let path = Path::new(directory).join(name);
        return path.is_file().then_some(path);
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}
