//! Blocks between `<details>` and `</details>`, which Markdown itself does not see as belonging together.

use super::html::{self, Piece};
use super::tree::{Block, DEEPEST, Look, Placed, Span};

/// Blocks at one level: those outside of any fold, and the folds that are open.
#[derive(Default)]
pub(super) struct Level {
    blocks: Vec<Placed>,
    folds: Vec<(Placed, String, Vec<Placed>)>,
    /// Folds beyond the deepest.
    ignored: usize,
    /// What vanished (a comment) stood apart, so what follows it does.
    apart: bool,
}

impl Level {
    pub(super) fn push(&mut self, at: usize, apart: bool, block: Block) {
        let apart = std::mem::take(&mut self.apart) || apart;
        self.folds.last_mut().map_or(&mut self.blocks, |fold| &mut fold.2).push(Placed { at, apart, block });
    }

    fn close(&mut self) {
        if let Some((placed, summary, blocks)) = self.folds.pop() {
            self.push(placed.at, placed.apart, Block::Fold(summary, blocks));
        }
    }

    /// A block of HTML: folds open and close.
    pub(super) fn html(&mut self, html: &str, at: usize, apart: bool) {
        self.apart |= apart;
        for piece in html::pieces(html) {
            match piece {
                Piece::Open if self.folds.len() == DEEPEST => self.ignored += 1,
                Piece::Open => {
                    let placed = Placed { at, apart: true, block: Block::Rule };
                    self.folds.push((placed, String::new(), Vec::new()));
                }
                Piece::Summary(words) => match self.folds.last_mut() {
                    Some(fold) if self.ignored == 0 => fold.1 = words,
                    _ => self.push(at, apart, Block::Paragraph(vec![Span::Text(Look::Strong, words)])),
                },
                Piece::Close if self.ignored > 0 => self.ignored -= 1,
                Piece::Close => self.close(),
                Piece::Text(words) => self.push(at, apart, Block::Paragraph(vec![Span::Text(Look::Plain, words)])),
            }
        }
    }

    /// All blocks, when nothing more comes. Who forgets to close a fold has folded the rest.
    pub(super) fn end(mut self) -> Vec<Placed> {
        while !self.folds.is_empty() {
            self.close();
        }
        self.blocks
    }
}
