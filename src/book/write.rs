//! Pieces of Markdown: fences, anchors, and texts of people that must not become markup.

use std::fmt::Write;

/// First line of every generated file.
pub(super) const GENERATED: &str =
    "<!-- Generated from lessons, recordings and claims: see add-a-lesson.md. Do not edit. -->\n";

/// A page that grows.
#[derive(Debug, Default)]
pub(super) struct Markdown(pub(super) String);

impl Markdown {
    /// A page that says where it comes from.
    pub(super) fn generated() -> Markdown {
        Markdown(GENERATED.to_owned())
    }

    /// A paragraph (or whatever stands between two empty lines).
    pub(super) fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.0, "\n{}", text.trim());
    }

    /// Text of programs and views, as it is.
    pub(super) fn text(&mut self, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let _ = write!(self.0, "\n{fence}text\n{text}{end}{fence}\n");
    }

    /// A command for a terminal.
    pub(super) fn command(&mut self, command: &str) {
        let _ = write!(self.0, "\n```sh\n{command}\n```\n");
    }

    /// A region that a chapter includes by its name.
    pub(super) fn anchored(&mut self, name: &str, content: impl FnOnce(&mut Markdown)) {
        let _ = write!(self.0, "\n<!-- ANCHOR: {name} -->\n");
        content(self);
        let _ = write!(self.0, "\n<!-- ANCHOR_END: {name} -->\n");
    }

    /// A block that the reader unfolds.
    pub(super) fn folded(&mut self, summary: &str, content: impl FnOnce(&mut Markdown)) {
        let _ = write!(self.0, "\n<details>\n<summary>{summary}</summary>\n");
        content(self);
        let _ = write!(self.0, "\n</details>\n");
    }
}

/// Words of a lesson.toml: what stands between backticks is code, and nothing else is markup.
pub(super) fn words(text: &str) -> String {
    let mut escaped = String::new();
    let mut code = false;
    for letter in text.trim().chars() {
        code ^= letter == '`';
        if !code && matches!(letter, '*' | '<' | '\\' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(if letter == '\n' { ' ' } else { letter });
    }
    escaped
}

/// Something of the notation, or a command, as code.
pub(super) fn code(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let tick = "`".repeat(longest + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{tick}{gap}{text}{gap}{tick}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_do_not_become_markup_but_code_stays_code() {
        assert_eq!(words("a*b <c> `x < *y` [1]\nz"), "a\\*b \\<c> `x < *y` \\[1\\] z");
        assert_eq!(code("a ` b"), "`` a ` b ``".replace(" a", "a").replace("b ", "b"));
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn a_transcript_with_a_fence_in_it_does_not_end_early() {
        let mut page = Markdown::default();
        page.text("x\n```\ny");
        assert_eq!(page.0, "\n````text\nx\n```\ny\n````\n");
    }
}
