//! Claims about reading exercises and finding them, on small ones in a temporary folder.

use super::*;
use crate::course::{Exercises, readme};

const HEAD: &str = "title = 'A length first'\nterm = '报头'\nlesson = '06-struct-header'\nprogram = 'server'\n\
                    peer = 'client'\nargs = ['{address}']\nwhy = 'so'\n";

/// A scenario with its words, and whatever else the text says.
fn scenario(more: &str) -> String {
    format!("[[scenario]]\nname = 'split'\nsays = 'the length comes in pieces'\nlook = 'recv returns'\n{more}\n")
}

fn sound() -> String {
    format!("{HEAD}{}", scenario("steps = ['connect']"))
}

fn on_disk() -> OnDisk {
    OnDisk::new().lesson("06-struct-header", super::sound())
}

fn open(disk: &OnDisk) -> Exercises {
    Exercises::open(&disk.0).unwrap()
}

/// The message of an exercise that is damaged by this text.
fn damage(text: &str) -> String {
    let exercises = open(&on_disk().exercise("06-framed-echo", text));
    assert!(exercises.exercises.is_empty(), "it is sound:\n{text}");
    let [(name, message)] = &exercises.damaged[..] else { panic!("{:?}", exercises.damaged) };
    assert_eq!(name, "06-framed-echo");
    assert!(message.starts_with("exercises/06-framed-echo/exercise.toml: "), "{message}");
    message.clone()
}

#[test]
fn exercises_are_read_sorted_and_go_by_the_names_that_lessons_go_by() {
    let disk = on_disk().exercise("06-framed-echo", sound()).exercise("01-fetch", sound());
    let disk = disk.exercise("06-file-receiver", sound());
    fs::write(disk.0.join("exercises/Cargo.toml"), "").unwrap();
    let exercises = open(&disk);
    assert!(exercises.damaged.is_empty(), "{:?}", exercises.damaged);
    for name in ["06-framed-echo", "framed", "echo", "framed-echo", "FRAMED"] {
        assert_eq!(exercises.exercise(name).unwrap().name, "06-framed-echo", "{name}");
    }
    assert_eq!(exercises.exercise("1").unwrap().name, "01-fetch");
    let error = exercises.exercise("06").unwrap_err().to_string();
    assert_eq!(error, "`06` fits more than one exercise: 06-file-receiver, 06-framed-echo");
    let error = exercises.exercise("fecth").unwrap_err().to_string();
    assert_eq!(error, "there is no exercise `fecth`; the nearest: 01-fetch");
    assert_eq!(exercises.of_lesson("06-struct-header").count(), 3);
    assert_eq!(exercises.of_lesson("05-sticky-packets").count(), 0);
}

#[test]
fn exercises_come_in_the_order_in_which_they_are_done() {
    let late = sound().replace("args =", "order = 1\nargs =");
    let disk = on_disk().exercise("06-framed-echo", sound()).exercise("06-file-receiver", late);
    let exercises = open(&disk.exercise("07-classify", sound()).exercise("06-z", sound()));
    let names: Vec<&str> = exercises.exercises.iter().map(|exercise| exercise.name.as_str()).collect();
    assert_eq!(names, ["06-framed-echo", "06-z", "06-file-receiver", "07-classify"]);
}

#[test]
fn one_damaged_exercise_does_not_hide_the_others() {
    let exercises = open(&on_disk().exercise("01-fetch", "title = ").exercise("06-framed-echo", sound()));
    assert_eq!(exercises.exercises.len(), 1);
    let error = exercises.exercise("fetch").unwrap_err().to_string();
    assert!(error.starts_with("exercise 01-fetch is damaged\nexercises/01-fetch/exercise.toml: "), "{error}");
}

#[test]
fn a_course_without_exercises_has_none() {
    assert!(open(&on_disk()).exercises.is_empty());
}

