//! One line per event, for a run that a person talks to while it goes on. The lanes come when it is over.

use super::fate;
use crate::recording::{Event, Fate, Frame, Nanos};
use crate::timeline;
use std::collections::HashMap;

/// What has begun and not ended: calls by their names, and frames on a cable by theirs, with when they were sent.
#[derive(Debug, Default)]
pub struct UnderWay {
    calls: HashMap<u64, String>,
    frames: HashMap<u64, (String, Nanos)>,
}

impl UnderWay {
    /// The line for an event, if it is worth one.
    pub fn line(&mut self, event: &Event) -> Option<String> {
        let at = |t: Nanos| format!("{:>9.2}", t as f64 / 1e6);
        match event {
            Event::Enter(enter) => {
                let name = format!("{}.{}[{}]", enter.role, enter.name, enter.nth);
                self.calls.insert(enter.call, name);
                None
            }
            Event::Exit(exit) => {
                let name = self.calls.remove(&exit.call)?;
                let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
                let data =
                    exit.data.as_ref().map(|data| format!("  \"{}\"", data.0.escape_ascii())).unwrap_or_default();
                Some(format!("{}  {name} = {result}{data}", at(exit.t)))
            }
            Event::Frame(frame) => {
                let name = name(frame);
                self.frames.insert(frame.frame, (name.clone(), frame.t));
                let kind = match (frame.copy_of, frame.again) {
                    (Some(_), _) => "  copy made by the cable",
                    (None, true) => "  again",
                    (None, false) => "",
                };
                Some(format!("{}    {name}{kind}", at(frame.t)))
            }
            Event::Fate(fate) => {
                let (name, sent) = self.frames.remove(&fate.frame)?;
                Some(format!("{}    {name}  {}", at(fate.t), became(fate, sent)?))
            }
            Event::Output(output) => {
                Some(format!("{}  {} prints: {}", at(output.t), output.role, printable(&output.text)))
            }
            Event::Limit(limit) => {
                let role = limit.role.as_ref().map(|role| format!("{role} ")).unwrap_or_default();
                Some(format!("{}  limit: {role}{}", at(limit.t), limit.text.escape_debug()))
            }
            Event::Refused(refused) => {
                let text = refused.text.escape_debug();
                Some(format!("{}  {}: {} refused: {text}", at(refused.t), refused.role, refused.call.escape_debug()))
            }
            Event::Ended(ended) if ended.main => Some(format!("{}  {} ended", at(ended.t), ended.role)),
            _ => None,
        }
    }
}

/// A printed text without what could control the terminal. Quotes stay as they were printed.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() }).collect()
}

fn name(frame: &Frame) -> String {
    let ends = frame.from.as_deref().zip(frame.to.as_deref());
    let ends = ends.map(|(from, to)| format!("{from}>{to} ")).unwrap_or_default();
    format!("{ends}{}[{}]", frame.kind, frame.nth)
}

/// What a cable did with a frame; nothing where it passed it on at once.
fn became(fate: &Fate, sent: Nanos) -> Option<String> {
    if let Some(dropped) = fate::dropped(fate) {
        return Some(dropped);
    }
    let kept = fate.rules.iter().any(|rule| timeline::keeps(rule));
    let time = kept.then(|| format!(" after {}", fate::time(fate.t.saturating_sub(sent))));
    let changed = fate.changed.map(|changed| format!(", {}", fate::change(changed)));
    if time.is_none() && changed.is_none() {
        return None;
    }
    Some(format!("arrives{}{}", time.unwrap_or_default(), changed.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Changed, Enter, Exit, Hex, Limit, Refused};

    fn frame(number: u64, change: impl FnOnce(&mut Frame)) -> Event {
        let mut frame = Frame {
            t: number * 1_000_000,
            frame: number,
            from: Some("client".into()),
            to: Some("server".into()),
            kind: "data".into(),
            nth: 1,
            again: false,
            copy_of: None,
            len: 0,
            bytes: Hex::default(),
        };
        change(&mut frame);
        Event::Frame(frame)
    }

    fn fate(number: u64, change: impl FnOnce(&mut Fate)) -> Event {
        let mut fate = Fate { t: 60_000_000, frame: number, dropped: false, rules: Vec::new(), changed: None };
        change(&mut fate);
        Event::Fate(fate)
    }

    fn lines(events: &[Event]) -> Vec<String> {
        let mut under_way = UnderWay::default();
        events.iter().filter_map(|event| under_way.line(event)).collect()
    }

    #[test]
    fn a_call_is_told_when_it_returned() {
        let enter = Enter { call: 7, role: "client".into(), name: "recv".into(), nth: 2, ..Enter::default() };
        let exit = Exit { t: 1_250_000, call: 7, ret: 2, data: Some(Hex(b"h\n".to_vec())), ..Exit::default() };
        assert_eq!(lines(&[Event::Enter(enter), Event::Exit(exit)]), ["     1.25  client.recv[2] = 2  \"h\\n\""]);
    }

    #[test]
    fn what_is_refused_and_which_limit_is_passed_is_told() {
        let (call, text) = ("kill(7, SIGKILL)".into(), "tried to kill process 7, which is not its own".into());
        let refused = Refused { t: 1_000_000, role: "server".into(), pid: 4, call, text };
        let limit = |role: Option<&str>, limit: &str, text: &str| {
            let (role, limit, text) = (role.map(String::from), limit.into(), text.into());
            Event::Limit(Limit { t: 2_000_000, role, limit, text })
        };
        assert_eq!(
            lines(&[
                Event::Refused(refused),
                limit(Some("server"), "cpu", "used \x1b[31m more"),
                limit(None, "quiet", "nothing happened"),
            ]),
            [
                "     1.00  server: kill(7, SIGKILL) refused: tried to kill process 7, which is not its own",
                "     2.00  limit: server used \\u{1b}[31m more",
                "     2.00  limit: nothing happened",
            ]
        );
    }

    #[test]
    fn what_a_cable_did_with_a_frame_is_told_when_it_did() {
        let dropped = |fate: &mut Fate| (fate.dropped, fate.rules) = (true, vec!["loss 10%".into()]);
        let late = |fate: &mut Fate| fate.rules = vec!["delay 50ms".into()];
        let changed = |fate: &mut Fate| fate.changed = Some(Changed { at: 66, was: 0x6f, is: 0x6e });
        let told = lines(&[
            frame(1, |_| {}),
            fate(1, dropped),
            frame(2, |frame| frame.again = true),
            fate(2, late),
            frame(3, |frame| (frame.again, frame.copy_of) = (true, Some(1))),
            fate(3, |_| {}),
            frame(4, |_| {}),
            fate(4, changed),
            fate(99, dropped),
        ]);
        assert_eq!(
            told,
            [
                "     1.00    client>server data[1]",
                "    60.00    client>server data[1]  dropped by the cable: loss 10%",
                "     2.00    client>server data[1]  again",
                "    60.00    client>server data[1]  arrives after 58.00 ms",
                "     3.00    client>server data[1]  copy made by the cable",
                "     4.00    client>server data[1]",
                "    60.00    client>server data[1]  arrives, byte 66: 6f → 6e",
            ]
        );
    }
}
