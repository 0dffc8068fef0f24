//! The exercises on disk: every `exercises/*/exercise.toml`, and where the files of each are.
//!
//! One damaged exercise.toml never hides the others: it is kept with its message, and told to whoever asks for that
//! exercise. Refuses to run anything or to know who has passed what.

use super::open::{self, Folder, names, read};
use super::{Exercise, NotFound, check_exercise, find, readme};
use std::io;
use std::path::{Path, PathBuf};

/// The exercises of the course.
#[derive(Debug, Clone)]
pub struct Exercises {
    /// The project's folder.
    pub root: PathBuf,
    /// The sound ones, in the order in which they are done.
    pub exercises: Vec<Exercise>,
    /// The damaged ones, sorted by name, each with what is wrong: file, line, column and what.
    pub damaged: Vec<(String, String)>,
}

impl Exercises {
    /// Reads every exercise below the root. Fails only when the folder of exercises cannot be listed; a course without
    /// one has no exercises.
    pub fn open(root: &Path) -> anyhow::Result<Exercises> {
        let mut found = Exercises { root: root.to_owned(), exercises: Vec::new(), damaged: Vec::new() };
        if !root.join("exercises").exists() {
            return Ok(found);
        }
        for name in names(root, "exercises")? {
            match read(root, "exercises", &name, "exercise.toml", |text, name| parse(root, text, name)) {
                Folder::Sound(exercise) => found.exercises.push(exercise),
                Folder::Damaged(message) => found.damaged.push((name, message)),
                Folder::Other => {}
            }
        }
        found.exercises.sort_by(|one, other| place(one).cmp(&place(other)));
        Ok(found)
    }

    /// The exercise of that name, by the rules of [`Course::lesson`](super::Course::lesson).
    pub fn exercise(&self, name: &str) -> Result<&Exercise, NotFound> {
        find::find("exercise", name, &self.exercises, |exercise| &exercise.name, &self.damaged)
    }

    /// Those that belong to a lesson.
    pub fn of_lesson(&self, lesson: &str) -> impl Iterator<Item = &Exercise> {
        self.exercises.iter().filter(move |exercise| exercise.lesson == lesson)
    }

    /// Where the learner works: README.md, exercise.toml, main.rs.
    pub fn folder(&self, exercise: &Exercise) -> PathBuf {
        self.root.join("exercises").join(&exercise.name)
    }

    /// The program that the learner writes.
    pub fn program(&self, exercise: &Exercise) -> PathBuf {
        self.folder(exercise).join("main.rs")
    }

    /// What that program was before the learner wrote anything. A file of its own, so that it is there without git, is
    /// not mixed with what the learner commits, and is renewed by an update.
    pub fn skeleton(&self, exercise: &Exercise) -> PathBuf {
        self.root.join("solutions").join(&exercise.name).join("skeleton.rs")
    }

    /// The program that the learner reads afterwards.
    pub fn solution(&self, exercise: &Exercise) -> PathBuf {
        self.root.join("solutions").join(&exercise.name).join("main.rs")
    }

    /// The hints of its README.md, the gentlest first.
    pub fn hints(&self, exercise: &Exercise) -> io::Result<Vec<String>> {
        Ok(readme::hints(&std::fs::read_to_string(self.folder(exercise).join("README.md"))?))
    }
}

/// By number, then as the exercises say it themselves, then by name.
fn place(exercise: &Exercise) -> (&str, u8, &str) {
    (exercise.name.split('-').next().unwrap_or_default(), exercise.order, &exercise.name)
}

/// An exercise, checked, from the text of its exercise.toml; or everything that is wrong with it.
fn parse(root: &Path, text: &str, name: &str) -> Result<Exercise, Vec<String>> {
    let mut exercise: Exercise = open::toml(text)?;
    exercise.name = name.to_owned();
    let problems = check_exercise::problems(&exercise, |lesson| root.join("lessons").join(lesson).is_dir());
    if problems.is_empty() { Ok(exercise) } else { Err(problems) }
}
