//! What a lesson.toml must satisfy beyond being TOML with the right fields. Every problem is reported, not only the
//! first: an author corrects a file in one go.

use super::{Lesson, Variation};
use crate::notation::{CableRule, EventRef, Expectation, NOBODY, ParseError, Rule, nearest};
use std::collections::{BTreeMap, BTreeSet};
use unicode_width::UnicodeWidthStr;

/// The least an IPv4 link may have (RFC 791).
const LEAST_MTU: u32 = 68;
/// What Linux gives its loopback.
const LOOPBACK_MTU: u32 = 65_536;
/// What Linux gives a cable at most: the length of an IP packet is two bytes.
const CABLE_MTU: u32 = 65_535;

/// What views can unfold.
const SHOWN: [&str; 3] = ["kernel", "tcp_info", "noise"];

/// A run longer than this is a mistyped number, and an endless or negative one is no deadline.
pub(super) const LONGEST_RUN: f64 = 3600.0;

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
        problems.extend(of_hosts(variation).into_iter().map(say));
        problems.extend(of_wire(lesson, variation).into_iter().map(say));
        problems.extend(of_numbers(variation).into_iter().map(say));
        problems.extend(of_lines(variation).into_iter().map(say));
        problems.extend(of_predictions(variation).into_iter().map(say));
        problems.extend(of_beats(variation).into_iter().map(say));
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
        problems.extend(wrong_role(role));
    }
    problems
}

/// Why a role cannot be called so, if it cannot.
pub(super) fn wrong_role(role: &str) -> Option<String> {
    if role == NOBODY {
        return Some(format!("`{NOBODY}` is where frames go that belong to no program: no role is called so"));
    }
    // A role the notation cannot name could be neither scheduled nor expected to do anything.
    let is_name = format!("{role} runs").parse() == Ok(Expectation::Runs(role.to_owned()));
    (!is_name).then(|| format!("role `{role}`: a name is a letter, then letters, digits, `-` and `_`"))
}

fn of_hosts(variation: &Variation) -> Vec<String> {
    let mut problems = Vec::new();
    for host in variation.host_names() {
        if host == NOBODY || format!("{host} runs").parse() != Ok(Expectation::Runs(host.to_owned())) {
            problems.push(format!("host `{host}`: a name is a letter, then letters, digits, `-` and `_`"));
        }
        // `{server}` would be two addresses.
        if let Some(role) = variation.roles.iter().find(|role| role.name == host && role.host() != host) {
            let elsewhere = role.host();
            problems.push(format!("host `{host}` has the name of a role that runs on the host `{elsewhere}`"));
        }
    }
    problems
}

/// Settings of the kernel whose names are none.
pub(super) fn wrong_settings(sysctl: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    let wrong = sysctl.keys().filter(move |name| !is_name(name));
    wrong.map(|name| format!("sysctl {name:?}: a name below net.ipv4 is small letters, digits and `_`"))
}

fn of_wire(lesson: &Lesson, variation: &Variation) -> Vec<String> {
    let mut problems = Vec::new();
    if !variation.is_on_cable() && !variation.cable.is_empty() {
        problems.push("it has rules for a cable: they need wire = \"cable\"".to_owned());
    }
    if variation.offload && (variation.is_on_cable() || variation.mtu.is_none()) {
        problems.push("offload = true says that an mtu leaves it on, and only the loopback's does".to_owned());
    }
    problems.extend(wrong_settings(&variation.sysctl));
    if variation.is_on_cable() {
        let unknown = lesson.on_cable.iter().flat_map(|text| variation.unknown_hosts(text));
        problems.extend(unknown.map(|name| format!("on_cable, {{{name}}}: there is no host and no role of that name")));
    }
    problems
}

fn of_numbers(variation: &Variation) -> Vec<String> {
    let mut problems = Vec::new();
    let most = if variation.is_on_cable() { CABLE_MTU } else { LOOPBACK_MTU };
    if let Some(mtu) = variation.mtu.filter(|mtu| !(LEAST_MTU..=most).contains(mtu)) {
        problems.push(format!("mtu = {mtu}: it must be from {LEAST_MTU} to {most}"));
    }
    for word in variation.show.iter().filter(|word| !SHOWN.contains(&word.as_str())) {
        let guess = nearest(word, SHOWN).map(|word| format!("; did you mean {word:?}?")).unwrap_or_default();
        problems.push(format!("show = {word:?}: what can be shown is {}{guess}", SHOWN.join(", ")));
    }
    // Written so that NaN, which TOML can spell, is refused too.
    if let Some(seconds) = variation.deadline.filter(|seconds| !(*seconds > 0.0 && *seconds <= LONGEST_RUN)) {
        problems.push(format!("deadline = {seconds}: it must be more than 0 and at most {LONGEST_RUN} seconds"));
    }
    problems
}

