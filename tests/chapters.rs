//! Every chapter goes the same way: why, the programs, a prediction, the run, what was seen, what to try, an exercise, and what
//! the tutorials say. What of it can be generated is included, never written by hand.

mod common;

use common::root;
use socket_lab::book::assembled;
use socket_lab::course::{Course, Exercises, Lesson};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const SECTIONS: [&str; 7] =
    ["The two programs", "Predict", "Run it", "What was seen", "Try", "Write it yourself", "What the tutorials say"];

/// The lessons with their chapters.
fn chapters() -> Vec<(Lesson, String)> {
    let course = Course::open(root()).unwrap();
    assert!(course.damaged.is_empty() && !course.lessons.is_empty());
    let read = |lesson: Lesson| {
        let file = root().join(format!("book/src/{}.md", lesson.name));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        (lesson, text)
    };
    course.lessons.into_iter().map(read).collect()
}

/// The sections of a chapter, by their headings; the first has none.
fn sections(chapter: &str) -> Vec<(&str, &str)> {
    let mut sections = Vec::new();
    for section in chapter.split("\n## ") {
        sections.push(section.split_once('\n').unwrap_or((section, "")));
    }
    sections
}

/// What a text includes, in its order.
fn includes(text: &str) -> Vec<&str> {
    text.split("{{#include ").skip(1).filter_map(|rest| rest.split("}}").next()).collect()
}

/// Fails with everything that is wrong, not only the first.
#[track_caller]
fn nothing(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_chapter_has_the_steps_of_the_cycle_in_their_order() {
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let titles: Vec<&str> = sections(&chapter).iter().skip(1).map(|(title, _)| *title).collect();
        if titles != SECTIONS {
            wrong.push(format!("{}: {titles:?}", lesson.name));
        }
        let title = format!("# {} · {} ({})\n", &lesson.name[..2], lesson.title, lesson.term);
        if !chapter.starts_with(&title) {
            wrong.push(format!("{}: it does not begin with {title:?}", lesson.name));
        }
    }
    nothing(wrong);
}

#[test]
fn each_step_includes_what_the_lesson_has_for_it() {
    let exercises = Exercises::open(root()).unwrap();
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let name = &lesson.name;
        let first = &lesson.variations[0].name;
        let part = |anchor: &str| format!("parts/{name}.md:{anchor}");
        let run = |anchor: &str| format!("runs/{name}.md:{first}-{anchor}");
        let program = |file: &str| format!("../../lessons/{name}/{file}");
        let wanted = [
            (0, vec![part("question")]),
            (1, vec![program("server.rs"), program("client.rs")]),
            (2, vec![part("predict")]),
            (3, vec![run("timeline"), part(&format!("{first}-files"))]),
            (4, vec![run("seen")]),
            (5, vec![part("try")]),
            (6, vec![part("exercises")]),
            (7, vec![part("claims")]),
        ];
        let sections = sections(&chapter);
        for (place, wanted) in wanted {
            let there = sections.get(place).map(|(_, text)| includes(text)).unwrap_or_default();
            let missing: Vec<&String> = wanted.iter().filter(|it| !there.contains(&it.as_str())).collect();
            // The first section is the chapter's head, which has its heading as a title.
            if !missing.is_empty() {
                wrong.push(format!("{name}, section {place}: {missing:?} is not included"));
            }
        }
        let own = sections.get(6).map(|(_, text)| text.replace(&format!("{{{{#include {}}}}}", part("exercises")), ""));
        if exercises.of_lesson(name).next().is_none() && own.is_none_or(|text| text.split_whitespace().count() < 30) {
            wrong.push(format!("{name}: no exercise belongs to it, and it gives no task of its own"));
        }
    }
    nothing(wrong);
}

#[test]
fn below_every_run_stands_where_its_recording_is() {
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let all = includes(&chapter);
        for run in all.iter().filter_map(|it| it.strip_prefix("runs/")?.strip_suffix("-timeline")) {
            let (file, variation) = run.split_once(':').expect("an anchor");
            if !all.contains(&format!("parts/{file}:{variation}-files").as_str()) {
                wrong.push(format!("{}: {variation}", lesson.name));
            }
        }
    }
    nothing(wrong);
}

/// Times are another in every run: a text that names one speaks of a run that the reader does not see.
#[test]
fn no_chapter_names_a_time_of_a_run() {
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let words: Vec<&str> = chapter.split_whitespace().collect();
        for pair in words.windows(2) {
            let is_time = pair[0].split_once('.').is_some_and(|(whole, part)| {
                let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                digits(whole) && digits(part)
            });
            if is_time && ["ms", "µs", "milliseconds"].iter().any(|unit| pair[1].starts_with(unit)) {
                wrong.push(format!("{}: {} {}", lesson.name, pair[0], pair[1]));
            }
        }
    }
    nothing(wrong);
}

