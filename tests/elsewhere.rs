//! The lab as macOS and Windows see it, and what every build can do: list lessons, replay recordings.

mod common;

use std::path::Path;
use std::process::{Command, Output};

fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the lab starts")
}

fn bundled() -> Vec<std::path::PathBuf> {
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/runs");
    let mut files: Vec<_> = std::fs::read_dir(runs)
        .expect("the bundled recordings")
        .filter_map(|lesson| std::fs::read_dir(lesson.unwrap().path()).ok())
        .flatten()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    files.sort();
    files
}

#[test]
fn one_recording_of_every_variation_ships_with_the_lab() {
    let course = socket_lab::course::Course::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    for lesson in &course.lessons {
        for variation in &lesson.variations {
            let file = Path::new("book/src/runs").join(&lesson.name).join(format!("{}.jsonl", variation.name));
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file).is_file(), "{} is missing", file.display());
        }
    }
}

#[test]
fn every_bundled_recording_replays_and_shows_what_its_lesson_says() {
    let files = bundled();
    assert!(!files.is_empty());
    for file in files {
        let output = lab(&["replay", &file.to_string_lossy(), "--color", "never", "--width", "80"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}\n{text}", file.display());
        assert!(text.contains("seen"), "{}\n{text}", file.display());
        assert!(!text.contains('\x1b'), "{} has escapes", file.display());
    }
}

#[test]
fn the_lessons_are_listed_with_their_variations() {
    let output = lab(&["list"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for word in ["05-sticky-packets", "粘包", "late-reader", "07-recv-behaviour"] {
        assert!(text.contains(word), "{word} is not in\n{text}");
    }
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
#[test]
fn running_a_lesson_says_what_is_missing_and_offers_its_recording() {
    let output = lab(&["05", "--variation", "late-reader"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("needs Linux"), "{said}");
    assert!(said.contains("lab replay book/src/runs/05-sticky-packets/late-reader.jsonl"), "{said}");
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
#[test]
fn tracing_says_what_is_missing() {
    let output = lab(&["trace", "--server", "true"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs Linux"));
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
#[test]
fn predictions_are_marked_by_the_recorded_run_that_ships_with_the_lab() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(["05", "--predict", "--color", "never"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = common::told(command, "c\na\n");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("marked by the recorded run of it that ships with the lab"), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("\n1 of 2 right\n"));
}

#[test]
fn a_recording_is_gone_through_forward_and_back() {
    let file = "book/src/runs/05-sticky-packets/late-reader.jsonl";
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.args(["replay", file, "--step", "--color", "never"]).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = common::told(command, "\nback\nback\nuntil wire\nback\nclient\ndrop 1\npeer\ngo\nnext\nquit\n");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let mut from = 0;
    for place in [
        "server  was not started yet",
        "> \n",
        "server.socket[1] = 3",
        "> back\n",
        "server  was not started yet",
        "> back\nthis is the beginning",
        "> until wire\n",
        "client>server SYN[1]",
        "server  waits in accept[1]",
        "> back\n",
        "> client\n",
        "client.connect[1] = 0",
        "> drop 1\nthis was recorded: it can be looked at, and not changed",
        "> peer\n`peer` is no word",
        "> go\n",
        "server  exited with status 0",
        "> next\nnothing more was recorded of that",
        "> quit",
    ] {
        from += text[from..].find(place).unwrap_or_else(|| panic!("{place:?} is not there in its order\n{text}"));
    }
}
