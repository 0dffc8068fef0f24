//! Every program that is known to be wrong is rejected, by the scenario that was made for it and with the words on record.

use crate::common::{root, stderr, stdout};
use crate::harness::{check, each, known, verdict};
use socket_lab::view::text::masked;
use std::fs;

/// The golden verdicts are those of this seed: payloads, cuts and ports come from it.
const GOLDEN_SEED: u64 = 1;
const ANOTHER_SEED: u64 = 2;
/// Rows of the timeline that a golden verdict keeps.
const ROWS: usize = 6;

#[test]
fn every_wrong_program_is_rejected_by_the_scenario_that_it_names_with_the_golden_verdict() {
    let found = each(&known("wrong"), |program| {
        let command = program.command();
        let seed = GOLDEN_SEED.to_string();
        let arguments = [&program.exercise, "--program", &command, "--seed", &seed, "--fail-fast"];
        let output = check(&[&arguments[..], &["--color", "never", "--width", "100"]].concat());
        let page = stdout(&output);
        let named = program.rejected_by().unwrap_or_default();
        let place = program.path.strip_prefix(root()).unwrap().display().to_string();
        if output.status.code() != Some(1) {
            return Some(format!("{place}: exit status {:?}\n{page}{}", output.status.code(), stderr(&output)));
        }
        if first_failed(&page) != Some(&named) {
            return Some(format!("{place}: not rejected by {named}\n{page}{}", stderr(&output)));
        }
        let (told, file) = (told(&page, &command), program.path.with_extension("txt"));
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

/// Bytes, cuts and ports are others.
#[test]
fn every_wrong_program_is_rejected_by_its_scenario_when_the_seed_is_another() {
    let found = each(&known("wrong"), |program| {
        let named = program.rejected_by().unwrap_or_default();
        let failed = verdict(&program.exercise, Some(&program.command()), ANOTHER_SEED, Some(&named));
        let place = program.path.strip_prefix(root()).unwrap().display();
        failed.is_none().then(|| format!("{place}: not rejected by {named}"))
    });
    let wrong: Vec<_> = found.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first scenario that a page marks as not passed.
fn first_failed(page: &str) -> Option<&str> {
    page.lines().find_map(|line| line.trim_start().strip_prefix("✘ ")?.split(' ').next())
}

/// A verdict without what differs from run to run or from machine to machine. Beside times and ports these are the bare ACKs,
/// some of which the kernel sends by a timer, with the rows that they push out of the page, and the commands to type next,
/// whose lines are broken where the program's path makes them long.
fn told(page: &str, command: &str) -> String {
    let page = masked(&page.replace(command, "PROGRAM").replace(&format!("{}/", root().display()), ""));
    let mut told = Vec::new();
    for block in page.split("\n\n") {
        match block.split_whitespace().next() {
            Some("next") => {}
            Some("ms") => told.push(rows(block)),
            _ => told.push(block.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")),
        }
    }
    told.join("\n\n").trim_end().to_owned() + "\n"
}

/// The last rows of a timeline, each in one line; how wide its columns are depends on all of them.
fn rows(block: &str) -> String {
    let mut rows: Vec<String> = Vec::new();
    for line in block.lines().skip(1) {
        let drawn = |letter: char| "│┌└╵├".contains(letter);
        let words: Vec<&str> = line.split(|letter: char| letter.is_whitespace() || drawn(letter)).collect();
        let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        match (words.strip_prefix("-.-- "), rows.last_mut()) {
            (Some(words), _) => rows.push(words.to_owned()),
            (None, Some(row)) => *row = format!("{row} {words}"),
            (None, None) => {}
        }
    }
    let acknowledges = |row: &String| row.starts_with("──▶ ACK") || row.starts_with("◀── ACK");
    rows.retain(|row| !row.is_empty() && !acknowledges(row) && !row.starts_with("used "));
    rows.drain(..rows.len().saturating_sub(ROWS));
    rows.iter().map(|row| format!("    {row}")).collect::<Vec<_>>().join("\n")
}

/// The first lines in which two texts differ.
fn differs(name: &str, golden: &str, told: &str) -> String {
    let pairs = golden.lines().map(Some).chain(std::iter::repeat(None)).zip(told.lines().map(Some).chain([None]));
    let first = pairs.enumerate().find(|(_, (one, other))| one != other);
    let (number, (one, other)) = first.unwrap_or_default();
    format!("{name}, line {}\n  golden: {}\n  told:   {}", number + 1, one.unwrap_or("(end)"), other.unwrap_or("(end)"))
}
