//! One visit to every page of a book in one browser, with everything that is measured on the way.
//!
//! Refuses to stop at the first fault: a survey gives all of them, each under its topic.

use crate::browser::{self, Browser, complaints};
use crate::build::{self, Site, chapters};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

const MEASURES: &str = include_str!("page.js");
/// A sheet of A4 between the margins that lab.css sets, in CSS pixels.
const PAPER: u32 = (210 - 2 * 15) * 960 / 254;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    Offline,
    Phone,
    Light,
    Dark,
    Keyboard,
    Search,
    Print,
    Columns,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Survey {
    pub visited: usize,
    faults: BTreeMap<Topic, Vec<String>>,
    /// The kinds of text that were seen on each page.
    pub kinds: BTreeMap<String, BTreeSet<String>>,
    /// How many summaries and scrolling boxes the keyboard had to reach.
    pub reached: usize,
}

impl Survey {
    pub fn faults(&self, topic: Topic) -> &[String] {
        self.faults.get(&topic).map_or(&[], |faults| faults.as_slice())
    }

    fn note(&mut self, topic: Topic, page: &str, faults: impl IntoIterator<Item = String>) {
        self.faults.entry(topic).or_default().extend(faults.into_iter().map(|fault| format!("{page}: {fault}")));
    }
}

/// The survey of the project's book, made once for all tests.
pub fn of_the_book() -> Option<&'static Survey> {
    static SURVEY: OnceLock<Option<Survey>> = OnceLock::new();
    SURVEY.get_or_init(|| survey("book", build::book()?)).as_ref()
}

/// Goes through a book.
pub fn survey(name: &str, site: &Site) -> Option<Survey> {
    let mut visit = Visit { browser: Browser::start(name)?, survey: Survey::default(), site };
    // print.html opens the window of the printer.
    visit.browser.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": "window.print = () => {}" }));
    visit.at_a_desk();
    visit.search();
    visit.on_a_phone_and_on_paper();
    Some(visit.survey)
}

struct Visit<'a> {
    browser: Browser,
    survey: Survey,
    site: &'a Site,
}

