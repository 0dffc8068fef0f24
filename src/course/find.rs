//! Finding lessons and exercises: `05-sticky-packets`, `05`, `5` and `sticky` all name the same one.
//!
//! It never guesses: a name that fits two is refused with both, and one that fits none with the nearest.

use super::{Course, Lesson, Variation};
use crate::notation::{nearest, ranked};
use std::fmt;

/// At most this many are suggested for a mistyped name.
const SUGGESTED: usize = 3;

/// Why a name does not lead to a lesson or an exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// `lesson` or `exercise`.
    pub kind: &'static str,
    /// What stands in the way.
    pub why: Why,
}

/// What stands between a name and what it should lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing goes by that name.
    Unknown {
        /// What was asked for.
        asked: String,
        /// Those that come nearest, at most three; may be empty.
        nearest: Vec<String>,
    },
    /// More than one does.
    Ambiguous {
        /// What was asked for.
        asked: String,
        /// All that fit.
        candidates: Vec<String>,
    },
    /// It is there, and its file is damaged.
    Damaged {
        /// Its name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
}

/// The lesson has no variation of that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoVariation {
    /// The lesson.
    pub lesson: String,
    /// What was asked for; nothing when the lesson has no variation at all.
    pub asked: Option<String>,
    /// Those of its variations that come nearest; may be empty.
    pub nearest: Vec<String>,
    /// All of its variations.
    pub known: Vec<String>,
}

impl Course {
    /// The lesson of that name. A number is a lesson's number; anything else is its whole name, else a part of it
    /// between hyphens, else any stretch of it; the first of these that fits a lesson decides.
    pub fn lesson(&self, name: &str) -> Result<&Lesson, NotFound> {
        find("lesson", name, &self.lessons, |lesson| &lesson.name, &self.damaged)
    }
}

/// The one of `sound` that goes by `asked`. The damaged ones, which have a name and a message, are found too, and refused
/// with their message.
pub(super) fn find<'a, T>(
    kind: &'static str,
    asked: &str,
    sound: &'a [T],
    name: impl Fn(&T) -> &str,
    damaged: &[(String, String)],
) -> Result<&'a T, NotFound> {
    let mut names: Vec<&str> = sound.iter().map(&name).collect();
    names.extend(damaged.iter().map(|(name, _)| name.as_str()));
    names.sort_unstable();
    let refuse = |why| NotFound { kind, why };
    let found = name_of(asked, &names).map_err(refuse)?;
    if let Some(item) = sound.iter().find(|item| name(item) == found) {
        return Ok(item);
    }
    let message = damaged.iter().find(|(name, _)| name == found).map(|(_, message)| message.clone());
    Err(refuse(Why::Damaged { name: found.to_owned(), message: message.unwrap_or_default() }))
}

/// The only one of these names that `asked` means, by the rules for lessons. `kind` is what they are names of.
pub fn name_among<'a>(kind: &'static str, asked: &str, names: &[&'a str]) -> Result<&'a str, NotFound> {
    name_of(asked, names).map_err(|why| NotFound { kind, why })
}

impl NotFound {
    /// The same where the names stand in a folder.
    pub fn within(mut self, folder: &str) -> NotFound {
        let (asked, others) = match &mut self.why {
            Why::Unknown { asked, nearest } => (asked, nearest),
            Why::Ambiguous { asked, candidates } => (asked, candidates),
            Why::Damaged { .. } => return self,
        };
        if !folder.is_empty() {
            others.iter_mut().chain([asked]).for_each(|name| *name = format!("{folder}/{name}"));
        }
        self
    }
}

/// The full name of the only one that goes by `asked`.
fn name_of<'a>(asked: &str, names: &[&'a str]) -> Result<&'a str, Why> {
    let wanted = asked.trim().to_lowercase();
    let number = wanted.chars().all(|c| c.is_ascii_digit()).then(|| number_of(&wanted)).flatten();
    let fits: [&dyn Fn(&str) -> bool; 5] = [
        &|name| name == wanted,
        &|name| number.is_some() && number_of(name) == number,
        &|name| without_number(name) == wanted,
        &|name| without_number(name).split('-').any(|part| part == wanted),
        // `8` is a lesson's number and never the middle of `8080`.
        &|name| number.is_none() && !wanted.is_empty() && name.contains(&wanted),
    ];
    for fits in fits {
        let candidates: Vec<&str> = names.iter().copied().filter(|name| fits(&name.to_lowercase())).collect();
        match candidates[..] {
            [] => {}
            [only] => return Ok(only),
            _ => {
                let candidates = candidates.into_iter().map(str::to_owned).collect();
                return Err(Why::Ambiguous { asked: asked.to_owned(), candidates });
            }
        }
    }
    Err(Why::Unknown { asked: asked.to_owned(), nearest: near(names, &wanted, number) })
}

