//! `lab read`: a chapter under a pseudo-terminal, on a small book of its own, and every page of the real book as plain text.

mod common;

use common::Folder;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use unicode_width::UnicodeWidthStr;

const SUMMARY: &str = "# Summary\n\n[Look](introduction.md)\n\n# Lessons\n\n- [05 · Bytes, not messages (粘包)](05-sticky.md)\n  \
                       - [Its runs](runs/05-sticky.md)\n- [Glossary](glossary.md)\n- [Lost](lost.md)\n";
const ANSWER: &str = "Fourteen bytes came.";

/// A project with a book of a few pages.
struct Small(Folder);

impl Small {
    fn new(name: &str) -> Small {
        let small = Small(Folder::new(&format!("read-{name}")));
        small.write("Cargo.toml", "[workspace]\nmembers = []\n");
        small.write("lessons/05-sticky/main.rs", "fn main() {} // 粘包\n");
        small.write("book/src/SUMMARY.md", SUMMARY);
        small.write("book/src/introduction.md", "# Look\n\nThe introduction.\n");
        let filling: String = (1..=60).map(|n| format!("Paragraph {n} says Number {n}.\n\n")).collect();
        let page = format!(
            "# Bytes\n\nThe beginning, and the [runs](runs/05-sticky.md).\n\n<details><summary>What came?</summary>\n\n\
             {ANSWER}\n\n</details>\n\n```rust\n{{{{#include ../../lessons/05-sticky/main.rs}}}}\n```\n\n{filling}The end.\n"
        );
        small.write("book/src/05-sticky.md", &page);
        small.write("book/src/runs/05-sticky.md", "# Runs\n\nA recorded run.\n");
        small.write("book/src/glossary.md", "# Glossary\n\nWords.\n");
        small
    }

    fn write(&self, name: &str, text: &str) {
        let file = self.0.file(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(arguments).current_dir(&self.0.0).env_remove("NO_COLOR");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the lab starts")
    }

    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", common::stderr(&output));
        common::stdout(&output)
    }
}

#[test]
fn a_page_that_is_not_read_on_a_terminal_is_plain_text_with_its_answers_folded() {
    let small = Small::new("plain");
    let page = small.prints(&["read", "sticky"]);
    assert!(
        !page.contains('\x1b')
            && page.starts_with("Bytes\n═════\n\nThe beginning, and the runs (lab read runs/05-sticky).")
    );
    assert!(
        page.contains("\n▸ What came?  (lab read 05-sticky --answers unfolds it)\n") && !page.contains(ANSWER),
        "{page}"
    );
    assert!(page.contains("\n    fn main() {} // 粘包\n") && page.ends_with("The end.\n"), "{page}");
    let page = small.prints(&["read", "5", "--answers"]);
    assert!(page.contains("\n▾ What came?\n") && page.contains(ANSWER), "{page}");
    assert!(small.prints(&["read", "5", "--color", "always"]).contains("\x1b[1mBytes\x1b[0m"));
    assert!(small.prints(&["read", "runs/5"]).contains("A recorded run."));
}

#[test]
fn the_pages_are_listed_and_a_wrong_name_is_told_the_nearest() {
    let small = Small::new("list");
    let list = small.prints(&["read"]);
    assert!(list.contains("\nLessons\n  05-sticky     05 · Bytes, not messages (粘包)\n"), "{list}");
    assert!(list.contains("lab read 05"), "{list}");
    let output = small.run(&["read", "glosary"]);
    assert_eq!((output.status.code(), common::stdout(&output).as_str()), (Some(2), ""));
    assert_eq!(common::stderr(&output), "lab: there is no page `glosary`; the nearest: glossary\n");
}

#[test]
fn what_a_page_lacks_is_named_with_page_and_line_and_nothing_outside_is_read() {
    let small = Small::new("lacks");
    small.write("book/src/glossary.md", "# Glossary\n\n{{#include parts/no.md:x}}\n");
    let said = |arguments: &[&str]| {
        let output = small.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        common::stderr(&output)
    };
    let error = said(&["read", "glossary"]);
    assert!(error.starts_with("lab: book/src/glossary.md:3: book/src/parts/no.md: "), "{error}");
    assert!(said(&["read", "lost"]).starts_with("lab: book/src/lost.md: "));
    // A link of the file system that leads out is one that leads out.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", small.0.file("book/src/out.txt")).unwrap();
        small.write("book/src/glossary.md", "{{#include out.txt}}\n");
        let error = said(&["read", "glossary"]);
        assert!(error.contains("glossary.md:1: ") && error.contains("it leads out of the project"), "{error}");
    }
}

