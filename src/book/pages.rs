//! The pages of the book in the order of its SUMMARY.md, and which of them a name means: `05`, `5`, `sticky` and
//! `05-sticky-packets` are one page, `runs/05` is the page with that lesson's runs.

use super::include::within;
use crate::course::{NotFound, name_among};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::path::{Path, PathBuf};

/// A page of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `05-sticky-packets`, `runs/05-sticky-packets`, `glossary`.
    pub name: String,
    /// What SUMMARY.md calls it.
    pub title: String,
    /// Its file, from the book's `src`.
    pub file: PathBuf,
    /// The heading of SUMMARY.md that it stands under; empty before the first.
    pub part: String,
    /// How deep it is nested: 0 for a chapter.
    pub depth: usize,
}

/// All pages, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pages {
    /// In the order of SUMMARY.md.
    pub pages: Vec<Page>,
}

impl Pages {
    /// Reads SUMMARY.md: a page is a link; one without a file is a chapter that is not written yet.
    pub fn read(summary: &str) -> Pages {
        let (mut pages, mut part, mut depth) = (Vec::new(), String::new(), 0_usize);
        let (mut words, mut target) = (String::new(), None);
        for event in Parser::new(summary) {
            match event {
                Event::Start(Tag::List(_)) => depth += 1,
                Event::End(TagEnd::List(_)) => depth = depth.saturating_sub(1),
                Event::Start(Tag::Link { dest_url, .. }) => (words, target) = (String::new(), Some(dest_url)),
                Event::Start(Tag::Heading { .. }) => words = String::new(),
                // The first heading is that of the summary itself.
                Event::End(TagEnd::Heading(_)) if words != "Summary" => part = std::mem::take(&mut words),
                Event::Text(text) | Event::Code(text) => words.push_str(&text),
                Event::SoftBreak => words.push(' '),
                Event::End(TagEnd::Link) => {
                    let file = target.take().and_then(|file| within(Path::new(&*file)));
                    if let Some(name) = file.as_deref().and_then(name_of) {
                        let (title, part) = (std::mem::take(&mut words), part.clone());
                        let file = file.unwrap_or_default();
                        pages.push(Page { name, title, file, part, depth: depth.saturating_sub(1) });
                    }
                }
                _ => {}
            }
        }
        Pages { pages }
    }

    /// Where in the order the page of that name is. What stands before a `/` is the folder to look in.
    pub fn find(&self, asked: &str) -> Result<usize, NotFound> {
        let plain = asked.trim().trim_end_matches('/');
        let plain = plain.strip_suffix(".md").unwrap_or(plain);
        if let Some(exact) = self.pages.iter().position(|page| page.name == plain) {
            return Ok(exact);
        }
        let (folder, _) = split(plain);
        // The whole name is asked for and suggested; a lesson's number and words stand in its last part.
        let names: Vec<&str> = self.pages.iter().map(|page| page.name.as_str()).collect();
        let of_folder: Vec<&str> =
            names.iter().filter(|name| split(name).0 == folder).map(|name| split(name).1).collect();
        let found = name_among("page", split(plain).1, &of_folder).map_err(|error| error.within(folder))?;
        Ok(names.iter().position(|name| split(name) == (folder, found)).unwrap_or_default())
    }

    /// What to type for the target of a link on this page: None where it is no other page.
    pub fn linked(&self, from: &Page, target: &str) -> Option<&Page> {
        let file = target.split('#').next().filter(|file| !file.is_empty())?;
        let path = within(&from.file.parent().unwrap_or(Path::new("")).join(file))?;
        self.pages.iter().find(|page| page.file == path || page.file == path.with_extension("md"))
    }
}

/// `runs/05-sticky-packets` of `runs/05-sticky-packets.md`; none for what is no page.
fn name_of(file: &Path) -> Option<String> {
    let name = file.to_str()?.strip_suffix(".md")?;
    (!name.is_empty()).then(|| name.replace('\\', "/"))
}

/// The folder of a name, and the rest of it.
fn split(name: &str) -> (&str, &str) {
    name.rsplit_once('/').unwrap_or(("", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "# Summary\n\n[Look](introduction.md)\n\n# Lessons\n\n- [05 · `TCP` keeps](05-sticky-packets.md)\n  \
                           - [Its runs](runs/05-sticky-packets.md)\n- [Later]()\n- [06 · Say](06-struct-header.md)\n\n\
                           # Around\n\n- [Glossary](glossary.md)\n- [Add a lesson](add-a-lesson.md)\n\
                           - [Add an exercise](add-an-exercise.md)\n- [Elsewhere](../../README.md)\n";

    fn name(asked: &str) -> Result<String, String> {
        let pages = Pages::read(SUMMARY);
        pages.find(asked).map(|at| pages.pages[at].name.clone()).map_err(|error| error.to_string())
    }

    #[test]
    fn pages_come_in_the_order_of_the_summary_with_what_they_stand_under() {
        let pages = Pages::read(SUMMARY).pages;
        let shown: Vec<_> = pages.iter().map(|p| (p.name.as_str(), p.part.as_str(), p.depth)).collect();
        assert_eq!(
            shown,
            [
                ("introduction", "", 0),
                ("05-sticky-packets", "Lessons", 0),
                ("runs/05-sticky-packets", "Lessons", 1),
                ("06-struct-header", "Lessons", 0),
                ("glossary", "Around", 0),
                ("add-a-lesson", "Around", 0),
                ("add-an-exercise", "Around", 0),
            ]
        );
        assert_eq!(pages[1].title, "05 · TCP keeps");
    }

    #[test]
    fn a_page_is_found_as_a_lesson_is() {
        for asked in ["05", "5", "sticky", "05-sticky-packets", "Sticky-Packets", "05-sticky-packets.md"] {
            assert_eq!(name(asked).as_deref(), Ok("05-sticky-packets"), "{asked}");
        }
        for asked in ["runs/05", "runs/sticky", "runs/05-sticky-packets"] {
            assert_eq!(name(asked).as_deref(), Ok("runs/05-sticky-packets"), "{asked}");
        }
        assert_eq!(name("gloss").as_deref(), Ok("glossary"));
    }

    #[test]
    fn a_wrong_name_is_refused_with_the_nearest() {
        assert_eq!(name("glosary").unwrap_err(), "there is no page `glosary`; the nearest: glossary");
        assert_eq!(name("runs/04").unwrap_err(), "there is no page `runs/04`; the nearest: runs/05-sticky-packets");
        assert_eq!(name("add").unwrap_err(), "`add` fits more than one page: add-a-lesson, add-an-exercise");
        assert!(name("").is_err() && name("/").is_err() && name("no/where").is_err());
    }

    #[test]
    fn a_link_leads_to_a_page_from_wherever_it_stands() {
        let pages = Pages::read(SUMMARY);
        let linked = |from: usize, target| pages.linked(&pages.pages[from], target).map(|page| page.name.as_str());
        assert_eq!(linked(1, "runs/05-sticky-packets.md#late-reader"), Some("runs/05-sticky-packets"));
        assert_eq!(linked(2, "../glossary.md"), Some("glossary"));
        assert_eq!(linked(2, "../glossary.html"), Some("glossary"));
        assert_eq!((linked(1, "#here"), linked(1, "https://example.org/glossary.md")), (None, None));
    }
}
