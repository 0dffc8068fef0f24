//! `lab` and `lab list`: the lessons, with their variations and exercises.

use super::desk::Desk;
use super::show;
use crate::cli::LookArgs;
use socket_lab::course::Course;
use socket_lab::view::text::{Exercised, Listed, listing};
use std::io::Write;
use std::process::ExitCode;

const HOW: &str = "\
Run one:            lab 05       or  lab 05 --variation prompt-reader
Read its chapter:   lab read 05
Write one yourself: lab watch    or  lab progress
Any other programs: lab trace --server CMD --client CMD
This machine:       lab doctor
";

pub fn run(look: &LookArgs) -> anyhow::Result<ExitCode> {
    let desk = Desk::open()?;
    let course = Course::open(&desk.exercises.root)?;
    let lessons: Vec<Listed> = course
        .lessons
        .iter()
        .map(|lesson| Listed {
            name: lesson.name.clone(),
            title: format!("{} · {}", lesson.title, lesson.term),
            variations: lesson.variations.iter().map(|v| (v.name.clone(), v.says.clone())).collect(),
            exercises: exercises(&desk, &lesson.name),
        })
        .collect();
    let (width, color) = show::look(look);
    let mut output = std::io::stdout().lock();
    output.write_all(listing(&lessons, width, color).as_bytes())?;
    for (name, message) in course.damaged.iter().chain(&desk.exercises.damaged) {
        writeln!(output, "{name} cannot be read:\n{message}\n")?;
    }
    output.write_all(HOW.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn exercises(desk: &Desk, lesson: &str) -> Vec<Exercised> {
    let of_lesson = desk.exercises.of_lesson(lesson);
    of_lesson
        .map(|exercise| Exercised {
            name: exercise.name.clone(),
            title: exercise.title.clone(),
            passed: desk.is_passed(exercise),
        })
        .collect()
}
