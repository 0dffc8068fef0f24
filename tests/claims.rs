//! The claims of the source documents: all of them are there, and what is said of each is shown by a recorded run.

mod common;

use common::{bundled, recording, root};
use socket_lab::book::claims::{Claim, Holding, Standing, claims};
use socket_lab::course::Course;
use socket_lab::expectations::evaluate;
use socket_lab::notation::Expectation;
use socket_lab::timeline::Timeline;
use std::collections::BTreeMap;

/// How many claims each source document makes.
const DOCUMENTS: [(&str, usize); 5] = [("000", 34), ("001", 61), ("002", 15), ("003", 52), ("004", 38)];

/// `LAB_LESSON=05-sticky-packets` asks about the claims of one lesson only: for authors.
fn asked() -> Vec<Claim> {
    let mut claims = claims(root()).unwrap();
    if let Ok(lesson) = std::env::var("LAB_LESSON") {
        claims.retain(|claim| claim.lesson == lesson);
    }
    claims
}

#[test]
fn no_claim_of_a_source_document_is_missing() {
    let claims = claims(root()).unwrap();
    for (document, count) in DOCUMENTS {
        let expected: Vec<String> = (1..=count).map(|number| format!("{document}-{number:02}")).collect();
        let of: Vec<&str> = claims.iter().map(|claim| &claim.id[..]).filter(|id| id.starts_with(document)).collect();
        assert_eq!(of, expected);
    }
    assert_eq!(claims.len(), DOCUMENTS.iter().map(|(_, count)| count).sum::<usize>());
}

#[test]
fn every_proof_is_seen_in_the_recorded_run_that_it_names() {
    let mut runs: BTreeMap<String, Timeline> = BTreeMap::new();
    let mut wrong = Vec::new();
    for claim in asked() {
        for proof in &claim.proof {
            let (lesson, variation) = proof.place();
            let file = bundled(lesson, variation);
            if !file.is_file() {
                wrong.push(format!("{}: there is no run {}", claim.id, proof.run));
                continue;
            }
            let run = runs.entry(proof.run.clone()).or_insert_with(|| Timeline::new(recording(&file)));
            for that in &proof.that {
                let roles: Vec<&str> = run.header.roles.iter().map(|role| role.name.as_str()).collect();
                let told = match Expectation::parse_among(that, &roles) {
                    Ok(parsed) => {
                        let verdict = evaluate(&parsed, run);
                        (!verdict.seen).then(|| verdict.instead.unwrap_or_default())
                    }
                    Err(error) => Some(error.to_string()),
                };
                wrong.extend(told.map(|told| format!("{}, {}: {that}: {told}", claim.id, proof.run)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_claim_of_a_lesson_that_exists_is_proved_or_says_why_it_cannot_be() {
    let course = Course::open(root()).unwrap();
    let is_lesson = |name: &str| course.lessons.iter().any(|lesson| lesson.name == name);
    let missing: Vec<String> = asked()
        .iter()
        .filter(|claim| claim.standing(is_lesson) == Standing::Missing)
        .map(|claim| format!("{} ({})", claim.id, claim.lesson))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_claim_that_is_not_simply_true_is_told_what_is_so() {
    let silent = |claim: &&Claim| matches!(claim.verdict, Holding::False | Holding::Partly) && claim.truth.is_empty();
    let all = asked();
    let silent: Vec<&str> = all.iter().filter(silent).map(|claim| claim.id.as_str()).collect();
    assert!(silent.is_empty(), "{silent:?}");
}
