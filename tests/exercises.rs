//! What surrounds the judge, as a person uses it: hints, reset, solution, progress, on a small course in a temporary
//! folder; and what every exercise of the real course must have.

mod common;

use common::{Folder, root, stderr, stdout};
use socket_lab::course::{Exercises, readme};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A course with two exercises, `01-fetch` and `02-serve`.
struct Small(Folder);

const SKELETON: &str = "//! Fetch.\n\nfn main() {\n    todo!(\"fetch\")\n}\n";
const SOLUTION: &str = "//! Fetch.\n\nfn main() {\n    println!(\"all of it\");\n}\n";

impl Small {
    fn new(name: &str) -> Small {
        let small = Small(Folder::new(&format!("exercises-{name}")));
        small.write("Cargo.toml", "");
        small.write(
            "lessons/01-tcp-echo/lesson.toml",
            &fs::read_to_string(root().join("lessons/01-tcp-echo/lesson.toml")).unwrap(),
        );
        for (exercise, title) in [("01-fetch", "All of a reply"), ("02-serve", "One after the other")] {
            let toml = format!(
                "title = '{title}'\nterm = '回'\nlesson = '01-tcp-echo'\nprogram = 'client'\npeer = 'server'\n\
                 why = '''Because a reply comes in pieces,\nit reads to the end.'''\n[[scenario]]\nname = 'pieces'\n\
                 says = 'it comes in pieces'\nlook = 'recv'\nsteps = ['listen']\n"
            );
            small.write(&format!("exercises/{exercise}/exercise.toml"), &toml);
            let hints =
                (1..=3).map(|n| format!("<details><summary>Hint {n}</summary>\n\nLook {n} deep.\n\n</details>\n"));
            small.write(&format!("exercises/{exercise}/README.md"), &hints.collect::<String>());
            small.write(&format!("exercises/{exercise}/main.rs"), SKELETON);
            small.write(&format!("solutions/{exercise}/skeleton.rs"), SKELETON);
            small.write(&format!("solutions/{exercise}/main.rs"), SOLUTION);
        }
        small
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.file(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.file(name).parent().unwrap()).unwrap();
        fs::write(self.file(name), text).unwrap();
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
        command.args(arguments).current_dir(&self.0.0);
        command
    }

    fn lab(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the lab starts")
    }

    /// What a command prints that succeeds and complains of nothing.
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.lab(arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}\n{}", stderr(&output));
        stdout(&output)
    }
}

#[test]
fn each_hint_goes_deeper_and_says_how_many_are_left() {
    let small = Small::new("hint");
    for (left, words) in ["2 more: lab hint 01-fetch", "1 more: lab hint 01-fetch"].iter().enumerate() {
        let page = small.prints(&["hint", "fetch"]);
        assert!(page.contains(&format!("01-fetch · hint {} of 3\n\nLook {} deep.", left + 1, left + 1)), "{page}");
        assert!(page.contains(words), "{page}");
    }
    // The last one is shown again as often as one likes.
    for _ in 0..2 {
        let page = small.prints(&["hint", "1"]);
        assert!(page.contains("hint 3 of 3\n\nLook 3 deep.") && page.contains("--give-up"), "{page}");
    }
    assert!(small.text("progress.txt").ends_with("\n01-fetch  hint 3\n"));
}

