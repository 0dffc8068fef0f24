//! What two runs of the same variation must have in common: the order of what happened, and what follows from it.

use socket_lab::recording::{Held, Released};
use socket_lab::timeline::{Mark, Moment, Span, Timeline};
use socket_lab::view::text::masked;

/// Everything that happened, in its order: calls as they begin and return, frames as they are sent and as they end, holds, what
/// was printed, ends. Left out are times, ports and process ids, and bare ACKs, some of which the kernel sends by a timer.
pub fn order(timeline: &Timeline) -> Vec<String> {
    let mut order: Vec<(u64, String)> = Vec::new();
    for moment in &timeline.moments {
        match *moment {
            Moment::Enter(call) => {
                let call = &timeline.calls[call];
                order.push((call.enter.t, format!("{} begins", call.name())));
            }
            Moment::Exit(call) => {
                let call = &timeline.calls[call];
                let exit = call.exit.as_ref().expect("it returned");
                let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
                let source = |span: &Span| format!(" {}[{:?}]", timeline.calls[span.call].name(), span.there);
                let sources: String = call.sources.iter().map(source).collect();
                order.push((exit.t, format!("{} = {result}{sources}", call.name())));
            }
            Moment::Frame(frame) if timeline.frames[frame].record.kind != "ACK" => {
                let frame = &timeline.frames[frame];
                order.push((frame.record.t, format!("{} {} B", frame.name(), frame.packet.payload.len())));
            }
            // Whether an arrival is a moment of its own depends on what else happened then; below stands that of each.
            Moment::Frame(_) | Moment::Arrival(_) => {}
            Moment::Mark(mark) => {
                let what = match &timeline.marks[mark] {
                    // Who waits for a bare ACK is held only when it came first: that is the kernel's timer's business too.
                    Mark::Held(Held { rule, .. }) if rule.contains(" ACK[") => continue,
                    Mark::Released(Released { by, .. }) if by.contains(" ACK[") => continue,
                    Mark::Held(held) => format!("held: {}", held.rule),
                    Mark::Released(released) => format!("released by {}", released.by),
                    Mark::Action(action) => format!("done: {}", action.rule),
                    // What is printed may hold a port, or the name of the run's own folder.
                    Mark::Output(output) => {
                        let words = output.text.split(' ').filter(|word| !word.contains("/lab-"));
                        let text = masked(&words.collect::<Vec<_>>().join(" "));
                        format!("{} prints {text}", output.role)
                    }
                    Mark::Ended(ended) => format!("{} ends {:?} {:?}", ended.role, ended.code, ended.signal),
                    _ => continue,
                };
                order.push((timeline.marks[mark].t(), what));
            }
        }
    }
    for frame in timeline.frames.iter().filter(|frame| frame.record.kind != "ACK") {
        if let Some(fate) = frame.carried.as_ref().and_then(|carried| carried.fate.as_ref()) {
            let end = if fate.dropped { "is dropped" } else { "arrives" };
            order.push((fate.t, format!("{} {end} {}", frame.name(), fate.rules.join(", "))));
        }
    }
    order.sort_by_key(|(t, _)| *t);
    order.into_iter().map(|(_, what)| what).collect()
}

/// The part of a view that no scheduler changes: everything behind the timeline itself.
pub fn conclusions(view: &str) -> String {
    let starts = ["on the wire", "in the programs", "ended", "seen"];
    let lines = view.lines().skip_while(|line| !starts.iter().any(|start| line.starts_with(start)));
    let mut ended = false;
    let lines = lines.map(|line| {
        ended = line.starts_with("ended") || (ended && line.starts_with(' '));
        match ended {
            // How much of a send the kernel had taken when the run was ended depends on when acknowledgments came.
            true => line.chars().filter(|letter| !letter.is_ascii_digit()).collect(),
            // So does where it sets PSH: at the end of what it could copy before it had to wait (RFC 9293, 3.9.1).
            false => line.replace("PSH ACK", "ACK"),
        }
    });
    masked(&lines.collect::<Vec<_>>().join("\n"))
}
