//! `lab LESSON`: resolve the lesson and its variation, build it, run it, show what was seen.

use super::Usage;
use crate::cli::{RunArgs, ViewArgs};
use socket_lab::course::{Course, Lesson, Variation};
use std::path::Path;
use std::process::ExitCode;

pub fn run(name: &str, args: &RunArgs) -> anyhow::Result<ExitCode> {
    let root = super::root::find()?;
    let course = Course::open(&root)?;
    let lesson = course.lesson(name).map_err(|error| super::Usage(error.to_string()))?;
    let variation = lesson.variation(args.variation.as_deref()).map_err(|error| super::Usage(error.to_string()))?;
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
    run_variation(&root, &course, lesson, variation, args, answers.as_deref())
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

/// What is left where this machine cannot record: the recorded run that ships with the lab, by which answers can be marked.
fn without_a_run(
    root: &Path,
    lesson: &str,
    variation: &str,
    view: &ViewArgs,
    answers: Option<&[usize]>,
) -> anyhow::Result<ExitCode> {
    let shipped = super::shipped(root, lesson, variation);
    match (shipped, answers) {
        (Some(file), Some(_)) => {
            say!("Your answers are marked by the recorded run of it that ships with the lab, {}:\n", file.display());
            super::show::show(super::replay::read(&root.join(file))?, view, answers)?;
        }
        (Some(file), None) => say!("A recorded run of it ships with the lab: lab replay {}", file.display()),
        (None, _) => {}
    }
    Ok(ExitCode::from(super::NOT_PERMITTED))
}

#[cfg(all(target_os = "linux", feature = "record"))]
fn run_variation(
    root: &Path,
    course: &Course,
    lesson: &Lesson,
    variation: &Variation,
    args: &RunArgs,
    answers: Option<&[usize]>,
) -> anyhow::Result<ExitCode> {
    use super::record;
    use socket_lab::course::fill;
    use socket_lab::recorder::{Plan, PlannedRole, PlannedWire, Stdin};
    use socket_lab::recording::{Hex, Story};

    super::export::prepare(&args.view.export)?;
    let said = if variation.is_on_cable() { PlannedWire::Cable } else { PlannedWire::Loopback };
    let wire = record::wire(&args.engine, said)?;
    let on_cable = wire == PlannedWire::Cable;
    if on_cable && !variation.is_on_cable() && lesson.on_cable.is_empty() {
        let what = format!("lesson {} cannot run on a cable: its programs take no addresses (on_cable)", lesson.name);
        return Err(Usage(what).into());
    }
    if !on_cable && !variation.cable.is_empty() {
        say!("lab: the rules of this variation are for a cable; on the loopback they do nothing");
    }
    let unknown = lesson.on_cable.iter().flat_map(|text| variation.unknown_hosts(text)).next();
    if let Some(host) = unknown.filter(|_| on_cable) {
        let what = format!("on a cable the programs need {{{host}}}, and {} has no such role or host", variation.name);
        return Err(Usage(what).into());
    }
    let program = super::build::lesson(root, &lesson.name)?.to_string_lossy().into_owned();
    let scratch = record::Scratch::new()?;
    let folder = course.folder(lesson);
    let roles = variation
        .roles
        .iter()
        .map(|role| PlannedRole {
            name: role.name.clone(),
            host: role.host().to_owned(),
            argv: lesson.arguments(role, on_cable).into_iter().chain(args.args.iter().cloned()).collect(),
            env: role.env.clone().into_iter().collect(),
            directory: scratch.path().to_string_lossy().into_owned(),
            stdin: role.stdin.as_ref().map_or(Stdin::Null, |text| Stdin::Bytes(Hex(text.clone().into_bytes()))),
            ..PlannedRole::default()
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
        predictions: variation.predictions.clone(),
    };
    let mut plan = Plan {
        title: format!("{} · {}", lesson.name, variation.name),
        story: Some(story),
        roles,
        schedule: variation.schedule.clone(),
        turns: true,
        deadline_ms: variation.deadline.map_or(record::DEADLINE_MS, record::milliseconds),
        wire,
        mtu: variation.mtu,
        offload: variation.offload,
        cable: if on_cable { variation.cable.clone() } else { Vec::new() },
        sysctl: variation.sysctl.clone().into_iter().collect(),
        tcp_info: variation.show.iter().any(|word| word == "tcp_info"),
        ..Plan::default()
    };
    let addresses = plan.addresses();
    let value = |name: &str| match name {
        "scratch" => Some(scratch.path().to_string_lossy().into_owned()),
        "lesson" => Some(folder.to_string_lossy().into_owned()),
        _ => addresses.get(name).cloned(),
    };
    for role in &mut plan.roles {
        let texts = role.argv.iter_mut().chain(role.env.iter_mut().map(|(_, text)| text));
        texts.for_each(|text| *text = fill(text, value));
        role.argv.insert(0, program.clone());
    }
    // What a program prints may hold an address.
    if let Some(story) = &mut plan.story {
        let choices = story.predictions.iter_mut().flat_map(|prediction| &mut prediction.choices);
        let chosen = choices.flat_map(|choice| &mut choice.that);
        for that in story.expect.iter_mut().map(|expect| &mut expect.that).chain(chosen) {
            *that = fill(that, value);
        }
    }
    record::apply(&mut plan, &args.engine)?;
    match record::record(plan, &args.engine)? {
        record::Outcome::Recorded(recording, code) => {
            Ok(record::worst(super::show::show(*recording, &args.view, answers)?, code))
        }
        record::Outcome::Refused(refused) => {
            record::explain(&refused);
            without_a_run(root, &lesson.name, &variation.name, &args.view, answers)
        }
    }
}

#[cfg(not(all(target_os = "linux", feature = "record")))]
fn run_variation(
    root: &Path,
    _: &Course,
    lesson: &Lesson,
    variation: &Variation,
    args: &RunArgs,
    answers: Option<&[usize]>,
) -> anyhow::Result<ExitCode> {
    say!("lab: running a lesson under observation needs Linux; this build can only replay.");
    without_a_run(root, &lesson.name, &variation.name, &args.view, answers)
}
