//! `lab watch` under a pseudo-terminal, on a small course of its own: keys are answered while a program hangs and while it
//! compiles, a save begins anew, and however it ends, the terminal is as it was and no process is left.
//!
//! No test sleeps and hopes: each waits for what must come.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::terminal::Terminal;
use common::{Folder, alive, wait_until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const GOOD: &str = "use std::io::Write;\nfn main() {\n    let to = std::env::args().nth(1).unwrap();\n    \
                    std::net::TcpStream::connect(to).unwrap().write_all(b\"hi\").unwrap();\n}\n";
/// Sleeps until it is ended.
const HANGS: &str = "fn main() {\n    loop {\n        std::thread::park();\n    }\n}\n";
const BROKEN: &str = "fn main() {\n    let misspelt = 1;\n    mispelt;\n}\n";

/// A course with the exercises `91-hello` and `92-again`, and a lab that builds into it.
struct Small {
    folder: Folder,
    name: String,
}

impl Small {
    fn new(name: &str, program: &str) -> Small {
        let small = Small { folder: Folder::new(&format!("watch-{name}")), name: name.to_owned() };
        small.write("Cargo.toml", "[workspace]\nmembers = ['exercises']\nresolver = '3'\n");
        let mut manifest =
            "[package]\nname = 'exercises'\nversion = '0.1.0'\nedition = '2024'\nautobins = false\n".to_owned();
        for exercise in ["91-hello", "92-again"] {
            manifest += &format!("[[bin]]\nname = '{exercise}-exercise'\npath = '{exercise}/main.rs'\n");
            let toml = "title = 'Say hi'\nterm = '你好'\nlesson = '91-lesson'\nprogram = 'client'\npeer = 'server'\n\
                        args = ['{address}']\nwhy = 'Because two bytes are enough.'\n\
                        limits = { seconds = 100, patience_ms = 90000 }\n[[scenario]]\nname = 'hi'\n\
                        says = 'somebody listens'\nlook = 'two bytes'\n\
                        steps = ['listen', 'accept', 'receive \"hi\"', 'receive the end']\n";
            small.write(&format!("exercises/{exercise}/exercise.toml"), toml);
            let hints =
                (1..=3).map(|n| format!("<details><summary>Hint {n}</summary>\n\nLook {n} deep.\n\n</details>\n"));
            small.write(&format!("exercises/{exercise}/README.md"), &hints.collect::<String>());
            small.write(&format!("exercises/{exercise}/main.rs"), program);
            small.write(&format!("solutions/{exercise}/main.rs"), GOOD);
            small.write(&format!("solutions/{exercise}/skeleton.rs"), HANGS);
        }
        small.write("exercises/Cargo.toml", &manifest);
        small.write("lessons/91-lesson/main.rs", "");
        fs::create_dir_all(small.file("tmp")).unwrap();
        fs::create_dir_all(small.file("target/debug")).unwrap();
        let lab = small.file("target/debug/lab");
        fs::hard_link(env!("CARGO_BIN_EXE_lab"), &lab)
            .or_else(|_| fs::copy(env!("CARGO_BIN_EXE_lab"), &lab).map(drop))
            .expect("a lab of its own");
        small
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.file(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.file(name).parent().unwrap()).unwrap();
        fs::write(self.file(name), text).unwrap();
    }

    /// Saves the program as many editors do: a new file takes the place of the old one.
    fn save(&self, program: &str) {
        self.write("exercises/91-hello/.main.rs.tmp", program);
        fs::rename(self.file("exercises/91-hello/.main.rs.tmp"), self.file("exercises/91-hello/main.rs")).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.file("target/debug/lab"));
        command.args(arguments).current_dir(&self.folder.0).env("CARGO", env!("CARGO")).env_remove("CARGO_TARGET_DIR");
        // A check that is killed cannot put its folders away.
        command.env("TMPDIR", self.file("tmp"));
        command
    }

    fn watch(&self) -> Option<Terminal> {
        Terminal::start(&format!("watch-{}", self.name), (80, 24), &self.command(&["watch", "91-hello"]))
    }

    /// Command lines of the learner's program.
    fn programs(&self) -> Vec<String> {
        alive(&self.file("target/debug/91-hello-exercise").to_string_lossy())
    }

    fn wait_for_the_program(&self) {
        wait_until("the program runs", || !self.programs().is_empty());
    }

    fn nothing_is_left(&self) {
        wait_until("no process is left", || alive(&self.folder.0.to_string_lossy()).is_empty());
    }

    /// The process of `lab watch` itself.
    fn pid(&self) -> Pid {
        let marker = format!("{} watch", self.file("target/debug/lab").display());
        let is_it = |pid: &i32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).replace('\0', " ").starts_with(&marker)
        };
        let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        Pid::from_raw(all.into_iter().find(is_it).expect("lab watch runs"))
    }
}

