//! The course on disk: lesson.toml (and later exercise.toml, progress). Reads and checks; runs nothing and prints nothing.

mod check;
mod exercise;
mod find;
mod lesson;
mod open;
mod placeholder;
#[cfg(test)]
mod tests;

pub use exercise::{Exercise, ExitPlan, FilePlan, LimitsPlan, PeerPlan, ProgramPlan, Scenario};
pub use find::{NoVariation, NotFound, Why};
pub use lesson::{Lesson, RolePlan, Variation, Wire};
pub use placeholder::fill;

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
