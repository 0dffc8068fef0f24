//! Frames by which hosts find each other: ARP and IPv6 neighbour discovery. They are the same in every run, so they are
//! counted in one line. One with which the cable did something is no noise.

use super::style::Style;
use super::wrap::{self, Word};
use crate::timeline::{Frame, Timeline};
use crate::wire::Transport;

pub(in crate::view) fn is(frame: &Frame) -> bool {
    let touched = frame.fate().is_some_and(|fate| fate.dropped || fate.changed.is_some()) || frame.is_copy();
    frame.packet.transport == Transport::Neighbour && !touched
}

/// `2 ARP frames, --noise shows them`
pub(in crate::view) fn words(timeline: &Timeline) -> Vec<Word> {
    let (mut arp, mut discovery) = (0, 0);
    for frame in timeline.frames.iter().filter(|frame| is(frame)) {
        *(if frame.packet.ip.is_some() { &mut discovery } else { &mut arp }) += 1;
    }
    let counts: Vec<String> = [(arp, "ARP"), (discovery, "neighbour discovery")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let (frames, them) = if arp + discovery == 1 { ("frame", "it") } else { ("frames", "them") };
    wrap::words(Style::Dim, &format!("{} {frames}, --noise shows {them}", counts.join(" and ")))
}
