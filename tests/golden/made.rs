//! What is made of the recordings: their views, and pages and parts of the book.

use crate::common::{self, Folder, User, recording, root, run, stderr, stdout};
use socket_lab::book::claims::{Claim, claims};
use socket_lab::book::{self, Recorded};
use socket_lab::course::{Course, Exercise, Exercises, Variation};
use std::fs;
use std::path::PathBuf;

/// Widths of a view that ships, in columns.
pub const WIDTHS: [&str; 3] = ["80", "100", "160"];

/// A file of a recorded run, by its ending.
pub fn bundled(lesson: &str, variation: &str, ending: &str) -> PathBuf {
    common::bundled(lesson, variation).with_file_name(format!("{variation}{ending}"))
}

/// The files that are made of a recording, with what they must hold.
pub fn views(lesson: &str, variation: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let file = bundled(lesson, variation, ".jsonl");
    let folder = Folder::new("views");
    let capture = folder.file("run.pcapng");
    let mut views = Vec::new();
    for (n, width) in WIDTHS.into_iter().enumerate() {
        let mut arguments = vec!["replay", file.to_str().unwrap(), "--width", width, "--color", "never"];
        if n == 0 {
            arguments.extend(["--export", capture.to_str().unwrap()]);
        }
        let output = run(User::Self_, &arguments);
        assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
        views.push((bundled(lesson, variation, &format!(".{width}.txt")), output.stdout));
    }
    views.push((bundled(lesson, variation, ".pcapng"), fs::read(capture).unwrap()));
    views
}

fn recorded<'a>(lesson: &str, variation: &'a Variation) -> Recorded<'a> {
    let file = common::bundled(lesson, &variation.name);
    Recorded::new(variation, recording(&file)).unwrap_or_else(|error| panic!("{}: {error:#}", file.display()))
}

/// The generated pages and parts of the book, with what they must hold.
pub fn generated() -> Vec<(PathBuf, String)> {
    let course = Course::open(root()).unwrap();
    let exercises = Exercises::open(root()).unwrap();
    let claims = claims(root()).unwrap();
    let is_lesson = |name: &str| course.lessons.iter().any(|lesson| lesson.name == name);
    let folder = root().join("book/src");
    let mut files = vec![(folder.join("parts/tutorials.md"), book::tutorials(&claims, is_lesson))];
    for lesson in &course.lessons {
        let recorded: Vec<Recorded> = lesson.variations.iter().map(|it| recorded(&lesson.name, it)).collect();
        let exercises: Vec<&Exercise> = exercises.of_lesson(&lesson.name).collect();
        let claims: Vec<&Claim> = claims.iter().filter(|claim| claim.lesson == lesson.name).collect();
        let parts = book::parts(lesson, &recorded, &exercises, &claims);
        files.push((folder.join(format!("parts/{}.md", lesson.name)), parts));
        files.push((folder.join(format!("runs/{}.md", lesson.name)), book::runs(lesson, &recorded)));
    }
    files
}
