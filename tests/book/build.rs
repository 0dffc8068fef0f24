//! Builds a book with mdBook and knows its pages. The project's own book is built once for all tests of a process.
//!
//! Refuses to build a book without mdBook; the tests then say so and are skipped, or fail where tools are required.

use crate::common::{self, root};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// A built book.
pub struct Site {
    /// Where its Markdown is.
    pub src: PathBuf,
    /// Where its pages are.
    pub folder: PathBuf,
    /// What mdBook said.
    pub output: String,
}

impl Site {
    /// The pages in the order of SUMMARY.md: the address of each below the folder.
    pub fn pages(&self) -> Vec<String> {
        chapters(&self.src).into_iter().map(|(file, _)| file.replace(".md", ".html")).collect()
    }

    /// Every HTML file, also those that mdBook adds.
    pub fn html(&self) -> Vec<PathBuf> {
        files(&self.folder, "html")
    }
}

/// The files that SUMMARY.md names, in its order, with their titles.
pub fn chapters(src: &Path) -> Vec<(String, String)> {
    let summary = fs::read_to_string(src.join("SUMMARY.md")).expect("SUMMARY.md");
    let links = summary.lines().filter_map(|line| {
        let (title, rest) = line.split_once('[')?.1.split_once("](")?;
        Some((rest.split_once(')')?.0.to_string(), title.to_string()))
    });
    links.collect()
}

/// All files below a folder whose names end so, in a fixed order.
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// mdBook: what `$MDBOOK` names, what `.ci/run` installs, or what is in PATH.
pub fn mdbook() -> Option<PathBuf> {
    let named = std::env::var_os("MDBOOK").map(PathBuf::from);
    let installed = Some(root().join("target/tools/bin/mdbook")).filter(|path| path.is_file());
    named.or(installed).or_else(|| common::tool("mdbook"))
}

/// Builds the book of a folder into another.
pub fn build(book: &Path, folder: PathBuf) -> Option<Site> {
    let mut command = Command::new(mdbook()?);
    command.arg("build").arg(book).arg("--dest-dir").arg(&folder).env_remove("RUST_LOG").env_remove("MDBOOK_LOG");
    let output = command.output().expect("mdbook starts");
    let text = common::stdout(&output) + &common::stderr(&output);
    assert!(output.status.success(), "mdbook: {}\n{text}", output.status);
    Some(Site { src: book.join("src"), folder, output: text })
}

/// The project's book.
pub fn book() -> Option<&'static Site> {
    static BOOK: OnceLock<Option<Site>> = OnceLock::new();
    BOOK.get_or_init(|| build(&root().join("book"), own_folder("book"))).as_ref()
}

/// A folder of this process below cargo's for tests. Nothing is told when the last test is over, so those of processes that
/// are gone are removed here.
pub fn own_folder(name: &str) -> PathBuf {
    let all = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let entry_name = entry.file_name().to_string_lossy().into_owned();
        let process = entry_name.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    all.join(format!("{name}-{}", std::process::id()))
}
