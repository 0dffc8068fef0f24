//! Who stands where: servers on the right, everyone else on the left, and what each row must say about its role.

use super::style::Style;
use crate::timeline::{Mark, Timeline};
use std::collections::HashMap;

/// A side of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Side {
    Left = 0,
    Right = 1,
}

/// One role and its place.
#[derive(Debug)]
pub(in crate::view) struct Role {
    pub(in crate::view) name: String,
    pub(in crate::view) side: Side,
    /// Its threads and processes after the first, in order of appearance: the rows of the n-th say `#n`.
    tasks: HashMap<i32, usize>,
}

/// Roles that are looked for by comparing before the index is asked.
const FEW: usize = 4;

/// All roles.
#[derive(Debug)]
pub(in crate::view) struct Lanes {
    pub(in crate::view) roles: Vec<Role>,
    index: HashMap<String, usize>,
}

impl Lanes {
    pub(in crate::view) fn new(timeline: &Timeline) -> Lanes {
        let mut lanes = Lanes { roles: Vec::new(), index: HashMap::new() };
        for role in &timeline.header.roles {
            lanes.add(&role.name);
        }
        let mut last = None;
        for call in &timeline.calls {
            let role = lanes.add(&call.enter.role);
            if last.replace((role, call.enter.tid)) != Some((role, call.enter.tid)) {
                lanes.task(role, call.enter.tid);
            }
        }
        for mark in &timeline.marks {
            if let Some(role) = super::marks::role_of(mark) {
                let role = lanes.add(role);
                if let Mark::Task(task) = mark {
                    lanes.task(role, task.parent);
                    lanes.task(role, task.tid);
                }
            }
        }
        lanes.place(timeline);
        lanes
    }

    fn add(&mut self, name: &str) -> usize {
        if let Some(known) = self.role(name) {
            return known;
        }
        self.roles.push(Role { name: name.to_string(), side: Side::Left, tasks: HashMap::new() });
        self.index.insert(name.to_string(), self.roles.len() - 1);
        self.roles.len() - 1
    }

    fn task(&mut self, role: usize, tid: i32) {
        let next = self.roles[role].tasks.len() + 1;
        self.roles[role].tasks.entry(tid).or_insert(next);
    }

    /// A server is what is called so, or what listens; among datagram programs, what others send to. Somebody always
    /// stays on the left: two lanes with a wire between them are the point of the view.
    fn place(&mut self, timeline: &Timeline) {
        let named: Vec<bool> = self.roles.iter().map(|role| role.name.starts_with("server")).collect();
        let mut serves = named.clone();
        for socket in timeline.sockets.iter().filter(|socket| socket.listening) {
            if let Some(&role) = self.index.get(&socket.role) {
                serves[role] = true;
            }
        }
        if !serves.contains(&true) {
            let bound: HashMap<&str, usize> = timeline
                .calls
                .iter()
                .filter(|call| call.enter.name == "bind")
                .filter_map(|call| Some((call.enter.args.addr.as_deref()?, *self.index.get(&call.enter.role)?)))
                .collect();
            for call in timeline.calls.iter().filter(|call| matches!(call.enter.name.as_str(), "connect" | "sendto")) {
                let target = call.enter.args.addr.as_deref().and_then(|addr| bound.get(addr));
                if let Some(&role) = target.filter(|&&role| self.roles[role].name != call.enter.role) {
                    serves[role] = true;
                }
            }
        }
        if serves.iter().all(|&serves| serves) && serves.len() > 1 {
            serves = if named.contains(&false) { named } else { (0..serves.len()).map(|n| n > 0).collect() };
            if !serves.contains(&true) {
                serves = (0..serves.len()).map(|n| n > 0).collect();
            }
        }
        for (role, serves) in self.roles.iter_mut().zip(serves) {
            role.side = if serves { Side::Right } else { Side::Left };
        }
    }

    pub(in crate::view) fn role(&self, name: &str) -> Option<usize> {
        // Most runs have two roles: comparing two names costs less than hashing one.
        let among_first = self.roles.iter().take(FEW).position(|role| role.name == name);
        among_first.or_else(|| self.index.get(name).copied())
    }

    pub(in crate::view) fn side(&self, name: &str) -> Option<Side> {
        self.role(name).map(|role| self.roles[role].side)
    }

    pub(in crate::view) fn style(&self, name: &str) -> Style {
        self.role(name).map_or(Style::Plain, Style::Role)
    }

    pub(in crate::view) fn on(&self, side: Side) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.side == side)
    }

    /// True when rows of that lane must name their role.
    pub(in crate::view) fn shared(&self, side: Side) -> bool {
        self.on(side).count() > 1
    }

    /// What stands before a row of this role: its name when it shares the lane, `#2` for its second thread or process.
    pub(in crate::view) fn prefix(&self, name: &str, tid: i32) -> String {
        let Some(role) = self.role(name).map(|role| &self.roles[role]) else {
            return String::new();
        };
        let mut prefix = String::new();
        if self.shared(role.side) {
            prefix.push_str(name);
        }
        if let Some(number) = role.tasks.get(&tid).filter(|&&number| number > 1) {
            prefix.push_str(&format!("#{number}"));
        }
        prefix
    }

    /// `#2`: the number of a thread or process within its role.
    pub(in crate::view) fn task_number(&self, name: &str, tid: i32) -> Option<usize> {
        self.roles.get(self.role(name)?)?.tasks.get(&tid).copied()
    }
}
