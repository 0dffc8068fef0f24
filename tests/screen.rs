//! `--step` on the whole screen, in a pseudo-terminal: what a person types and what they see.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::terminal::Terminal;
use common::{Folder, User, lab, recording, stderr, stdout, users, wait_until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use socket_lab::expectations::evaluate;
use socket_lab::timeline::Timeline;
use std::path::Path;
use std::process::ExitStatus;

/// The server listens and accepts; the client is connected and about to send.
const CONNECTED: &str = "22222112";

struct Screen(Terminal);

impl Screen {
    fn start(name: &str, user: User, size: (usize, usize), arguments: &[&str]) -> Option<Screen> {
        let mut command = lab(user, arguments);
        command.env("LAB_TEST_PANIC", "1");
        let screen = Screen(Terminal::start(&format!("screen-{name}"), size, &command)?);
        Some(screen)
    }

    /// 05, before the server's first call.
    fn five(name: &str, user: User, arguments: &[&str]) -> Option<Screen> {
        let screen = Screen::start(name, user, (80, 24), &[&["05", "--step"], arguments].concat())?;
        screen.0.wait_to_see("server  is about to socket[1]");
        Some(screen)
    }

    /// Types, and waits until this is to be seen.
    fn types(&mut self, keys: &str, text: &str) {
        self.0.type_in(keys);
        self.0.wait_to_see(text);
    }

    fn lab(&self) -> Pid {
        // The lab is the terminal's foreground job: the one process whose parent is the shell.
        let shell = self.0.shell();
        let mut found = None;
        wait_until("the lab runs", || {
            let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).unwrap_or_default();
            found = children.split_whitespace().next().and_then(|pid| pid.parse().ok());
            found.is_some()
        });
        Pid::from_raw(found.unwrap())
    }

    /// How it ended, and what the first screen showed then. The terminal is as it was.
    fn end(self) -> (ExitStatus, String) {
        let (status, screen, [before, after]) = self.0.end();
        // But for its size, which is its owner's business.
        let settings = |text: &str| text.split_once("line =").map(|(_, rest)| rest.to_owned());
        assert_eq!(settings(&before), settings(&after), "the terminal's settings");
        let left = screen.rfind("\x1b[?1049l").expect("the second screen was left");
        assert!(
            screen[..left].rfind("\x1b[?1000l") > screen[..left].rfind("\x1b[?1000h"),
            "the mouse is the terminal's"
        );
        assert!(screen[left..].len() < screen.len() && screen[..left].contains("\x1b[?1049h"));
        assert!(screen[..left + 8].rfind("\x1b[?25h").is_some(), "the cursor is shown again");
        (status, screen[left..].to_owned())
    }
}

#[track_caller]
fn shows(run: &Timeline, that: &str) {
    let verdict = evaluate(&that.parse().unwrap(), run);
    assert!(verdict.seen, "{that}: {:?}", verdict.instead);
}

#[test]
fn the_learners_keys_decide_whether_messages_come_glued_or_separate() {
    for (name, that) in
        [("glued", "server.recv[1] returns client.send[1..3]"), ("separate", "server.recv[3] returns client.send[3]")]
    {
        let folder = Folder::new(&format!("screen-{name}"));
        let file = folder.file("run.jsonl");
        let arguments = ["--export", &file.to_string_lossy()];
        let Some(mut screen) = Screen::five(name, User::Self_, &arguments) else { return };
        screen.types(CONNECTED, "client  is about to send[1] \"hello\"");
        screen.0.wait_to_see("server  is about to recv[1] 1024: nothing is there, it would wait");
        if name == "glued" {
            screen.types("111", "server  is about to recv[1] 1024: 14 bytes are queued");
            screen.0.wait_to_see("recv [①hello②hai③hahaha] 14 B");
            screen.types("2", "is about to recv[2]");
        } else {
            screen.types("121212", "is about to recv[4]");
        }
        screen.types("g", "the run is over");
        screen.0.type_in("q");
        let (status, text) = screen.end();
        assert!(status.success(), "{status}\n{text}");
        // What was done stands on the screen that stays.
        assert!(text.contains("hahaha") && text.contains("on the wire"), "{text}");
        shows(&Timeline::new(recording(&file)), that);
    }
}

#[test]
fn a_syn_ack_is_dropped_on_the_cable_saved_and_dropped_again_by_the_rule() {
    for user in users() {
        let folder = Folder::new("screen-syn-ack");
        let rules = folder.file("lost.rules");
        let file = rules.to_string_lossy().into_owned();
        let Some(mut screen) = Screen::five("syn-ack", user, &["--wire", "cable"]) else { return };
        screen.types("2222211", "> client>server SYN[1]");
        screen.types("a", "> server>client SYN,ACK[1]");
        screen.types("d", "dropped by the cable");
        screen.types("s", "save as: 05-sticky-packets.rules");
        screen.types(&format!("\x15{file}\r"), "rules in");
        screen.types("g", "the run is over");
        screen.0.type_in("q");
        assert!(screen.end().0.success());
        let saved = std::fs::read_to_string(&rules).unwrap();
        assert!(saved.contains("\ndrop server>client SYN,ACK[1]\n"), "{saved}");
        let export = folder.file("again.jsonl");
        let arguments = ["05", "--wire", "cable", "--schedule-file", &file, "--export", &export.to_string_lossy()];
        let output = lab(user, &arguments).output().unwrap();
        let again = Timeline::new(recording(&export));
        assert!(again.end.as_ref().unwrap().awaited.is_empty(), "{}{}", stdout(&output), stderr(&output));
        shows(&again, "server>client SYN,ACK[1] is dropped");
        shows(&again, "client.connect[1] succeeds");
    }
}

