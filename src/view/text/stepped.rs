//! How things stand between two steps: a line for each program and each frame on the cable, with what a step would do.

use super::kernel;
use super::style::{Line, Style};
use super::wrap;
use crate::recording::Enter;
use crate::step::{Doing, Prospect, Situation, WIRE};

/// Letters of a payload that are quoted.
const QUOTED: usize = 24;

/// How things stand, as lines for a terminal or a pipe.
pub fn situation(situation: &Situation, width: usize, color: bool) -> String {
    let width = width.clamp(super::WIDTHS.0, super::WIDTHS.1);
    let names = situation.roles().iter().map(|role| role.len());
    let column = names.chain([WIRE.len()]).max().unwrap_or(0) + 2;
    let room = width.saturating_sub(column);
    let mut page = String::new();
    let mut line = |lead: Line, texts: Vec<Line>| {
        let mut first = lead;
        for text in texts {
            first.pad_to(column);
            first.append(&text);
            std::mem::take(&mut first).paint(color, &mut page);
        }
    };
    let wrapped = |words: &str| wrap::wrap(&wrap::words(Style::Plain, words), room, 2);
    for (number, role) in situation.roles().iter().enumerate() {
        let does = situation.doing(role);
        line(Line::of(Style::Role(number), role), wrapped(&doing(&does)));
        if let Doing::About { call, .. } | Doing::In(call) = does
            && let Some(source) = source(call)
        {
            // On one line, as it stands in its file.
            line(Line::new(), vec![Line::of(Style::Dim, &source).cut(room)]);
        }
        for (socket, kernel) in situation.held_for(role) {
            let whose = if socket.listening { "listener " } else { "" };
            let held = kernel::told(kernel, socket.kind == "dgram", false);
            line(Line::new(), wrapped(&format!("kernel: {whose}{held}")));
        }
    }
    for (number, on_cable) in (1..).zip(situation.on_cable()) {
        let again = if on_cable.frame.again { ", again" } else { "" };
        let kept = if on_cable.kept { ", kept" } else { "" };
        let lead = if number == 1 { WIRE } else { "" };
        line(Line::of(Style::Bold, lead), wrapped(&format!("{number} · {}{again}{kept}", on_cable.name())));
    }
    page
}

pub(in crate::view) fn doing(doing: &Doing<'_>) -> String {
    match doing {
        Doing::NotStarted => "was not started yet".into(),
        Doing::About { call, prospect, rule: None } => format!("is about to {}{}", asks(call), would(*prospect)),
        Doing::About { call, rule: Some(rule), .. } => {
            format!("stands before {}: held by the schedule, {rule}", asks(call))
        }
        Doing::In(call) => format!("waits in {}[{}]", call.name, call.nth),
        Doing::Elsewhere => "is in no call that the lab shows".into(),
        Doing::Ended(how) => (*how).to_owned(),
    }
}

/// `05-sticky-packets/server.rs:31  let length = …`: where a call stands in its program, if that is known.
pub(in crate::view) fn source(call: &Enter) -> Option<String> {
    let source = call.source.as_ref()?;
    let mut parts = source.file.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let folder = parts.next().map(|folder| format!("{folder}/")).unwrap_or_default();
    let text = source.text.as_deref().map(|text| format!("  {}", text.trim())).unwrap_or_default();
    Some(format!("{folder}{file}:{}{text}", source.line))
}

/// `recv[1] 1024`, `send[2] "hai"`, `connect[1] 127.0.0.1:8080`
fn asks(call: &Enter) -> String {
    let mut words = vec![format!("{}[{}]", call.name, call.nth)];
    let args = &call.args;
    words.extend([&args.kind, &args.option, &args.value, &args.how].into_iter().flatten().cloned());
    words.extend(args.backlog.map(|backlog| format!("backlog {backlog}")));
    match &call.data {
        Some(data) if data.0.len() > QUOTED => {
            let quoted = data.0[..QUOTED].escape_ascii();
            words.push(format!("\"{quoted}\"… {} B", args.len.unwrap_or(data.0.len() as u64)));
        }
        Some(data) => words.push(format!("\"{}\"", data.0.escape_ascii())),
        None => words.extend(args.len.map(|len| len.to_string())),
    }
    words.extend(args.addr.clone());
    words.join(" ")
}

fn would(prospect: Prospect) -> String {
    match prospect {
        Prospect::Waits => ": nothing is there, it would wait".into(),
        Prospect::Bytes(bytes) => format!(": {bytes} bytes are queued"),
        Prospect::Datagram(bytes) => format!(": a datagram of {bytes} bytes is next"),
        Prospect::End => ": nothing is queued, and nothing more comes".into(),
        Prospect::Connections(1) => ": one connection waits".into(),
        Prospect::Connections(count) => format!(": {count} connections wait"),
        Prospect::Open => String::new(),
    }
}
