//! Reading the lessons below a project's root. One damaged lesson.toml never hides the other lessons: it is kept with
//! its message, and told to whoever asks for that lesson.

use super::{Course, Lesson, check};
use anyhow::{Context, bail};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is in a folder below `lessons/`.
enum Folder {
    Lesson(Lesson),
    Damaged(String),
    /// No lesson.toml: a lesson that has only its programs, or no lesson at all.
    Other,
}

impl Course {
    /// Reads every `lessons/*/lesson.toml` below the root. Fails only when the folder of lessons cannot be listed.
    pub fn open(root: &Path) -> anyhow::Result<Course> {
        let folder = root.join("lessons");
        let reading = || format!("cannot list the lessons in {}", folder.display());
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).with_context(reading)? {
            names.push(entry.with_context(reading)?.file_name());
        }
        names.sort();
        let mut course = Course { root: root.to_owned(), lessons: Vec::new(), damaged: Vec::new() };
        for name in names {
            let shown = name.to_string_lossy().into_owned();
            match read(&folder.join(&name), &shown) {
                Folder::Lesson(lesson) => course.lessons.push(lesson),
                Folder::Damaged(message) => course.damaged.push((shown, message)),
                Folder::Other => {}
            }
        }
        Ok(course)
    }

    /// The project's root: the nearest folder, from `start` upwards, that has `lessons/` and a Cargo.toml.
    pub fn find_root(start: &Path) -> anyhow::Result<PathBuf> {
        let start = std::path::absolute(start).with_context(|| format!("{} is no place", start.display()))?;
        let is_root = |folder: &&Path| folder.join("lessons").is_dir() && folder.join("Cargo.toml").is_file();
        match start.ancestors().find(is_root) {
            Some(root) => Ok(root.to_owned()),
            None => bail!(
                "no lessons here: neither {} nor a folder above it has lessons/ and a Cargo.toml. \
                 Go to the folder of the course and try again",
                start.display()
            ),
        }
    }

    /// The folder of a lesson: its programs and its lesson.toml.
    pub fn folder(&self, lesson: &Lesson) -> PathBuf {
        self.root.join("lessons").join(&lesson.name)
    }
}

fn read(folder: &Path, name: &str) -> Folder {
    let file = format!("lessons/{name}/lesson.toml");
    let bytes = match std::fs::read(folder.join("lesson.toml")) {
        Ok(bytes) => bytes,
        // A plain file beside the lessons is no folder; `lessons/Cargo.toml` is one such.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Folder::Other,
        Err(error) => return Folder::Damaged(format!("{file}: cannot be read: {error}")),
    };
    parse(&bytes, name).map_or_else(
        |problems| {
            Folder::Damaged(problems.iter().map(|what| format!("{file}: {what}")).collect::<Vec<_>>().join("\n"))
        },
        Folder::Lesson,
    )
}

/// A lesson, checked, from the text of its lesson.toml; or everything that is wrong with it.
fn parse(bytes: &[u8], name: &str) -> Result<Lesson, Vec<String>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        vec![format!("line {line} is not UTF-8")]
    })?;
    // The error of `toml` names line and column and shows the line; it ends with a line end of its own.
    let mut lesson: Lesson = toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
    lesson.name = name.to_owned();
    let problems = check::problems(&lesson);
    if problems.is_empty() { Ok(lesson) } else { Err(problems) }
}
