//! What the pager knows, and what follows from each key: a function, without a terminal and without files.

use super::place::{Place, Row};
use super::search::{Pattern, plain};
use crate::commands::terminal::rows::rows;
use socket_lab::view::Press;
use socket_lab::view::text::MarkdownLine;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Lay the page out again.
    LayOut,
    /// The screen may have another size.
    Measure,
    /// Turn to the next page (true) or to the one before.
    Turn(bool),
    /// End with this status.
    Quit(u8),
}

#[derive(Debug)]
pub struct Pager {
    title: String,
    rows: Vec<Row>,
    top: usize,
    /// Where one was before the page was laid out anew, and the first row since then: unless that has changed, the place is
    /// not worked out again, so that a window that is resized for a while does not wander.
    kept: Option<(usize, Place)>,
    size: (usize, usize),
    open: bool,
    help: bool,
    prompt: Option<String>,
    pattern: Option<Pattern>,
    /// The row of the last thing found.
    hit: Option<usize>,
    note: Option<String>,
}

impl Pager {
    pub fn new(title: String, open: bool) -> Pager {
        Pager {
            title,
            rows: Vec::new(),
            top: 0,
            kept: None,
            size: (80, 24),
            open,
            help: false,
            prompt: None,
            pattern: None,
            hit: None,
            note: None,
        }
    }

    /// What follows from a key.
    pub fn update(&mut self, press: Press) -> Option<Effect> {
        self.note = None;
        if self.prompt.is_some() {
            self.type_in(press);
            return None;
        }
        if std::mem::take(&mut self.help) {
            return None;
        }
        let (page, half) = (self.room().saturating_sub(1).max(1), (self.room() / 2).max(1));
        let top = match press {
            Press::Letter(' ' | 'f') | Press::PageDown | Press::Control('f') => self.top + page,
            Press::Letter('b') | Press::PageUp | Press::Control('b') => self.top.saturating_sub(page),
            Press::Letter('d') | Press::Control('d') => self.top + half,
            Press::Letter('u') | Press::Control('u') => self.top.saturating_sub(half),
            Press::Letter('j') | Press::Down | Press::Enter => self.top + 1,
            Press::Letter('k') | Press::Up => self.top.saturating_sub(1),
            Press::Letter('g' | '<') | Press::Home => 0,
            Press::Letter('G' | '>') | Press::End => usize::MAX,
            _ => return self.command(press),
        };
        self.top = top.min(self.lowest());
        None
    }

    fn command(&mut self, press: Press) -> Option<Effect> {
        match press {
            Press::Letter('q' | 'Q') => return Some(Effect::Quit(0)),
            Press::Letter('r') | Press::Control('l') => return Some(Effect::Measure),
            Press::Letter(']') => return Some(Effect::Turn(true)),
            Press::Letter('[') => return Some(Effect::Turn(false)),
            Press::Letter('a') => {
                if !self.has_folds() {
                    self.say("nothing folds on this page");
                }
                self.open = !self.open;
                return Some(Effect::LayOut);
            }
            Press::Letter('h' | 'H' | '?') => self.help = true,
            Press::Letter('/') => self.prompt = Some(String::new()),
            Press::Letter('n') => self.search(true),
            Press::Letter('N') => self.search(false),
            _ => {}
        }
        None
    }

    /// A key while something to look for is typed.
    fn type_in(&mut self, press: Press) {
        let Some(typed) = &mut self.prompt else { return };
        match press {
            Press::Letter(letter) => typed.push(letter),
            Press::Control('u') => typed.clear(),
            Press::Backspace if typed.pop().is_some() => {}
            Press::Escape | Press::Backspace => self.prompt = None,
            Press::Enter => {
                let typed = self.prompt.take().unwrap_or_default();
                if !typed.is_empty() {
                    self.pattern = Some(Pattern::new(&typed));
                    self.hit = None;
                }
                self.search(true);
            }
            _ => {}
        }
    }