#[test]
fn what_a_kernels_timer_does_while_things_are_held_is_shown() {
    let Some(mut screen) = Screen::five("timer", User::Self_, &["--wire", "cable"]) else { return };
    screen.types("2222211", "> client>server SYN[1]");
    screen.types("d", "by itself, from a kernel's timer: client>server SYN[1]");
    screen.0.wait_to_see("again: SYN[1], retransmission timeout");
    screen.0.type_in("q");
}

#[test]
fn the_screen_follows_its_window_and_no_key_is_lost() {
    let Some(mut screen) = Screen::five("resize", User::Self_, &[]) else { return };
    for (columns, rows) in [(60, 20), (250, 70), (40, 10), (120, 40)] {
        screen.0.resize(columns, rows);
        screen.0.wait_to_see(if columns < 60 { "1 2 let go" } else { "server  is about to socket[1]" });
    }
    wait_until("the last row is the window's", || {
        screen.0.seen().lines().count() == 40 && screen.0.seen().lines().last().unwrap().contains("? keys")
    });
    screen.types("2", "server  is about to setsockopt[1]");
    screen.0.type_in("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_signal_and_a_panic_give_the_terminal_back() {
    for (name, signal, status) in [("int", Signal::SIGINT, 130), ("term", Signal::SIGTERM, 143)] {
        let Some(screen) = Screen::five(name, User::Self_, &[]) else { return };
        kill(screen.lab(), signal).unwrap();
        assert_eq!(screen.end().0.code(), Some(status), "{signal}");
    }
    let Some(mut screen) = Screen::five("panic", User::Self_, &[]) else { return };
    // The recorder and what it started.
    let mut children = vec![screen.lab().to_string()];
    for at in 0.. {
        let Some(pid) = children.get(at) else { break };
        let own = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        children.extend(own.split_whitespace().map(str::to_owned));
    }
    assert!(children.len() > 2, "{children:?}");
    screen.0.type_in("\x10");
    let (status, text) = screen.end();
    assert_eq!(status.code(), Some(101), "{text}");
    assert!(text.contains("forced by LAB_TEST_PANIC"), "{text}");
    wait_until("its recorder and programs are gone", || {
        children.iter().all(|pid| !Path::new(&format!("/proc/{pid}")).exists())
    });
}

#[test]
fn ctrl_c_and_ctrl_z_are_what_they_are_everywhere() {
    let Some(mut screen) = Screen::five("ctrl-c", User::Self_, &[]) else { return };
    screen.0.type_in("\x03");
    assert_eq!(screen.end().0.code(), Some(130));

    let command = lab(User::Self_, &["05", "--step"]);
    let Some(terminal) = Terminal::with_jobs("screen-ctrl-z", (80, 24), &command) else { return };
    let mut screen = Screen(terminal);
    screen.0.wait_to_see("server  is about to socket[1]");
    screen.types("\x1a", "it has stopped");
    let [before, stopped] = screen.0.settings_when_stopped();
    assert_eq!(before, stopped);
    screen.types("\n", "server  is about to socket[1]");
    screen.types("2", "server  is about to setsockopt[1]");
    screen.0.type_in("q");
    assert!(screen.end().0.success());
}

#[test]
fn begun_again_the_run_is_a_new_one() {
    let Some(mut screen) = Screen::five("again", User::Self_, &[]) else { return };
    screen.types("222", "server  is about to listen[1]");
    screen.types("r", "from the beginning");
    screen.0.wait_to_see("server  is about to socket[1]");
    screen.types("2", "server  is about to setsockopt[1]");
    screen.0.type_in("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_recording_is_looked_at_on_the_same_screen() {
    let file = "book/src/runs/05-sticky-packets/late-reader.jsonl";
    let Some(mut screen) = Screen::start("replay", User::Self_, (80, 24), &["replay", file, "--step"]) else { return };
    screen.0.wait_to_see("how things stood");
    screen.types("\x1b[H", "1 of ");
    screen.types("uw", "client>server SYN[1]");
    screen.types("d", "this was recorded: it can be looked at, and not changed");
    screen.types("?", "any key leaves this list");
    screen.types(" ", "how things stood");
    // The mouse is the terminal's until it is asked for, and again at the end.
    assert!(!screen.0.shows("\x1b[?1000h"));
    screen.types("m", "the mouse moves here");
    assert!(screen.0.shows("\x1b[?1000h"));
    screen.types("\x1b[<0;40;3M", "> ");
    screen.0.type_in("q");
    let (status, left) = screen.end();
    assert!(status.success(), "{left}");
}

#[test]
fn any_program_of_any_language_can_be_stepped() {
    let Some(python) = common::tool("python3") else { return };
    let python = python.display();
    let server = format!("{python} -c 'import socket; s = socket.create_server((\"{{server}}\", 7000)); s.accept()'");
    let client = format!("{python} -c 'import socket; socket.create_connection((\"{{server}}\", 7000)).send(b\"hi\")'");
    let arguments = ["trace", "--step", "--server", &server, "--client", &client];
    let Some(mut screen) = Screen::start("trace", User::Self_, (80, 24), &arguments) else { return };
    screen.0.wait_to_see("server  is about to socket[1]");
    screen.types("u1", "client  is about to ");
    screen.types("g", "the run is over");
    screen.0.type_in("q");
    assert!(screen.end().0.success());
}
