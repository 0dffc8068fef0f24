//! What ran, where, and what the lesson asks.

use super::Options;
use super::context::Context;
use super::style::{Line, Style};
use super::{cable, wrap};
use crate::recording::Header;

/// The lines above the timeline.
pub(super) fn lines(context: &Context) -> Vec<Line> {
    let (header, options) = (&context.timeline.header, context.options);
    let mut lines = first(header, &place(context), options);
    match &header.story {
        Some(story) => {
            let mut title = wrap::words(Style::Bold, &story.title);
            if !story.term.is_empty() {
                title.extend(wrap::words(Style::Plain, &format!("({})", story.term)));
            }
            lines.extend(wrap::wrap(&title, options.width, 2));
            if !story.question.is_empty() {
                lines.extend(wrap::wrap(&wrap::words(Style::Plain, &story.question), options.width, 0));
            }
        }
        None => {
            let longest = header.roles.iter().map(|role| super::sanitise::width(&role.name)).max().unwrap_or(0);
            for role in &header.roles {
                let mut line = Line::of(context.lanes.style(&role.name), &role.name);
                line.pad_to(longest + 2);
                line.push(Style::Plain, &role.argv.join(" "));
                lines.push(line.cut(options.width));
            }
        }
    }
    lines.extend(cable::heading(context));
    lines.retain(|line| !line.is_empty());
    lines
}

fn first(header: &Header, place: &str, options: &Options) -> Vec<Line> {
    let title = Line::of(Style::Bold, &header.title);
    let place = Line::of(Style::Dim, place);
    if title.width() + 3 + place.width() <= options.width {
        let mut line = title;
        line.pad_to(options.width - place.width());
        line.append(&place);
        return vec![line];
    }
    let mut lines = wrap::wrap(&wrap::words(Style::Bold, &header.title), options.width, 2);
    let text = |style, text: &Line| {
        let mut plain = String::new();
        text.paint(false, &mut plain);
        wrap::words(style, &plain)
    };
    lines.extend(wrap::wrap(&text(Style::Dim, &place), options.width, 2));
    lines
}

/// `loopback 127.0.0.1, private network`
fn place(context: &Context) -> String {
    let header = &context.timeline.header;
    let wire = &header.wire;
    let mut parts = vec![match &context.host {
        Some(host) if context.detail.short_addresses => format!("{} {host}", wire.kind),
        _ => wire.kind.clone(),
    }];
    let usual = if wire.kind == "cable" { 1500 } else { 65536 };
    if wire.mtu != usual && wire.mtu != 0 && wire.hosts.is_empty() {
        parts.push(format!("mtu {}", wire.mtu));
    }
    parts.push(if wire.private { "private network".into() } else { "shared network".into() });
    if header.tier != 0 {
        parts.push(format!("tier {}", header.tier));
    }
    parts.join(", ")
}
