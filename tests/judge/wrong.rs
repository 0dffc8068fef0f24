//! Every program that is known to be wrong is rejected, by the scenario that was made for it and with the words on record.

use crate::common::{root, stderr, stdout};
use crate::harness::{check, each, known, verdict};
use socket_lab::view::text::masked;
use std::fs;

/// The golden verdicts are those of this seed: payloads, cuts and ports come from it.
const GOLDEN_SEED: u64 = 1;
const ANOTHER_SEED: u64 = 2;
/// Wrong programs that go wrong in another way each time, always in the same scenario: of these the golden verdict keeps which
/// one that is.
const VARIES: [(&str, &str); 5] = [
    // How often it asks before its time is over.
    ("07-classify", "asks-until-answered"),
    // How much a send takes before it is stopped is the kernel's business.
    ("01-fetch", "single-write"),
    ("02-loop-server", "write-writes-all"),
    // How far it comes before its time is over.
    ("06-framed-echo", "one-byte-at-a-time"),
    // What has come when it wakes up is a matter of time.
    ("05-fixed-messages", "sleeps-before-it-reads"),
];

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
        // Where a program stood when its time was over is a matter of time.
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let out_of_time = words.contains("the run was ended after") || words.contains("the run was not over after");
        let varies = out_of_time || VARIES.contains(&(program.exercise.as_str(), program.name.as_str()));
        let (told, file) = (told(&page, &command, varies), program.path.with_extension("txt"));
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

/// A verdict without what differs from run to run or from machine to machine: times and ports, numbers of threads, the commands
/// to type next (whose lines are broken where the program's path makes them long), and the piece of the timeline. In that a
/// segment may stand before or after the call that it meets, and a bare ACK more or less pushes a row out of the page; how a
/// timeline is drawn the golden runs of lessons hold.
fn told(page: &str, command: &str, varies: bool) -> String {
    let page = masked(&page.replace(command, "PROGRAM").replace(&format!("{}/", root().display()), ""));
    let mut told = Vec::new();
    let blocks = if varies { 3 } else { usize::MAX };
    for block in page.split("\n\n").take(blocks) {
        match block.split_whitespace().next() {
            Some("next") => {}
            Some("ms") => told.push("    (a piece of the timeline)".to_owned()),
            _ => told.push(block.lines().map(line).collect::<Vec<_>>().join("\n")),
        }
    }
    told.join("\n\n").trim_end().to_owned() + "\n"
}

/// `thread 'main' (4711) panicked at …`: where the line is cut depends on how long the number is.
/// How much memory exactly a program took, the allocator decides.
fn line(line: &str) -> String {
    if let Some((before, after)) = line.split_once(" KiB more memory") {
        let text = before.trim_end_matches(|digit: char| digit.is_ascii_digit());
        return format!("{text}N KiB more memory{after}");
    }
    match line.split_once("panicked at ") {
        Some((before, _)) if before.contains("thread '") => {
            format!("{}panicked …", before.split(" (").next().unwrap_or_default().to_owned() + " ")
        }
        _ => line.trim_end().to_owned(),
    }
}

/// The first lines in which two texts differ.
fn differs(name: &str, golden: &str, told: &str) -> String {
    let pairs = golden.lines().map(Some).chain(std::iter::repeat(None)).zip(told.lines().map(Some).chain([None]));
    let first = pairs.enumerate().find(|(_, (one, other))| one != other);
    let (number, (one, other)) = first.unwrap_or_default();
    format!("{name}, line {}\n  golden: {}\n  told:   {}", number + 1, one.unwrap_or("(end)"), other.unwrap_or("(end)"))
}
