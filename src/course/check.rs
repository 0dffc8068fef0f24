//! What a lesson.toml must satisfy beyond being TOML with the right fields. Every problem is reported, not only the
//! first: an author corrects a file in one go.

use super::{Lesson, Variation};
use crate::notation::{Expectation, NOBODY, ParseError, Rule};
use std::collections::BTreeSet;

/// The least an IPv4 link may have (RFC 791), and what Linux gives its loopback.
const MTU: std::ops::RangeInclusive<u32> = 68..=65536;

/// A run longer than this is a mistyped number, and an endless or negative one is no deadline.
const LONGEST_RUN: f64 = 3600.0;

/// The problems of a lesson, one message each; none for a sound one.
pub(super) fn problems(lesson: &Lesson) -> Vec<String> {
    let mut problems = Vec::new();
    if lesson.variations.is_empty() {
        problems.push("it has no variation".to_owned());
    }
    let mut seen = BTreeSet::new();
    for variation in &lesson.variations {
        let say = |what: String| format!("variation {}: {what}", variation.name);
        if !seen.insert(&variation.name) {
            problems.push(say("another variation has the same name".to_owned()));
        }
        problems.extend(of_roles(variation).into_iter().map(say));
        problems.extend(of_numbers(variation).into_iter().map(say));
        problems.extend(of_lines(variation).into_iter().map(say));
    }
    problems
}

fn of_roles(variation: &Variation) -> Vec<String> {
    let mut problems = Vec::new();
    if variation.roles.is_empty() {
        problems.push("it has no role".to_owned());
    }
    let mut seen = BTreeSet::new();
    for role in variation.role_names() {
        if !seen.insert(role) {
            problems.push(format!("two roles are called `{role}`"));
        }
        if role == NOBODY {
            problems.push(format!("`{NOBODY}` is where frames go that belong to no program: no role is called so"));
        }
        // A role the notation cannot name could be neither scheduled nor expected to do anything.
        if format!("{role} runs").parse() != Ok(Expectation::Runs(role.to_owned())) {
            problems.push(format!("role `{role}`: a name is a letter, then letters, digits, `-` and `_`"));
        }
    }
    problems
}

fn of_numbers(variation: &Variation) -> Vec<String> {
    let mut problems = Vec::new();
    if let Some(mtu) = variation.mtu.filter(|mtu| !MTU.contains(mtu)) {
        problems.push(format!("mtu = {mtu}: it must be from {} to {}", MTU.start(), MTU.end()));
    }
    // Written so that NaN, which TOML can spell, is refused too.
    if let Some(word) = variation.show.iter().find(|word| *word != "kernel") {
        problems.push(format!("show = {word:?}: the only thing to show is \"kernel\""));
    }
    if let Some(seconds) = variation.deadline.filter(|seconds| !(*seconds > 0.0 && *seconds <= LONGEST_RUN)) {
        problems.push(format!("deadline = {seconds}: it must be more than 0 and at most {LONGEST_RUN} seconds"));
    }
    problems
}

fn of_lines(variation: &Variation) -> Vec<String> {
    let roles = variation.role_names();
    let schedule = variation.schedule.iter().filter_map(|line| {
        let error = Rule::parse_among(line, &roles).err()?;
        Some(pointed("schedule", &error))
    });
    let expect = variation.expect.iter().filter_map(|expect| {
        let error = Expectation::parse_among(&expect.that, &roles).err()?;
        Some(pointed("expect", &error))
    });
    schedule.chain(expect).collect()
}

fn pointed(list: &str, error: &ParseError) -> String {
    let caret = error.caret().replace('\n', "\n    ");
    format!("{list}, {error}\n    {caret}")
}
