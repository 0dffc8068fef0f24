//! Finding lessons: `05-sticky-packets`, `05`, `5` and `sticky` all name the same one.

/// The lessons of the course.
#[derive(Debug, Clone)]
pub struct Course {}

/// No lesson, or more than one, goes by that name.
#[derive(Debug)]
pub struct NotFound {}
