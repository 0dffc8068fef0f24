//! A page put together: `{{#include path}}`, `{{#include path:anchor}}` and `{{#include path:2:10}}` are replaced by what they
//! name, as mdBook 0.5 replaces them, also in code and also within what was included.
//!
//! Where mdBook writes a log line and leaves a hole, this is an error that names the page and the line: a file or an anchor
//! that is not there, a file outside the project. Files come from a function, so nothing here touches the disk.

use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

/// mdBook's own limit: a page that includes itself ends here.
const DEEPEST: usize = 10;
/// A page that grows beyond this was not written to be read.
const LONGEST: usize = 8 << 20;

/// Why a page cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncludeError {
    /// The file that has the include, from the project's folder.
    pub file: PathBuf,
    /// Its line, from 1; 0 when the page itself cannot be read.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for IncludeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file.display(), self.message),
            line => write!(f, "{}:{line}: {}", self.file.display(), self.message),
        }
    }
}

impl std::error::Error for IncludeError {}

/// Reads a file by its path from the project's folder.
pub type Reader<'a> = dyn Fn(&Path) -> io::Result<String> + 'a;

/// The text of a page with everything that it includes.
pub fn assembled(page: &Path, read: &Reader) -> Result<String, IncludeError> {
    let refuse = |message| IncludeError { file: page.to_path_buf(), line: 0, message };
    let path = within(page).ok_or_else(|| refuse("it is outside the project".into()))?;
    let text = read(&path).map_err(|error| refuse(error.to_string()))?;
    let mut whole = String::new();
    insert(&text, &path, read, 0, &mut whole)?;
    Ok(whole)
}

/// What stands between `{{` and `}}`.
enum Found<'a> {
    /// `\{{#…}}`: it is shown, not followed.
    Escaped(&'a str),
    Include(&'a str),
    /// The title of the page in a browser.
    Title,
}

fn insert(text: &str, file: &Path, read: &Reader, depth: usize, whole: &mut String) -> Result<(), IncludeError> {
    let mut done = 0;
    while let Some((start, end, found)) = next(text, done) {
        whole.push_str(&text[done..start]);
        done = end;
        let refuse = |message| {
            let line = text[..start].matches('\n').count() + 1;
            IncludeError { file: file.to_path_buf(), line, message }
        };
        let target = match found {
            Found::Title => continue,
            Found::Escaped(shown) => {
                whole.push_str(shown);
                continue;
            }
            Found::Include(target) => target,
        };
        let (name, part) = target.split_once(':').map_or((target, None), |(name, part)| (name, Some(part)));
        let folder = file.parent().unwrap_or(Path::new(""));
        let path = within(&folder.join(name)).ok_or_else(|| refuse(format!("{name} is outside the project")))?;
        let included = read(&path).map_err(|error| refuse(format!("{}: {error}", path.display())))?;
        let included = Part::of(part)
            .take(&included)
            .ok_or_else(|| refuse(format!("{} has no anchor `{}`", path.display(), part.unwrap_or_default())))?;
        if depth == DEEPEST {
            return Err(refuse(format!("files that include one another more than {DEEPEST} deep")));
        }
        insert(&included, &path, read, depth + 1, whole)?;
        if whole.len() > LONGEST {
            return Err(refuse(format!("the page is longer than {LONGEST} bytes")));
        }
    }
    whole.push_str(&text[done..]);
    Ok(())
}

/// The next include from this place on: where it starts, where it ends, and what it is.
fn next(text: &str, from: usize) -> Option<(usize, usize, Found<'_>)> {
    let mut at = from;
    loop {
        let open = at + text[at..].find("{{")?;
        let inner = &text[open + 2..];
        // An escaped one reaches to the last `}}` of its line, as in mdBook.
        if text[from..open].ends_with('\\') && inner.starts_with('#') {
            let line = inner.split('\n').next().unwrap_or_default();
            if let Some(close) = line.rfind("}}") {
                let end = open + 2 + close + 2;
                return Some((open - 1, end, Found::Escaped(&text[open..end])));
            }
        }
        if let Some((length, found)) = command(inner) {
            return Some((open, open + 2 + length, found));
        }
        at = open + 1;
    }
}

/// A command behind `{{`, and how long it is with its `}}`. What is none of ours stays as it is.
fn command(inner: &str) -> Option<(usize, Found<'_>)> {
    let close = inner.find('}')?;
    if !inner[close..].starts_with("}}") {
        return None;
    }
    let words = inner[..close].trim_start().strip_prefix('#')?;
    let (kind, rest) = words.split_once(char::is_whitespace)?;
    let found = match kind {
        "include" => Found::Include(rest.split_whitespace().next()?),
        "title" => Found::Title,
        _ => return None,
    };
    Some((close + 2, found))
}

/// The path without `.` and `..`; None when it leads out of the project.
pub fn within(path: &Path) -> Option<PathBuf> {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => clean.push(name),
            Component::CurDir => {}
            Component::ParentDir if clean.pop() => {}
            _ => return None,
        }
    }
    Some(clean)
}

/// Which lines of a file.
enum Part<'a> {
    /// From the first of these (counted from 0) to before the second.
    Lines(usize, usize),
    Anchor(&'a str),
}

impl Part<'_> {
    fn of(part: Option<&str>) -> Part<'_> {
        let mut bounds = part.unwrap_or_default().splitn(3, ':');
        let first = bounds.next().unwrap_or_default();
        // Numbers of lines begin with 1.
        let start = match first.parse::<usize>() {
            Ok(number) => Some(number.saturating_sub(1)),
            Err(_) if first.is_empty() => None,
            Err(_) => return Part::Anchor(first),
        };
        match (start, bounds.next().map(str::parse)) {
            (start, Some(Ok(end))) => Part::Lines(start.unwrap_or(0), end),
            (Some(start), None) => Part::Lines(start, start.saturating_add(1)),
            (start, _) => Part::Lines(start.unwrap_or(0), usize::MAX),
        }
    }

    /// These lines, without the last one's end. None when there is no such anchor.
    fn take(&self, text: &str) -> Option<String> {
        let lines: Vec<&str> = match self {
            Part::Lines(start, end) => text.lines().skip(*start).take(end.saturating_sub(*start)).collect(),
            Part::Anchor(name) => {
                let mut lines = text.lines().skip_while(|line| anchor(line, "ANCHOR:") != Some(name));
                lines.next()?;
                let inside = lines.take_while(|line| anchor(line, "ANCHOR_END:") != Some(name));
                inside.filter(|l| anchor(l, "ANCHOR:").or(anchor(l, "ANCHOR_END:")).is_none()).collect()
            }
        };
        Some(lines.join("\n"))
    }
}

/// The name behind such a mark, if the line has one.
fn anchor<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let behind = line[line.find(mark)? + mark.len()..].trim_start();
    let end = behind.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(behind.len());
    (end > 0).then_some(&behind[..end])
}

#[cfg(test)]
mod tests;