    /// Goes to the next row that has the pattern, or to the one before; behind the last comes the first.
    fn search(&mut self, forward: bool) {
        let Some(pattern) = self.pattern.clone() else { return self.say("nothing to look for yet: / asks what") };
        let found: Vec<usize> = (0..self.rows.len()).filter(|row| pattern.is_in(&self.rows[*row].text)).collect();
        // From what was found last, unless one has gone elsewhere since.
        let here = self.hit.filter(|hit| (self.top..self.top + self.room()).contains(hit));
        let from = |row: &usize| here.map_or(*row >= self.top, |hit| *row > hit);
        let before = |row: &usize| *row < here.unwrap_or(self.top);
        let next = if forward { found.iter().find(|row| from(row)) } else { found.iter().rfind(|row| before(row)) };
        let around = if forward { found.first() } else { found.last() };
        let Some(hit) = next.or(around).copied() else {
            let folded =
                if self.has_folds() && !self.open { "; what is folded was not searched: a unfolds" } else { "" };
            return self.say(&format!("there is no \"{}\" on this page{folded}", pattern.text()));
        };
        let number = found.iter().position(|row| *row == hit).map_or(0, |position| position + 1);
        let around = match (next, forward) {
            (Some(_), _) => "",
            (None, true) => ", from the top again",
            (None, false) => ", from the end again",
        };
        self.say(&format!("\"{}\": line {number} of {}{around}", pattern.text(), found.len()));
        self.hit = Some(hit);
        self.top = hit.min(self.lowest());
    }

    /// The page's lines, laid out anew: one stays where one was.
    pub fn fill(&mut self, lines: Vec<MarkdownLine>, color: bool) {
        let place = self
            .kept
            .filter(|(top, _)| *top == self.top)
            .map(|(_, place)| place)
            .or_else(|| Place::of(&self.rows, self.top));
        let columns = self.size.0;
        let split = |line: MarkdownLine| {
            // A terminal that is narrower than any page breaks lines once more.
            rows(&line.text, columns, color).into_iter().map(move |text| Row { text, at: line.at })
        };
        self.rows = lines.into_iter().flat_map(split).collect();
        self.hit = None;
        let first = place.map_or(0, |place| place.find(&self.rows));
        self.top = first.min(self.lowest());
        self.kept = place.map(|place| (self.top, place));
    }

    /// Another page, from its top.
    pub fn turn(&mut self, title: String) {
        self.title = title;
        self.rows.clear();
        (self.top, self.kept, self.hit) = (0, None, None);
    }

    pub fn say(&mut self, note: &str) {
        self.note = Some(note.to_owned());
    }

    pub fn measure(&mut self, size: (usize, usize)) {
        self.size = size;
    }

    /// Rows for text: the last one says where one is.
    pub fn room(&self) -> usize {
        self.size.1.saturating_sub(1).max(1)
    }

    fn lowest(&self) -> usize {
        self.rows.len().saturating_sub(self.room())
    }

    fn has_folds(&self) -> bool {
        self.rows.iter().any(|row| plain(&row.text).trim_start().starts_with(['▸', '▾']))
    }

    /// The rows that are shown now, with what was looked for marked.
    pub fn shown(&self) -> Vec<String> {
        let rows = &self.rows[self.top..self.rows.len().min(self.top + self.room())];
        let marked = |row: &Row| self.pattern.as_ref().map_or_else(|| row.text.clone(), |it| it.marked(&row.text));
        rows.iter().map(marked).collect()
    }

    /// How much of the page one has seen when one has read this screen.
    pub fn percent(&self) -> usize {
        let seen = (self.top + self.room()).min(self.rows.len());
        (seen * 100).checked_div(self.rows.len()).unwrap_or(100)
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn columns(&self) -> usize {
        self.size.0
    }

    pub fn lines(&self) -> usize {
        self.size.1
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn is_helping(&self) -> bool {
        self.help
    }

    pub fn prompt(&self) -> Option<&str> {
        self.prompt.as_deref()
    }

    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

#[cfg(test)]
mod tests;
