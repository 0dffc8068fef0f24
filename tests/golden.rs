//! The recorded runs that ship with the lab: their views are the golden files, and a run of today shows the same.
//!
//! `LAB_BLESS=1 cargo test --test golden` records every variation again and writes its views and what the book makes of them;
//! read the difference before committing it. A run that shows what the one before showed keeps its recording.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

#[path = "golden/bless.rs"]
mod bless;
#[path = "golden/made.rs"]
mod made;
#[path = "golden/shown.rs"]
mod shown;
#[path = "golden/today.rs"]
mod today;

use bless::bless;
use common::{Folder, User, recording, root, timeline, variations};
use made::{WIDTHS, bundled, generated, views};
use shown::{conclusions, order};
use socket_lab::timeline::Timeline;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

#[test]
fn a_run_of_today_happens_in_the_order_of_the_recorded_run() {
    bless();
    for ((lesson, variation), today) in today::runs() {
        let recording = recording(&bundled(lesson, variation, ".jsonl"));
        assert_eq!(
            today.timeline.header.story, recording.header.story,
            "{lesson} {variation} says or asks something else than its recorded run: LAB_BLESS=1"
        );
        let (today, recorded) = (order(&today.timeline), order(&Timeline::new(recording)));
        assert_eq!(today, recorded, "{lesson} {variation} shows something else than its recorded run");
    }
}

/// Not only what the schedule orders: lessons take turns, so all of it is the same.
#[test]
fn a_hundred_runs_of_the_same_schedule_happen_in_the_same_order() {
    let folder = Folder::new("hundred");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let (timeline, _) = timeline(User::Self_, &["05", "--variation", "prompt-reader"], &folder);
        let call = |name: &str| timeline.calls.iter().find(|call| call.name() == name).expect("the call");
        for number in 1..3 {
            let read = call(&format!("server.recv[{number}]")).exit.as_ref().expect("it returned").t;
            let next = call(&format!("client.send[{}]", number + 1));
            let may_run = next.hold.as_ref().map_or(next.enter.t, |hold| hold.until.expect("it was released"));
            assert!(may_run >= read, "send {} ran before recv {number} had returned", number + 1);
        }
        seen.insert(order(&timeline));
    }
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

#[test]
fn the_bytes_and_the_conclusions_of_a_run_of_today_are_those_of_the_golden_file() {
    bless();
    for ((lesson, variation), today) in today::runs() {
        let golden = fs::read_to_string(bundled(lesson, variation, ".160.txt")).unwrap();
        assert_eq!(conclusions(&today.page), conclusions(&golden), "{lesson} {variation}");
    }
}

#[test]
fn the_views_of_the_recorded_runs_are_the_golden_files() {
    bless();
    for (lesson, variation) in variations() {
        for (golden, expected) in views(&lesson, &variation) {
            let is = fs::read(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
            assert!(is == expected, "{} is not what the lab shows (bless it with LAB_BLESS=parts)", golden.display());
        }
    }
}

#[test]
fn the_generated_parts_of_the_book_are_made_of_the_recorded_runs_of_today() {
    bless();
    let mut wanted = BTreeSet::new();
    for (golden, expected) in generated() {
        let is = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        assert!(is == expected, "{} is not what the lab shows (bless it with LAB_BLESS=parts)", golden.display());
        wanted.insert(golden);
    }
    for folder in ["parts", "runs"] {
        let files = fs::read_dir(root().join("book/src").join(folder)).unwrap().map(|file| file.unwrap().path());
        let left: Vec<PathBuf> = files.filter(|file| file.is_file() && !wanted.contains(file)).collect();
        assert!(left.is_empty(), "nobody makes {left:?} any more");
    }
}

#[test]
fn no_recorded_run_is_left_of_a_variation_that_is_gone() {
    let runs = root().join("book/src/runs");
    let endings: Vec<String> =
        [".jsonl", ".pcapng"].iter().map(|it| it.to_string()).chain(WIDTHS.map(|it| format!(".{it}.txt"))).collect();
    let file = |(lesson, variation): &(String, String)| {
        endings.iter().map(|it| bundled(lesson, variation, it)).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<PathBuf> = variations().iter().flat_map(file).collect();
    let folders = fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let found = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let left: Vec<PathBuf> = found.filter(|file| !wanted.contains(file)).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_transcript_in_the_readme_is_a_recorded_run() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let view = bundled("05-sticky-packets", "late-reader", ".80.txt");
    if std::env::var_os("LAB_BLESS").is_some() {
        bless();
        let (before, rest) = readme.split_once("```text\n").unwrap();
        let (_, after) = rest.split_once("```").unwrap();
        let text = fs::read_to_string(&view).unwrap();
        fs::write(root().join("README.md"), format!("{before}```text\n{text}```{after}")).unwrap();
        return;
    }
    assert!(readme.contains(&fs::read_to_string(view).unwrap()), "README.md shows another run");
}
