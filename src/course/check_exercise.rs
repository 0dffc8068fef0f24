//! What an exercise.toml must satisfy beyond being TOML with the right fields. Every problem is reported, not only the
//! first: an author corrects a file in one go.

use super::check::{LONGEST_RUN, pointed, wrong_role, wrong_settings};
use super::{Exercise, ExitPlan, LimitsPlan, Scenario, Wire};
use crate::notation::script::{Payload, Script};
use crate::notation::{CableRule, Expectation, Rule};
use std::collections::BTreeSet;

/// What can stand in braces in a program's arguments.
const PLACEHOLDERS: [&str; 4] = ["address", "port", "dir", "time"];

/// The problems of an exercise, one message each; none for a sound one.
pub(super) fn problems(exercise: &Exercise, has_lesson: impl Fn(&str) -> bool) -> Vec<String> {
    let mut problems = Vec::new();
    if !has_lesson(&exercise.lesson) {
        problems.push(format!("lesson = {:?}: there is no folder of that name in lessons/", exercise.lesson));
    }
    problems.extend(of_limits(&exercise.limits));
    problems.extend(of_arguments(&exercise.args));
    for (field, text) in [("title", &exercise.title), ("term", &exercise.term), ("why", &exercise.why)] {
        if text.trim().is_empty() {
            problems.push(format!("{field} is empty"));
        }
    }
    if exercise.scenarios.is_empty() {
        problems.push("it has no scenario".to_owned());
    }
    let mut seen = BTreeSet::new();
    for scenario in &exercise.scenarios {
        let say = |what: String| format!("scenario {}: {what}", scenario.name);
        if !seen.insert(&scenario.name) {
            problems.push(say("another scenario has the same name".to_owned()));
        }
        problems.extend(of_words(scenario).into_iter().map(say));
        problems.extend(of_roles(exercise, scenario).into_iter().map(say));
        problems.extend(of_checks(scenario).into_iter().map(say));
        problems.extend(of_limits(&scenario.limits).into_iter().map(say));
        problems.extend(of_lines(exercise, scenario).into_iter().map(say));
        problems.extend(of_bytes(scenario).into_iter().map(say));
    }
    problems
}

/// The name is typed on the command line; the words stand in the README and in the verdict.
fn of_words(scenario: &Scenario) -> Vec<String> {
    let mut problems = Vec::new();
    let name = &scenario.name;
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        problems.push("a name is letters, digits and `-`".to_owned());
    }
    let says = scenario.says.trim();
    // An abbreviation (`FIN`, `EOF`) may open it; a sentence may not.
    let capital = says.chars().next().is_some_and(char::is_uppercase)
        && !says.chars().nth(1).is_some_and(|letter| letter.is_uppercase() || letter.is_ascii_digit());
    if says.is_empty() || says.ends_with('.') || capital || says.contains('\n') {
        problems.push("says: a line without a capital at its start and without a full stop".to_owned());
    }
    if scenario.look.trim().is_empty() {
        problems.push("look is empty: what should one look at when it fails?".to_owned());
    }
    problems
}

fn roles<'a>(exercise: &'a Exercise, scenario: &'a Scenario) -> Vec<&'a str> {
    let programs: Vec<&str> = scenario.programs.iter().map(|program| program.role.as_str()).collect();
    let peers: Vec<&str> = scenario.peers.iter().map(|peer| peer.role.as_str()).collect();
    let or = |said: Vec<&'a str>, role: &'a str| if said.is_empty() { vec![role] } else { said };
    [or(programs, &exercise.program), or(peers, &exercise.peer)].concat()
}

fn of_roles(exercise: &Exercise, scenario: &Scenario) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for role in roles(exercise, scenario) {
        if !seen.insert(role) {
            problems.push(format!("two roles are called `{role}`"));
        }
        problems.extend(wrong_role(role));
    }
    match (scenario.steps.is_empty(), scenario.peers.is_empty()) {
        (true, true) => problems.push("it has neither steps nor peers".to_owned()),
        (false, false) => problems.push("it has both steps and peers: say in peers what each does".to_owned()),
        _ => {}
    }
    let silent = scenario.peers.iter().filter(|peer| peer.steps.is_empty());
    problems.extend(silent.map(|peer| format!("peer {} has no steps", peer.role)));
    problems
}