#[test]
fn every_page_of_the_book_can_be_read_and_no_line_is_too_wide() {
    let root = common::root();
    let summary = fs::read_to_string(root.join("book/src/SUMMARY.md")).unwrap();
    let pages = socket_lab::book::Pages::read(&summary).pages;
    let mut read = 0;
    for page in pages {
        if !Path::new(root).join("book/src").join(&page.file).is_file() {
            // What is generated or written later; `mdbook build` is what refuses a book with holes.
            eprintln!("passed over: {} is not there", page.file.display());
            continue;
        }
        for width in ["60", "80", "120"] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
            command.args(["read", &page.name, "--answers", "--width", width]).current_dir(root);
            let output = command.output().expect("the lab starts");
            let text = common::stdout(&output);
            assert!(output.status.success(), "{}: {}", page.name, common::stderr(&output));
            let columns: usize = width.parse().unwrap();
            let wide: Vec<&str> = text.lines().filter(|line| line.width() > columns).collect();
            assert!(wide.is_empty(), "{} at {width}: {wide:#?}", page.name);
            assert!(!text.is_empty() && !text.contains('\x1b'), "{}", page.name);
        }
        read += 1;
    }
    assert!(read >= 30, "only {read} pages are there");
}

#[cfg(all(target_os = "linux", feature = "record"))]
mod on_a_terminal {
    use super::*;
    use common::terminal::Terminal;
    use common::wait_until;

    const SIZE: (usize, usize) = (80, 24);

    fn open(small: &Small, name: &str, arguments: &[&str]) -> Option<Terminal> {
        Terminal::start(&format!("read-{name}"), SIZE, &small.command(arguments))
    }

    /// The program ended like this, and the terminal is as it was.
    fn gives_back(terminal: Terminal, code: i32) {
        let (status, screen, [before, after]) = terminal.end();
        assert_eq!(status.code(), Some(code));
        assert!(screen.contains("\x1b[?1049l") && screen.contains("\x1b[?25h"), "the screen was not given back");
        assert_eq!(before, after, "the terminal was left with other settings");
    }

    /// The first row of the last picture.
    fn first(terminal: &Terminal) -> String {
        terminal.picture().lines().next().unwrap_or_default().to_owned()
    }

    #[test]
    fn a_page_is_shown_and_keys_move_in_it() {
        let small = Small::new("keys");
        let Some(mut terminal) = open(&small, "keys", &["read", "05", "--color", "never"]) else { return };
        terminal.wait_for("The beginning");
        assert_eq!(first(&terminal), "Bytes");
        terminal.wait_for("05 · Bytes, not messages (粘包) · 17%");
        terminal.type_in(" j");
        wait_until("a screen and a line on", || first(&terminal).starts_with("Paragraph 8 "));
        terminal.type_in("\x1b[B\x1b[B");
        wait_until("two lines on", || first(&terminal).starts_with("Paragraph 9 "));
        terminal.type_in("b");
        wait_until("a screen back", || first(&terminal).starts_with("The beginning"));
        terminal.type_in("G");
        terminal.wait_for("The end.");
        assert!(terminal.picture().contains("· 100%"), "{}", terminal.picture());
        terminal.type_in("g");
        wait_until("the top", || first(&terminal) == "Bytes");
        terminal.type_in("h");
        terminal.wait_for("half a screen on, back");
        terminal.type_in("qq");
        gives_back(terminal, 0);
    }

