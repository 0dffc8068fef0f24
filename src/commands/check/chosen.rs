//! Which exercises and scenarios the command line means.

use crate::cli::CheckArgs;
use crate::commands::Usage;
use socket_lab::course::{Exercise, Exercises, Progress, Scenario};

/// An exercise and the scenarios of it that are to be run.
pub struct Chosen<'a> {
    pub exercise: &'a Exercise,
    pub scenarios: Vec<&'a Scenario>,
    /// True when they are all there are.
    pub whole: bool,
}

/// What the command line means; a name that means nothing, or more than one thing, is its author's error.
pub fn chosen<'a>(exercises: &'a Exercises, args: &CheckArgs) -> anyhow::Result<Vec<Chosen<'a>>> {
    if args.all {
        if args.exercise.is_some() || args.program.is_some() {
            return Err(Usage("--all checks every exercise: name none, and no --program".into()).into());
        }
        // All of them: one that cannot be read must not count as passed.
        if let Some((_, message)) = exercises.damaged.first() {
            anyhow::bail!("{message}");
        }
        return Ok(exercises
            .exercises
            .iter()
            .map(|exercise| of(exercise, &args.scenario))
            .collect::<Result<_, _>>()?);
    }
    let exercise = match &args.exercise {
        Some(name) => exercises.exercise(name).map_err(|error| Usage(error.to_string()))?,
        None => first_open(exercises)?,
    };
    Ok(vec![of(exercise, &args.scenario)?])
}

/// The first exercise that is not passed yet.
fn first_open(exercises: &Exercises) -> anyhow::Result<&Exercise> {
    let progress = Progress::read(&exercises.root)?;
    let open = progress.first_open(exercises.exercises.iter().map(|exercise| exercise.name.as_str()));
    let open = open.and_then(|name| exercises.exercises.iter().find(|exercise| exercise.name == name));
    Ok(open.ok_or_else(|| Usage("every exercise is passed; name one: lab check 06-framed-echo".into()))?)
}

fn of<'a>(exercise: &'a Exercise, names: &[String]) -> Result<Chosen<'a>, Usage> {
    let unknown = names.iter().find(|name| !exercise.scenarios.iter().any(|scenario| scenario.name == **name));
    if let Some(name) = unknown {
        let known: Vec<&str> = exercise.scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
        return Err(Usage(format!("{} has no scenario `{name}`; it has {}", exercise.name, known.join(", "))));
    }
    let asked = |scenario: &&Scenario| names.is_empty() || names.contains(&scenario.name);
    Ok(Chosen { exercise, scenarios: exercise.scenarios.iter().filter(asked).collect(), whole: names.is_empty() })
}
