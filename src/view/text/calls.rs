//! A call in words: `send[1] "hello" = 5  ①`.

use super::badges;
use super::context::Context;
use super::rows::Part;
use super::sanitise::quote;
use super::style::{Line, Style};
use super::wrap::{self, Word};
use super::{notes, numbers};
use crate::timeline::Call;

/// Columns of a quoted payload: at best, and at least.
const PREVIEW: usize = 34;
const LEAST: usize = 8;

/// The words of one part of a call.
struct Words<'a> {
    context: &'a Context<'a>,
    index: usize,
    call: &'a Call,
    /// False: notes are short, and received bytes are not quoted.
    full: bool,
    /// Columns for the quoted payload.
    preview: usize,
    /// Columns of the longest phrase that is kept together.
    phrase: usize,
}

/// The part of the call within so many columns, on as few lines as possible; `lead` names the role where that is needed.
pub(super) fn lines(context: &Context, index: usize, part: Part, lead: &Line, columns: usize) -> Vec<Line> {
    let Some(call) = context.timeline.calls.get(index) else { return Vec::new() };
    let led = |words: Vec<Word>| wrap::led(lead, words);
    let width = columns.saturating_sub(if lead.is_empty() { 0 } else { lead.width() + 1 });
    for full in [true, false] {
        let at = |preview: usize| Words { context, index, call, full, preview, phrase: 0 }.part(part);
        let best = at(PREVIEW);
        let wide = wrap::total(&best);
        if wide <= width {
            return vec![wrap::one_line(&led(best))];
        }
        // What is too much is taken from the quoted payload first, as long as it still says something.
        let quoted = at(LEAST);
        let spare = wide.saturating_sub(wrap::total(&quoted));
        if spare > 0 && wide - spare <= width {
            let exact = (LEAST..PREVIEW).rev().map(at).find(|words| wrap::total(words) <= width);
            return vec![wrap::one_line(&led(exact.unwrap_or(quoted)))];
        }
    }
    let phrase = columns.saturating_sub(2);
    let at = |preview: usize| Words { context, index, call, full: false, preview, phrase };
    // A payload that is cut anyway is cut so that it stays beside the name.
    let beside = width.saturating_sub(at(0).name().line.width() + 1).max(LEAST);
    let words = if at(phrase).cuts_payload() { at(beside).part(part) } else { at(PREVIEW.min(phrase)).part(part) };
    wrap::wrap(&led(words), columns, 2)
}

/// Columns the part takes with everything, and with only what it needs.
pub(super) fn natural(context: &Context, index: usize, part: Part) -> (usize, usize) {
    let Some(call) = context.timeline.calls.get(index) else {
        return (0, 0);
    };
    let at = |full, preview| wrap::total(&Words { context, index, call, full, preview, phrase: 0 }.part(part));
    (at(true, PREVIEW), at(false, LEAST + 4))
}

