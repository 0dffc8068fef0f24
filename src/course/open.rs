//! Reading the lessons below a project's root, and what reading exercises shares with it. One damaged lesson.toml never
//! hides the other lessons: it is kept with its message, and told to whoever asks for that lesson.

use super::{Course, Lesson, check};
use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is in a folder below `lessons/` or `exercises/`.
pub(super) enum Folder<T> {
    /// What its file describes.
    Sound(T),
    /// Everything that is wrong with its file.
    Damaged(String),
    /// No such file: a lesson that has only its programs, or no lesson at all.
    Other,
}

impl Course {
    /// Reads every `lessons/*/lesson.toml` below the root. Fails only when the folder of lessons cannot be listed.
    pub fn open(root: &Path) -> anyhow::Result<Course> {
        let mut course = Course { root: root.to_owned(), lessons: Vec::new(), damaged: Vec::new() };
        for name in names(root, "lessons")? {
            match read(root, "lessons", &name, "lesson.toml", parse) {
                Folder::Sound(lesson) => course.lessons.push(lesson),
                Folder::Damaged(message) => course.damaged.push((name, message)),
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

/// What a folder of the project holds, sorted. A name that is not UTF-8 belongs to nothing of ours and is left out.
pub(super) fn names(root: &Path, parent: &str) -> anyhow::Result<Vec<String>> {
    let folder = root.join(parent);
    let reading = || format!("cannot list the {parent} in {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(reading)? {
        names.extend(entry.with_context(reading)?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

/// Reads `PARENT/NAME/FILE`; `parse` gives what its text describes, or all that is wrong with it.
pub(super) fn read<T>(
    root: &Path,
    parent: &str,
    name: &str,
    file: &str,
    parse: impl FnOnce(&str, &str) -> Result<T, Vec<String>>,
) -> Folder<T> {
    let shown = format!("{parent}/{name}/{file}");
    let bytes = match std::fs::read(root.join(parent).join(name).join(file)) {
        Ok(bytes) => bytes,
        // A plain file beside the lessons is no folder; `lessons/Cargo.toml` is one such.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Folder::Other,
        Err(error) => return Folder::Damaged(format!("{shown}: cannot be read: {error}")),
    };
    text(&bytes).and_then(|text| parse(text, name)).map_or_else(
        |problems| {
            Folder::Damaged(problems.iter().map(|what| format!("{shown}: {what}")).collect::<Vec<_>>().join("\n"))
        },
        Folder::Sound,
    )
}

fn text(bytes: &[u8]) -> Result<&str, Vec<String>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        vec![format!("line {line} is not UTF-8")]
    })
}

/// What a TOML text describes. The error of `toml` names line and column and shows the line; it ends with a line end of
/// its own.
pub(super) fn toml<T: DeserializeOwned>(text: &str) -> Result<T, Vec<String>> {
    toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])
}

/// A lesson, checked, from the text of its lesson.toml; or everything that is wrong with it.
fn parse(text: &str, name: &str) -> Result<Lesson, Vec<String>> {
    let mut lesson: Lesson = toml(text)?;
    lesson.name = name.to_owned();
    let problems = check::problems(&lesson);
    if problems.is_empty() { Ok(lesson) } else { Err(problems) }
}
