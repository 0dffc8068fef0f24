//! The claims of the source documents: what they say, what is so, and which recorded run proves it.
//!
//! `book/claims/LESSON.toml` has those that belong to a lesson, whether that lesson exists yet or not: nobody writes down
//! which do. It refuses fields it does not know, and a claim with both a proof and a reason why there is none.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What is to be held of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// It is so.
    True,
    /// It is so within a limit, which is told.
    Partly,
    /// It is not so.
    False,
    /// It says nothing that could be true or false.
    Opinion,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The lesson it belongs to, from the file's name. It need not exist yet.
    #[serde(skip)]
    pub lesson: String,
    /// `003-43`: the document, and the claim's number in it.
    pub id: String,
    /// What the document says, in our words.
    pub says: String,
    /// What is to be held of it.
    pub verdict: Holding,
    /// Within which limit, in a few words.
    pub limit: Option<String>,
    /// What is so. May be empty when there is nothing to add.
    pub truth: String,
    /// Numbers of other lessons that it touches.
    #[serde(default)]
    pub also: Vec<u8>,
    /// The runs that prove the verdict.
    #[serde(default)]
    pub proof: Vec<Proof>,
    /// Why no run can prove it.
    pub unproven: Option<String>,
}

/// A recorded run, and what is to be seen in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// `05-sticky-packets/case-1-late`: lesson and variation.
    pub run: String,
    /// Expectations of the notation: what the recording of that run shows.
    pub that: Vec<String>,
}

impl Proof {
    /// The lesson and the variation.
    pub fn place(&self) -> (&str, &str) {
        self.run.split_once('/').unwrap_or((&self.run, ""))
    }
}

/// Where the proof of a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In recorded runs.
    Proved,
    /// Its lesson is not written yet.
    NotYet,
    /// No run can prove it, and the claim says why; or it is an opinion.
    Unprovable,
    /// There should be one, and there is none.
    Missing,
}

impl Claim {
    /// Where its proof is, in a course with these lessons.
    pub fn standing(&self, is_lesson: impl Fn(&str) -> bool) -> Standing {
        match (self.proof.is_empty(), self.unproven.is_some() || self.verdict == Holding::Opinion) {
            (false, _) => Standing::Proved,
            (true, true) => Standing::Unprovable,
            (true, false) if !is_lesson(&self.lesson) => Standing::NotYet,
            (true, false) => Standing::Missing,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    claim: Vec<Claim>,
}

/// All claims of the documents, sorted by their ids. Fails when a file cannot be read, or two claims have one id.
pub fn claims(root: &Path) -> anyhow::Result<Vec<Claim>> {
    let folder = root.join("book/claims");
    let mut all = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
        let path = entry?.path();
        let Some(lesson) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".toml")) else { continue };
        let told = || format!("book/claims/{lesson}.toml");
        let text = std::fs::read_to_string(&path).with_context(told)?;
        let file: File = toml::from_str(&text).with_context(told)?;
        all.extend(file.claim.into_iter().map(|claim| Claim { lesson: lesson.to_owned(), ..claim }));
    }
    all.sort_by(|one, other| one.id.cmp(&other.id));
    check(&all)?;
    Ok(all)
}

fn check(claims: &[Claim]) -> anyhow::Result<()> {
    let mut ids = BTreeSet::new();
    for claim in claims {
        let (id, lesson) = (&claim.id, &claim.lesson);
        if !ids.insert(id) {
            bail!("book/claims/{lesson}.toml: another claim is {id}");
        }
        if claim.unproven.is_some() && !claim.proof.is_empty() {
            bail!("book/claims/{lesson}.toml: {id} has a proof and says why it has none");
        }
        if claim.proof.iter().any(|proof| proof.that.is_empty()) {
            bail!("book/claims/{lesson}.toml: a proof of {id} shows nothing (that)");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Claim>, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        check(&file.claim).map_err(|error| error.to_string())?;
        Ok(file.claim)
    }

    fn claim(more: &str) -> String {
        format!("[[claim]]\nid = '003-43'\nsays = 'x'\nverdict = 'partly'\ntruth = 'y'\n{more}\n")
    }

    #[test]
    fn where_the_proof_is_follows_from_the_claim_and_from_the_lessons_there_are() {
        let standing = |more: &str, lesson: bool| read(&claim(more)).unwrap()[0].standing(|_| lesson);
        let proof = "proof = [{ run = '05-sticky-packets/nagle', that = ['server runs'] }]";
        assert_eq!(standing(proof, true), Standing::Proved);
        assert_eq!(standing(proof, false), Standing::Proved);
        assert_eq!(standing("", true), Standing::Missing);
        assert_eq!(standing("", false), Standing::NotYet);
        assert_eq!(standing("unproven = 'a definition'", true), Standing::Unprovable);
    }

    #[test]
    fn claims_that_contradict_themselves_are_refused() {
        let proof = "proof = [{ run = '05-x/y', that = ['server runs'] }]";
        for (text, told) in [
            (claim(&format!("{proof}\nunproven = 'never'")), "says why it has none"),
            (claim("proof = [{ run = '05-x/y', that = [] }]"), "shows nothing"),
            (claim("").repeat(2), "another claim is 003-43"),
            (claim("seen = true"), "unknown field `seen`"),
            (claim("").replace("partly", "perhaps"), "unknown variant `perhaps`"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(told), "{told}: {error}");
        }
    }
}
