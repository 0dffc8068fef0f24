//! The Markdown of a book, looked at before it is built: what it includes is there, what it shows is included.

use crate::build::{chapters, files};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// So many lines of Rust may a chapter write of its own, to point at something; programs are included.
const OWN_LINES: usize = 8;

/// What is wrong with the Markdown of a book.
pub fn faults(src: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut included = BTreeSet::new();
    let pages = files(src, "md");
    for file in &pages {
        let name = file.strip_prefix(src).expect("a page of the book").to_string_lossy().into_owned();
        let text = fs::read_to_string(file).expect("a page");
        let mut faults = Vec::new();
        for wanted in includes(&text) {
            match include(file, &wanted) {
                Ok(path) => drop(included.insert(path)),
                Err(error) => faults.push(format!("{{{{#include {wanted}}}}}: {error}")),
            }
        }
        if is_chapter(&name) {
            faults.extend(own_words(&text));
        }
        found.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    found.extend(unread(src, &pages, &included));
    found
}

/// A page by hand on a lesson: `NN-name.md`, not below a folder.
fn is_chapter(name: &str) -> bool {
    let number = name.as_bytes();
    !name.contains('/') && number.len() > 3 && number[..2].iter().all(u8::is_ascii_digit) && number[2] == b'-'
}

/// What stands between `{{#include ` and `}}`. With a backslash before it it is an example of the notation.
fn includes(text: &str) -> Vec<String> {
    let starts = text.match_indices("{{#").filter(|(at, _)| !text[..*at].ends_with('\\'));
    let inner = starts.filter_map(|(at, start)| text[at + start.len()..].split_once("}}"));
    inner.map(|(inner, _)| inner.strip_prefix("include ").unwrap_or(inner).trim().to_string()).collect()
}

/// The file that is included, when it is there and has the anchor. mdBook would say nothing of a missing anchor.
fn include(page: &Path, wanted: &str) -> Result<PathBuf, String> {
    let (path, anchor) = wanted.split_once(':').unwrap_or((wanted, ""));
    let file = page.parent().ok_or("no folder")?.join(path);
    let file = file.canonicalize().map_err(|error| error.to_string())?;
    let text = fs::read_to_string(&file).map_err(|error| error.to_string())?;
    let of_lines = anchor.split(':').all(|number| number.parse::<u32>().is_ok() || number.is_empty());
    if of_lines && !anchor.is_empty() {
        return Err("numbers of lines do not follow the file when it changes; give the region a name".into());
    }
    let has =
        |mark: &str| text.lines().any(|line| line.split_whitespace().collect::<Vec<_>>().join(" ").contains(mark));
    for mark in [format!("ANCHOR: {anchor}"), format!("ANCHOR_END: {anchor}")] {
        if !anchor.is_empty() && !has(&mark) {
            return Err(format!("the file has no {mark}"));
        }
    }
    Ok(file)
}

/// Blocks of a chapter that show what nobody recorded or what is not the program.
fn own_words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fence: Option<(String, String, usize, usize)> = None;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        let marks: String = trimmed.chars().take_while(|letter| matches!(letter, '`' | '~')).collect();
        match fence.take() {
            None if marks.len() >= 3 => {
                let language = trimmed[marks.len()..].split([',', ' ', '{']).next().unwrap_or_default().to_string();
                fence = Some((marks, language, number + 1, 0));
            }
            None if line.starts_with("    ") && line.contains(['│', '┌', '└', '▶', '◀']) => {
                found.push(format!("line {}: a transcript by hand", number + 1));
            }
            None => {}
            Some((open, language, at, own)) if marks.starts_with(&open) && trimmed == marks => {
                if language == "rust" && own > OWN_LINES {
                    found.push(format!("line {at}: {own} lines of Rust of its own; include the program"));
                }
                if matches!(language.as_str(), "text" | "console" | "") && own > 0 {
                    found.push(format!("line {at}: output by hand; include a recorded run"));
                }
            }
            Some((open, language, at, own)) => {
                let included = trimmed.starts_with("{{#include") && trimmed.ends_with("}}");
                fence = Some((open, language, at, own + usize::from(!trimmed.is_empty() && !included)));
            }
        }
    }
    found.extend(fence.map(|(_, _, at, _)| format!("line {at}: the block is not closed")));
    found
}

/// Files that no reader will ever see.
fn unread(src: &Path, pages: &[PathBuf], included: &BTreeSet<PathBuf>) -> Vec<String> {
    let listed: BTreeSet<String> = chapters(src).into_iter().map(|(file, _)| file).collect();
    let seen = |file: &PathBuf| {
        let name = file.strip_prefix(src).expect("a page of the book").to_string_lossy().into_owned();
        let is_part = name.starts_with("parts/") || name.starts_with("teachers/");
        let is_read = file.canonicalize().is_ok_and(|file| included.contains(&file));
        // A file with nothing but a heading has nothing to show yet.
        let is_empty = fs::read_to_string(file)
            .is_ok_and(|text| text.lines().all(|line| line.is_empty() || line.starts_with('#')));
        (!listed.contains(&name) && name != "SUMMARY.md" && !(is_part && (is_read || is_empty))).then_some(name)
    };
    let unseen = pages.iter().filter_map(|file| seen(file).filter(|_| true));
    unseen.map(|name| format!("{name}: neither in SUMMARY.md nor included")).collect()
}

#[test]
fn blocks_by_hand_are_found_and_includes_are_not_taken_for_them() {
    let good = "```rust\nlet a = 1;\n```\n\n```text\n{{#include a.md:b}}\n```\n\n    lab 05\n\n````text\n{{#include x}}\n````\n";
    assert!(own_words(good).is_empty(), "{:?}", own_words(good));
    let rust = format!("```rust\n{}```\n", "let a = 1;\n".repeat(OWN_LINES + 1));
    for wrong in [
        rust.as_str(),
        "```text\nhello\n```\n",
        "```console\n$ lab\n```",
        "```\nx\n```",
        "```text\n{{#include x}}",
        "    │ accept",
    ] {
        assert_eq!(own_words(wrong).len(), 1, "{wrong}");
    }
    assert_eq!(includes("{{#include a.md:b}} \\{{#include c}} {{#playground d}}"), ["a.md:b", "playground d"]);
    assert!(is_chapter("05-sticky-packets.md") && !is_chapter("runs/05-x.md") && !is_chapter("notation.md"));
}
