//! What the end-to-end tests share: running the lab as a person would, and reading what it left.
#![allow(dead_code, reason = "each test file uses its own part")]

#[cfg(all(target_os = "linux", feature = "record"))]
pub mod terminal;

use socket_lab::course::{Course, Lesson};
use socket_lab::recording::Recording;
use socket_lab::timeline::Timeline;
use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder that is gone when the test is over; anybody may write in it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("lab-test-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a temporary folder");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o777)).expect("its permissions");
        Folder(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Who runs the lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// Whoever runs the tests.
    Self_,
    /// Somebody without any privilege; needs root to become.
    Nobody,
}

/// The users this machine lets us be.
pub fn users() -> Vec<User> {
    if is_root() { vec![User::Nobody, User::Self_] } else { vec![User::Self_] }
}

pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// The lab with these arguments. The unprivileged user gets its own copy of the programs: the folder of the checkout may
/// be closed to it.
pub fn lab(user: User, arguments: &[&str]) -> Command {
    build_lessons();
    let mut command = match user {
        User::Self_ => Command::new(env!("CARGO_BIN_EXE_lab")),
        User::Nobody => {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_lab")]);
            command
        }
    };
    command.args(arguments).current_dir(root()).env_remove("NO_COLOR").env("COLUMNS", "");
    command
}

/// Runs it to its end.
pub fn run(user: User, arguments: &[&str]) -> Output {
    lab(user, arguments).output().expect("the lab starts")
}

/// Runs it to its end with these words on its standard input.
pub fn told(mut command: Command, words: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the lab starts");
    // A lab that stops early does not read the rest.
    let _ = child.stdin.take().expect("its standard input").write_all(words.as_bytes());
    child.wait_with_output().expect("its end")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Reads an exported recording.
pub fn recording(file: &Path) -> Recording {
    let input = File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Recording::read(BufReader::new(input)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Runs `lab` with an export and gives the timeline.
pub fn timeline(user: User, arguments: &[&str], folder: &Folder) -> (Timeline, Output) {
    let file = folder.file("run.jsonl");
    let mut all = arguments.to_vec();
    let path = file.to_string_lossy().into_owned();
    all.extend(["--export", &path]);
    let output = run(user, &all);
    assert!(file.is_file(), "no recording\n{}\n{}", stdout(&output), stderr(&output));
    (Timeline::new(recording(&file)), output)
}

/// A tool that an independent check needs. Where the tests must be complete, a missing one is a failure.
pub fn tool(name: &str) -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|path| path.is_file());
    if found.is_none() {
        assert!(std::env::var_os("LAB_REQUIRE_TOOLS").is_none(), "{name} is not installed, and this run requires it");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// Every lesson and variation of the course.
pub fn variations() -> Vec<(String, String)> {
    let course = Course::open(root()).expect("the course");
    assert!(course.damaged.is_empty(), "{:?}", course.damaged);
    course
        .lessons
        .iter()
        .flat_map(|lesson| lesson.variations.iter().map(|variation| (lesson.name.clone(), variation.name.clone())))
        .collect()
}

/// The course, all of it sound.
pub fn course() -> Course {
    let course = Course::open(root()).unwrap();
    assert!(course.damaged.is_empty(), "{:?}", course.damaged);
    course
}

/// `LAB_LESSON=05-sticky-packets` asks about one lesson only: for authors.
pub fn asked(lesson: &&Lesson) -> bool {
    std::env::var("LAB_LESSON").map_or(true, |name| name == lesson.name)
}

/// The recorded run that ships with the lab.
pub fn bundled(lesson: &str, variation: &str) -> PathBuf {
    root().join("book/src/runs").join(lesson).join(format!("{variation}.jsonl"))
}

/// Builds the lessons once: the unprivileged user may not write to the target folder.
pub fn build_lessons() {
    static BUILT: std::sync::Once = std::sync::Once::new();
    BUILT.call_once(|| {
        let lab = Path::new(env!("CARGO_BIN_EXE_lab"));
        let target = lab.parent().and_then(Path::parent).expect("the target folder");
        let mut command = Command::new(env!("CARGO"));
        command.args(["build", "--quiet", "--package", "lessons", "--bins", "--target-dir"]).arg(target);
        if lab.parent().is_some_and(|folder| folder.ends_with("release")) {
            command.arg("--release");
        }
        assert!(command.current_dir(root()).status().expect("cargo").success(), "the lessons do not build");
        // Cargo leaves programs alone that a touched manifest did not change; the lab goes by their age.
        for (lesson, _) in variations() {
            let program = lab.with_file_name(lesson);
            let file = std::fs::File::open(&program).expect("the lesson's program");
            file.set_modified(std::time::SystemTime::now()).expect("its time");
        }
    });
}

/// Processes whose command line contains `marker`.
pub fn alive(marker: &str) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").expect("/proc");
    processes
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let line = std::fs::read(folder.join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&line).replace('\0', " ");
            let own = folder.file_name()?.to_str()? == std::process::id().to_string();
            (line.contains(marker) && !own).then_some(line)
        })
        .collect()
}

/// Waits for something that must come; in vain is a failure.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < until, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
