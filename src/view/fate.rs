//! What happened to a frame between its sender and its receiver, in words. The same words stand in the text view, in the
//! comments of a pcapng file and in the live view.

use super::text::numbers::ms;
use crate::recording::{Changed, Fate, Nanos};
use crate::timeline::{Cause, Frame, Timeline, Timer};
use crate::wire;

/// `dropped by the cable: loss 10%`
pub(super) fn dropped(fate: &Fate) -> Option<String> {
    fate.dropped.then(|| match fate.rules.is_empty() {
        true => "dropped by the cable".into(),
        false => format!("dropped by the cable: {}", fate.rules.join(", ")),
    })
}

/// `50.12 ms on the cable: delay 50ms`
pub(super) fn kept(frame: &Frame) -> Option<String> {
    kept_by(frame, |_| true)
}

/// The same without rules that are about all frames or a direction, which a heading names once: `50.12 ms on the cable`.
pub(super) fn kept_in_short(frame: &Frame) -> Option<String> {
    kept_by(frame, |rule| rule.starts_with("hold") || rule.starts_with("swap"))
}

fn kept_by(frame: &Frame, told: impl Fn(&str) -> bool) -> Option<String> {
    let time = frame.arrived()?.saturating_sub(frame.record.t);
    frame.kept_by().next()?;
    let rules: Vec<&str> = frame.kept_by().filter(|rule| told(rule)).collect();
    let colon = if rules.is_empty() { "" } else { ": " };
    Some(format!("{} on the cable{colon}{}", self::time(time), rules.join(", ")))
}

/// `byte 66: 6f → 6e, so the checksum is wrong`. What its kernel made of it is for the frames that follow to say.
pub(super) fn changed(frame: &Frame) -> Option<String> {
    let changed = frame.fate()?.changed?;
    let wrong = spoils_checksum(&frame.record.bytes.0, changed);
    Some(format!("{}{}", change(changed), if wrong { ", so the checksum is wrong" } else { "" }))
}

/// `byte 66: 6f → 6e`
pub(super) fn change(Changed { at, was, is }: Changed) -> String {
    format!("byte {at}: {was:02x} → {is:02x}")
}

/// `50.12 ms`
pub(super) fn time(time: Nanos) -> String {
    format!("{} ms", ms(time))
}

/// How the frame did not arrive as it was sent, if it did not.
pub(super) fn spoiled(frame: &Frame) -> Vec<String> {
    let dropped = frame.fate().and_then(dropped);
    let changed = changed(frame).map(|change| format!("changed on the way: {change}"));
    dropped.into_iter().chain(changed).collect()
}

/// True when all checksums were right as it was sent, and one is wrong as it arrived.
fn spoils_checksum(sent: &[u8], changed: Changed) -> bool {
    let mut arrived = sent.to_vec();
    let Some(byte) = arrived.get_mut(changed.at as usize) else { return false };
    *byte = changed.is;
    !wrong_checksum(sent) && wrong_checksum(&arrived)
}

fn wrong_checksum(bytes: &[u8]) -> bool {
    let layers = wire::layers(bytes);
    let mut fields = layers.iter().flat_map(|layer| &layer.fields);
    fields.any(|field| field.name.ends_with("checksum") && field.value.contains("wrong"))
}

/// What is said of a frame of which no end was recorded; none where no cable carried it.
pub(super) fn unfinished(timeline: &Timeline, frame: &Frame) -> Option<&'static str> {
    (frame.carried.is_some() && frame.fate().is_none()).then_some(match timeline.end {
        Some(_) => "still on the cable when the run ended",
        None => "has not arrived",
    })
}

/// Why the kernel sent it again, as far as that is known: `retransmission timeout`.
pub(super) fn why_again(timeline: &Timeline, frame: &Frame) -> Option<&'static str> {
    if frame.signs.fast_retransmit {
        return Some("fast retransmit");
    }
    match &frame.cause {
        Cause::Timer(Timer::Retransmission) => Some("retransmission timeout"),
        Cause::Timer(Timer::TailLossProbe) => Some("tail-loss probe"),
        Cause::Timer(_) if frame.carried.is_some() => Some("a timer"),
        Cause::Frame(asked) if frame.carried.is_some() => match timeline.frames.get(*asked) {
            Some(asked) if asked.record.kind == "SYN" => Some("the SYN came again"),
            Some(asked) if asked.signs.duplicate_ack => Some("after a duplicate ACK"),
            _ => Some("lost too, after the timeout"),
        },
        _ => None,
    }
}
