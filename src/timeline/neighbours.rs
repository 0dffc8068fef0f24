//! Which ARP request a reply answers (RFC 826).

use super::{Cause, Frame};
use crate::wire::Transport;
use std::collections::HashMap;

/// Hardware and protocol address of one party: the sender's at 22, the target's at 32.
type Party = [u8; 10];

/// Explains each reply by the last request of the party it is for that had arrived.
pub(super) fn answer(frames: &mut [Frame]) {
    let mut requests: HashMap<Party, usize> = HashMap::new();
    for number in 0..frames.len() {
        let frame = &frames[number];
        if frame.packet.transport != Transport::Neighbour || frame.is_copy() {
            continue;
        }
        let bytes = &frame.record.bytes.0;
        let party = |at: usize| bytes.get(at..at + 10).and_then(|party| Party::try_from(party).ok());
        // Type ARP at 12, operation at 20.
        match (bytes.get(12..22), party(22), party(32)) {
            (Some([8, 6, .., 0, 1]), Some(sender), _) => drop(requests.insert(sender, number)),
            (Some([8, 6, .., 0, 2]), _, Some(target)) => {
                let request = requests.get(&target).copied();
                let heard = |&request: &usize| frames[request].heard().is_some_and(|heard| heard <= frame.record.t);
                if let Some(request) = request.filter(heard) {
                    frames[number].cause = Cause::Frame(request);
                }
            }
            _ => {}
        }
    }
}
