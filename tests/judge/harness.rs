//! What the tests of the judge share: the known programs, their compilation, a run of `lab check`, its verdict.

use crate::common::{self, User, root, stderr, stdout};
use serde_json::Value;
use socket_lab::course::{Exercise, Exercises};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, Once, OnceLock};
use std::time::SystemTime;

/// Compilations that run at the same time, and checks: most of a check of a wrong program everybody waits.
const AT_ONCE: usize = 2;
const CHECKS_AT_ONCE: usize = 2;
/// A check that takes longer than this hangs: the judge has a limit for everything.
const HANGS: &str = "240";

/// For names that no other thread uses.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A program that is known to be wrong, or right.
pub struct Known {
    pub exercise: String,
    pub name: String,
    pub path: PathBuf,
}

impl Known {
    /// The scenario that its third line names.
    pub fn rejected_by(&self) -> Option<String> {
        let text = fs::read_to_string(&self.path).unwrap();
        text.lines().nth(2)?.strip_prefix("//! Rejected by: ").map(str::to_owned)
    }

    /// The command that runs it.
    pub fn command(&self) -> String {
        command(&self.path, &self.exercise)
    }
}

/// The exercises that are looked at.
pub fn exercises() -> Vec<Exercise> {
    let only = std::env::var("LAB_EXERCISE").unwrap_or_default();
    let mut all = Exercises::open(root()).expect("the exercises").exercises;
    all.retain(|exercise| exercise.name.contains(&only));
    all
}

/// The programs below `tests/wrong` or `tests/right`, sorted.
pub fn known(kind: &str) -> Vec<Known> {
    let found = exercises().into_iter().flat_map(|exercise| {
        let folder = root().join("tests").join(kind).join(&exercise.name);
        let entries = fs::read_dir(&folder).into_iter().flatten();
        let paths = entries.map(|entry| entry.unwrap().path());
        let programs = paths.filter(|path| path.extension().is_some_and(|ending| ending == "rs" || ending == "py"));
        programs
            .map(|path| Known {
                exercise: exercise.name.clone(),
                name: path.file_stem().unwrap().to_string_lossy().into_owned(),
                path,
            })
            .collect::<Vec<_>>()
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|one, other| one.path.cmp(&other.path));
    found
}

/// The command that runs a program, after it was put to where a program may be: none that is judged may open a file below
/// `tests/`, not even its own.
pub fn command(source: &Path, folder: &str) -> String {
    if source.extension().is_some_and(|ending| ending == "rs") {
        return compiled(source, folder).display().to_string();
    }
    let copy = target().join("judge").join(folder).join(source.file_name().unwrap());
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    // Whoever reads it meanwhile gets the old one or the new one, and never half of it.
    let part = copy.with_extension(format!("{}.part", NEXT.fetch_add(1, Ordering::Relaxed)));
    fs::copy(source, &part).unwrap();
    fs::rename(&part, &copy).unwrap();
    format!("/usr/bin/python3 {}", copy.display())
}

/// A source file as a program in `target/judge/FOLDER/NAME`, compiled when it is newer than that.
pub fn compiled(source: &Path, folder: &str) -> PathBuf {
    let program = target().join("judge").join(folder).join(source.file_stem().unwrap());
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    if time(&program) > time(source) {
        return program;
    }
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    // A folder of its own: rustc puts what it makes on the way beside the program, under names that come from the source.
    let folder = program.with_extension(format!("{}.part", NEXT.fetch_add(1, Ordering::Relaxed)));
    fs::create_dir_all(&folder).unwrap();
    let part = folder.join("program");
    command.args(["--edition", "2024", "--cap-lints", "allow"]).arg(source).arg("-o").arg(&part);
    for (library, file) in libraries() {
        command.arg("--extern").arg(format!("{library}={}", file.display()));
        command.arg("-L").arg(format!("dependency={}", file.parent().unwrap().display()));
    }
    let output = command.output().expect("rustc");
    assert!(output.status.success(), "{}\n{}", source.display(), stderr(&output));
    // Two tests may want the same one at the same time.
    fs::rename(&part, &program).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    program
}

/// The folder that cargo builds in.
pub fn target() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_lab")).ancestors().nth(2).expect("the target folder").to_owned()
}

