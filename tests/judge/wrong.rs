//! Every program that is known to be wrong is rejected, by the scenario that was made for it and with the words on record.

use crate::common::{root, stdout};
use crate::harness::{Known, check, each, known, verdict};
use socket_lab::view::text::masked;
use std::fs;

/// The golden verdicts are those of this seed: payloads, cuts and ports come from it.
const GOLDEN_SEED: u64 = 1;
const ANOTHER_SEED: u64 = 2;

#[test]
fn every_wrong_program_is_rejected_by_the_scenario_that_it_names_whatever_the_seed() {
    let cases: Vec<(Known, u64)> = known("wrong")
        .into_iter()
        .zip(known("wrong"))
        .flat_map(|(one, other)| [(one, GOLDEN_SEED), (other, ANOTHER_SEED)])
        .collect();
    let found = each(&cases, |(program, seed)| {
        let verdict = verdict(&program.exercise, Some(&program.command()), *seed);
        let named = program.rejected_by().unwrap_or_default();
        match verdict.failed {
            Some((scenario, _)) if scenario == named => None,
            Some((scenario, cause)) => Some(format!(
                "{}/{} with seed {seed}: rejected by {scenario} ({cause}) and not by {named}",
                program.exercise, program.name
            )),
            None => Some(format!("{}/{} with seed {seed}: passed", program.exercise, program.name)),
        }
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_verdict_on_every_wrong_program_is_the_golden_one() {
    let found = each(&known("wrong"), |program| {
        let seed = GOLDEN_SEED.to_string();
        let command = program.command();
        let arguments =
            [&program.exercise, "--program", &command, "--seed", &seed, "--color", "never", "--width", "100"];
        let told = told(&stdout(&check(&arguments)), &command);
        let file = program.path.with_extension("txt");
        if std::env::var_os("LAB_BLESS").is_some() {
            fs::write(&file, &told).unwrap();
            return None;
        }
        let golden = fs::read_to_string(&file).unwrap_or_default();
        (golden != told).then(|| differs(&file.display().to_string(), &golden, &told))
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{} (bless them with LAB_BLESS=1)", wrong.join("\n"));
}

/// A verdict without what differs from run to run or from machine to machine.
pub fn told(page: &str, command: &str) -> String {
    let page = page.replace(command, "PROGRAM").replace(&format!("{}/", root().display()), "");
    let lines = masked(&page);
    lines.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The first lines in which two texts differ.
fn differs(name: &str, golden: &str, told: &str) -> String {
    let pairs = golden.lines().map(Some).chain(std::iter::repeat(None)).zip(told.lines().map(Some).chain([None]));
    let first = pairs.enumerate().find(|(_, (one, other))| one != other);
    let (number, (one, other)) = first.unwrap_or_default();
    format!("{name}, line {}\n  golden: {}\n  told:   {}", number + 1, one.unwrap_or("(end)"), other.unwrap_or("(end)"))
}