#[test]
fn keys_are_answered_while_a_program_hangs_and_a_save_begins_anew() {
    let small = Small::new("hangs", HANGS);
    let Some(mut terminal) = small.watch() else { return };
    terminal.wait_for("checking 91-hello …");
    small.wait_for_the_program();
    terminal.type_in("h");
    terminal.wait_for("Look 1 deep.");
    terminal.type_in("h");
    terminal.wait_for("Look 2 deep.");
    terminal.type_in("l");
    terminal.wait_for("0 of 2 passed.");
    terminal.type_in("s");
    terminal.wait_for("the solution opens when 91-hello is passed");
    assert!(terminal.picture().contains("checking 91-hello …"), "{}", terminal.picture());
    small.save(GOOD);
    terminal.wait_for("91-hello: passed. n goes on");
    assert!(small.programs().is_empty(), "what was stopped still runs: {:?}", small.programs());
    let progress = fs::read_to_string(small.file("progress.txt")).expect("progress.txt");
    assert!(progress.contains("91-hello  passed") && progress.contains("hint 2"), "{progress}");
    terminal.type_in("s");
    terminal.wait_for("Because two bytes are enough.");
    terminal.type_in("n");
    terminal.wait_for("checking 92-again …");
    terminal.type_in("q");
    let (status, screen, [before, after]) = terminal.end();
    assert!(status.success(), "{status}");
    assert!(screen.contains("\x1b[?1049l") && screen.contains("\x1b[?25h"), "the screen was not given back");
    assert_eq!(before, after, "the terminal was left with other settings");
    small.nothing_is_left();
}

