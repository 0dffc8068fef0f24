//! Where the call of a number, the calls of a name and the frames of a direction stand, so that looking at them does not
//! mean looking at all of them.

use super::{Call, Frame};
use crate::recording::CallId;
use std::collections::HashMap;

/// Where things stand. A timeline that is put together by hand has an empty one and finds nothing by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    ids: HashMap<CallId, usize>,
    /// Places of calls and frames under their names without number: `client.send`, `client>server`.
    lists: HashMap<String, Vec<u32>>,
}

impl Index {
    pub(super) fn of(calls: &[Call], frames: &[Frame]) -> Index {
        let mut index = Index { ids: HashMap::with_capacity(calls.len()), ..Index::default() };
        // One string serves all look-ups: a million events must not mean a million allocations.
        let mut name = String::new();
        for (number, call) in calls.iter().enumerate() {
            index.ids.entry(call.enter.call).or_insert(number);
            index.add(&mut name, &call.enter.role, '.', &call.enter.name, number);
        }
        for (number, frame) in frames.iter().enumerate() {
            index.add(&mut name, frame.from(), '>', frame.to(), number);
        }
        index
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

    pub(super) fn call(&self, id: CallId) -> Option<usize> {
        self.ids.get(&id).copied()
    }

    pub(super) fn calls(&self, role: &str, name: &str) -> &[u32] {
        self.lists.get(&format!("{role}.{name}")).map_or(&[], |list| list)
    }

    pub(super) fn frames(&self, from: &str, to: &str) -> &[u32] {
        self.lists.get(&format!("{from}>{to}")).map_or(&[], |list| list)
    }
}
