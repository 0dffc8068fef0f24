//! Markdown → blocks, by pulldown-cmark, which mdBook uses too. HTML is reduced to what folds; links say where they lead.

use super::fold::Level;
use super::html;
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// Blocks deeper than this are drawn as if they were not nested: no page needs them, and the stack is not endless.
pub(super) const DEEPEST: usize = 40;

/// A block and where in the source it begins.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) at: usize,
    /// True when the writer left a line empty before it.
    pub(super) apart: bool,
    pub(super) block: Block,
}

#[derive(Debug)]
pub(super) enum Block {
    /// With its level, from 1.
    Heading(u8, Vec<Span>),
    Paragraph(Vec<Span>),
    Code(String),
    Quote(Vec<Placed>),
    /// The number of its first item when it has numbers. An item is `apart` or not, as a block is.
    List(Option<u64>, Vec<Item>),
    /// The head is the first row.
    Table(Vec<Alignment>, Vec<Vec<Vec<Span>>>),
    Fold(String, Vec<Placed>),
    Rule,
}

#[derive(Debug)]
pub(super) struct Item {
    pub(super) apart: bool,
    pub(super) blocks: Vec<Placed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    Text(Look, String),
    Break,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Emphasis,
    Strong,
    Code,
}

/// The blocks of a text. `aim` says what stands in brackets behind a link to this address.
pub(super) fn tree(text: &str, aim: &dyn Fn(&str) -> Option<String>) -> Vec<Placed> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_GFM;
    let events = Parser::new_ext(text, options).into_offset_iter().collect();
    Builder { source: text, events, next: 0, depth: 0, aim }.blocks()
}

struct Builder<'a> {
    source: &'a str,
    events: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
    depth: usize,
    aim: &'a dyn Fn(&str) -> Option<String>,
}

impl<'a> Builder<'a> {
    fn take(&mut self) -> Option<(Event<'a>, Range<usize>)> {
        let event = self.events.get(self.next)?.clone();
        self.next += 1;
        Some(event)
    }

    /// Blocks up to the end of what they stand in, which is taken too.
    fn blocks(&mut self) -> Vec<Placed> {
        let (mut level, mut flat) = (Level::default(), 0);
        self.depth += 1;
        while let Some((event, range)) = self.take() {
            let (at, apart) = (range.start, self.is_apart(range.start));
            let nests = matches!(event, Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item));
            if nests && self.depth > DEEPEST {
                flat += 1;
                continue;
            }
            let block = match event {
                Event::Start(Tag::Paragraph) => Block::Paragraph(self.spans()),
                Event::Start(Tag::Heading { level, .. }) => Block::Heading(level as u8, self.spans()),
                Event::Start(Tag::CodeBlock(_)) => Block::Code(self.code()),
                Event::Start(Tag::BlockQuote(kind)) => {
                    let mut blocks = self.blocks();
                    if let Some(kind) = kind {
                        let words = Block::Paragraph(vec![Span::Text(Look::Strong, format!("{kind:?}"))]);
                        blocks.insert(0, Placed { at, apart, block: words });
                    }
                    Block::Quote(blocks)
                }
                Event::Start(Tag::List(first)) => Block::List(first, self.items()),
                Event::Start(Tag::Table(alignments)) => Block::Table(alignments, self.rows()),
                Event::Start(Tag::HtmlBlock) => {
                    let html = self.html();
                    level.html(&html, at, apart);
                    continue;
                }
                Event::Rule => Block::Rule,
                Event::End(_) if flat > 0 => {
                    flat -= 1;
                    continue;
                }
                Event::End(_) => break,
                // The text of an item whose list has no empty lines stands in no paragraph.
                _ => {
                    self.next -= 1;
                    let here = self.next;
                    let spans = self.spans();
                    // What is no text either is passed over.
                    self.next = self.next.max(here + 1);
                    Block::Paragraph(spans)
                }
            };
            level.push(at, apart, block);
        }
        self.depth -= 1;
        level.end()
    }

    fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        while let Some((Event::Start(Tag::Item), range)) = self.take() {
            items.push(Item { apart: self.is_apart(range.start), blocks: self.blocks() });
        }
        items
    }

    fn rows(&mut self) -> Vec<Vec<Vec<Span>>> {
        let mut rows: Vec<Vec<Vec<Span>>> = Vec::new();
        while let Some((event, _)) = self.take() {
            match event {
                Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
                Event::Start(Tag::TableCell) => {
                    let cell = self.spans();
                    rows.extend(rows.is_empty().then(Vec::new));
                    rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
                }
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        rows
    }

    fn code(&mut self) -> String {
        let mut text = String::new();
        while let Some((Event::Text(part), _)) = self.take() {
            text.push_str(&part);
        }
        text
    }

    fn html(&mut self) -> String {
        let mut html = String::new();
        while let Some((Event::Html(part) | Event::Text(part), _)) = self.take() {
            html.push_str(&part);
        }
        html
    }

    /// Inline text up to the end of its block, which is taken too, or up to the next block, which is not.
    fn spans(&mut self) -> Vec<Span> {
        let (mut spans, mut looks, mut links) = (Vec::new(), Vec::new(), Vec::new());
        while let Some((event, _)) = self.take() {
            let look = looks.last().copied().unwrap_or(Look::Plain);
            let mut say = |text: &str| spans.push(Span::Text(look, text.to_owned()));
            match event {
                Event::Text(text) => say(&text),
                Event::Code(text) => spans.push(Span::Text(Look::Code, text.into_string())),
                Event::SoftBreak => say(" "),
                Event::TaskListMarker(done) => say(if done { "[x] " } else { "[ ] " }),
                Event::HardBreak => spans.push(Span::Break),
                Event::InlineHtml(html) if html::is_break(&html) => spans.push(Span::Break),
                Event::Start(Tag::Emphasis) => looks.push(if look == Look::Strong { look } else { Look::Emphasis }),
                Event::Start(Tag::Strong) => looks.push(Look::Strong),
                Event::Start(Tag::Strikethrough) => looks.push(look),
                Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => drop(looks.pop()),
                Event::Start(Tag::Link { dest_url, .. }) => links.push((dest_url, spans.len())),
                Event::End(TagEnd::Link) => {
                    if let Some((target, from)) = links.pop()
                        && let Some(aim) = (self.aim)(&target)
                        && aim != shown(&spans[from..])
                    {
                        spans.push(Span::Text(Look::Plain, format!(" ({aim})")));
                    }
                }
                Event::Start(Tag::Image { .. }) => say("(picture: "),
                Event::End(TagEnd::Image) => say(")"),
                Event::End(TagEnd::Item) | Event::Start(_) | Event::Rule => {
                    self.next -= 1;
                    break;
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        spans
    }

    /// True when the line before the one where a block begins is empty but for the marks of quotes.
    fn is_apart(&self, at: usize) -> bool {
        let before = self.source.get(..at).unwrap_or_default();
        let Some((before, _)) = before.rsplit_once('\n') else { return false };
        before.rsplit('\n').next().is_some_and(|line| line.trim_matches([' ', '\t', '>', '\r']).is_empty())
    }
}

fn shown(spans: &[Span]) -> String {
    spans.iter().map(|span| if let Span::Text(_, text) = span { text.as_str() } else { " " }).collect()
}