#[test]
fn keys_are_answered_while_it_compiles() {
    let small = Small::new("compiles", GOOD);
    // A cargo that takes for ever. Nobody else sleeps for so long.
    let marker = format!("1000.{}", std::process::id());
    small.write("cargo", &format!("#!/bin/sh\nsleep {marker}\n"));
    fs::set_permissions(small.file("cargo"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = small.command(&["watch", "91-hello"]);
    command.env("CARGO", small.file("cargo"));
    let Some(mut terminal) = Terminal::start("watch-compiles", (80, 24), &command) else { return };
    let compilers = || alive(&format!("sleep {marker}"));
    wait_until("it compiles", || compilers().len() == 1);
    terminal.type_in("h");
    terminal.wait_for("Look 1 deep.");
    // Again: the first compiler is gone before the second one comes.
    terminal.type_in("r");
    terminal.wait_for("checking 91-hello …");
    wait_until("it compiles again", || compilers().len() == 1);
    terminal.type_in("q");
    assert!(terminal.end().0.success());
    wait_until("no compiler is left", || compilers().is_empty());
    small.nothing_is_left();
}

#[test]
fn a_program_that_does_not_compile_is_told_and_what_does_not_fit_is_scrolled_to() {
    let small = Small::new("broken", BROKEN);
    let command = small.command(&["watch", "91-hello", "--color", "never"]);
    let Some(mut terminal) = Terminal::start("watch-broken", (60, 20), &command) else { return };
    terminal.wait_for("91-hello: not passed yet.");
    terminal.wait_for("mispelt");
    let picture = terminal.picture();
    assert!(!picture.contains('\x1b'), "{}", picture.escape_debug());
    assert_eq!(picture.lines().count(), 20, "{picture}");
    assert!(picture.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 60), "{picture}");
    // A window of three lines of text.
    terminal.resize(60, 7);
    terminal.wait_for("lines 1-3 of ");
    terminal.type_in("j");
    terminal.wait_for("lines 2-4 of ");
    terminal.type_in("\x1b[A");
    terminal.wait_for("lines 1-3 of ");
    terminal.resize(100, 40);
    wait_until("all of it is there again", || !terminal.picture().contains("scroll"));
    terminal.type_in("q");
    assert!(terminal.end().0.success());
}

/// However it is ended, while a program hangs.
fn ends(name: &str, how: impl FnOnce(&Small, &mut Terminal), status: i32) {
    let small = Small::new(name, HANGS);
    let Some(mut terminal) = small.watch() else { return };
    small.wait_for_the_program();
    how(&small, &mut terminal);
    let (ended, screen, [before, after]) = terminal.end();
    assert_eq!(ended.code(), Some(status), "{screen}");
    assert!(screen.ends_with("\x1b[?25h\x1b[?1049l"), "{}", screen[screen.len().saturating_sub(200)..].escape_debug());
    assert!(!before.is_empty());
    assert_eq!(before, after, "the terminal was left with other settings");
    small.nothing_is_left();
}

#[test]
fn ctrl_c_leaves_the_terminal_as_it_was_and_no_process() {
    ends("ctrl-c", |_, terminal| terminal.type_in("\x03"), 130);
}

#[test]
fn ctrl_d_is_an_end_like_q() {
    ends("ctrl-d", |_, terminal| terminal.type_in("\x04"), 0);
}

#[test]
fn sigterm_leaves_the_terminal_as_it_was_and_no_process() {
    ends("sigterm", |small, _| kill(small.pid(), Signal::SIGTERM).unwrap(), 143);
}

#[test]
fn sighup_leaves_the_terminal_as_it_was_and_no_process() {
    ends("sighup", |small, _| kill(small.pid(), Signal::SIGHUP).unwrap(), 129);
}

#[test]
fn killed_itself_it_leaves_no_process() {
    let small = Small::new("killed", HANGS);
    let Some(terminal) = small.watch() else { return };
    small.wait_for_the_program();
    kill(small.pid(), Signal::SIGKILL).unwrap();
    assert_eq!(terminal.end().0.code(), Some(128 + 9));
    small.nothing_is_left();
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let small = Small::new("ctrl-z", HANGS);
    let command = small.command(&["watch", "91-hello"]);
    let Some(mut terminal) = Terminal::with_jobs("watch-ctrl-z", (80, 24), &command) else { return };
    small.wait_for_the_program();
    terminal.type_in("\x1a");
    wait_until("the shell has the terminal", || terminal.shows("it has stopped"));
    let [before, stopped] = terminal.settings_when_stopped();
    assert_eq!(before, stopped, "the shell got a terminal with other settings");
    let pictures = terminal.text().matches("checking 91-hello").count();
    terminal.type_in("\n");
    wait_until("it is painted again", || terminal.text().matches("checking 91-hello").count() > pictures);
    terminal.type_in("h");
    terminal.wait_for("Look 1 deep.");
    terminal.type_in("q");
    let (status, _, [before, after]) = terminal.end();
    assert!(status.success(), "{status}");
    assert_eq!(before, after, "the terminal was left with other settings");
    small.nothing_is_left();
}

#[test]
fn a_window_that_is_closed_ends_it() {
    let small = Small::new("closed", HANGS);
    let Some(terminal) = small.watch() else { return };
    small.wait_for_the_program();
    terminal.close();
    small.nothing_is_left();
}

#[test]
fn without_a_terminal_it_goes_on_without_keys_until_it_is_interrupted() {
    let small = Small::new("no-terminal", BROKEN);
    let mut command = small.command(&["watch", "91-hello"]);
    let output = fs::File::create(small.file("output")).unwrap();
    command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
    let mut child = command.spawn().expect("the lab starts");
    let shown = || fs::read_to_string(small.file("output")).unwrap();
    wait_until("it is told", || shown().contains("91-hello: not passed yet."));
    small.save(GOOD);
    wait_until("the save is seen", || shown().contains("91-hello: passed."));
    kill(Pid::from_raw(child.id() as i32), Signal::SIGINT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{}", shown());
    let shown = shown();
    assert!(shown.contains("no terminal") && shown.contains("checking 91-hello …\n") && shown.contains("mispelt"));
    assert!(!shown.contains('\x1b'), "{}", shown.escape_debug());
    small.nothing_is_left();
}

#[test]
fn who_reads_the_output_no_more_ends_it() {
    let small = Small::new("pipe", GOOD);
    let mut command = small.command(&["watch", "91-hello"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the lab");
    drop(child.stdout.take());
    wait_until("it ends", || child.try_wait().unwrap().is_some());
    assert!(child.wait().unwrap().success(), "a closed pipe is no failure");
    small.nothing_is_left();
}

#[test]
fn a_program_in_another_language_is_watched_where_it_is() {
    let small = Small::new("python", HANGS);
    let Some(python) = common::tool("python3") else { return };
    let hello = "import socket, sys\nhost, port = sys.argv[1].split(':')\n\
                 socket.create_connection((host, int(port))).sendall(b'hi')\n";
    small.write("mine.py", &hello.replace("hi", "ho"));
    let program = format!("{} {}", python.display(), small.file("mine.py").display());
    let command = small.command(&["watch", "91-hello", "--program", &program]);
    let Some(mut terminal) = Terminal::start("watch-python", (80, 24), &command) else { return };
    terminal.wait_for("91-hello: not passed yet.");
    small.write("mine.py", hello);
    terminal.wait_for("91-hello: passed.");
    terminal.type_in("q");
    assert!(terminal.end().0.success());
}
