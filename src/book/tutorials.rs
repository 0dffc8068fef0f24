//! What the tutorials say: the claims of the source documents, each with what is to be held of it and where that is seen.
//!
//! Whether a claim's lesson exists is asked of the course, never written down.

use super::claims::{Claim, Holding, Standing};
use super::runs::number;
use super::write::{Markdown, code, words};
use std::fmt::Write;

/// `parts/tutorials.md`: all claims, document by document, and how many of which sort there are.
pub fn tutorials(claims: &[Claim], is_lesson: impl Fn(&str) -> bool) -> String {
    let mut all = Markdown::generated();
    all.paragraph(&table(claims, &is_lesson));
    for document in claims.chunk_by(|one, other| one.id[..3] == other.id[..3]) {
        all.paragraph(&format!("## Document {}", &document[0].id[..3]));
        let item = |claim: &Claim| {
            let exists = is_lesson(&claim.lesson);
            let chapter = format!(" [Chapter {}]({}.md)", number(&claim.lesson), claim.lesson);
            format!("{}{}\n", item(claim, exists).trim_end(), if exists { &chapter } else { "" })
        };
        all.paragraph(&document.iter().map(item).collect::<String>());
    }
    all.0
}

fn table(claims: &[Claim], is_lesson: impl Fn(&str) -> bool) -> String {
    let mut rows = String::from(
        "| | claims | shown by a run | lesson not written yet | no run can show it |\n|---|--:|--:|--:|--:|\n",
    );
    let mut row = |name: &str, of: &dyn Fn(&Claim) -> bool| {
        let standing = |which: Standing| {
            let found = claims.iter().filter(|claim| of(claim) && claim.standing(&is_lesson) == which);
            found.count()
        };
        let (proved, not_yet) = (standing(Standing::Proved), standing(Standing::NotYet));
        let (all, never) = (claims.iter().filter(|claim| of(claim)).count(), standing(Standing::Unprovable));
        let _ = writeln!(rows, "| {name} | {all} | {proved} | {not_yet} | {never} |");
    };
    for holding in [Holding::True, Holding::Partly, Holding::False, Holding::Opinion] {
        row(verdict(holding), &|claim| claim.verdict == holding);
    }
    row("all", &|_| true);
    rows
}

fn verdict(holding: Holding) -> &'static str {
    match holding {
        Holding::True => "true",
        Holding::Partly => "partly true",
        Holding::False => "false",
        Holding::Opinion => "no claim that could be true or false",
    }
}

/// A claim as an item of a list, with links from a page of the book's first folder.
pub(super) fn item(claim: &Claim, lesson_exists: bool) -> String {
    let limit = claim.limit.as_ref().map(|limit| format!(" ({})", words(limit))).unwrap_or_default();
    let mut item =
        format!("- **{}** · **{}**{limit}. *Says:* {}", claim.id, verdict(claim.verdict), words(&claim.says));
    if !claim.truth.is_empty() {
        let _ = write!(item, " *What is so:* {}", words(&claim.truth));
    }
    let proofs = claim.proof.iter().map(|proof| {
        let (lesson, variation) = proof.place();
        let shown: Vec<String> = proof.that.iter().map(|that| code(that)).collect();
        let link = format!("[{} {variation}](runs/{lesson}.md#{variation})", number(lesson));
        format!("{link}: {}", shown.join(", "))
    });
    let proofs: Vec<String> = proofs.collect();
    let shown = match claim.standing(|_| lesson_exists) {
        Standing::Proved => format!("Shown by {}.", proofs.join("; ")),
        Standing::NotYet => format!("Not shown yet: its lesson, {}, is not written.", claim.lesson),
        Standing::Unprovable => claim
            .unproven
            .as_ref()
            .map(|why| format!("No run shows it: {}.", words(why.trim_end_matches('.'))))
            .unwrap_or_default(),
        Standing::Missing => "No run shows it yet.".to_owned(),
    };
    if !shown.is_empty() {
        let _ = write!(item, " {shown}");
    }
    item.push('\n');
    item
}
