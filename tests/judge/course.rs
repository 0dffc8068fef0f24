//! What an exercise consists of: everything is there, and every scenario has a program that it rejects.

use crate::common::root;
use crate::harness::{exercises, known};
use socket_lab::course::{Exercises, readme};
use socket_lab::notation::script::{Facts, Script, Values};
use std::collections::BTreeSet;
use std::fs;

/// The exercises of the first seven lessons.
const EXERCISES: [&str; 9] = [
    "01-fetch",
    "02-loop-server",
    "03-restart",
    "04-time-client",
    "04-time-server",
    "05-fixed-messages",
    "06-file-receiver",
    "06-framed-echo",
    "07-classify",
];
/// At least so many programs of each kind belong to an exercise.
const WRONG: usize = 6;
const RIGHT: usize = 2;
/// Seeds that values are computed with here.
const SEEDS: u64 = 3;
/// A solution is read in one go.
const LONGEST_SOLUTION: usize = 120;

/// Scenarios that reject none of the wrong programs, each with the reason why it is there all the same. A scenario that
/// rejects nobody and has no reason is suspicious: perhaps it cannot fail.
const REJECTS_NOBODY: &[(&str, &str, &str)] = &[(
    "06-file-receiver",
    "cut-anywhere",
    "the scenarios before it cut at the places where known programs break; this one cuts everywhere, for unknown ones",
)];

#[test]
fn the_exercises_of_the_first_seven_lessons_are_there_and_sound() {
    let found = Exercises::open(root()).unwrap();
    assert!(found.damaged.is_empty(), "{:#?}", found.damaged);
    let mut names: Vec<_> = found.exercises.iter().map(|exercise| exercise.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, EXERCISES);
}

#[test]
fn every_script_is_read_and_every_value_computed_whatever_the_seed() {
    let mut wrong = Vec::new();
    for exercise in exercises() {
        for scenario in &exercise.scenarios {
            let names: Vec<&str> = scenario.data.keys().map(String::as_str).collect();
            for peer in scenario.all_peers(&exercise.peer) {
                let read = Script::parse_among(&peer.steps, &names);
                wrong.extend(
                    read.err()
                        .map(|(step, error)| format!("{} {}, step {step}: {error}", exercise.name, scenario.name)),
                );
            }
            for seed in 1..=SEEDS {
                let facts = Facts { address: "127.0.0.1:4000".into(), port: 4000, time: 1 };
                let values = Values::new(seed, &scenario.name, &scenario.data, facts);
                wrong.extend(
                    values.err().map(|error| format!("{} {}, seed {seed}: {error}", exercise.name, scenario.name)),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_readme_says_what_the_program_is_tested_with_and_has_its_hints() {
    let mut wrong = Vec::new();
    for exercise in exercises() {
        let file = root().join("exercises").join(&exercise.name).join("README.md");
        let text = fs::read_to_string(&file).unwrap_or_default();
        wrong.extend(
            readme::problems(&exercise, &text).into_iter().map(|problem| format!("{}: {problem}", exercise.name)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_exercise_has_its_wrong_and_right_programs_and_one_of_the_right_is_no_rust() {
    let (wrong, right) = (known("wrong"), known("right"));
    for exercise in exercises() {
        let of = |programs: &[crate::harness::Known], ending: &str| {
            let own = programs.iter().filter(|program| program.exercise == exercise.name);
            own.filter(|program| program.path.to_string_lossy().ends_with(ending)).count()
        };
        let name = &exercise.name;
        assert!(of(&wrong, ".rs") >= WRONG, "{name} has {} wrong programs", of(&wrong, ".rs"));
        assert!(of(&right, "") >= RIGHT, "{name} has {} right programs", of(&right, ""));
        assert!(of(&right, ".py") >= 1, "{name} has no right program in Python");
    }
}

#[test]
fn every_wrong_program_says_what_its_author_believed_and_names_a_scenario_of_its_exercise() {
    let exercises = exercises();
    for program in known("wrong") {
        let place = program.path.display();
        let text = fs::read_to_string(&program.path).unwrap();
        let mut lines = text.lines();
        let belief = lines.next().unwrap_or_default();
        let is_sentence = belief.trim_end_matches('"').ends_with(['.', '!', '?']);
        assert!(belief.starts_with("//! ") && is_sentence, "{place}: {belief}");
        assert_eq!(lines.next(), Some("//!"), "{place}");
        let exercise = exercises.iter().find(|exercise| exercise.name == program.exercise).unwrap();
        let scenario = program.rejected_by().unwrap_or_else(|| panic!("{place}: who rejects it?"));
        let is_known = exercise.scenarios.iter().any(|known| known.name == scenario);
        assert!(is_known, "{place}: there is no scenario {scenario}");
    }
}

#[test]
fn every_right_program_names_its_style() {
    for program in known("right") {
        let text = fs::read_to_string(&program.path).unwrap();
        let head = if program.path.extension().unwrap() == "py" { "# " } else { "//! " };
        assert!(text.starts_with(head), "{}: what style is it?", program.path.display());
    }
}

#[test]
fn every_scenario_rejects_a_wrong_program_or_says_why_not() {
    let rejecting: BTreeSet<(String, String)> =
        known("wrong").iter().filter_map(|program| Some((program.exercise.clone(), program.rejected_by()?))).collect();
    let (mut idle, mut excused) = (Vec::new(), Vec::new());
    for exercise in exercises() {
        for scenario in &exercise.scenarios {
            let rejects = rejecting.contains(&(exercise.name.clone(), scenario.name.clone()));
            let reason = REJECTS_NOBODY.iter().find(|(of, name, _)| *of == exercise.name && *name == scenario.name);
            match (rejects, reason) {
                (false, None) => idle.push(format!("{} {}", exercise.name, scenario.name)),
                (true, Some(_)) => excused.push(format!("{} {}", exercise.name, scenario.name)),
                _ => {}
            }
        }
        for (_, name, _) in REJECTS_NOBODY.iter().filter(|(of, _, _)| *of == exercise.name) {
            let is_known = exercise.scenarios.iter().any(|scenario| scenario.name == *name);
            assert!(is_known, "{} has no scenario {name} any more", exercise.name);
        }
    }
    assert!(idle.is_empty(), "these reject nobody; write the program that they reject:\n{}", idle.join("\n"));
    assert!(excused.is_empty(), "these reject somebody and need no excuse:\n{}", excused.join("\n"));
}

#[test]
fn solutions_are_short_and_a_learner_begins_with_the_skeleton() {
    for exercise in exercises() {
        let read = |path: String| fs::read_to_string(root().join(&path)).unwrap_or_else(|_| panic!("no {path}"));
        let solution = read(format!("solutions/{}/main.rs", exercise.name));
        let lines = solution.lines().count();
        assert!(lines <= LONGEST_SOLUTION, "solutions/{} has {lines} lines", exercise.name);
        let skeleton = read(format!("solutions/{}/skeleton.rs", exercise.name));
        assert!(skeleton.contains("todo!("), "{}: what is there left to write?", exercise.name);
        let program = read(format!("exercises/{}/main.rs", exercise.name));
        assert_eq!(program, skeleton, "exercises/{}/main.rs is not the skeleton", exercise.name);
    }
}
