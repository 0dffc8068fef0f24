//! Every link of a built book, looked at without a browser: where it leads is there, and nothing comes from a network.

use crate::build::{Site, files};
use crate::html::{self, Tag};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where links in prose may lead: specifications, manual pages and the tools' own pages.
const HOSTS: [&str; 6] = ["rustup.rs", "rfc-editor.org", "man7.org", "kernel.org", "jsonlines.org", "wireshark.org"];
/// The attributes by which a page names another file.
const ATTRIBUTES: [&str; 7] = ["href", "src", "srcset", "poster", "data", "action", "formaction"];

/// What is wrong with the pages of a book: links, ids, leftovers of the notation for includes.
pub fn faults(site: &Site) -> Vec<String> {
    let pages: BTreeMap<PathBuf, String> =
        site.html().into_iter().map(|file| (file.clone(), fs::read_to_string(&file).expect("a page"))).collect();
    let tags: BTreeMap<&Path, Vec<Tag>> = pages.iter().map(|(file, text)| (file.as_path(), html::tags(text))).collect();
    let ids: BTreeMap<&Path, BTreeSet<&str>> = tags.iter().map(|(file, tags)| (*file, ids(tags).collect())).collect();
    let mut found = Vec::new();
    for (file, text) in &pages {
        let page = file.strip_prefix(&site.folder).expect("a page of the book").display();
        let mut told = |fault: String| found.push(format!("{page}: {fault}"));
        let mut met = BTreeSet::new();
        for id in self::ids(&tags[file.as_path()]).filter(|id| !met.insert(*id)) {
            told(format!("the id {id} stands in it twice"));
        }
        let text = html::text_outside_inline_code(text);
        for left in ["{{#", "ANCHOR"].into_iter().filter(|left| text.contains(left)) {
            told(format!("{left} is left"));
        }
        for tag in &tags[file.as_path()] {
            for (name, target) in tag.attributes.iter().filter(|(name, _)| ATTRIBUTES.contains(&name.as_str())) {
                if let Some(fault) = fault(file, tag, target, &ids) {
                    told(format!("<{} {name}=\"{target}\">: {fault}", tag.name));
                }
            }
            if let Some(style) = tag.attribute("style").filter(|style| loads_from_a_network(style)) {
                told(format!("its style loads from a network: {style}"));
            }
        }
    }
    for file in files(&site.folder, "css") {
        let text = fs::read_to_string(&file).expect("a style sheet");
        if loads_from_a_network(&text) {
            found.push(format!("{} loads from a network", file.display()));
        }
    }
    found
}

fn ids(tags: &[Tag]) -> impl Iterator<Item = &str> {
    tags.iter().filter_map(|tag| tag.attribute("id"))
}

fn loads_from_a_network(style: &str) -> bool {
    let style: String = style.chars().filter(|letter| !matches!(letter, ' ' | '"' | '\'')).collect();
    ["url(http", "url(//", "@importhttp", "@import//"].iter().any(|way| style.contains(way))
}

/// What is wrong with one link.
fn fault(page: &Path, tag: &Tag, target: &str, ids: &BTreeMap<&Path, BTreeSet<&str>>) -> Option<String> {
    let scheme =
        target.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains(['/', '#', '?', '.']));
    if scheme.is_some() || target.starts_with("//") {
        let address = target.strip_prefix("https://").filter(|_| tag.name == "a");
        return match (scheme, address) {
            (Some("data"), _) => None,
            (_, None) => Some("the book loads it from a network, or opens it there without https".into()),
            (_, Some(address)) => {
                let host = address.split(['/', '?', '#']).next().unwrap_or_default();
                let known = |known: &str| host == known || host.ends_with(&format!(".{known}"));
                (!HOSTS.into_iter().any(known)).then(|| format!("{host} is not a host that the book links to"))
            }
        };
    }
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = plain(path.split('?').next().unwrap_or_default());
    let file = if path.is_empty() { page.to_path_buf() } else { below(page.parent()?, &path) };
    if !file.is_file() {
        return Some("there is no such file".into());
    }
    let fragment = plain(fragment);
    let there = fragment.is_empty() || ids.get(file.as_path()).is_some_and(|ids| ids.contains(fragment.as_str()));
    (!there).then(|| format!("there is no id {fragment}"))
}

/// A path without `..`.
fn below(folder: &Path, path: &str) -> PathBuf {
    let mut file = folder.to_path_buf();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                file.pop();
            }
            Component::Normal(name) => file.push(name),
            // An address from the root of a server is none on a disk.
            _ => return PathBuf::from(path),
        }
    }
    file
}

/// Without percent signs.
fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| bytes[at] == b'%') {
            Some(byte) => (found.push(byte), at += 3),
            None => (found.push(bytes[at]), at += 1),
        };
    }
    String::from_utf8_lossy(&found).into_owned()
}
