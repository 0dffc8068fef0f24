//! Inline text → words that can be wrapped. Marks of emphasis vanish; code keeps its backticks where there is no colour.

use super::super::sanitise::{char_width, width};
use super::super::style::{Line, Style};
use super::super::wrap::Word;
use super::tree::{Look, Span};

/// Chinese has no spaces; a run of signs that is wider than this may be broken between any two of them.
const WIDEST_RUN: usize = 20;
/// Signs that must not begin a line.
const CLOSING: &str = "，。、；：？！）」』》】〉〕…—”’";

/// The words of each line that the writer ended.
pub(super) fn words(spans: &[Span], base: Style, color: bool) -> Vec<Vec<Word>> {
    let mut words = Words { lines: vec![Vec::new()], word: Vec::new(), run: String::new(), gap: 0, style: base };
    for span in spans {
        let (look, text) = match span {
            Span::Text(look, text) => (*look, text.as_str()),
            Span::Break => {
                words.end_word();
                words.gap = 0;
                words.lines.push(Vec::new());
                continue;
            }
        };
        words.turn_to(match look {
            Look::Plain => base,
            Look::Emphasis if base == Style::Plain => Style::Slanted,
            Look::Emphasis => base,
            Look::Strong | Look::Code => Style::Bold,
        });
        let ticks = look == Look::Code && !color;
        words.run.push_str(if ticks { "`" } else { "" });
        for c in text.chars() {
            match c {
                ' ' | '\n' | '\t' | '\r' if look == Look::Code => words.space(1),
                ' ' | '\n' | '\t' | '\r' => words.space(0),
                c => words.run.push(c),
            }
        }
        words.run.push_str(if ticks { "`" } else { "" });
    }
    words.end_word();
    words.lines
}

struct Words {
    lines: Vec<Vec<Word>>,
    /// The word so far, in its styles.
    word: Vec<(Style, String)>,
    run: String,
    /// Spaces before the word.
    gap: usize,
    style: Style,
}

impl Words {
    fn turn_to(&mut self, style: Style) {
        self.end_run();
        self.style = style;
    }

    fn end_run(&mut self) {
        if !self.run.is_empty() {
            self.word.push((self.style, std::mem::take(&mut self.run)));
        }
    }

    /// Spaces of code count, all others are one.
    fn space(&mut self, count: usize) {
        self.end_word();
        self.gap = (self.gap + count).max(1);
    }

    fn end_word(&mut self) {
        self.end_run();
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let mut gap = std::mem::take(&mut self.gap);
        let is_long = word.iter().map(|(_, text)| width(text)).sum::<usize>() > WIDEST_RUN;
        let mut line = Line::new();
        for (style, text) in word {
            let mut piece = String::new();
            for c in text.chars() {
                if is_long && char_width(c) == 2 && !CLOSING.contains(c) {
                    line.push(style, &std::mem::take(&mut piece));
                    self.push(&mut gap, &mut line);
                }
                piece.push(c);
            }
            line.push(style, &piece);
        }
        self.push(&mut gap, &mut line);
    }

    fn push(&mut self, gap: &mut usize, line: &mut Line) {
        if !line.is_empty() {
            let word = Word { gap: std::mem::take(gap), line: std::mem::take(line) };
            self.lines.last_mut().into_iter().for_each(|words| words.push(word.clone()));
        }
    }
}
