//! The page of a lesson's recorded runs. Each section is an anchor that chapters include.

use super::recorded::Recorded;
use super::write::{Markdown, code, words};
use crate::course::Lesson;
use crate::view::text::{HexBytes, Options, Page, page};

/// Columns of a transcript in the book.
const WIDTH: usize = 80;
/// Transcripts with more lines than this are folded on the page of all runs.
const LONG: usize = 150;

/// `runs/LESSON.md`. The runs are those of the lesson's variations, in their order.
pub fn runs(lesson: &Lesson, recorded: &[Recorded]) -> String {
    let mut all = Markdown::generated();
    all.paragraph(&format!("# The runs of {}", lesson.name));
    all.paragraph(&format!(
        "Every variation of [{}](../{}.md), as it was recorded. The command runs it on your machine; ports and times are \
         then others, the order is the same.",
        words(&lesson.title),
        lesson.name
    ));
    for run in recorded {
        one(lesson, run, &mut all);
    }
    all.0
}

/// `05` of `05-sticky-packets`
pub(super) fn number(lesson: &str) -> &str {
    lesson.split('-').next().unwrap_or(lesson)
}

fn one(lesson: &Lesson, run: &Recorded, all: &mut Markdown) {
    let (folder, name) = (&lesson.name, &run.variation.name);
    all.paragraph(&format!("## {name}"));
    all.paragraph(&words(&run.variation.says));
    all.command(&format!("lab {} --variation {name}", number(folder)));
    all.paragraph(&format!(
        "Files: [for `lab replay`]({folder}/{name}.jsonl) · [for Wireshark]({folder}/{name}.pcapng) · as text with \
         [80]({folder}/{name}.80.txt), [100]({folder}/{name}.100.txt) and [160]({folder}/{name}.160.txt) columns"
    ));
    let page = drawn(run);
    let bytes: Vec<&str> =
        [&page.wire, &page.programs].into_iter().filter(|it| !it.is_empty()).map(|it| &**it).collect();
    let timeline = if page.ended.is_empty() { page.timeline } else { format!("{}\n{}", page.timeline, page.ended) };
    foldable(all, &format!("{name}-timeline"), "The timeline", &timeline);
    if !bytes.is_empty() {
        foldable(all, &format!("{name}-bytes"), "The bytes", &bytes.join("\n"));
    }
    all.anchored(&format!("{name}-seen"), |all| seen(run, all));
}

/// The sections of a run's view, as wide as the book shows them.
pub(super) fn drawn(run: &Recorded) -> Page {
    let options =
        Options { width: WIDTH, color: false, hex: HexBytes::Payload, layers: false, kernel: false, noise: false };
    page(&run.timeline, &run.verdicts, &options)
}

/// Text that is folded where it is long, and whole where a chapter includes it.
fn foldable(all: &mut Markdown, anchor: &str, what: &str, text: &str) {
    let lines = text.lines().count();
    let anchored = |all: &mut Markdown| all.anchored(anchor, |all| all.text(text));
    if lines > LONG { all.folded(&format!("{what}: {lines} lines"), anchored) } else { anchored(all) }
}

/// What the run shows of what the lesson says, each with its evidence; and the conclusion, which is withheld where the run
/// contradicts it.
fn seen(run: &Recorded, all: &mut Markdown) {
    let mut list = String::new();
    for (expect, verdict) in &run.verdicts {
        let mark = if verdict.seen {
            "✔"
        } else if verdict.unknown {
            "?"
        } else {
            "✘"
        };
        let evidence = match &verdict.evidence[..] {
            [] => String::new(),
            names => format!(" ({})", names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")),
        };
        list.push_str(&format!("- {mark} {}{evidence}\n", words(&expect.says)));
    }
    all.paragraph(&list);
    let story = run.timeline.header.story.as_ref();
    if let Some(story) = story.filter(|_| run.verdicts.iter().all(|(_, verdict)| verdict.seen)) {
        all.paragraph(&words(&story.so));
    }
}