#[test]
fn without_a_name_the_first_exercise_that_is_not_passed_is_meant() {
    let small = Small::new("first");
    small.write("progress.txt", "01-fetch passed 2026-11-21 seed 4\n");
    assert!(small.prints(&["hint"]).contains("02-serve · hint 1 of 3"));
    small.write("progress.txt", "01-fetch passed\n02-serve passed\n");
    let output = small.lab(&["hint"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("every exercise is passed"), "{}", stderr(&output));
}

#[test]
fn a_name_that_fits_none_or_a_damaged_exercise_is_refused_with_why() {
    let small = Small::new("names");
    let output = small.lab(&["hint", "fecth"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no exercise `fecth`; the nearest: 01-fetch"), "{}", stderr(&output));
    small.write("exercises/02-serve/exercise.toml", "title =");
    let output = small.lab(&["reset", "serve"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("exercises/02-serve/exercise.toml: "), "{}", stderr(&output));
    assert!(small.prints(&["hint", "fetch"]).contains("hint 1 of 3"), "the other is sound");
}

#[test]
fn reset_brings_the_skeleton_back_and_keeps_every_version_of_the_learners_own() {
    let small = Small::new("reset");
    small.write("progress.txt", "01-fetch  passed  hint 2\n02-serve  hint 1\n");
    for (number, own) in ["first", "second"].iter().enumerate() {
        small.write("exercises/01-fetch/main.rs", own);
        let backup = format!("exercises/01-fetch/main.rs.bak-{}", number + 1);
        assert!(small.prints(&["reset", "fetch"]).contains(&backup));
        assert_eq!(small.text(&backup), *own);
        assert_eq!(small.text("exercises/01-fetch/main.rs"), SKELETON);
    }
    assert_eq!(small.text("exercises/01-fetch/main.rs.bak-1"), "first");
    assert_eq!(small.text("progress.txt"), "02-serve  hint 1\n");
    // Nothing written, nothing kept.
    assert!(small.prints(&["reset", "fetch"]).contains("nothing was written there yet"));
    fs::remove_file(small.file("exercises/01-fetch/main.rs")).unwrap();
    small.prints(&["reset", "fetch"]);
    assert_eq!(small.text("exercises/01-fetch/main.rs"), SKELETON);
    assert!(!small.file("exercises/01-fetch/main.rs.bak-3").exists());
}

#[test]
fn a_backup_is_numbered_after_all_that_are_there() {
    let small = Small::new("backup");
    small.write("exercises/01-fetch/main.rs.bak-7", "old");
    small.write("exercises/01-fetch/main.rs", "new");
    small.prints(&["reset", "fetch"]);
    assert_eq!(small.text("exercises/01-fetch/main.rs.bak-8"), "new");
    assert_eq!(small.text("exercises/01-fetch/main.rs.bak-7"), "old");
}

#[test]
fn a_reset_without_a_skeleton_changes_nothing() {
    let small = Small::new("no-skeleton");
    small.write("exercises/01-fetch/main.rs", "mine");
    fs::remove_file(small.file("solutions/01-fetch/skeleton.rs")).unwrap();
    let output = small.lab(&["reset", "fetch"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("reading solutions/01-fetch/skeleton.rs"), "{}", stderr(&output));
    assert_eq!(small.text("exercises/01-fetch/main.rs"), "mine");
    assert!(!small.file("exercises/01-fetch/main.rs.bak-1").exists());
}

#[test]
fn the_solution_opens_after_a_pass_or_for_who_gives_up() {
    let small = Small::new("solution");
    let closed = small.lab(&["solution", "fetch"]);
    assert_eq!((closed.status.code(), stdout(&closed)), (Some(1), String::new()));
    assert!(stderr(&closed).contains("lab solution 01-fetch --give-up"), "{}", stderr(&closed));
    let given_up = small.prints(&["solution", "fetch", "--give-up"]);
    small.write("progress.txt", "01-fetch  passed  2026-11-21  seed 7\n");
    let page = small.prints(&["solution", "fetch"]);
    assert_eq!(page, given_up);
    for words in [
        "Because a reply comes in pieces, it reads to the end.",
        "To read: solutions/01-fetch/main.rs",
        "--- exercises/01-fetch/main.rs\n+++ solutions/01-fetch/main.rs\n@@ ",
        "-    todo!(\"fetch\")\n+    println!(\"all of it\");\n",
    ] {
        assert!(page.contains(words), "{page}\nwithout {words}");
    }
    small.write("exercises/01-fetch/main.rs", SOLUTION);
    assert!(small.prints(&["solution", "fetch"]).contains("exercises/01-fetch/main.rs is the same program."));
    fs::remove_file(small.file("exercises/01-fetch/main.rs")).unwrap();
    assert!(small.prints(&["solution", "fetch"]).contains("nothing to compare it with"));
}

#[test]
fn progress_says_what_is_passed_and_what_is_next() {
    let small = Small::new("progress");
    small.write("progress.txt", "01-fetch  passed  2026-11-21  seed 7  hint 1\n");
    let page = small.prints(&["progress", "--width", "80"]);
    assert!(page.contains("\n01-fetch  passed 2026-11-21  1 of 3  01-tcp-echo\n"), "{page}");
    assert!(page.contains("1 of 2 passed. Next: lab watch 02-serve\n"), "{page}");
    let list = small.prints(&["list", "--width", "80"]);
    assert!(list.contains("\n  exercise 01-fetch All of a reply (passed)\n  exercise 02-serve One after"), "{list}");
    let json: serde_json::Value = serde_json::from_str(&small.prints(&["progress", "--json"])).unwrap();
    assert_eq!(json["next"], "02-serve");
    let first = &json["exercises"][0];
    assert_eq!((&first["name"], &first["passed"], &first["seed"]), (&"01-fetch".into(), &true.into(), &7.into()));
    assert_eq!((&first["date"], &first["hints_shown"], &first["hints"]), (&"2026-11-21".into(), &1.into(), &3.into()));
    assert_eq!(json["exercises"][1]["passed"], false);
}

#[test]
fn a_damaged_line_of_progress_is_told_once_by_a_command_and_never_lost() {
    let small = Small::new("damaged");
    let text = "# mine\n01-fetch  pased\n02-serve  hint 1\n";
    small.write("progress.txt", text);
    let output = small.lab(&["hint", "serve"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("hint 2 of 3"));
    assert_eq!(stderr(&output).matches("line 2: 01-fetch  pased").count(), 1, "{}", stderr(&output));
    assert_eq!(small.text("progress.txt"), text.replace("hint 1", "hint 2"));
    let json = stdout(&small.lab(&["progress", "--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["not_understood"], serde_json::json!([{ "line": 2, "text": "01-fetch  pased" }]));
}

#[cfg(unix)]
#[test]
fn in_a_folder_that_cannot_be_written_hints_are_still_shown_and_a_reset_changes_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let small = Small::new("read-only");
    small.write("exercises/01-fetch/main.rs", "mine");
    let closed = ["", "exercises/01-fetch"].map(|name| small.file(name));
    closed.iter().for_each(|folder| fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap());
    // Root may write everywhere.
    let lab = |arguments: &[&str]| {
        let command = small.command(arguments);
        let mut words: Vec<String> = vec![command.get_program().to_string_lossy().into_owned()];
        if common::is_root() {
            let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
            words.splice(0..0, nobody.map(str::to_owned));
        }
        words.extend(arguments.iter().map(|argument| argument.to_string()));
        Command::new(&words[0]).args(&words[1..]).current_dir(&small.0.0).output().expect("the lab starts")
    };
    let hint = lab(&["hint", "fetch"]);
    let reset = lab(&["reset", "fetch"]);
    closed.iter().for_each(|folder| fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap());
    assert!(hint.status.success() && stdout(&hint).contains("hint 1 of 3"), "{}", stderr(&hint));
    assert!(stderr(&hint).contains("progress.txt: Permission denied"), "{}", stderr(&hint));
    assert_eq!(reset.status.code(), Some(1));
    assert!(stderr(&reset).contains("keeping exercises/01-fetch/main.rs"), "{}", stderr(&reset));
    assert_eq!(small.text("exercises/01-fetch/main.rs"), "mine");
    assert!(!small.file("progress.txt").exists() && !small.file("progress.txt.new").exists());
}

fn exercises() -> Exercises {
    let exercises = Exercises::open(root()).expect("the exercises");
    let damaged: Vec<&str> = exercises.damaged.iter().map(|(_, message)| message.as_str()).collect();
    assert!(damaged.is_empty(), "{}", damaged.join("\n"));
    exercises
}

#[test]
fn every_readme_says_what_its_program_is_tested_with_and_gives_three_hints() {
    let exercises = exercises();
    let mut wrong = Vec::new();
    for exercise in &exercises.exercises {
        let text = fs::read_to_string(exercises.folder(exercise).join("README.md")).expect("a README");
        let problems = readme::problems(exercise, &text).into_iter();
        wrong.extend(problems.map(|what| format!("exercises/{}/README.md: {what}", exercise.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With LAB_BLESS=1 the skeletons are written anew.
#[test]
fn what_reset_brings_back_is_what_the_exercise_begins_with() {
    let exercises = exercises();
    let (bless, strict) = (std::env::var_os("LAB_BLESS"), std::env::var_os("LAB_REQUIRE_TOOLS"));
    if strict.is_none() && root().join("progress.txt").exists() {
        eprintln!("skipped: somebody learns here (progress.txt), so the exercises are theirs");
        return;
    }
    for exercise in &exercises.exercises {
        let (program, skeleton) = (exercises.program(exercise), exercises.skeleton(exercise));
        if bless.is_some() {
            fs::copy(&program, &skeleton).expect("writing the skeleton");
        }
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let what = "is not what `lab reset` brings back: LAB_BLESS=1 cargo test --test exercises";
        assert!(read(&program) == read(&skeleton), "exercises/{}/main.rs {what}", exercise.name);
    }
}
