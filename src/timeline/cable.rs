//! What a cable did with each frame: brings the fates and the looks at both kernels to the frames they are about.

use super::{Carried, Frame};
use crate::recording::{Ends, Fate};
use std::collections::HashMap;

/// The recording's lines about frames on a cable, as they came.
#[derive(Default)]
pub(super) struct Records {
    pub(super) fates: Vec<Fate>,
    pub(super) ends: Vec<Ends>,
}

impl Records {
    /// Gives each frame what was recorded about it. A line about a frame that is not there says nothing.
    pub(super) fn attach(self, frames: &mut [Frame]) {
        if self.fates.is_empty() && self.ends.is_empty() {
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
                *(if ends.arrived { &mut carried.arrived } else { &mut carried.sent }) = ends.kernel;
            }
        }
    }
}
