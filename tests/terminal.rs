//! The lab on a terminal: colours, width, Ctrl-C, typing. Each test gives it a pseudo-terminal of its own, as a window would:
//! it is the controlling terminal, so what is typed there is a signal or an end of input as for a person.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::terminal::Terminal;
use common::{User, alive, lab, run, stdout, wait_until};

const RUN: &str = "book/src/runs/05-sticky-packets/late-reader.jsonl";

/// The lab in a terminal of so many columns.
fn start(name: &str, columns: usize, variables: &[(&str, &str)], arguments: &[&str]) -> Option<Terminal> {
    let mut command = lab(User::Self_, arguments);
    command.envs(variables.iter().copied());
    Terminal::start(name, (columns, 40), &command)
}

/// What a terminal shows of a recorded run.
fn replayed(name: &str, columns: usize, variables: &[(&str, &str)], arguments: &[&str]) -> Option<String> {
    let all = [&["replay", RUN], arguments].concat();
    let (status, screen, _) = start(name, columns, variables, &all)?.end();
    assert!(status.success(), "{status}\n{screen}");
    assert!(screen.contains("05-sticky-packets"), "{screen}");
    Some(screen)
}

#[test]
fn a_terminal_gets_colours() {
    let Some(screen) = replayed("colours", 100, &[], &[]) else { return };
    assert!(screen.contains("\x1b["), "{screen}");
}

#[test]
fn with_no_color_a_terminal_gets_not_one_escape() {
    for arguments in [&["replay", RUN, "--layers"][..], &["list"], &["05"]] {
        let Some(terminal) = start("no-color", 100, &[("NO_COLOR", "1")], arguments) else { return };
        let (status, screen, _) = terminal.end();
        assert!(status.success() && !screen.contains('\x1b'), "{arguments:?}\n{}", screen.escape_debug());
    }
}

#[test]
fn an_empty_no_color_says_nothing() {
    let Some(screen) = replayed("empty-no-color", 100, &[("NO_COLOR", "")], &[]) else { return };
    assert!(screen.contains("\x1b["), "{screen}");
}

#[test]
fn what_is_asked_for_goes_before_what_would_be_taken() {
    let Some(screen) = replayed("never", 100, &[], &["--color", "never"]) else { return };
    assert!(!screen.contains('\x1b'), "{}", screen.escape_debug());
    let Some(screen) = replayed("always", 100, &[("NO_COLOR", "1")], &["--color", "always"]) else { return };
    assert!(screen.contains("\x1b["), "{screen}");
}

#[test]
fn colours_go_through_a_pipe_only_when_asked_for() {
    let piped = |color| stdout(&run(User::Self_, &["replay", RUN, "--color", color]));
    assert!(piped("always").contains("\x1b["));
    assert!(!piped("auto").contains('\x1b'));
}

#[test]
fn colours_change_no_letter() {
    let Some(screen) = replayed("letters", 100, &[], &[]) else { return };
    let plain: String = screen.split("\x1b[").enumerate().map(|(index, piece)| after_escape(index, piece)).collect();
    assert_eq!(plain, stdout(&run(User::Self_, &["replay", RUN, "--width", "100"])));
}

fn after_escape(index: usize, piece: &str) -> &str {
    if index == 0 { piece } else { piece.split_once('m').map_or("", |(_, text)| text) }
}

#[test]
fn the_width_of_the_terminal_is_used() {
    for columns in [80, 100] {
        let Some(screen) = replayed(&format!("width-{columns}"), columns, &[], &["--color", "never"]) else { return };
        for line in screen.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= columns, "wider than {columns}:\n{line}");
        }
        let asked = stdout(&run(User::Self_, &["replay", RUN, "--width", &columns.to_string()]));
        assert_eq!(screen, asked, "a terminal of {columns} columns is not taken for one");
    }
}

#[test]
fn ctrl_c_shows_the_timeline_so_far_and_leaves_nothing_behind() {
    // A duration nobody else sleeps: by it the process is found.
    let command = format!("sleep 100.{}", std::process::id());
    let arguments = ["trace", "--server", &command, "--timeout", "60"];
    let Some(mut terminal) = start("ctrl-c", 80, &[], &arguments) else { return };
    wait_until("the role runs", || alive(&command).iter().any(|line| line.starts_with("sleep ")));
    terminal.type_in("\x03");
    let (status, screen, [before, after]) = terminal.end();
    assert_eq!(status.code(), Some(130), "{screen}");
    assert!(screen.contains("server") && screen.contains("interrupted"), "{screen}");
    assert!(!before.is_empty());
    assert_eq!(before, after, "the terminal was left with other settings");
    wait_until("no process is left", || alive(&command).is_empty());
}

#[test]
fn who_talks_on_a_terminal_is_heard_and_ends_with_ctrl_d() {
    let client = "sh -c 'read line; echo \"heard: $line\"; cat; echo that was all'";
    let Some(mut terminal) = start("talk", 100, &[], &["trace", "--client", client, "--talk", "client"]) else {
        return;
    };
    wait_until("typing is invited", || terminal.shows("you type to `client`"));
    terminal.type_in("some words\n");
    // Told as it happens, while the program still reads.
    wait_until("the role has read the line", || terminal.shows("heard: some words"));
    assert!(!terminal.shows("prints: that was all"), "its input ended too soon");
    terminal.type_in("\x04");
    let (status, screen, [before, after]) = terminal.end();
    assert!(status.success(), "{status}\n{screen}");
    assert!(screen.contains("that was all"), "{screen}");
    assert_eq!(before, after, "the terminal was left with other settings");
}
