//! A small book of our own, built with the real book.toml and theme. Its first page has everything that is hard to show;
//! each of the others has one fault, which a check must find.

use crate::build::{self, Site};
use crate::common::{Folder, root};
use crate::survey::{Survey, Topic, survey};
use crate::{links, sources};
use std::fs;

/// A page with a fault: its name, its text, and the words by which the fault is told.
type Fault = (Topic, &'static str, &'static str, &'static str);

const FAULTS: [Fault; 12] = [
    (Topic::Offline, "network", "![](https://example.org/x.png)", "asks for https://example.org/x.png"),
    (Topic::Offline, "broken", "<script>throw new Error('broken')</script>", "a script fails"),
    (Topic::Phone, "wide", "<div style='width: 600px'>wide</div>", "pixels in a box of"),
    (
        Topic::Phone,
        "cut",
        "<div style='overflow: hidden'><b style='white-space: nowrap'>{long}</b></div>",
        "pixels in a box of",
    ),
    (Topic::Phone, "small", "<p style='font-size: 11px'>small</p>", "11px"),
    (Topic::Light, "pale", "<p style='color: #999'>pale</p>", "text: rgb(153, 153, 153) has a contrast of 2.85"),
    (Topic::Dark, "dim", "<p style='color: #444; background: transparent'>dim</p>", "has a contrast of"),
    (
        Topic::Keyboard,
        "closed",
        "<details><summary tabindex='-1'>closed</summary>\n\nx\n\n</details>",
        "Tab does not reach",
    ),
    (
        Topic::Keyboard,
        "unseen",
        "<style>summary { outline: none !important }</style>\n\n<details><summary>unseen</summary>\n\nx\n\n</details>",
        "no focus is seen",
    ),
    (
        Topic::Keyboard,
        "stuck",
        "<details onclick='event.preventDefault()'><summary>stuck</summary>\n\nx\n\n</details>",
        "Enter does not open",
    ),
    (
        Topic::Print,
        "folded",
        "<style>@media print { details > p { display: none } }</style>\n\n<details><summary>folded</summary>\n\nx\n\n</details>",
        "stays folded",
    ),
    (
        Topic::Columns,
        "crooked",
        "<style>code span { letter-spacing: 0 !important }</style>\n\n```text\n粘包 │\n```",
        "pixels for 6 columns",
    ),
];

/// Pages whose faults are found without a browser.
const LINKS: [(&str, &str, &str); 6] = [
    ("no-page", "[x](none.html)", "there is no such file"),
    ("no-place", "[x](trial.md#none)", "there is no id none"),
    ("host", "[x](https://example.org/)", "example.org is not a host that the book links to"),
    ("image", "![](https://www.rfc-editor.org/x.png)", "loads it from a network"),
    ("twice", "<p id='same'>x</p><p id='same'>y</p>", "the id same stands in it twice"),
    ("left", "\\{{#include x}}", "{{# is left"),
];

/// Everything that is hard to show on a phone, on paper and in the dark.
fn hard() -> String {
    let run =
        fs::read_to_string(root().join("book/src/runs/05-sticky-packets/late-reader.80.txt")).expect("a recorded run");
    let path = "a".repeat(300);
    let cells = ["a cell with some words in it"; 8].join(" | ");
    let code = format!("    let listing = \"{}\"; // a comment\n", "x".repeat(90));
    format!(
        "# Everything that is hard to show\n\nProse with `code`, [a link](https://www.rfc-editor.org/rfc/{path}) and \
        `{path}`.\n\nRead https://www.rfc-editor.org/{path}\n\n```text\n{run}```\n\n```rust\nfn main() {{\n{code}}}\n```\n\n\
        | {cells} |\n|{}\n| {cells} |\n\n> A quotation with [a link](trial.md) and `code`.\n\n<details>\n<summary>What does \
        its first recv return? <code>server.recv[1]</code></summary>\n\nAn answer.\n\n```text\n{run}```\n\n<details>\n\
        <summary>More</summary>\n\nMore.\n\n</details>\n\n</details>\n",
        "---|".repeat(8)
    )
}

/// Builds it; the folder is gone with the value.
fn trial(name: &str, pages: &[(&str, String)]) -> Option<(Folder, Site)> {
    let folder = Folder::new(name);
    let book = folder.file("book");
    fs::create_dir_all(book.join("src")).expect("a folder");
    fs::create_dir_all(book.join("theme")).expect("a folder");
    for entry in fs::read_dir(root().join("book/theme")).expect("the theme") {
        let file = entry.expect("an entry");
        fs::copy(file.path(), book.join("theme").join(file.file_name())).expect("a copy");
    }
    fs::copy(root().join("book/book.toml"), book.join("book.toml")).expect("a copy");
    // book.toml speaks of this folder.
    let pages = pages.iter().cloned().chain([("runs/one", "# A run\n".to_string())]).collect::<Vec<_>>();
    fs::create_dir_all(book.join("src/runs")).expect("a folder");
    let list: String = pages.iter().map(|(name, _)| format!("- [{name}]({name}.md)\n")).collect();
    fs::write(book.join("src/SUMMARY.md"), format!("# Summary\n\n{list}")).expect("SUMMARY.md");
    for (name, text) in &pages {
        fs::write(book.join("src").join(format!("{name}.md")), text).expect("a page");
    }
    let site = build::build(&book, folder.file("site"))?;
    Some((folder, site))
}

#[test]
fn a_page_with_everything_that_is_hard_to_show_is_in_order_and_faulty_ones_are_found() {
    let mut pages = vec![("trial", hard())];
    let text = |text: &str| format!("# A page\n\n{}\n", text.replace("{long}", &"long ".repeat(100)));
    pages.extend(FAULTS.iter().map(|(_, name, fault, _)| (*name, text(fault))));
    let Some((_folder, site)) = trial("trial", &pages) else { return };
    let Some(survey) = survey("trial", &site) else { return };

    assert_eq!(survey.visited, pages.len() + 1);
    for topic in
        [Topic::Offline, Topic::Phone, Topic::Light, Topic::Dark, Topic::Keyboard, Topic::Print, Topic::Columns]
    {
        let own: Vec<_> = survey.faults(topic).iter().filter(|fault| fault.starts_with("trial.html")).collect();
        assert!(own.is_empty(), "{topic:?} {own:#?}");
    }
    for (topic, name, _, told) in FAULTS {
        let found = found(&survey, topic, name);
        assert!(found.iter().any(|fault| fault.contains(told)), "{name}: {told:?} is not among {found:?}");
    }
    let seen: Vec<_> = survey.kinds["trial.html"].iter().map(String::as_str).collect();
    let kinds = ["code", "code comment", "inline code", "link", "menu", "quotation", "summary", "table", "text"];
    assert_eq!(seen, kinds, "what the check of contrast looked at");
    assert!(survey.reached >= 5, "{}", survey.reached);
}

fn found<'a>(survey: &'a Survey, topic: Topic, name: &str) -> Vec<&'a String> {
    survey.faults(topic).iter().filter(|fault| fault.starts_with(&format!("{name}.html:"))).collect()
}

