//! The book's files: read, and never anything outside the project, wherever a link leads.

use anyhow::Context;
use socket_lab::book::{Pages, assembled};
use socket_lab::view::text::{MarkdownLine, MarkdownOptions, markdown};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the book's pages are, from the project's folder.
const SOURCE: &str = "book/src";
/// No file of a book is longer.
const LONGEST: u64 = 8 << 20;

pub struct Book {
    root: PathBuf,
    pub pages: Pages,
}

impl Book {
    pub fn open(root: PathBuf) -> anyhow::Result<Book> {
        let summary = Path::new(SOURCE).join("SUMMARY.md");
        let text = read(&root, &summary).with_context(|| format!("reading {}", root.join(&summary).display()))?;
        Ok(Book { root, pages: Pages::read(&text) })
    }

    /// The Markdown of a page, with all that it includes.
    pub fn text(&self, page: usize) -> anyhow::Result<String> {
        let path = Path::new(SOURCE).join(&self.pages.pages[page].file);
        Ok(assembled(&path, &|path| read(&self.root, path))?)
    }

    /// The lines of a page. What folds is open, or has a note how to open it.
    pub fn lines(
        &self,
        page: usize,
        source: &str,
        width: usize,
        color: bool,
        (open, note): (bool, &str),
    ) -> Vec<MarkdownLine> {
        let aim = |target: &str| self.aim(page, target);
        markdown(source, &MarkdownOptions { width, color, open, note, aim: &aim })
    }

    /// What one does to follow a link: an address, a command, or a file to open.
    fn aim(&self, page: usize, target: &str) -> Option<String> {
        if target.contains("://") || target.starts_with("mailto:") {
            return Some(target.to_owned());
        }
        let from = &self.pages.pages[page];
        if let Some(linked) = self.pages.linked(from, target) {
            return (linked.name != from.name).then(|| format!("lab read {}", linked.name));
        }
        let file = target.split('#').next().filter(|file| !file.is_empty())?;
        let folder = Path::new(SOURCE).join(&from.file);
        socket_lab::book::within(&folder.parent()?.join(file)).map(|path| path.display().to_string())
    }
}

/// A file of the project, by its path from there.
fn read(root: &Path, path: &Path) -> io::Result<String> {
    let file = root.join(path).canonicalize()?;
    if !file.starts_with(root.canonicalize()?) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it leads out of the project"));
    }
    let kind = fs::metadata(&file)?;
    if !kind.is_file() || kind.len() > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file that can be a part of a page"));
    }
    fs::read_to_string(&file)
}
