//! Processes and threads that never touched a socket: what a shell, a version manager or a language's runtime starts
//! before and beside the program. They are counted, not listed; what they printed and how a role ended stays.

use crate::timeline::{Mark, Timeline};
use std::collections::{HashMap, HashSet};

/// Marks that are not drawn, or (the first of a role) are drawn as these words.
#[derive(Debug, Default)]
pub(super) struct Bystanders(HashMap<usize, Option<String>>);

impl Bystanders {
    /// True when the mark gets no row.
    pub(super) fn hide(&self, mark: usize) -> bool {
        self.0.get(&mark).is_some_and(Option::is_none)
    }

    /// The words that stand for a role's bystanders, at the first of their marks.
    pub(super) fn words(&self, mark: usize) -> Option<&str> {
        self.0.get(&mark)?.as_deref()
    }
}

/// Finds them. Linear.
pub(super) fn find(timeline: &Timeline) -> Bystanders {
    // Calls come in bunches of one task: most need no look-up.
    let mut callers: HashSet<i32> = HashSet::new();
    let mut last = (0, 0);
    for task in timeline.calls.iter().map(|call| (call.enter.pid, call.enter.tid)) {
        if std::mem::replace(&mut last, task) != task {
            callers.extend([task.0, task.1]);
        }
    }
    let mains: HashSet<i32> = timeline
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Spawn(spawn) => Some(spawn.pid),
            _ => None,
        })
        .collect();
    let matters = |task: i32| callers.contains(&task) || mains.contains(&task);
    let mut found = HashMap::new();
    let mut told: HashMap<&str, (usize, [u64; 2])> = HashMap::new();
    let mut last_exec: HashMap<i32, usize> = HashMap::new();
    for (number, mark) in timeline.marks.iter().enumerate() {
        let (role, task) = match mark {
            Mark::Task(task) => (&task.role, task.tid),
            Mark::Exec(exec) => (&exec.role, exec.pid),
            Mark::Ended(ended) if !ended.main => (&ended.role, ended.pid),
            _ => continue,
        };
        if let Mark::Exec(_) = mark {
            // Of several programs that one process became in a row, the last is what it was about to be.
            if let Some(earlier) = last_exec.insert(task, number) {
                found.insert(earlier, None);
            }
        }
        if matters(task) {
            continue;
        }
        found.insert(number, None);
        let (_, counts) = told.entry(role.as_str()).or_insert((number, [0; 2]));
        if let Mark::Task(task) = mark {
            counts[usize::from(task.pid != task.tid)] += 1;
        }
    }
    for (first, [processes, threads]) in told.into_values() {
        let several = |count: u64, one: &str, many: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {many}")),
        };
        let parts = [several(processes, "process", "processes"), several(threads, "thread", "threads")];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            found.insert(first, Some(format!("{} without a socket", parts.join(" and "))));
        }
    }
    Bystanders(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Recording;

    fn bystanders(events: &str) -> (Timeline, Bystanders) {
        let header = r#"{"recording":{"version":2,"lab":"0","title":"t","epoch_ns":0,"kernel":"6","tier":0,"wire":{"kind":"loopback","mtu":65536,"captured":true,"private":true},"roles":[],"deadline_ns":1}}"#;
        let timeline = Timeline::new(Recording::read(format!("{header}\n{events}").as_bytes()).unwrap());
        let found = find(&timeline);
        (timeline, found)
    }

    #[test]
    fn a_process_that_never_called_is_counted_and_one_that_did_is_shown() {
        let (timeline, found) = bystanders(concat!(
            r#"{"spawn":{"t":1,"role":"server","pid":10}}"#,
            "\n",
            r#"{"exec":{"t":2,"role":"server","pid":10,"path":"/bin/shim"}}"#,
            "\n",
            r#"{"task":{"t":3,"role":"server","pid":11,"tid":11,"parent":10}}"#,
            "\n",
            r#"{"ended":{"t":4,"role":"server","pid":11,"code":0}}"#,
            "\n",
            r#"{"exec":{"t":5,"role":"server","pid":10,"path":"/bin/program"}}"#,
            "\n",
            r#"{"task":{"t":6,"role":"server","pid":12,"tid":12,"parent":10}}"#,
            "\n",
            r#"{"enter":{"t":7,"call":1,"role":"server","pid":12,"tid":12,"name":"socket","nth":1,"syscall":"socket"}}"#,
            "\n",
        ));
        let of = |wanted: &str| {
            let text = |mark: &Mark| format!("{mark:?}");
            timeline.marks.iter().position(|mark| text(mark).contains(wanted)).unwrap()
        };
        assert!(found.hide(of("/bin/shim")) && !found.hide(of("/bin/program")));
        assert_eq!(found.words(of("tid: 11")), Some("1 process without a socket"));
        assert!(found.hide(of("pid: 11, main: false")));
        assert!(!found.hide(of("tid: 12")) && found.words(of("tid: 12")).is_none());
    }
}