#[test]
fn links_that_lead_nowhere_or_to_a_network_are_found() {
    let mut pages = vec![("trial", hard())];
    pages.extend(LINKS.iter().map(|(name, fault, _)| (*name, format!("# A page\n\n{fault}\n"))));
    let Some((_folder, site)) = trial("links", &pages) else { return };
    let faults = links::faults(&site);
    for (name, _, told) in LINKS {
        let own = |fault: &&String| fault.starts_with(&format!("{name}.html:"));
        assert!(
            faults.iter().filter(own).any(|fault| fault.contains(told)),
            "{name}: {told:?} is not among {faults:#?}"
        );
    }
    let of_the_good_one: Vec<_> = faults.iter().filter(|fault| fault.starts_with("trial.html")).collect();
    assert!(of_the_good_one.is_empty(), "{of_the_good_one:?}");
}

#[test]
fn sources_that_include_what_is_not_there_or_are_read_by_nobody_are_found() {
    let folder = Folder::new("sources");
    fs::create_dir_all(folder.file("parts")).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.file(name), text).expect("a page");
    write("SUMMARY.md", "- [One](01-one.md)\n");
    write("01-one.md", "{{#include parts/a.md:here}}\n\n```rust\n{{#include parts/a.md}}\n```\n");
    write("parts/a.md", "<!-- ANCHOR: here -->\nx\n<!-- ANCHOR_END: here -->\n");
    assert!(sources::faults(&folder.0).is_empty(), "{:?}", sources::faults(&folder.0));
    write("01-one.md", "{{#include parts/none.md}} {{#include parts/a.md:gone}} {{#include parts/a.md:3:4}}\n");
    write("parts/b.md", "read by nobody\n");
    write("lost.md", "# Read by nobody\n");
    write("parts/empty.md", "# Nothing yet\n");
    let faults = sources::faults(&folder.0).join("\n");
    for told in
        ["none.md}}: No such file", "no ANCHOR: gone", "numbers of lines", "parts/b.md: neither", "lost.md: neither"]
    {
        assert!(faults.contains(told), "{told:?} is not in {faults}");
    }
    assert!(!faults.contains("empty.md"), "{faults}");
}
