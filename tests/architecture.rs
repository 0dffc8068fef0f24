//! Holds the modules to the picture in ARCHITECTURE.md: data flows one way, unsafe code has one place, views are pure.
//!
//! It reads the sources as text, comments and string literals aside; what it cannot see (a type that reaches another module
//! through a re-export) it does not judge.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and what it may use. The commands, the command line and `main` are the program and may use everything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("sys", &[]),
    ("notation", &[]),
    ("wire", &[]),
    ("recording", &[]),
    ("sandbox", &["sys"]),
    ("group", &["sys"]),
    ("course", &["notation", "recording"]),
    ("recorder", &["sandbox", "sys", "recording", "notation", "wire"]),
    ("timeline", &["recording", "wire", "notation"]),
    ("expectations", &["timeline", "notation", "recording"]),
    ("judge", &["notation", "recording", "course", "recorder", "timeline", "expectations", "sandbox"]),
    ("book", &["course", "notation", "recording", "timeline", "expectations", "view"]),
    ("step", &["recording", "notation"]),
    ("view", &["timeline", "expectations", "judge", "recording", "notation", "step", "wire"]),
];
/// Names at the crate's root that are no modules.
const PROGRAM: &[&str] = &["cli", "commands", "main", "lib"];
/// Modules that are functions of a recording and of nothing else.
const PURE: &[&str] = &["view", "timeline", "expectations"];
const LONGEST_LESSON: usize = 120;

#[test]
fn each_module_uses_only_the_modules_below_it() {
    let mut wrong = Vec::new();
    for (module, allowed) in MAY_USE {
        for file in sources(&format!("src/{module}")) {
            for used in modules_used(&code(&file)) {
                if used != *module && !allowed.contains(&used.as_str()) {
                    wrong.push(format!("{}: {module} uses {used}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_has_its_place_in_the_picture() {
    let known: BTreeSet<&str> = MAY_USE.iter().map(|(module, _)| *module).chain(PROGRAM.iter().copied()).collect();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(known.contains(name.as_str()), "src/{name} is not in tests/architecture.rs: what may it use?");
    }
}

#[test]
fn unsafe_code_is_in_sys_only() {
    // Not in tests/: a test that makes a poorer machine (pre_exec, seccomp) says so where it does.
    let elsewhere = ["src", "benches", "lessons"].iter().flat_map(|folder| sources(folder));
    let elsewhere = elsewhere.filter(|file| !file.starts_with(root().join("src/sys")));
    let wrong: Vec<_> = elsewhere.filter(|file| words(&code(file)).any(|word| word == "unsafe")).collect();
    assert!(wrong.is_empty(), "unsafe code in {wrong:?}");
}

#[test]
fn views_timeline_and_expectations_know_neither_clock_nor_files_nor_processes() {
    let mut wrong = Vec::new();
    for file in PURE.iter().flat_map(|module| sources(&format!("src/{module}"))) {
        // Tests may read and bless what they compare with.
        if is_test(&file) {
            continue;
        }
        let code = code(&file).split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_string();
        for forbidden in ["std::time", "std::fs", "std::process", "std::env", "std::thread", "std::net::Tcp", "stdout("]
        {
            if code.contains(forbidden) {
                wrong.push(format!("{}: {forbidden}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_file_opens_by_saying_what_it_is() {
    let all = ["src", "benches", "tests", "lessons"].iter().flat_map(|folder| sources(folder));
    let wrong: Vec<_> = all.filter(|file| !fs::read_to_string(file).unwrap().starts_with("//! ")).collect();
    assert!(wrong.is_empty(), "no //! at the top of {wrong:?}");
}

#[test]
fn lessons_are_short_and_wait_for_nothing_by_the_clock() {
    for file in sources("lessons") {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().count();
        assert!(lines <= LONGEST_LESSON, "{} has {lines} lines", file.display());
        assert!(!code(&file).contains("thread::sleep"), "{} sleeps; timing belongs to the schedule", file.display());
    }
}

#[test]
fn comments_and_strings_are_not_taken_for_code() {
    let text = "use crate::wire::{self}; // crate::view\nlet x = \"crate::sys \\\" crate::sys\"; let y = '\"'; crate::notation::f()";
    assert_eq!(modules_used(&strip(text)), BTreeSet::from(["wire".to_string(), "notation".to_string()]));
    let grouped = strip("use crate::{timeline::Timeline, view::{text, live}};");
    assert_eq!(modules_used(&grouped), BTreeSet::from(["timeline".to_string(), "view".to_string()]));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every .rs file below a folder of the project.
fn sources(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let alone = root().join(format!("{folder}.rs"));
    found.extend(alone.is_file().then_some(alone));
    found.sort();
    found
}

fn is_test(file: &Path) -> bool {
    file.components().any(|part| part.as_os_str() == "tests") || file.ends_with("tests.rs")
}

fn code(file: &Path) -> String {
    strip(&fs::read_to_string(file).unwrap())
}

/// The text without line comments and without what stands in string literals.
fn strip(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if letter == '"' {
            let mut escaped = false;
            let end = rest[1..].char_indices().find(|(_, letter)| {
                let ends = *letter == '"' && !escaped;
                escaped = *letter == '\\' && !escaped;
                ends
            });
            rest = end.map_or("", |(at, _)| &rest[1 + at + 1..]);
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
            rest = &rest[rest.find("\"'").map_or(1, |at| at + 2)..];
        } else {
            code.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    code
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

/// What follows `crate::` and, in a group, each first name of its members.
fn modules_used(code: &str) -> BTreeSet<String> {
    let first = |text: &str| words(text.trim_start()).next().unwrap_or_default().to_string();
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let Some(group) = after.strip_prefix('{') else {
            used.insert(first(after));
            continue;
        };
        let mut depth = 0;
        let mut start = 0;
        for (at, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    used.insert(first(&group[start..at]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    used.insert(first(&group[start..at]));
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
    used.retain(|name| !name.is_empty());
    used
}