/// What an exercise may use, as cargo built it. All skeletons and solutions are built with it.
fn libraries() -> &'static [(String, PathBuf)] {
    static FOUND: OnceLock<Vec<(String, PathBuf)>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--package", "exercises", "--bins", "--message-format=json"]);
        command.arg("--target-dir").arg(target()).current_dir(root());
        let output = command.output().expect("cargo");
        assert!(output.status.success(), "the exercises do not build\n{}", stderr(&output));
        let messages = stdout(&output);
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut found = Vec::new();
        for message in messages {
            let library = message["target"]["name"].as_str().unwrap_or_default();
            let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let file = files.filter(|file| file.ends_with(".rlib")).map(PathBuf::from).next();
            if let Some(file) = file.filter(|_| ["socket2", "serde_json", "chrono"].contains(&library)) {
                found.push((library.to_owned(), file));
            }
        }
        assert_eq!(found.len(), 3, "cargo did not say where the libraries are: {found:?}");
        found
    })
}

/// Builds everything once, so that a check has nothing to build: whoever runs it may not write to the target folder.
pub fn build() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        libraries();
        // Cargo leaves programs alone that a touched manifest did not change; the lab goes by their age.
        for exercise in exercises() {
            for sort in ["exercise", "solution"] {
                let program = Path::new(env!("CARGO_BIN_EXE_lab")).with_file_name(format!("{}-{sort}", exercise.name));
                let file = fs::File::options().append(true).open(&program).expect("the exercise's program");
                file.set_modified(SystemTime::now()).expect("its time");
            }
        }
    });
}

/// Somebody without any privilege, where that is possible: whom most learners are.
fn user() -> User {
    common::users()[0]
}

/// Runs `lab check` with these arguments to its end. A check that hangs is ended, and is a failure.
pub fn check(arguments: &[&str]) -> Output {
    build();
    check_in(root(), user(), arguments)
}

/// The same as that user, in the folder of another course.
pub fn check_in(folder: &Path, user: User, arguments: &[&str]) -> Output {
    let _turn = Turn::take();
    let lab = common::lab(user, &[]);
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", HANGS]).arg(lab.get_program()).args(lab.get_args());
    // What is passed here is nobody's progress.
    command
        .args(["check", "--no-progress"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env("COLUMNS", "");
    let output = command.output().expect("timeout");
    assert_ne!(output.status.code(), Some(124), "lab check {arguments:?} hangs\n{}", stdout(&output));
    output
}

/// What `lab check --json` says about a command, or about the solution when there is none: the first scenario that was not
/// passed, and why in one word. Of one scenario only, if it is named.
pub fn verdict(exercise: &str, command: Option<&str>, seed: u64, scenario: Option<&str>) -> Option<(String, String)> {
    let seed = seed.to_string();
    let mut arguments = vec![exercise, "--seed", &seed, "--fail-fast", "--json"];
    match command {
        Some(command) => arguments.extend(["--program", command]),
        None => arguments.push("--solutions"),
    }
    scenario.iter().for_each(|scenario| arguments.extend(["--scenario", *scenario]));
    let output = check(&arguments);
    let told = || format!("{arguments:?}\n{}{}", stdout(&output), stderr(&output));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", told()));
    let passed = json["passed"].as_bool().unwrap_or_else(|| panic!("{}", told()));
    assert_eq!(output.status.code(), Some(if passed { 0 } else { 1 }), "{}", told());
    let scenarios = json["scenarios"].as_array().unwrap_or_else(|| panic!("{}", told()));
    let failed = scenarios.iter().find(|scenario| scenario["passed"] == false).map(|scenario| {
        let word = |field: &str| scenario[field].as_str().unwrap_or_default().to_owned();
        (word("name"), word("cause"))
    });
    assert_eq!(passed, failed.is_none(), "{}", told());
    failed
}

/// Applies `work` to each, a few at a time, and gives what it returned, in the order of the items.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let index = {
                        let mut next = next.lock().unwrap();
                        *next += 1;
                        *next - 1
                    };
                    let Some(item) = items.get(index) else { return };
                    let result = work(item);
                    results.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A place among the checks that run at the same time, whichever tests they belong to.
struct Turn;

static TAKEN: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

impl Turn {
    fn take() -> Turn {
        let mut taken = TAKEN.0.lock().unwrap();
        while *taken >= CHECKS_AT_ONCE {
            taken = TAKEN.1.wait(taken).unwrap();
        }
        *taken += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Ok(mut taken) = TAKEN.0.lock() {
            *taken -= 1;
        }
        TAKEN.1.notify_one();
    }
}
