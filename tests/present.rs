//! `lab LESSON --present`: a talk under a pseudo-terminal, printed, and from a recording where nothing can be recorded.

mod common;

use common::{root, stderr, stdout};

const RECORDING: &str = "book/src/runs/05-sticky-packets/late-reader.jsonl";
const EXPLAINED: &str = "One recv with room for 1024 returned all 14 bytes";
const SO: &str = "No packets stuck together: three segments arrived";

fn present(arguments: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(arguments).current_dir(root()).env_remove("NO_COLOR");
    command
}

fn printed(arguments: &[&str]) -> String {
    let output = present(arguments).output().expect("the lab starts");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn without_a_terminal_the_whole_talk_is_printed_in_order() {
    let text = printed(&["replay", RECORDING, "--present"]);
    assert!(!text.contains('\x1b'), "colours in a pipe");
    let mut from = 0;
    for place in [
        "05 · TCP keeps bytes, not messages",
        "question 1 of 2",
        "c  14 bytes: hellohaihahaha",
        "The programs have run: 15 calls, 12 frames.",
        "1 of 5",
        "send \"hahaha\" ③",
        "recv(1024) = 14 ①②③",
        EXPLAINED,
        "answer 1 of 2",
        "✔ c  14 bytes: hellohaihahaha",
        SO,
        "lab 05 --variation prompt-reader",
    ] {
        let at = text[from..].find(place).unwrap_or_else(|| panic!("{place:?} is not behind {:?}", &text[..from]));
        from += at + place.len();
    }
    for width in ["60", "80", "250"] {
        let text = printed(&["replay", RECORDING, "--present", "--width", width]);
        let most = text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap();
        assert!(most <= width.parse().unwrap(), "{width}: {most}\n{text}");
    }
    assert!(printed(&["replay", RECORDING, "--present", "--color", "always"]).contains("\x1b[1m"));
}

#[test]
fn what_is_no_lessons_run_and_what_excludes_it_is_refused() {
    for (arguments, told) in [
        (&["05", "--present", "--predict"][..], "cannot be used with"),
        (&["05", "--present", "--step"], "cannot be used with"),
        (&["05", "--present", "--talk", "client"], "cannot be used with"),
        (&["replay", RECORDING, "--present", "--step"], "cannot be used with"),
        (&["05", "--theme", "dark"], "--present"),
        (&["05", "--present", "--variation", "no-such"], "no-such"),
    ] {
        let output = present(arguments).output().expect("the lab starts");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(told), "{arguments:?}: {}", stderr(&output));
    }
    let folder = common::Folder::new("present-trace");
    let text = std::fs::read_to_string(root().join(RECORDING)).unwrap();
    let (head, events) = text.split_once('\n').unwrap();
    let mut header: serde_json::Value = serde_json::from_str(head).unwrap();
    header["recording"].as_object_mut().unwrap().remove("story");
    let file = folder.file("trace.jsonl");
    std::fs::write(&file, format!("{header}\n{events}")).unwrap();
    let output = present(&["replay", file.to_str().unwrap(), "--present"]).output().expect("the lab starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("only runs of lessons can be presented"), "{}", stderr(&output));
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
#[test]
fn a_build_that_cannot_record_tells_the_lesson_by_the_run_that_ships() {
    let text = printed(&["05", "--present"]);
    assert!(text.contains("This build cannot record: what follows is the recorded run"), "{text}");
    assert!(text.contains(EXPLAINED) && text.contains(SO), "{text}");
}

#[cfg(all(target_os = "linux", feature = "record"))]
mod on_linux {
    use super::*;
    use common::terminal::Terminal;
    use common::{User, wait_until};

    const SIZE: (usize, usize) = (80, 24);
    const ON: &str = "\x1b[6~";
    const BACK: &str = "\x1b[5~";

    fn open(name: &str, arguments: &[&str]) -> Option<Terminal> {
        common::lab(User::Self_, &[]);
        Terminal::start(&format!("present-{name}"), SIZE, &present(arguments))
    }

    /// The program ended like this, and the terminal is as it was.
    fn gives_back(terminal: Terminal, code: i32) {
        let (status, screen, [before, after]) = terminal.end();
        assert_eq!(status.code(), Some(code));
        assert!(screen.contains("\x1b[?1049l") && screen.contains("\x1b[?25h"), "the screen was not given back");
        assert_eq!(before, after, "the terminal was left with other settings");
    }

    /// From the cover over two questions and the run. Who types ahead of the run types for nothing.
    fn to_beat(terminal: &mut Terminal, number: usize) {
        terminal.type_in(&ON.repeat(3));
        terminal.wait_to_see("The programs have run: ");
        terminal.type_in(&ON.repeat(number));
    }

    #[test]
    fn a_talk_goes_from_the_cover_over_a_question_and_the_run_to_its_end() {
        let Some(mut terminal) = open("whole", &["05", "--present", "--color", "never"]) else { return };
        terminal.wait_to_see("A client sends hello, hai and hahaha.");
        terminal.type_in(ON);
        terminal.wait_to_see("question 1 of 2");
        terminal.type_in("a");
        terminal.wait_to_see("a  5 bytes: hello ◀ the room");
        terminal.type_in(" ");
        terminal.wait_to_see("question 2 of 2");
        terminal.type_in("\x1b[C");
        terminal.wait_to_see("The programs have run: ");
        for place in ["1 of 5", "2 of 5", "3 of 5"] {
            terminal.type_in("\r");
            terminal.wait_to_see(place);
        }
        assert!(!terminal.shows(EXPLAINED), "told before it happened");
        assert!(!terminal.shows("= 14"), "shown before it happened");
        terminal.type_in("\x1b[B");
        terminal.wait_to_see(EXPLAINED);
        assert!(terminal.seen().contains("▶"), "{}", terminal.seen());
        terminal.type_in(BACK);
        terminal.wait_to_see("3 of 5");
        assert!(!terminal.seen().contains(EXPLAINED), "{}", terminal.seen());
        for place in ["4 of 5", "5 of 5", "The room was not right.", "✔ b  3", SO, "lab 05 --variation prompt-reader"]
        {
            terminal.type_in(ON);
            terminal.wait_to_see(place);
        }
        terminal.wait_to_see("q leaves");
        terminal.type_in("?");
        terminal.wait_to_see("colours: the terminal's, dark, light");
        terminal.type_in("xq");
        gives_back(terminal, 0);
    }

    #[test]
    fn another_size_keeps_the_place_and_the_speakers_line_comes_and_goes() {
        let Some(mut terminal) = open("resize", &["replay", RECORDING, "--present"]) else { return };
        terminal.wait_to_see("space goes on");
        to_beat(&mut terminal, 3);
        terminal.wait_to_see("3 of 5");
        for (columns, rows) in [(60, 20), (250, 70), (100, 30), SIZE] {
            terminal.resize(columns, rows);
            terminal.type_in("s");
            let last = || terminal.seen().lines().count();
            wait_until("the speaker's line is in the last row", || last() == rows);
            terminal.wait_to_see("9 of 13 min");
            assert!(terminal.seen().contains("3 of 5"), "{}", terminal.seen());
            terminal.type_in("s");
            wait_until("the line is gone", || !terminal.seen().contains("9 of 13 min"));
        }
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn a_theme_paints_every_cell_and_t_changes_it() {
        let arguments = ["replay", RECORDING, "--present", "--theme", "light", "--color", "always"];
        let Some(mut terminal) = open("theme", &arguments) else { return };
        terminal.wait_to_see("space goes on");
        // Black on white, by numbers that mean the same on every terminal.
        assert!(terminal.shows("38;5;16;48;5;231") || terminal.shows("38;5;16m\x1b[48;5;231"), "{}", terminal.text());
        terminal.type_in("tt");
        wait_until("white on black", || terminal.shows("48;5;16"));
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn without_colours_nothing_is_coloured() {
        let Some(mut terminal) =
            open("plain", &["replay", RECORDING, "--present", "--theme", "dark", "--color", "never"])
        else {
            return;
        };
        terminal.wait_to_see("space goes on");
        to_beat(&mut terminal, 4);
        terminal.wait_to_see(EXPLAINED);
        // What sets a colour or bold letters ends in m; setting everything back is 0, 39 and 49.
        let text = terminal.text();
        let sets = text.split("\x1b[").skip(1).filter_map(|part| {
            let end = part.find(|c: char| c.is_ascii_alphabetic())?;
            part[end..].starts_with('m').then(|| &part[..end])
        });
        let wrong: Vec<&str> = sets.filter(|sgr| !["", "0", "39", "49", "59", "39;49"].contains(sgr)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn ctrl_c_and_signals_end_it_and_give_the_terminal_back() {
        let Some(mut terminal) = open("ctrl-c", &["05", "--present"]) else { return };
        terminal.wait_to_see("space goes on");
        terminal.type_in("\x03");
        gives_back(terminal, 130);
        let Some(terminal) = open("sigterm", &["replay", RECORDING, "--present", "--width", "73"]) else { return };
        terminal.wait_to_see("space goes on");
        nix::sys::signal::kill(pid("--present\x00--width\x0073\x00"), nix::sys::signal::Signal::SIGTERM).unwrap();
        gives_back(terminal, 143);
    }

    #[test]
    fn ctrl_z_gives_the_terminal_back_and_fg_comes_back_to_the_same_place() {
        let Some(mut terminal) = Terminal::with_jobs(
            "present-jobs",
            SIZE,
            &present(&["replay", RECORDING, "--present", "--color", "never"]),
        ) else {
            return;
        };
        terminal.wait_to_see("space goes on");
        to_beat(&mut terminal, 3);
        terminal.wait_to_see("3 of 5");
        terminal.type_in("\x1a");
        wait_until("it stops", || terminal.shows("it has stopped"));
        let [before, stopped] = terminal.settings_when_stopped();
        assert_eq!(before, stopped, "the terminal was left with other settings");
        terminal.type_in("\n");
        // The screen was cleared: what is on it now was painted anew.
        let shown = || terminal.seen();
        wait_until("painted anew", || shown().contains("3 of 5") && !shown().contains("it has stopped"));
        terminal.type_in(ON);
        terminal.wait_to_see(EXPLAINED);
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    /// The process with this in its command line.
    fn pid(marker: &str) -> nix::unistd::Pid {
        let is_it = |pid: &i32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.starts_with(env!("CARGO_BIN_EXE_lab")) && line.contains(marker)
        };
        let all = std::fs::read_dir("/proc").unwrap();
        let mut all = all.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        nix::unistd::Pid::from_raw(all.find(is_it).expect("the talk runs"))
    }
}
