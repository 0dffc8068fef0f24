//! What a cable did with each frame: brings the fates and the looks at both kernels to the frames they are about.

use super::{Carried, Frame};
use crate::notation::CableRule;
use crate::recording::{Ends, Fate, Nanos};
use std::collections::HashMap;

/// The recording's lines about frames on a cable, as they came.
#[derive(Default)]
pub(super) struct Records {
    pub(super) fates: Vec<Fate>,
    pub(super) ends: Vec<Ends>,
}

impl Records {
    /// Gives each frame what was recorded about it. A line about a frame that is not there says nothing.
    pub(super) fn attach(self, frames: &mut [Frame], on_cable: bool) {
        if !on_cable && self.fates.is_empty() && self.ends.is_empty() {
            return;
        }
        let places: HashMap<u64, usize> =
            frames.iter().enumerate().map(|(place, frame)| (frame.record.frame, place)).collect();
        for frame in frames.iter_mut() {
            let copy_of = frame.record.copy_of.and_then(|number| places.get(&number).copied());
            frame.carried = Some(Box::new(Carried { copy_of, ..Carried::default() }));
        }
        let place = |number: u64| places.get(&number).copied();
        for fate in self.fates {
            if let Some(carried) = place(fate.frame).and_then(|place| frames[place].carried.as_deref_mut()) {
                carried.fate.get_or_insert(fate);
            }
        }
        for ends in self.ends {
            if let Some(carried) = place(ends.frame).and_then(|place| frames[place].carried.as_deref_mut()) {
                match ends.arrived {
                    true => (carried.arrived, carried.arrived_asked) = (ends.kernel, ends.t),
                    false => (carried.sent, carried.sent_asked) = (ends.kernel, ends.t),
                }
            }
        }
    }
}

impl Frame {
    /// Where it ended, if a cable carried it and the recording says so.
    pub fn fate(&self) -> Option<&Fate> {
        self.carried.as_ref()?.fate.as_ref()
    }

    /// When it reached its receiver: at once where no cable is. None when it was dropped, or when the run ended before.
    pub fn arrived(&self) -> Option<Nanos> {
        match &self.carried {
            None => Some(self.record.t),
            Some(carried) => {
                let fate = carried.fate.as_ref().filter(|fate| !fate.dropped)?;
                Some(fate.t.max(self.record.t))
            }
        }
    }

    /// True when a rule of the cable took it.
    pub fn dropped(&self) -> bool {
        self.fate().is_some_and(|fate| fate.dropped)
    }

    /// True when the cable made it. The kernel sent the original once.
    pub fn is_copy(&self) -> bool {
        self.record.copy_of.is_some()
    }

    /// The rules that kept it on the cable for a while.
    pub fn kept_by(&self) -> impl Iterator<Item = &str> {
        let arrived = self.fate().filter(|fate| !fate.dropped);
        arrived.into_iter().flat_map(|fate| &fate.rules).map(String::as_str).filter(|rule| keeps(rule))
    }

    /// When its receiver could take it in. A frame that was changed on the way is discarded for its checksum (RFC 9293,
    /// 3.1): nothing answers it.
    pub(super) fn heard(&self) -> Option<Nanos> {
        self.arrived().filter(|_| self.fate().is_none_or(|fate| fate.changed.is_none()))
    }
}

/// True for rules by which a frame arrives later than it would.
pub(crate) fn keeps(rule: &str) -> bool {
    use CableRule::{Delay, Hold, Jitter, Rate, Swap};
    let rule = rule.parse();
    matches!(rule, Ok(Delay { .. } | Jitter { .. } | Rate { .. } | Hold { .. } | Swap { .. }))
}