impl Words<'_> {
    fn part(&self, part: Part) -> Vec<Word> {
        match part {
            Part::Whole => {
                let mut words = self.asked();
                words.extend(self.answered());
                words
            }
            Part::Open => self.asked(),
            Part::Close => {
                let mut words = vec![self.name()];
                words.extend(self.answered());
                words
            }
            Part::Never => vec![self.name(), Word::new(Style::Bad, "never"), Word::new(Style::Bad, "returned")],
        }
    }

    fn name(&self) -> Word {
        let mut name = self.context.call_name(self.call);
        if let Some(fold) = self.context.folds.shown.get(&self.index) {
            name = format!("{}[{}..{}]", self.call.enter.name, self.call.enter.nth, fold.last_nth);
        }
        Word::new(Style::Plain, &name)
    }

    fn preview(&self, bytes: &[u8], cut: bool) -> Word {
        let style = match (self.call.badge, self.call.sources.as_slice()) {
            (Some(badge), _) => Style::Source(badge),
            (None, [span]) => {
                let badge = self.context.timeline.calls.get(span.call).and_then(|call| call.badge);
                badge.map_or(Style::Plain, Style::Source)
            }
            _ => Style::Plain,
        };
        Word::new(style, &quote(bytes, cut, self.preview))
    }

    /// True when the payload cannot be shown whole.
    fn cuts_payload(&self) -> bool {
        let data = self.call.enter.data.as_ref();
        data.is_some_and(|data| self.preview(&data.0, self.call.enter.args.cut).line.ends_with('…'))
    }

    /// What the program asked for.
    fn asked(&self) -> Vec<Word> {
        let (enter, args) = (&self.call.enter, &self.call.enter.args);
        let plain = |text: &str| Word::new(Style::Plain, text);
        let mut words = vec![self.name()];
        if let Some(fd) = enter.fd {
            match enter.name.as_str() {
                "close" | "dup" => words.push(plain(&fd.to_string())),
                _ if self.context.names_fd(self.call) => words.push(Word::new(Style::Dim, &format!("on {fd}"))),
                _ => {}
            }
        }
        words.extend(args.kind.as_deref().map(plain));
        let option = [args.option.as_deref(), args.value.as_deref()].into_iter().flatten().collect::<Vec<&str>>();
        words.extend((!option.is_empty()).then(|| plain(&option.join(" "))));
        words.extend(args.how.as_deref().map(plain));
        words.extend(args.backlog.map(|backlog| plain(&format!("backlog {backlog}"))));
        match (&enter.data, args.len) {
            (Some(data), len) => {
                let cut = args.cut || len.is_some_and(|len| len > data.0.len() as u64);
                words.push(self.preview(&data.0, cut));
                // A cut preview says how much it stands for.
                if cut || data.0.len() + 2 > self.preview {
                    words.push(Word::new(Style::Dim, &format!("{} B", len.unwrap_or(data.0.len() as u64))));
                }
            }
            (None, Some(len)) => words.push(plain(&len.to_string())),
            (None, None) => {}
        }
        if let Some(address) = &args.addr {
            let before = if enter.data.is_some() { "to " } else { "" };
            words.push(self.address(before, address));
        }
        words.extend(args.flags.as_deref().filter(|flags| !flags.is_empty()).map(plain));
        words
    }

    /// What the kernel answered.
    fn answered(&self) -> Vec<Word> {
        let Some(exit) = &self.call.exit else { return Vec::new() };
        let name = self.call.enter.name.as_str();
        let mut words = Vec::new();
        if let Some(errno) = &exit.errno {
            words.push(Word::new(Style::Bad, &format!("= {errno}")));
        } else if exit.ret < 0 {
            words.push(Word::new(Style::Bad, &format!("= {}", exit.ret)));
        } else if matches!(name, "getsockname" | "getpeername" | "getsockopt") {
            let said = exit.addr.as_deref().map(|addr| self.context.address(addr)).or_else(|| exit.value.clone());
            words.push(Word::new(Style::Plain, &format!("= {}", said.unwrap_or_else(|| exit.ret.to_string()))));
        } else {
            if !(exit.ret == 0 && matches!(name, "bind" | "listen" | "setsockopt" | "close" | "shutdown")) {
                words.push(Word::new(Style::Plain, &format!("= {}", exit.ret)));
            }
            // Of sendmmsg and recvmmsg, which count messages, the value is the length of each.
            let said =
                |value: &str| if name.ends_with("mmsg") { format!("({value} bytes)") } else { value.to_string() };
            words.extend(exit.value.as_deref().map(|value| Word::new(Style::Plain, &said(value))));
            if let Some(data) = exit.data.as_ref().filter(|data| self.full && !data.0.is_empty()) {
                words.push(self.preview(&data.0, exit.cut));
            }
            if let Some(address) = &exit.addr {
                words.push(self.address("from ", address));
            }
        }
        match (self.badges(), words.last_mut()) {
            // Where the row has to wrap, the badges stay with the result.
            (Some(badges), Some(last)) if last.line.width() + 1 + badges.line.width() <= self.phrase => {
                last.line.append_after(1, &badges.line);
            }
            (badges, _) => words.extend(badges),
        }
        let note = notes::note(self.context, self.index);
        if let Some(note) = note {
            words.extend(self.kept_together(note.words(self.full)));
        }
        if let Some(fold) = self.context.folds.shown.get(&self.index) {
            words.extend(numbers::repeated(fold));
        }
        words
    }

    /// `to :8080` in one piece.
    fn address(&self, before: &str, address: &str) -> Word {
        let mut line = Line::of(Style::Dim, before);
        line.push(Style::Plain, &self.context.address(address));
        Word { gap: 1, line }
    }

    /// Words as one, so that a remark begins its own line rather than being torn; unless a line cannot hold it.
    fn kept_together(&self, words: Vec<Word>) -> Vec<Word> {
        if wrap::total(&words) > self.phrase {
            return words;
        }
        let gap = words.first().map_or(1, |word| word.gap);
        vec![Word { gap, line: wrap::one_line(&words) }]
    }

    fn badges(&self) -> Option<Word> {
        let numbers = match self.call.badge {
            // A send that failed, or gave no byte to a stream, put nothing anywhere; its number is not shown.
            Some(badge) if self.call.exit.as_ref().is_some_and(|exit| exit.ret > 0) => vec![badge],
            Some(badge) if !self.call.carried_by.is_empty() => vec![badge],
            Some(_) => Vec::new(),
            None => badges::of_sources(self.context.timeline, &self.call.sources),
        };
        (!numbers.is_empty()).then(|| Word { gap: if self.full { 2 } else { 1 }, line: badges::line(&numbers) })
    }
}
