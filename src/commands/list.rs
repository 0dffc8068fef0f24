//! `lab` and `lab list`: the lessons, with what each asks.

use socket_lab::course::Course;
use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

pub fn run() -> anyhow::Result<ExitCode> {
    let course = Course::open(&super::build::root()?)?;
    let mut text =
        String::from("Lessons                                            run one: lab 05, lab 05 --variation NAME\n\n");
    for lesson in &course.lessons {
        let _ = writeln!(text, "{}  {} ({})", lesson.name, lesson.title, lesson.term);
        for variation in &lesson.variations {
            let _ = writeln!(text, "    {:<22} {}", variation.name, variation.says);
        }
        text.push('\n');
    }
    for (name, message) in &course.damaged {
        let _ = writeln!(text, "{name}  cannot be read:\n{message}\n");
    }
    text.push_str("Any other programs: lab trace --server CMD --client CMD.  What this machine permits: lab doctor.\n");
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
