//! `lab LESSON`: resolve the lesson and its variation, build it, run it, show what was seen.

use crate::cli::RunArgs;
use socket_lab::course::Course;
use std::process::ExitCode;

pub fn run(name: &str, args: &RunArgs) -> anyhow::Result<ExitCode> {
    let root = super::root::find()?;
    let course = Course::open(&root)?;
    let lesson = course.lesson(name).map_err(|error| super::Usage(error.to_string()))?;
    let variation = lesson.variation(args.variation.as_deref()).map_err(|error| super::Usage(error.to_string()))?;
    run_variation(&root, &course, lesson, variation, args)
}

#[cfg(all(target_os = "linux", feature = "record"))]
fn run_variation(
    root: &std::path::Path,
    course: &Course,
    lesson: &socket_lab::course::Lesson,
    variation: &socket_lab::course::Variation,
    args: &RunArgs,
) -> anyhow::Result<ExitCode> {
    use super::record;
    use socket_lab::recorder::{Plan, PlannedRole, Stdin};
    use socket_lab::recording::{Hex, Story};

    super::export::prepare(&args.view.export)?;
    let program = super::build::lesson(root, &lesson.name)?;
    let scratch = record::Scratch::new()?;
    let folder = course.folder(lesson);
    let fill = |text: &String| {
        text.replace("{scratch}", &scratch.path().to_string_lossy()).replace("{lesson}", &folder.to_string_lossy())
    };
    let roles = variation
        .roles
        .iter()
        .map(|role| PlannedRole {
            name: role.name.clone(),
            host: role.name.clone(),
            argv: [program.to_string_lossy().into_owned()]
                .into_iter()
                .chain(role.args.iter().map(fill))
                .chain(args.args.iter().cloned())
                .collect(),
            env: role.env.iter().map(|(name, value)| (name.clone(), fill(value))).collect(),
            directory: scratch.path().to_string_lossy().into_owned(),
            stdin: role.stdin.as_ref().map_or(Stdin::Null, |text| Stdin::Bytes(Hex(text.clone().into_bytes()))),
        })
        .collect();
    let story = Story {
        lesson: lesson.name.clone(),
        variation: variation.name.clone(),
        title: lesson.title.clone(),
        term: lesson.term.clone(),
        question: lesson.question.clone(),
        expect: variation.expect.clone(),
        so: variation.so.clone(),
        next: variation.next.clone(),
        show: variation.show.clone(),
    };
    let mut plan = Plan {
        title: format!("{} · {}", lesson.name, variation.name),
        story: Some(story),
        roles,
        schedule: variation.schedule.clone(),
        turns: true,
        deadline_ms: variation.deadline.map_or(record::DEADLINE_MS, record::milliseconds),
        wire: Default::default(),
        mtu: variation.mtu,
        offload: false,
        cable: Vec::new(),
        sysctl: Vec::new(),
        tcp_info: false,
    };
    record::apply(&mut plan, &args.engine)?;
    match record::record(plan, &args.engine)? {
        record::Outcome::Recorded(recording, code) => {
            Ok(record::worst(super::show::show(*recording, &args.view)?, code))
        }
        record::Outcome::Refused(refused) => {
            record::explain(&refused);
            super::elsewhere_recording(root, &lesson.name, &variation.name);
            Ok(ExitCode::from(super::NOT_PERMITTED))
        }
    }
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
fn run_variation(
    root: &std::path::Path,
    _: &Course,
    lesson: &socket_lab::course::Lesson,
    variation: &socket_lab::course::Variation,
    _: &RunArgs,
) -> anyhow::Result<ExitCode> {
    say!("lab: running a lesson under observation needs Linux; this build can only replay.");
    super::elsewhere_recording(root, &lesson.name, &variation.name);
    Ok(ExitCode::from(super::NOT_PERMITTED))
}
