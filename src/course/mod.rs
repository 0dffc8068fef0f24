//! The course on disk: lesson.toml, exercise.toml, and the learner's progress. Reads and checks; runs nothing and prints
//! nothing.

mod check;
mod check_exercise;
mod exercise;
mod exercises;
mod find;
mod lesson;
mod open;
mod placeholder;
mod progress;
pub mod readme;
#[cfg(test)]
mod tests;

pub use exercise::{Exercise, ExitPlan, FilePlan, LimitsPlan, PeerPlan, ProgramPlan, Scenario};
pub use exercises::Exercises;
pub use find::{NoVariation, NotFound, Why, name_among};
pub use lesson::{Lesson, RolePlan, Variation, Wire};
pub use placeholder::fill;
pub use progress::{Pass, Progress, State};

use std::path::PathBuf;

/// The lessons of the course.
#[derive(Debug, Clone)]
pub struct Course {
    /// The folder that has `lessons/` and the Cargo.toml.
    pub root: PathBuf,
    /// The sound lessons, sorted by name.
    pub lessons: Vec<Lesson>,
    /// The damaged ones, sorted by name, each with what is wrong: file, line, column and what.
    pub damaged: Vec<(String, String)>,
}
