//! Where the calls of one name and the frames of one direction stand, so that looking at them does not mean looking at
//! all of them.

use super::{Call, Frame};
use std::collections::HashMap;

/// Numbers of calls and frames under their names without index: `client.send`, `client>server`.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    lists: HashMap<String, Vec<u32>>,
}

impl Names {
    pub(super) fn index(calls: &[Call], frames: &[Frame]) -> Names {
        let mut names = Names::default();
        // One string serves all look-ups: a million events must not mean a million allocations.
        let mut name = String::new();
        for (number, call) in calls.iter().enumerate() {
            names.add(&mut name, &call.enter.role, '.', &call.enter.name, number);
        }
        for (number, frame) in frames.iter().enumerate() {
            names.add(&mut name, frame.from(), '>', frame.to(), number);
        }
        names
    }

    fn add(&mut self, name: &mut String, first: &str, between: char, second: &str, number: usize) {
        name.clear();
        name.push_str(first);
        name.push(between);
        name.push_str(second);
        match self.lists.get_mut(name.as_str()) {
            Some(list) => list.push(number as u32),
            None => drop(self.lists.insert(name.clone(), vec![number as u32])),
        }
    }

    pub(super) fn calls(&self, role: &str, name: &str) -> &[u32] {
        self.lists.get(&format!("{role}.{name}")).map_or(&[], |list| list)
    }

    pub(super) fn frames(&self, from: &str, to: &str) -> &[u32] {
        self.lists.get(&format!("{from}>{to}")).map_or(&[], |list| list)
    }
}
