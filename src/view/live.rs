//! One line per event, for a run that a person talks to while it goes on. The lanes come when it is over.

use crate::recording::Event;
use std::collections::HashMap;

/// The line for an event, if it is worth one. `calls` remembers the names of calls that have begun.
pub fn line(event: &Event, calls: &mut HashMap<u64, String>) -> Option<String> {
    let ms = |t: u64| format!("{:>9.2}", t as f64 / 1e6);
    match event {
        Event::Enter(enter) => {
            let name = format!("{}.{}[{}]", enter.role, enter.name, enter.nth);
            calls.insert(enter.call, name);
            None
        }
        Event::Exit(exit) => {
            let name = calls.remove(&exit.call)?;
            let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
            let data = exit.data.as_ref().map(|data| format!("  \"{}\"", data.0.escape_ascii())).unwrap_or_default();
            Some(format!("{}  {name} = {result}{data}", ms(exit.t)))
        }
        Event::Frame(frame) => {
            let ends = frame.from.as_deref().zip(frame.to.as_deref());
            let ends = ends.map(|(from, to)| format!("{from}>{to} ")).unwrap_or_default();
            Some(format!("{}    {ends}{}[{}]", ms(frame.t), frame.kind, frame.nth))
        }
        Event::Output(output) => {
            Some(format!("{}  {} prints: {}", ms(output.t), output.role, output.text.escape_debug()))
        }
        Event::Ended(ended) if ended.main => Some(format!("{}  {} ended", ms(ended.t), ended.role)),
        _ => None,
    }
}
