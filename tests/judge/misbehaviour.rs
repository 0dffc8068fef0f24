//! Programs that do anything but what they were asked for: each is ended with all it started, and the verdict names what it
//! did.

use crate::common::{Folder, User, alive, root, stderr, stdout, wait_until};
use crate::harness::{check, check_in, command, each, target};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// They are judged by this scenario of a program that serves.
const EXERCISE: [&str; 5] = ["06-file-receiver", "--scenario", "one-file", "--seed", "1"];

/// A program in `tests/judge/programs`, in one word why it fails, and words of the reason.
const CASES: &[(&str, &str, &str)] = &[
    ("loops_for_ever.rs", "limit", "processor"),
    ("loops_at_once.rs", "limit", "processor"),
    ("never_ready.rs", "step", "nobody listened"),
    ("sleeps.rs", "step", "nobody moved"),
    ("leaves_at_once.rs", "exit", "server ended with status 0, and was to go on"),
    ("panics.rs", "exit", "server panicked"),
    ("floods.rs", "limit", "printed"),
    ("floods_without_lines.rs", "limit", "printed"),
    ("eats_memory.rs", "exit", "asked for more memory than the"),
    ("forks.py", "limit", "processes"),
    ("starts_threads.rs", "limit", "processes"),
    ("leaves_a_daemon.py", "exit", "server ended with status 0"),
    ("kills_its_parent.py", "refused", "SIGKILL"),
    ("prints_escapes.py", "exit", "server ended with status 1"),
];

fn program(name: &str) -> String {
    command(&root().join("tests/judge/programs").join(name), "misbehaviour")
}

/// What is wrong with the verdict on this command, if anything.
fn judged(command: &str, cause: &str, words: &str) -> Option<String> {
    let mut arguments = EXERCISE.to_vec();
    arguments.extend(["--json", "--program", command]);
    let output = check(&arguments);
    let said = format!("{}{}", stdout(&output), stderr(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let scenario = &json["scenarios"][0];
    let what =
        scenario["what"].as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
    let right = output.status.code() == Some(1) && scenario["cause"] == cause && what.contains(words);
    (!right).then(|| format!("{command}: not {cause}, `{words}`\n{said}"))
}

#[test]
fn whatever_a_program_does_it_is_ended_and_the_verdict_names_it() {
    let found = each(CASES, |(name, cause, words)| judged(&program(name), cause, words));
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let folder = target().join("judge/misbehaviour").display().to_string();
    wait_until("every process that was judged is gone", || alive(&folder).is_empty());
}

#[test]
fn the_judges_own_files_are_closed_to_a_program_and_looking_for_them_is_named() {
    let files = ["exercises/06-file-receiver/exercise.toml", "solutions/06-file-receiver/main.rs", "tests/wrong"];
    let found = each(&files, |file| judged(&format!("{} {file}", program("reads_the_judge.rs")), "refused", file));
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_program_prints_cannot_reach_the_terminal_as_escapes() {
    let command = program("prints_escapes.py");
    for more in [vec!["--color", "never"], vec!["--color", "never", "--show"], vec!["--json"]] {
        let mut arguments = EXERCISE.to_vec();
        arguments.extend(["--program", &command]);
        arguments.extend(more);
        let output = check(&arguments);
        let said = stdout(&output) + &stderr(&output);
        assert!(!said.chars().any(|letter| letter.is_control() && letter != '\n'), "{}", said.escape_debug());
        assert!(std::str::from_utf8(&output.stdout).is_ok(), "half a character is printed: {}", said.escape_debug());
        assert!(arguments.contains(&"--json") || said.contains("red"), "its own output is not told: {said}");
    }
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let wrong = judged("/no/such/program", "not-started", "/no/such/program");
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
}

/// A course of one exercise, whose program is this text.
fn course(folder: &Folder, name: &str, program: &str) {
    let write = |path: String, text: &str| {
        let path = folder.file(&path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let real = fs::read_to_string(root().join("exercises/06-file-receiver/exercise.toml")).unwrap();
    let (head, _) = real.split_once("[[scenario]]").unwrap();
    let scenario = "[[scenario]]\nname = 'one'\nsays = 'a client comes'\nlook = 'accept'\nsteps = ['connect']\n";
    write(format!("exercises/{name}/exercise.toml"), &format!("{head}{scenario}"));
    write(format!("exercises/{name}/main.rs"), program);
    let bin = format!("[[bin]]\nname = \"{name}-exercise\"\npath = \"{name}/main.rs\"\n");
    let package = "[package]\nname = \"exercises\"\nversion = \"0.1.0\"\nedition = \"2024\"\nautobins = false\n";
    write("exercises/Cargo.toml".into(), &format!("{package}{bin}"));
    write("Cargo.toml".into(), "[workspace]\nmembers = [\"exercises\"]\nresolver = \"3\"\n");
    write("lessons/06-struct-header/lesson.toml".into(), "");
}

#[test]
fn a_program_that_does_not_compile_shows_what_cargo_says_and_nothing_else() {
    let folder = Folder::new("judge-course");
    course(&folder, "99-broken", "//! Broken.\n\nfn main() {\n    let number: u32 = \"four\";\n}\n");
    let output = check_in(Path::new(&folder.0), User::Self_, &["99-broken", "--color", "never"]);
    assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
    assert_eq!(stdout(&output), "", "nothing was judged");
    let said = stderr(&output);
    assert!(said.contains("mismatched types") && said.contains("\"four\""), "{said}");
    assert!(said.trim_start().starts_with("error[E0308]"), "something stands before cargo's message: {said}");
}
