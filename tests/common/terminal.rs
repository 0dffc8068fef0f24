//! A pseudo-terminal for a program, as a window would be one: it is the program's controlling terminal, so what is typed
//! there is a signal or an end of input as for a person.

use super::{Folder, tool, wait_until};
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, poll};
use nix::pty::{grantpt, posix_openpt, ptsname_r, unlockpt};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Milliseconds between two looks whether the window is to be closed.
const LOOK: u16 = 20;

/// Runs its arguments between two looks at the terminal's settings, as a shell would. The trap keeps a signal to all from
/// ending the script; a signal that is caught is set back for what it starts.
const SCRIPT: &str = "stty cols \"$COLS\" rows \"$ROWS\"; stty -a > \"$BEFORE\"; trap : INT HUP TERM; \"$@\"; code=$?; \
                      stty -a > \"$AFTER\"; exit $code";

/// A shell with jobs: what it runs can be stopped with Ctrl-Z; it tells so, and continues it when a line is typed.
const WITH_JOBS: &str = "stty cols \"$COLS\" rows \"$ROWS\"; stty -a > \"$BEFORE\"; set -m; \"$@\"; \
                         stty -a > \"$STOPPED\"; echo it has stopped; read line; fg; code=$?; \
                         stty -a > \"$AFTER\"; exit $code";

/// A terminal with a program in it.
pub struct Terminal {
    child: Child,
    keyboard: File,
    path: PathBuf,
    screen: Arc<Mutex<Vec<u8>>>,
    /// What a person sees in the window.
    window: Arc<Mutex<vt100::Parser>>,
    reader: JoinHandle<()>,
    closed: Arc<AtomicBool>,
    folder: Folder,
}

/// A new pseudo-terminal and the path of its other end. Nobody who is started meanwhile gets it too, or it would not be
/// closed when we close it.
fn window() -> (File, PathBuf) {
    let window = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).expect("a pseudo-terminal");
    grantpt(&window).and_then(|()| unlockpt(&window)).expect("its other end");
    let path = ptsname_r(&window).expect("its name");
    (File::from(OwnedFd::from(window)), path.into())
}

fn cells(count: usize) -> NonZero<u16> {
    u16::try_from(count).ok().and_then(NonZero::new).expect("a window has rows and columns")
}

impl Terminal {
    /// A command in a terminal of so many columns and rows. None, and said, when the tools are missing.
    pub fn start(name: &str, size: (usize, usize), command: &Command) -> Option<Terminal> {
        Terminal::with(name, size, command, SCRIPT)
    }

    /// The same, in a shell with jobs.
    pub fn with_jobs(name: &str, size: (usize, usize), command: &Command) -> Option<Terminal> {
        Terminal::with(name, size, command, WITH_JOBS)
    }