fn near(names: &[&str], wanted: &str, number: Option<u64>) -> Vec<String> {
    // Numbers are near when their difference is small, not when their digits look alike.
    if let Some(number) = number {
        let numbered = names.iter().filter_map(|name| Some((number_of(name)?.abs_diff(number), *name)));
        return numbered.min().map(|(_, name)| name.to_owned()).into_iter().collect();
    }
    let keyed = names.iter().flat_map(|name| {
        let parts = without_number(name).split('-').map(move |part| (part, *name));
        [(*name, *name), (without_number(name), *name)].into_iter().chain(parts)
    });
    ranked(wanted, keyed).into_iter().take(SUGGESTED).map(str::to_owned).collect()
}

impl Lesson {
    /// The variation of that name; without a name the first.
    pub fn variation(&self, name: Option<&str>) -> Result<&Variation, NoVariation> {
        let found = match name {
            Some(name) => self.variations.iter().find(|variation| variation.name == name),
            None => self.variations.first(),
        };
        found.ok_or_else(|| {
            let known: Vec<String> = self.variations.iter().map(|variation| variation.name.clone()).collect();
            let near = name.and_then(|name| nearest(name, known.iter().map(String::as_str)));
            NoVariation {
                lesson: self.name.clone(),
                asked: name.map(str::to_owned),
                nearest: near.map(str::to_owned).into_iter().collect(),
                known,
            }
        })
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind;
        match &self.why {
            Why::Unknown { asked, nearest } if nearest.is_empty() => write!(f, "there is no {kind} `{asked}`"),
            Why::Unknown { asked, nearest } => {
                write!(f, "there is no {kind} `{asked}`; the nearest: {}", nearest.join(", "))
            }
            Why::Ambiguous { asked, candidates } => {
                write!(f, "`{asked}` fits more than one {kind}: {}", candidates.join(", "))
            }
            Why::Damaged { name, message } => write!(f, "{kind} {name} is damaged\n{message}"),
        }
    }
}

impl std::error::Error for NotFound {}

impl fmt::Display for NoVariation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(asked) = &self.asked else {
            return write!(f, "lesson {} has no variation", self.lesson);
        };
        write!(f, "lesson {} has no variation `{asked}`", self.lesson)?;
        if let Some(near) = self.nearest.first() {
            write!(f, "; did you mean `{near}`?")?;
        }
        write!(f, " (it has: {})", self.known.join(", "))
    }
}

impl std::error::Error for NoVariation {}

/// The number a name begins with: 5 of `05-sticky-packets`. None where it begins with none, or with one beyond counting.
fn number_of(name: &str) -> Option<u64> {
    let digits = name.len() - name.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    name[..digits].parse().ok()
}

/// `sticky-packets` of `05-sticky-packets`.
fn without_number(name: &str) -> &str {
    match name.split_once('-') {
        Some((number, rest)) if number.chars().all(|c| c.is_ascii_digit()) => rest,
        _ => name,
    }
}
