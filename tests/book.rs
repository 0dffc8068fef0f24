//! The book held to what it promises: it builds, its links lead somewhere, what it shows is included and not copied; and it
//! is read offline, by keyboard, on a phone, in the dark and on paper.
//!
//! The same checks go over a trial book (tests/book/trial), whose first page has everything that is hard to show and whose
//! other pages have one fault each: a check that finds none of them would be found here.
//!
//! Without mdBook or `chromium` the tests that need them say so and are skipped.
#![cfg(target_os = "linux")]

mod common;

#[path = "book/browser.rs"]
mod browser;
#[path = "book/build.rs"]
mod build;
#[path = "book/html.rs"]
mod html;
#[path = "book/links.rs"]
mod links;
#[path = "book/sources.rs"]
mod sources;
#[path = "book/survey.rs"]
mod survey;
#[path = "book/trial.rs"]
mod trial;

use crate::survey::Topic;
use std::path::Path;

fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn mdbook_builds_every_page_and_has_nothing_to_warn_of() {
    let Some(site) = build::book() else { return };
    let warnings = site.output.lines().filter(|line| line.contains("WARN") || line.contains("ERROR"));
    none(&warnings.map(str::to_string).collect::<Vec<_>>());
    let pages = site.pages();
    assert!(pages.len() > 20, "{pages:?}");
    none(&pages.into_iter().filter(|page| !site.folder.join(page).is_file()).collect::<Vec<_>>());
}

#[test]
fn every_link_leads_to_a_page_and_a_place_that_are_there() {
    let Some(site) = build::book() else { return };
    none(&links::faults(site));
}

#[test]
fn what_the_book_includes_is_there_and_programs_and_output_are_included() {
    none(&sources::faults(&common::root().join("book/src")));
}

/// The search index holds what people look for, not the transcripts: they are read from a disk, and maybe on a phone.
#[test]
fn transcripts_are_not_in_the_search_index() {
    let Some(site) = build::book() else { return };
    let index = build::files(&site.folder, "js").into_iter().find(|file| name(file).starts_with("searchindex"));
    let index = std::fs::read_to_string(index.expect("the index")).expect("the index");
    assert!(
        index.contains("notation.html") && !index.contains("runs/05-sticky-packets.html"),
        "of {} bytes",
        index.len()
    );
    assert!(index.len() < 3 << 20, "{} bytes", index.len());
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn promise(topic: Topic) {
    let Some(survey) = survey::of_the_book() else { return };
    assert!(survey.visited > 20, "only {} pages were looked at", survey.visited);
    none(survey.faults(topic));
}

#[test]
fn the_book_asks_for_nothing_that_is_not_on_this_machine() {
    promise(Topic::Offline);
}

#[test]
fn on_a_phone_only_listings_and_tables_scroll_sideways() {
    promise(Topic::Phone);
}

#[test]
fn every_text_stands_out_from_what_lies_behind_it_by_day_and_by_night() {
    promise(Topic::Light);
    promise(Topic::Dark);
}

#[test]
fn the_keyboard_opens_every_answer_scrolls_every_listing_and_turns_the_pages() {
    promise(Topic::Keyboard);
}

#[test]
fn the_search_finds_a_chapter_without_a_network() {
    promise(Topic::Search);
}

#[test]
fn on_paper_everything_is_open_and_nothing_is_cut_off() {
    promise(Topic::Print);
}

#[test]
fn columns_of_a_transcript_are_columns() {
    promise(Topic::Columns);
}