impl Visit<'_> {
    fn file(&self, page: &str) -> PathBuf {
        self.site.folder.join(page)
    }

    /// Asks the page for a measure.
    fn measure(&mut self, topic: Topic, page: &str, what: &str) {
        let faults = texts(self.browser.value(&format!("measure.{what}")));
        self.survey.note(topic, page, faults);
    }

    /// From the first page to the last by the right arrow key, in a wide window by daylight.
    fn at_a_desk(&mut self) {
        self.browser.window(1280, 900, false);
        self.browser.media("screen", "light");
        let pages = self.site.pages();
        for (index, page) in pages.iter().enumerate() {
            let file = self.file(page);
            let events = if index == 0 { self.browser.open(&file) } else { self.browser.leave_by("ArrowRight") };
            self.survey.note(Topic::Offline, page, complaints(&events));
            let at = self.browser.value("location.href");
            if at != json!(browser::address(&file)) {
                self.survey.note(Topic::Keyboard, page, [format!("the right arrow key leads to {at}")]);
                self.browser.open(&file);
            }
            self.browser.value(MEASURES);
            self.survey.visited += 1;
            let kinds = texts(self.browser.value("measure.kinds()"));
            self.survey.kinds.insert(page.clone(), kinds.into_iter().collect());
            self.keyboard(page);
            self.measure(Topic::Light, page, "scheme(false)");
            self.measure(Topic::Columns, page, "columns()");
            self.measure(Topic::Columns, page, "fits()");
            self.measure(Topic::Light, page, "contrast()");
            self.browser.value("document.activeElement.blur()");
        }
    }

    /// Tab through the page, then Enter on whatever folds.
    fn keyboard(&mut self, page: &str) {
        let stops = self.browser.value("measure.follow()").as_u64().unwrap_or_default();
        self.browser.press_often("Tab", stops + 1);
        self.measure(Topic::Keyboard, page, "followed()");
        let folded = self.browser.value("measure.all('main summary').length").as_u64().unwrap_or_default();
        self.survey.reached += folded as usize;
        for index in 0..folded {
            let summary = format!("measure.all('main summary')[{index}]");
            // A summary inside a folded block can be reached when that is open.
            self.browser
                .value(&format!("{summary}.parentElement.parentElement.closest('details')?.setAttribute('open', '')"));
            self.browser.value(&format!("{summary}.focus()"));
            let is_open = format!("{summary}.parentElement.open");
            let before = self.browser.value(&is_open);
            self.browser.press("Enter");
            if self.browser.value(&is_open) == before {
                self.survey.note(Topic::Keyboard, page, [format!("Enter does not open answer {}", index + 1)]);
            }
        }
    }

    /// The words of a chapter's title lead to the chapter.
    fn search(&mut self) {
        let is_lesson = |(file, _): &(String, String)| file.starts_with(|first: char| first.is_ascii_digit());
        let Some((chapter, title)) = chapters(&self.site.src).into_iter().find(is_lesson) else { return };
        let words: Vec<_> =
            title.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() > 3).collect();
        for key in ["/", "s"] {
            let events = self.browser.open(&self.file(&self.site.pages()[0]));
            self.survey.note(Topic::Search, &chapter, complaints(&events));
            self.browser.press(key);
            let is_open = "document.activeElement.id === 'mdbook-searchbar' \
                && !document.querySelector('#mdbook-searchbar-outer').classList.contains('searching')";
            if !self.browser.wait_until(is_open) {
                self.survey.note(Topic::Search, &chapter, [format!("{key} does not open the search")]);
                continue;
            }
            self.browser.ask("Input.insertText", json!({ "text": words.join(" ") }));
            // It looks when a key is released.
            self.browser.press(" ");
            let page = chapter.replace(".md", ".html");
            let found = format!("!!document.querySelector('#mdbook-searchresults a[href*=\"{page}\"]')");
            if !self.browser.wait_until(&found) {
                self.survey.note(Topic::Search, &chapter, [format!("not found by {words:?}")]);
            }
        }
    }

    /// A phone by night, then paper; also the page with the whole book on it.
    fn on_a_phone_and_on_paper(&mut self) {
        for page in self.site.pages().iter().map(String::as_str).chain(["print.html"]) {
            self.browser.window(360, 740, true);
            self.browser.media("screen", "dark");
            let events = self.browser.open(&self.file(page));
            self.survey.note(Topic::Offline, page, complaints(&events));
            self.browser.value(MEASURES);
            self.scroll_by_key(page);
            self.measure(
                Topic::Phone,
                page,
                "targets('#mdbook-menu-bar :is(a, button, label), .mobile-nav-chapters, main summary')",
            );
            self.measure(Topic::Phone, page, "sideways()");
            self.measure(Topic::Phone, page, "small()");
            self.measure(Topic::Dark, page, "scheme(true)");
            self.measure(Topic::Dark, page, "contrast()");

            // Answers are folded again: paper opens them.
            self.browser.value("measure.all('details').forEach(details => { details.open = false })");
            self.browser.window(PAPER, 1123, false);
            self.browser.media("print", "dark");
            self.measure(Topic::Print, page, "printed()");
            self.measure(Topic::Print, page, "contrast()");
            self.measure(Topic::Print, page, "fits()");
        }
    }

    /// The right arrow key in a listing that scrolls.
    fn scroll_by_key(&mut self, page: &str) {
        let focus = "window.scroller = measure.scrollers()[0], window.scroller && (scroller.focus(), true)";
        if self.browser.value(focus) != json!(true) {
            return;
        }
        self.survey.reached += 1;
        self.browser.press("ArrowRight");
        if !self.browser.wait_until("!!window.scroller && scroller.scrollLeft > 0") {
            let at = self.browser.value("location.href");
            self.survey.note(
                Topic::Keyboard,
                page,
                [format!("the right arrow key does not scroll a listing, now at {at}")],
            );
            self.browser.open(&self.file(page));
            self.browser.value(MEASURES);
        }
    }
}

fn texts(list: Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_string)).collect()
}
