//! The course on disk: lesson.toml (and later exercise.toml, progress). Reads and checks; runs nothing.

mod find;
mod lesson;

pub use find::{Course, NotFound};
pub use lesson::{Lesson, RolePlan, Variation};