    fn with(name: &str, (columns, rows): (usize, usize), program: &Command, script: &str) -> Option<Terminal> {
        let setsid = tool("setsid")?;
        tool("stty")?;
        let folder = Folder::new(&format!("terminal-{name}"));
        let (keyboard, path) = window();
        // Not to become the controlling terminal of these tests.
        let slave = File::options().read(true).write(true).custom_flags(OFlag::O_NOCTTY.bits()).open(&path);
        let slave = slave.expect("its other end");
        let mut command = Command::new(setsid);
        command.args(["--ctty", "sh", "-c", script, "sh"]).arg(program.get_program()).args(program.get_args());
        command.current_dir(program.get_current_dir().expect("the program's folder"));
        command.env("TERM", "xterm-256color").env_remove("NO_COLOR");
        for (variable, value) in program.get_envs() {
            match value {
                Some(value) => command.env(variable, value),
                None => command.env_remove(variable),
            };
        }
        command.env("COLS", columns.to_string()).env("ROWS", rows.to_string());
        for (variable, file) in [("BEFORE", "before"), ("STOPPED", "stopped"), ("AFTER", "after")] {
            command.env(variable, folder.file(file));
        }
        command.stdin(slave.try_clone().expect("its other end"));
        command.stdout(slave.try_clone().expect("its other end")).stderr(slave);
        let child = command.spawn().expect("setsid starts");
        // Our copies of the other end would keep the screen from ever ending.
        drop(command);
        let mut source = keyboard.try_clone().expect("the screen");
        let screen = Arc::new(Mutex::new(Vec::new()));
        let shown = Arc::clone(&screen);
        let window = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(columns), 0)));
        let painted = Arc::clone(&window);
        let closed = Arc::new(AtomicBool::new(false));
        let is_closed = Arc::clone(&closed);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while !is_closed.load(Ordering::Relaxed) {
                let mut ready = [PollFd::new(source.as_fd(), PollFlags::POLLIN)];
                if poll(&mut ready, LOOK) == Ok(0) {
                    continue;
                }
                // The end of a pseudo-terminal is an error (EIO).
                let Ok(read @ 1..) = source.read(&mut bytes) else { break };
                shown.lock().unwrap().extend_from_slice(&bytes[..read]);
                painted.lock().unwrap().process(&bytes[..read]);
            }
        });
        Some(Terminal { child, keyboard, path, screen, window, reader, closed, folder })
    }

    /// Process id of the shell, whose child the program is.
    pub fn shell(&self) -> u32 {
        self.child.id()
    }

    pub fn type_in(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("typing");
    }

    /// Everything it has shown so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    pub fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// What a full-screen program has painted last, without what paints it.
    pub fn picture(&self) -> String {
        let text = self.text();
        let picture = text.rsplit("\x1b[H").next().unwrap_or_default();
        picture.replace("\x1b[K", "").replace('\r', "")
    }

    /// What a person sees in the window, of a program that paints only what has changed.
    pub fn seen(&self) -> String {
        self.window.lock().unwrap().screen().contents()
    }

    /// Waits until a person sees this.
    pub fn wait_to_see(&self, text: &str) {
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_until(&format!("{text:?} is seen"), || self.seen().contains(text));
        }));
        assert!(seen.is_ok(), "{text:?} is not to be seen:\n{}", self.seen());
    }

    /// Waits until the last picture has this in it.
    pub fn wait_for(&self, text: &str) {
        // What was shown instead is worth more than that something was not.
        let seen = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            wait_until(&format!("the screen shows {text:?}"), || self.picture().contains(text));
        }));
        assert!(seen.is_ok(), "{text:?} is not on the screen:\n{}", self.picture());
    }

    /// Gives the window another size.
    pub fn resize(&self, columns: usize, rows: usize) {
        self.window.lock().unwrap().screen_mut().set_size(cells(rows), cells(columns));
        let mut stty = Command::new(tool("stty").expect("stty"));
        stty.arg("-F").arg(&self.path).args(["cols", &columns.to_string(), "rows", &rows.to_string()]);
        assert!(stty.status().expect("stty").success());
    }

    /// The terminal's settings before the program began, and while it was stopped.
    pub fn settings_when_stopped(&self) -> [String; 2] {
        ["before", "stopped"].map(|file| fs::read_to_string(self.folder.file(file)).expect("the settings"))
    }

    /// Closes the window, as its owner would: nobody reads what is shown, nobody will type.
    pub fn close(mut self) {
        self.closed.store(true, Ordering::Relaxed);
        self.reader.join().expect("the screen");
        drop(self.keyboard);
        wait_until("the shell ends", || self.child.try_wait().expect("its status").is_some());
    }

    /// Waits for the end: how it ended, what the screen showed (without the terminal's carriage returns), and the
    /// terminal's settings before and after.
    pub fn end(mut self) -> (ExitStatus, String, [String; 2]) {
        wait_until("the lab ends", || self.child.try_wait().expect("its status").is_some());
        let status = self.child.wait().expect("its status");
        self.reader.join().expect("the screen");
        let screen = String::from_utf8_lossy(&self.screen.lock().unwrap()).replace('\r', "");
        let settings =
            ["before", "after"].map(|file| fs::read_to_string(self.folder.file(file)).expect("the settings"));
        (status, screen, settings)
    }
}