fn of_lines(variation: &Variation) -> Vec<String> {
    let (roles, hosts) = (variation.role_names(), variation.host_names());
    let schedule = variation.schedule.iter().filter_map(|line| {
        let error = Rule::parse_among(line, &roles).err()?;
        Some(pointed("schedule", &error))
    });
    let expect = variation.expect.iter().filter_map(|expect| {
        let error = Expectation::parse_among(&expect.that, &roles).err()?;
        Some(pointed("expect", &error))
    });
    let cable = variation.cable.iter().filter_map(|line| {
        let error = CableRule::parse_among(line, &roles, &hosts).err()?;
        Some(pointed("cable", &error))
    });
    schedule.chain(expect).chain(cable).collect()
}

/// Choices of a prediction: two are the least that is a question, and five the most that somebody keeps in mind.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=5;

fn of_predictions(variation: &Variation) -> Vec<String> {
    let roles = variation.role_names();
    let mut problems = Vec::new();
    for (number, prediction) in (1..).zip(&variation.predictions) {
        let mut say = |what: String| problems.push(format!("prediction {number}: {what}"));
        if prediction.question.trim().is_empty() {
            say("it asks nothing".to_owned());
        }
        if !CHOICES.contains(&prediction.choices.len()) {
            let (least, most) = (CHOICES.start(), CHOICES.end());
            say(format!("it has {} choices: from {least} to {most} can be told apart", prediction.choices.len()));
        }
        for choice in &prediction.choices {
            if choice.that.is_empty() {
                say(format!("choice {:?} has no `that`: nothing could show that it is so", choice.says));
            }
            let errors = choice.that.iter().filter_map(|that| Expectation::parse_among(that, &roles).err());
            errors.for_each(|error| say(pointed("that", &error)));
        }
        // Somebody who is wrong is owed a reason, and so is somebody who is right.
        if !prediction.choices.iter().any(|choice| choice.why.is_some()) {
            say("no choice says why".to_owned());
        }
        if !prediction.choices.iter().any(|choice| choice.tempting.is_some()) {
            say("no choice is `tempting`: what do people answer wrongly, and why?".to_owned());
        }
    }
    problems
}

/// Minutes of one beat: more is a mistyped number.
const LONGEST_BEAT: u32 = 60;
/// Characters of an explanation: three lines of 76 columns, for people in the last row.
const LONGEST_SAYING: usize = 228;

/// Columns of a speaker's note: it shares two lines with the minutes.
const LONGEST_NOTE: usize = 120;

fn of_beats(variation: &Variation) -> Vec<String> {
    let roles = variation.role_names();
    let mut problems = Vec::new();
    for (number, beat) in (1..).zip(&variation.beats) {
        let mut say = |what: String| problems.push(format!("beat {number}: {what}"));
        if let Err(error) = EventRef::parse_among(&beat.at, &roles) {
            say(pointed("at", &error));
        }
        let errors = beat.that.iter().filter_map(|that| Expectation::parse_among(that, &roles).err());
        errors.for_each(|error| say(pointed("that", &error)));
        let length = beat.says.width();
        if beat.says.trim().is_empty() {
            say("it says nothing".to_owned());
        } else if length > LONGEST_SAYING {
            say(format!("what it says takes {length} columns: {LONGEST_SAYING} fill three large lines"));
        }
        if let Some(length) = beat.speak.as_ref().map(|note| note.width()).filter(|length| *length > LONGEST_NOTE) {
            say(format!("speak takes {length} columns: {LONGEST_NOTE} fit beside the minutes"));
        }
        if beat.minutes.is_some_and(|minutes| minutes > LONGEST_BEAT) {
            say(format!("minutes: it must be at most {LONGEST_BEAT}"));
        }
    }
    problems
}

/// A line of a list with a caret below what is wrong with it.
pub(super) fn pointed(list: &str, error: &ParseError) -> String {
    let caret = error.caret().replace('\n', "\n    ");
    format!("{list}, {error}\n    {caret}")
}
