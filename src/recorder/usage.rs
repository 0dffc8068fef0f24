//! What a role with limits uses of the machine at one moment, as /proc tells it.

use super::engine::Engine;
use crate::recording::{Event, Usage};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

impl Engine {
    /// Records what a role uses. Nothing, when it has no limits or no process.
    pub(super) fn record_usage(&mut self, role: usize, when: &str) {
        if self.plan.roles[role].limits.is_none() {
            return;
        }
        let processes = self.processes(role);
        let state = &self.roles[role];
        let named = [state.ready_as, state.pid].into_iter().flatten().find(|pid| processes.contains(pid));
        let Some(pid) = named.or(processes.first().copied()) else { return };
        let mut usage = Usage {
            t: 0,
            role: self.plan.roles[role].name.clone(),
            pid,
            when: when.into(),
            cpu_ms: self.cpu_of(role) / 1_000_000,
            resident_kib: 0,
            peak_kib: 0,
            sockets: 0,
            files: 0,
        };
        // Processes share sockets after a fork, so each counts once; a descriptor is its process's own.
        let mut sockets = HashSet::new();
        for pid in processes {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            usage.resident_kib += kib(&status, "VmRSS:");
            usage.peak_kib += kib(&status, "VmHWM:");
            for target in descriptors(pid) {
                usage.files += 1;
                if target.as_os_str().as_encoded_bytes().starts_with(b"socket:") {
                    sockets.insert(target);
                }
            }
        }
        usage.sockets = sockets.len() as u32;
        usage.t = self.now();
        self.emit(Event::Usage(usage));
    }
}

/// What each descriptor of a process leads to.
fn descriptors(pid: i32) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
    entries.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
}

/// The number of KiB in a line of /proc/PID/status; 0 for a process that is about to be gone.
fn kib(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_status_is_found_by_its_whole_name() {
        let status = "Name:\tVmRSS: 7\nVmHWM:\t    3500 kB\nVmRSS:\t    2816 kB\n";
        assert_eq!((kib(status, "VmRSS:"), kib(status, "VmHWM:"), kib(status, "VmPeak:")), (2816, 3500, 0));
    }
}