/// What is told of a run must be a number that the run shows: a lesson that changes leaves no old one behind. Up to the section
/// `Try` only, where other runs and other numbers begin; one and two digits stand everywhere and would prove nothing.
#[test]
fn every_number_told_of_a_run_is_shown_beside_it_or_stands_in_the_programs() {
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let told = chapter.split("\n## Try").next().unwrap_or_default();
        let folder = root().join("lessons").join(&lesson.name);
        let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let shown: BTreeSet<String> =
            files.chain([included(&lesson.name, told)]).flat_map(|text| numbers(&text)).collect();
        wrong.extend(numbers(&prose(told)).difference(&shown).map(|number| format!("{}: {number}", lesson.name)));
    }
    nothing(wrong);
}

/// Everything that a text of this chapter includes.
fn included(name: &str, told: &str) -> String {
    let page = PathBuf::from(format!("book/src/{name}.md"));
    let only: String = includes(told).iter().map(|it| format!("{{{{#include {it}}}}}\n")).collect();
    let read = |path: &Path| if path == page { Ok(only.clone()) } else { fs::read_to_string(root().join(path)) };
    assembled(&page, &read).unwrap()
}

/// A text without what it includes, where its links lead, and the numbers of RFCs.
fn prose(text: &str) -> String {
    let mut prose = String::new();
    for (place, piece) in text.split("{{#include ").enumerate() {
        prose.push_str(if place == 0 { piece } else { piece.split_once("}}").map_or("", |(_, rest)| rest) });
    }
    let after = |text: &str, mark: &str, cut: fn(&str) -> &str| {
        let (first, rest) = text.split_once(mark).unwrap_or((text, ""));
        rest.split(mark).fold(first.to_owned(), |whole, piece| whole + " " + cut(piece))
    };
    let text = after(&prose, "](", |piece| piece.split_once(')').map_or("", |(_, rest)| rest));
    after(&text, "RFC ", |piece| piece.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Numbers of three digits and more, without what groups their digits: `20 000`, `20_000`.
fn numbers(text: &str) -> BTreeSet<String> {
    let letters: Vec<char> = text.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let groups = |at: usize| {
        let three = (1..=3).all(|n| digit(at + n)) && !digit(at + 4);
        matches!(letters[at], ' ' | '_' | '\u{202f}') && at > 0 && digit(at - 1) && three
    };
    let kept = (0..letters.len()).filter(|at| !groups(*at)).map(|at| letters[at]);
    let words = kept.collect::<String>();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|it| it.len() >= 3 && it.bytes().all(|byte| byte.is_ascii_digit())).map(str::to_owned).collect()
}

/// The check itself: a number that no run shows is found, however it is written.
#[test]
fn numbers_are_read_as_people_write_them() {
    let read = |text: &str| numbers(&prose(text)).into_iter().collect::<Vec<_>>();
    assert_eq!(read("3000 of 20 000 bytes (`data[1..3]`, 12 each, 65_536), 104."), ["104", "20000", "3000", "65536"]);
    assert_eq!(read("[x](y.md#1234) RFC 9293, RFC 6298; {{#include runs/a.md:777}} recv = 450"), ["450"]);
}

/// 10 to 15 minutes: what is to be read beside programs and transcripts takes ten at most, at 150 words a minute.
#[test]
fn a_chapter_can_be_read_in_its_time() {
    let mut wrong = Vec::new();
    for (lesson, chapter) in chapters() {
        let words = chapter.split_whitespace().count();
        if !(350..=1500).contains(&words) {
            wrong.push(format!("{}: {words} words", lesson.name));
        }
    }
    nothing(wrong);
}

#[test]
fn every_lesson_has_its_plan_for_teachers() {
    let teachers = fs::read_to_string(root().join("book/src/teachers.md")).unwrap();
    let mut wrong = Vec::new();
    for (lesson, _) in chapters() {
        let file = format!("teachers/{}.md", lesson.name);
        let plan = fs::read_to_string(root().join("book/src").join(&file)).unwrap_or_default();
        let minutes: u32 =
            plan.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next()?.trim().parse::<u32>().ok()).sum();
        let title = format!("## {} · {}\n", &lesson.name[..2], lesson.title);
        for (is, what) in [
            (
                teachers.contains(&format!("{{{{#include {file}}}}}")),
                "teachers.md does not include its plan".to_owned(),
            ),
            (plan.starts_with(&title), format!("its plan does not begin with {title:?}")),
            ((10..=60).contains(&minutes), format!("the minutes of its plan are {minutes}")),
            (plan.contains("**Ask.**"), "its plan says nothing to ask (**Ask.**)".to_owned()),
        ] {
            if !is {
                wrong.push(format!("{}: {what}", lesson.name));
            }
        }
    }
    nothing(wrong);
}
