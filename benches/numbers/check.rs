//! From a save to the verdict: the solution's file is touched, so that cargo builds it again, and checked.
//!
//! Measured with the lab as learners build it (the dev profile), since both the build and the check are theirs.

use super::run::median;
use super::{RUNS, milliseconds, row};
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// What is worth a row of its own: how long a check may take.
const MOST: Duration = Duration::from_secs(1);

/// A row for each exercise: from the save, and from there without the build.
pub fn check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Command::new("cargo").args(["build", "--quiet", "--bin", "lab"]).current_dir(root).status();
    let lab = root.join("target/debug/lab");
    if !built.is_ok_and(|status| status.success()) || !lab.is_file() {
        return row("save to verdict", "the lab does not build", "<= 1 s", None);
    }
    let mut exercises: Vec<String> = std::fs::read_dir(root.join("solutions"))
        .expect("the solutions")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    exercises.sort();
    for exercise in exercises {
        let run = || {
            let started = Instant::now();
            let mut command = Command::new(&lab);
            command.args(["check", &exercise, "--solutions", "--seed", "1"]).current_dir(root).stdout(Stdio::null());
            let passed = command.status().is_ok_and(|status| status.success());
            passed.then(|| started.elapsed())
        };
        let saved = || {
            let file = File::options().append(true).open(root.join("solutions").join(&exercise).join("main.rs"));
            file.and_then(|file| file.set_modified(SystemTime::now())).expect("a save");
            run()
        };
        let times: Option<Vec<_>> = (0..RUNS).map(|_| Some((saved()?, run()?))).collect();
        let Some(times) = times else {
            row(format!("save to verdict, {exercise}"), "it did not pass", "<= 1 s", None);
            continue;
        };
        let whole = median(times.iter().map(|(whole, _)| *whole).collect());
        let again = median(times.iter().map(|(_, again)| *again).collect());
        row(format!("save to verdict, {exercise}"), milliseconds(whole), "<= 1 s", Some(whole <= MOST));
        row("  of that without the build", milliseconds(again), "", None);
    }
}
