//! Markdown that people wrote for people (a chapter, a hint, a reason) as lines for a terminal.
//!
//! Marks vanish and what they mean stays: headings, lists, tables, quotes, code, links with where they lead, blocks that
//! fold. Nothing is told by colour alone, every word passes `sanitise`, no line is wider than the page, and nothing is
//! lost: what is too wide is broken.

mod fold;
mod html;
mod inline;
mod layout;
mod table;
#[cfg(test)]
mod tests;
mod tree;

/// Longer lines of prose are hard to read, however wide the terminal is. Code and tables take what there is.
const WIDEST: usize = 100;
/// Pages are laid out for at least, and at most, so many columns.
const WIDTHS: (usize, usize) = (20, 250);

/// How the page is to look.
pub struct MarkdownOptions<'a> {
    /// Columns available.
    pub width: usize,
    /// True to paint with ANSI colours.
    pub color: bool,
    /// True to unfold what folds.
    pub open: bool,
    /// How to unfold it, told where it is folded.
    pub note: &'a str,
    /// What to say in brackets behind a link to this address, if anything.
    pub aim: &'a dyn Fn(&str) -> Option<String>,
}

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownLine {
    /// As it is shown, without its end.
    pub text: String,
    /// Where in the source its block begins: the same at any width, folded or not.
    pub at: usize,
}

/// The text as lines of at most so many columns.
pub fn markdown(text: &str, options: &MarkdownOptions) -> Vec<MarkdownLine> {
    let width = options.width.clamp(WIDTHS.0, WIDTHS.1);
    let laid = layout::blocks(&tree::tree(text, options.aim), width, options);
    let painted = |(line, at): layout::Laid| {
        let mut text = String::new();
        line.paint(options.color, &mut text);
        text.truncate(text.trim_end_matches('\n').len());
        MarkdownLine { text, at }
    };
    laid.into_iter().map(painted).collect()
}

/// A short text (a hint, a reason) as a page of at most so many columns, everything unfolded.
pub fn prose(text: &str, width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1).min(WIDEST);
    let aim = |target: &str| target.contains("://").then(|| target.to_owned());
    let options = MarkdownOptions { width, color, open: true, note: "", aim: &aim };
    markdown(text, &options).into_iter().map(|line| line.text + "\n").collect()
}