    #[test]
    fn words_are_looked_for_and_answers_unfold() {
        let small = Small::new("search");
        let Some(mut terminal) = open(&small, "search", &["read", "05", "--color", "never"]) else { return };
        terminal.wait_for("(a unfolds)");
        terminal.type_in("/fourteen\r");
        terminal.wait_for("there is no \"fourteen\" on this page; what is folded was not searched: a unfolds");
        terminal.type_in("a/fourteen\r");
        terminal.wait_for("\"fourteen\": line 1 of 1");
        assert!(first(&terminal).starts_with("\x1b[7mFourteen\x1b[27m bytes"), "{}", first(&terminal));
        terminal.type_in("/Number 5\r");
        terminal.wait_for("\"Number 5\": line 1 of 11");
        terminal.type_in("nn");
        terminal.wait_for("\"Number 5\": line 3 of 11");
        terminal.type_in("N/粘包\x7f\r");
        terminal.wait_for("\"粘\": line 1 of 1, from the top again");
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn pages_are_turned_and_one_that_cannot_be_read_ends_nothing() {
        let small = Small::new("turn");
        let Some(mut terminal) = open(&small, "turn", &["read", "introduction"]) else { return };
        terminal.wait_for("The introduction.");
        terminal.type_in("[");
        terminal.wait_for("this is the first page");
        terminal.type_in("]]");
        terminal.wait_for("A recorded run.");
        terminal.wait_for("runs/05-sticky · 100%");
        terminal.type_in("]");
        terminal.wait_for("Words.");
        terminal.type_in("]");
        terminal.wait_for("book/src/lost.md: ");
        terminal.type_in("[");
        terminal.wait_for("A recorded run.");
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn another_size_of_the_window_keeps_the_place() {
        let small = Small::new("resize");
        let Some(mut terminal) = open(&small, "resize", &["read", "05", "--color", "never"]) else { return };
        terminal.wait_for("The beginning");
        terminal.type_in("/Number 30\r");
        wait_until("found", || first(&terminal).contains("Number 30"));
        for (columns, rows) in [(18, 8), (100, 30), (80, 24)] {
            terminal.resize(columns, rows);
            wait_until("painted anew", || terminal.picture().lines().count() == rows);
            assert!(first(&terminal).contains("Paragraph 30"), "{columns}: {}", terminal.picture());
        }
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    #[test]
    fn ctrl_c_and_a_signal_end_it_and_give_the_terminal_back() {
        let small = Small::new("ends");
        let Some(mut terminal) = open(&small, "ctrl-c", &["read", "05"]) else { return };
        terminal.wait_for("The beginning");
        terminal.type_in("\x03");
        gives_back(terminal, 130);
        let Some(terminal) = open(&small, "sigterm", &["read", "05", "--width", "77"]) else { return };
        terminal.wait_for("The beginning");
        nix::sys::signal::kill(pid("read\x0005\x00--width\x0077"), nix::sys::signal::Signal::SIGTERM).unwrap();
        gives_back(terminal, 143);
    }

    #[test]
    fn a_closed_window_ends_it() {
        let small = Small::new("closed");
        let Some(terminal) = open(&small, "closed", &["read", "05", "--width", "76"]) else { return };
        terminal.wait_for("The beginning");
        terminal.close();
        wait_until("nobody reads any more", || common::alive("lab read 05 --width 76").is_empty());
    }

    #[test]
    fn ctrl_z_stops_it_with_the_terminal_given_back_and_it_goes_on_where_it_was() {
        let small = Small::new("ctrl-z");
        let command = small.command(&["read", "05", "--color", "never"]);
        let Some(mut terminal) = Terminal::with_jobs("read-ctrl-z", SIZE, &command) else { return };
        terminal.wait_for("The beginning");
        terminal.type_in("G");
        terminal.wait_for("The end.");
        terminal.type_in("\x1a");
        wait_until("it has stopped", || terminal.shows("it has stopped"));
        let [before, stopped] = terminal.settings_when_stopped();
        assert_eq!(before, stopped, "the terminal was left with other settings");
        let shown = terminal.text().len();
        terminal.type_in("\n");
        wait_until("it goes on", || terminal.text().get(shown..).is_some_and(|text| text.contains("The end.")));
        terminal.type_in("q");
        gives_back(terminal, 0);
    }

    /// The process with this in its command line.
    fn pid(marker: &str) -> nix::unistd::Pid {
        let is_it = |pid: &i32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let line = String::from_utf8_lossy(&line).into_owned();
            line.starts_with(env!("CARGO_BIN_EXE_lab")) && line.contains(marker)
        };
        let all = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
        nix::unistd::Pid::from_raw(all.into_iter().find(is_it).expect("lab read runs"))
    }
}
