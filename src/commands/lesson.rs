//! `lab LESSON`: resolve the lesson and its variation, ask what will happen, run it, show what was seen.

#[cfg(all(target_os = "linux", feature = "record"))]
mod run;

use super::Usage;
use crate::cli::RunArgs;
use socket_lab::course::{Course, Lesson, Variation};
use socket_lab::recording::Recording;
use std::process::ExitCode;

/// What a talk says on its cover when its run was not made here.
#[cfg(not(all(target_os = "linux", feature = "record")))]
const NO_RECORDER: &str = "This build cannot record: what follows is the recorded run that ships with the lab.";

/// What is to be run, and what was predicted of it.
struct Chosen<'a> {
    course: &'a Course,
    lesson: &'a Lesson,
    variation: &'a Variation,
    args: &'a RunArgs,
    /// The choice locked in for each prediction, from 0.
    answers: Option<&'a [usize]>,
}

pub fn run(name: &str, args: &RunArgs) -> anyhow::Result<ExitCode> {
    let course = Course::open(&super::root::find()?)?;
    let lesson = course.lesson(name).map_err(|error| Usage(error.to_string()))?;
    let variation = lesson.variation(args.variation.as_deref()).map_err(|error| Usage(error.to_string()))?;
    if args.present {
        return Chosen { course: &course, lesson, variation, args, answers: None }.present();
    }
    let mut answers = None;
    if args.predict {
        if variation.predictions.is_empty() {
            return Err(asks_nothing(lesson, variation).into());
        }
        answers = super::predict::ask(&variation.predictions, &args.view.look)?;
        if answers.is_none() {
            return Ok(ExitCode::SUCCESS);
        }
    }
    Chosen { course: &course, lesson, variation, args, answers: answers.as_deref() }.run()
}

fn asks_nothing(lesson: &Lesson, variation: &Variation) -> Usage {
    let asking = lesson.variations.iter().filter(|variation| !variation.predictions.is_empty());
    let names: Vec<&str> = asking.map(|variation| variation.name.as_str()).collect();
    let others = match names.is_empty() {
        true => format!("and so do the other variations of {}", lesson.name),
        false => format!("these do: {}", names.join(", ")),
    };
    Usage(format!("variation {} asks nothing; {others}", variation.name))
}

impl Chosen<'_> {
    #[cfg(not(all(target_os = "linux", feature = "record")))]
    fn run(&self) -> anyhow::Result<ExitCode> {
        say!("lab: running a lesson under observation needs Linux; this build can only replay.");
        self.without_a_run()
    }

    #[cfg(not(all(target_os = "linux", feature = "record")))]
    fn present(&self) -> anyhow::Result<ExitCode> {
        match self.shipped_run()? {
            Some(run) => super::present::recorded(
                run,
                Some(NO_RECORDER),
                &self.args.view,
                super::show::paint(&self.args.view, self.args.engine.theme),
            ),
            None => self.run(),
        }
    }

    /// The recorded run that ships with the lab, if one does.
    fn shipped_run(&self) -> anyhow::Result<Option<Recording>> {
        let root = &self.course.root;
        let shipped = super::shipped(root, &self.lesson.name, &self.variation.name);
        shipped.map(|file| super::replay::read(&root.join(file))).transpose()
    }

    /// What is left where this machine cannot record: the recorded run that ships with the lab, by which answers can be
    /// marked.
    fn without_a_run(&self) -> anyhow::Result<ExitCode> {
        let root = &self.course.root;
        let shipped = super::shipped(root, &self.lesson.name, &self.variation.name);
        match (shipped, self.answers) {
            (Some(file), Some(_)) => {
                say!(
                    "Your answers are marked by the recorded run of it that ships with the lab, {}:\n",
                    file.display()
                );
                super::show::show(super::replay::read(&root.join(file))?, &self.args.view, self.answers)?;
            }
            (Some(file), None) => say!("A recorded run of it ships with the lab: lab replay {}", file.display()),
            (None, _) => {}
        }
        Ok(ExitCode::from(super::NOT_PERMITTED))
    }
}
