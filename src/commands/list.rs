//! `lab` and `lab list`: the lessons, with their variations.

use super::show;
use crate::cli::LookArgs;
use socket_lab::course::Course;
use socket_lab::view::text::{Listed, listing};
use std::io::Write;
use std::process::ExitCode;

const HOW: &str = "\
Run one:            lab 05       or  lab 05 --variation prompt-reader
Any other programs: lab trace --server CMD --client CMD
This machine:       lab doctor
";

pub fn run(look: &LookArgs) -> anyhow::Result<ExitCode> {
    let course = Course::open(&super::root::find()?)?;
    let lessons: Vec<Listed> = course
        .lessons
        .iter()
        .map(|lesson| Listed {
            name: lesson.name.clone(),
            title: format!("{} · {}", lesson.title, lesson.term),
            variations: lesson.variations.iter().map(|v| (v.name.clone(), v.says.clone())).collect(),
        })
        .collect();
    let (width, color) = show::look(look);
    let mut output = std::io::stdout().lock();
    output.write_all(listing(&lessons, width, color).as_bytes())?;
    for (name, message) in &course.damaged {
        writeln!(output, "{name} cannot be read:\n{message}\n")?;
    }
    output.write_all(HOW.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
