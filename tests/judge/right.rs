//! Right programs pass: the solutions with any seed, and those that others would write. The judge may demand a behaviour,
//! never a shape.

use crate::common::{root, stderr, stdout};
use crate::harness::{Known, check, compiled, each, exercises, known, verdict};

const SEEDS_OF_SOLUTIONS: u64 = 20;
const SEEDS_OF_OTHERS: std::ops::RangeInclusive<u64> = 1..=2;

#[test]
fn every_right_program_passes_whatever_the_seed() {
    let mut cases: Vec<(Known, u64)> = Vec::new();
    for seed in SEEDS_OF_OTHERS {
        cases.extend(known("right").into_iter().map(|program| (program, seed)));
    }
    let found = each(&cases, |(program, seed)| {
        let failed = verdict(&program.exercise, Some(&program.command()), *seed, None);
        failed.map(|failed| format!("{}/{} with seed {seed}: {failed:?}", program.exercise, program.name))
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_solution_passes_twenty_seeds_in_a_row() {
    let cases: Vec<_> = exercises()
        .into_iter()
        .flat_map(|exercise| (1..=SEEDS_OF_SOLUTIONS).map(move |seed| (exercise.name.clone(), seed)))
        .collect();
    let found = each(&cases, |(exercise, seed)| {
        let failed = verdict(exercise, None, *seed, None);
        failed.map(|failed| format!("{exercise} with seed {seed}: {failed:?}"))
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_exercise_that_nobody_has_begun_is_not_written_yet_and_that_is_all_it_is_told() {
    let found = each(&exercises(), |exercise| {
        // The skeleton itself, whatever the learner has made of it by now.
        let skeleton = root().join("solutions").join(&exercise.name).join("skeleton.rs");
        let program = compiled(&skeleton, &exercise.name).display().to_string();
        let failed = verdict(&exercise.name, Some(&program), 1, None);
        if failed.as_ref().is_none_or(|(_, cause)| cause != "not-written") {
            return Some(format!("{}: {failed:?}", exercise.name));
        }
        let output = check(&[&exercise.name, "--program", &program, "--color", "never"]);
        let said = stdout(&output) + &stderr(&output);
        let right = said.contains("not written yet") && !said.contains("panicked") && !said.contains("RUST_BACKTRACE");
        (output.status.code() != Some(1) || !right).then(|| format!("{}\n{said}", exercise.name))
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
