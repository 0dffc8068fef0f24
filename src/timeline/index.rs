//! Where the call of a number, the calls of a name and the frames of a direction stand, so that looking at them does not
//! mean looking at all of them.

use super::{Call, Frame};
use crate::recording::CallId;
use std::collections::HashMap;

/// Where things stand. A timeline that is put together by hand has an empty one and finds nothing by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    ids: Places,
    /// Places of calls and frames under their names without number: `client.send`, `client>server`.
    lists: HashMap<String, Vec<u32>>,
}

/// Places by number of call. The recorder counts its calls from 1, so a table holds them; a recording of strangers may have
/// any numbers, and those the table has no room for are hashed.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    table: Vec<u32>,
    beyond: HashMap<CallId, u32>,
}

/// Stands in the table for a number without a place.
const NOWHERE: u32 = u32::MAX;

impl Places {
    /// With room for numbers up to so many.
    pub(super) fn of(calls: usize) -> Places {
        Places { table: vec![NOWHERE; calls + 1], beyond: HashMap::new() }
    }

    pub(super) fn get(&self, id: CallId) -> Option<usize> {
        let place = match self.slot(id) {
            Some(slot) => Some(self.table[slot]).filter(|&place| place != NOWHERE),
            None => self.beyond.get(&id).copied(),
        };
        place.map(|place| place as usize)
    }

    pub(super) fn insert(&mut self, id: CallId, place: usize) {
        match self.slot(id) {
            Some(slot) => self.table[slot] = place as u32,
            None => drop(self.beyond.insert(id, place as u32)),
        }
    }

    fn slot(&self, id: CallId) -> Option<usize> {
        usize::try_from(id).ok().filter(|&slot| slot < self.table.len())
    }
}

impl Index {
    pub(super) fn of(calls: &[Call], frames: &[Frame]) -> Index {
        let mut index = Index { ids: Places::of(calls.len()), ..Index::default() };
        // One string serves all look-ups: a million events must not mean a million allocations.
        let mut name = String::new();
        for (number, call) in calls.iter().enumerate() {
            if index.ids.get(call.enter.call).is_none() {
                index.ids.insert(call.enter.call, number);
            }
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
        self.ids.get(id)
    }

    pub(super) fn calls(&self, role: &str, name: &str) -> &[u32] {
        self.lists.get(&format!("{role}.{name}")).map_or(&[], |list| list)
    }

    pub(super) fn frames(&self, from: &str, to: &str) -> &[u32] {
        self.lists.get(&format!("{from}>{to}")).map_or(&[], |list| list)
    }
}