/// What is checked of the programs.
fn of_checks(scenario: &Scenario) -> Vec<String> {
    let mut problems = Vec::new();
    let own = [
        ("exit", scenario.exit.is_some()),
        ("prints", scenario.prints.is_some()),
        ("stdin", scenario.stdin.is_some()),
        ("stdout", scenario.stdout.is_some()),
        ("sockets", scenario.sockets.is_some()),
        ("memory_growth_kib", scenario.memory_growth_kib.is_some()),
    ];
    if !scenario.programs.is_empty() {
        let ignored = own.iter().filter(|(_, is_said)| *is_said);
        problems.extend(ignored.map(|(field, _)| format!("{field} stands beside programs: say it of one of them")));
    }
    for program in scenario.all_programs("") {
        if let Some(ExitPlan::Word(word)) = &program.exit
            && !["not 0", "runs"].contains(&word.as_str())
        {
            problems.push(format!("exit = {word:?}: it is a status, \"not 0\" or \"runs\""));
        }
        if program.prints.is_some() && program.stdout.is_some() {
            problems.push("prints and stdout both say what the program prints".to_owned());
        }
        problems.extend(of_arguments(program.args.as_deref().unwrap_or_default()));
    }
    problems
}

/// Placeholders nobody knows would reach the program as they stand.
fn of_arguments(args: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    for arg in args {
        for name in arg.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)) {
            let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if is_name && !PLACEHOLDERS.contains(&name) {
                let known = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(", ");
                problems.push(format!("args, {{{name}}}: what can stand there is {known}"));
            }
        }
    }
    problems
}

fn of_limits(limits: &LimitsPlan) -> Vec<String> {
    let mut problems = Vec::new();
    // Written so that NaN, which TOML can spell, is refused too.
    if let Some(seconds) = limits.seconds.filter(|seconds| !(*seconds > 0.0 && *seconds <= LONGEST_RUN)) {
        problems.push(format!("limits, seconds = {seconds}: it must be more than 0 and at most {LONGEST_RUN}"));
    }
    let counts = [
        ("cpu_ms", limits.cpu_ms),
        ("memory_mib", limits.memory_mib),
        ("files", limits.files),
        ("tasks", limits.tasks),
        ("output_kib", limits.output_kib),
        ("patience_ms", limits.patience_ms),
    ];
    let zero = counts.iter().filter(|(_, count)| *count == Some(0));
    problems.extend(zero.map(|(name, _)| format!("limits, {name} = 0: nothing could run")));
    problems
}

/// Lines in the notation.
fn of_lines(exercise: &Exercise, scenario: &Scenario) -> Vec<String> {
    let roles = roles(exercise, scenario);
    let mut problems = Vec::new();
    for line in &scenario.schedule {
        problems.extend(Rule::parse_among(line, &roles).err().map(|error| pointed("schedule", &error)));
    }
    for expect in &scenario.expect {
        let parsed = Expectation::parse_among(&expect.that, &roles);
        problems.extend(parsed.err().map(|error| pointed("expect", &error)));
    }
    for line in &scenario.cable {
        // Every role has a host of its own, which is called as it is.
        problems.extend(CableRule::parse_among(line, &roles, &roles).err().map(|error| pointed("cable", &error)));
    }
    if scenario.wire != Some(Wire::Cable) && !scenario.cable.is_empty() {
        problems.push("it has rules for a cable: they need wire = \"cable\"".to_owned());
    }
    problems.extend(wrong_settings(&scenario.sysctl));
    problems
}

/// Steps and bytes. What chance or a circle of names makes of them shows only when they are computed.
fn of_bytes(scenario: &Scenario) -> Vec<String> {
    let known: Vec<&str> = scenario.data.keys().map(String::as_str).collect();
    let mut problems = Vec::new();
    for name in scenario.data.keys() {
        let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(rest) {
            problems.push(format!("data {name:?}: a name is a letter, then letters, digits and `_`"));
        }
    }
    for peer in scenario.all_peers("") {
        if let Err((line, error)) = Script::parse_among(&peer.steps, &known) {
            let of = if peer.role.is_empty() { String::new() } else { format!(" of {}", peer.role) };
            problems.push(pointed(&format!("step {line}{of}"), &error));
        }
    }
    for (what, text) in all_bytes(scenario) {
        problems.extend(Payload::parse_among(text, &known).err().map(|error| pointed(what, &error)));
    }
    problems
}

/// Every text of a scenario that is bytes, with the field it stands in.
fn all_bytes(scenario: &Scenario) -> Vec<(&'static str, &str)> {
    let mut found: Vec<(&str, &str)> = scenario.data.values().map(|text| ("data", text.as_str())).collect();
    let one = [(&scenario.prints, &scenario.stdin, &scenario.stdout)];
    let several = scenario.programs.iter().map(|program| (&program.prints, &program.stdin, &program.stdout));
    for (prints, stdin, stdout) in one.into_iter().chain(several) {
        found.extend(prints.iter().flatten().map(|text| ("prints", text.as_str())));
        found.extend(stdin.iter().map(|text| ("stdin", text.as_str())));
        found.extend(stdout.iter().map(|text| ("stdout", text.as_str())));
    }
    for (what, files) in [("files", scenario.files.as_deref().unwrap_or_default()), ("given", &scenario.given)] {
        found.extend(files.iter().flat_map(|file| [(what, file.name.as_str()), (what, file.holds.as_str())]));
    }
    found
}