#[test]
fn what_the_file_says_beyond_toml_is_checked_and_every_problem_told() {
    let steps = "steps = ['connect']";
    for (text, words) in [
        (sound().replace("06-struct", "09-struct"), "lesson = \"09-struct-header\": there is no folder"),
        (sound().replace("{address}", "{adress}"), "args, {adress}: what can stand there is {address}"),
        (format!("{HEAD}scenario = []"), "it has no scenario"),
        (sound() + &scenario(steps), "scenario split: another scenario has the same name"),
        (sound().replace("'split'", "'split header'"), "a name is letters, digits and `-`"),
        (sound().replace("'the length", "'The length"), "without a capital"),
        (sound().replace("pieces'", "pieces.'"), "without a full stop"),
        (sound().replace("recv returns", " "), "look is empty"),
        (sound().replace("peer = 'client'", "peer = 'server'"), "two roles are called `server`"),
        (sound().replace("'server'", "'1'"), "role `1`: a name is a letter"),
        (sound().replace("'client'", "'nobody'"), "no role is called so"),
        (format!("{HEAD}{}", scenario("")), "it has neither steps nor peers"),
        (
            format!("{HEAD}{}", scenario(&format!("{steps}\npeers = [{{ role = 'a', {steps} }}]"))),
            "both steps and peers",
        ),
        (format!("{HEAD}{}", scenario("peers = [{ role = 'a', steps = [] }]")), "peer a has no steps"),
        (sound() + "exit = 'later'", "exit = \"later\""),
        (sound() + "prints = []\nstdout = '$m'", "prints and stdout"),
        (sound() + "sockets = 1\nprograms = [{ role = 'server' }]", "sockets stands beside programs"),
        (sound() + "data = { 'a b' = '$m' }", "data \"a b\": a name is"),
        (sound() + "limits = { files = 0 }", "limits, files = 0"),
        (sound() + "limits = { seconds = nan }", "limits, seconds = NaN"),
        (
            sound() + "schedule = ['server.recv[1] after clinet.send[1]']",
            "schedule, column 22: there is no role `clinet`",
        ),
        (sound() + "expect = [{ that = 'sever runs', says = 'it is' }]", "expect, column 1: there is no role `sever`"),
        (sound() + "cable = ['drop client>server SYN[1]']", "they need wire = \"cable\""),
        (
            sound() + "wire = 'cable'\ncable = ['drop clinet>server SYN[1]']",
            "cable, column 6: there is no role `clinet`",
        ),
        (sound() + "sysctl = { 'net.ipv4.tcp_wmem' = '1' }", "a name below net.ipv4"),
        (sound() + "step = ['connect']", "unknown field `step`"),
        (sound().replace("['connect']", "['connect', 'sned \"x\"']"), "step 2, column 1: "),
        (sound().replace("['connect']", "['connect', 'send $m']"), "step 2, column 6: "),
        (
            format!("{HEAD}{}", scenario("peers = [{ role = 'a', steps = ['repeat 2'] }]")),
            "step 1 of a, column 9: no `end`",
        ),
        (sound() + "data = { m = 'text(1..' }", "data, column 9: "),
        (sound() + "prints = ['$m']", "prints, column 1: "),
        (sound() + "files = [{ name = 'x', holds = '\"y\"' }]", "files, column 1: "),
    ] {
        let message = damage(&text);
        assert!(message.contains(words), "{message}\nwithout {words}");
    }
    let message = damage(&sound().replace("'split'", "'a b'").replace("recv returns", ""));
    assert_eq!(message.matches("exercises/06-framed-echo/exercise.toml: scenario a b: ").count(), 2, "{message}");
}

#[test]
fn an_abbreviation_may_open_the_words_of_a_scenario() {
    let exercises = open(&on_disk().exercise("01-fetch", sound().replace("the length", "FIN and length")));
    assert!(exercises.damaged.is_empty(), "{:?}", exercises.damaged);
}

#[test]
fn a_readme_says_what_is_tried_and_gives_three_hints() {
    let disk = on_disk().exercise("01-fetch", sound());
    let exercises = open(&disk);
    let exercise = exercises.exercise("fetch").unwrap();
    let hints: String =
        (1..=3).map(|n| format!("<details><summary>Hint {n}</summary>\ntry {n}\n</details>\n")).collect();
    let good = format!("- **split**: the length comes in pieces\n{hints}");
    assert_eq!(readme::problems(exercise, &good), Vec::<String>::new());
    for (text, words) in [
        (good.replace("split", "spilt"), "there is no scenario spilt"),
        (good.replace("in pieces", "at once"), "- **split**: the length comes in pieces"),
        (good.replace("Hint 3", "More"), "it has 2 hints"),
        (good.replace("try 2", ""), "hint 2 is empty"),
    ] {
        let problems = readme::problems(exercise, &text).join("\n");
        assert!(problems.contains(words), "{problems}\nwithout {words}");
    }
    fs::write(exercises.folder(exercise).join("README.md"), good).unwrap();
    assert_eq!(exercises.hints(exercise).unwrap(), ["try 1", "try 2", "try 3"]);
}
