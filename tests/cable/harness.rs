//! Running the lab over a cable, and asking the recording what became of each frame.

use crate::common::{Folder, User, recording, root, run, stderr, stdout, tool};
use socket_lab::expectations::{Verdict, evaluate};
use socket_lab::timeline::{Frame, Mark, Timeline};
use std::path::PathBuf;
use std::process::Output;
use std::sync::atomic::{AtomicU32, Ordering};

/// A run over a cable.
pub struct Run {
    pub timeline: Timeline,
    pub output: Output,
    folder: Folder,
}

/// Runs a variation of lesson 05 with these rules. Lessons take turns, so what happens is the same every time.
pub fn lesson(user: User, variation: &str, rules: &[&str]) -> Run {
    lab(user, &[&["05", "--variation", variation], &options(rules)[..]].concat())
}

/// Traces two programs of `tests/cable/peer.py` with these rules. Needs Python: none where there is no Python.
pub fn trace(user: User, server: &str, client: &str, rules: &[&str]) -> Option<Run> {
    let (server, client) = (program("peer.py", server)?, program("peer.py", client)?);
    Some(lab(user, &[&["trace", "--server", &server, "--client", &client], &options(rules)[..]].concat()))
}

/// The command that runs a program of `tests/cable`.
pub fn program(name: &str, arguments: &str) -> Option<String> {
    tool("python3")?;
    Some(format!("/usr/bin/python3 {} {arguments}", root().join("tests/cable").join(name).display()))
}

fn options<'a>(rules: &[&'a str]) -> Vec<&'a str> {
    rules.iter().flat_map(|rule| ["--cable", rule]).collect()
}

/// A folder of its own for each run, whichever test makes it.
pub fn folder() -> Folder {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    Folder::new(&format!("cable-{}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Runs the lab over a cable.
pub fn lab(user: User, arguments: &[&str]) -> Run {
    let folder = folder();
    let [lines, packets] = ["run.jsonl", "run.pcapng"].map(|name| folder.file(name).to_string_lossy().into_owned());
    let fixed = ["--wire", "cable", "--color", "never", "--hex", "none", "--export", &lines, "--export", &packets];
    let output = run(user, &[arguments, &fixed].concat());
    assert!(folder.file("run.jsonl").is_file(), "no recording\n{}{}", stdout(&output), stderr(&output));
    let timeline = Timeline::new(recording(&folder.file("run.jsonl")));
    assert_eq!(timeline.header.wire.kind, "cable");
    Run { timeline, output, folder }
}

impl Run {
    /// What the lab printed, for the message of a failed assertion.
    pub fn text(&self) -> String {
        format!("{}{}", stdout(&self.output), stderr(&self.output))
    }

    /// The run as Wireshark reads it.
    pub fn packets(&self) -> PathBuf {
        self.folder.file("run.pcapng")
    }

    fn verdict(&self, claim: &str) -> Verdict {
        evaluate(&claim.parse().unwrap_or_else(|error| panic!("{claim}: {error}")), &self.timeline)
    }

    /// The recording shows all of this, said in the notation.
    pub fn shows(&self, claims: &[&str]) {
        for claim in claims {
            let verdict = self.verdict(claim);
            assert!(verdict.seen, "not seen: {claim}; instead: {:?}\n{}", verdict.instead, self.text());
        }
    }

    /// The recording refutes all of this.
    pub fn refutes(&self, claims: &[&str]) {
        for claim in claims {
            let verdict = self.verdict(claim);
            assert!(!verdict.seen && !verdict.unknown, "seen or unknown: {claim}\n{}", self.text());
        }
    }

    /// Every transmission of the frame of this name, copies included, in the order in which they were sent.
    pub fn transmissions(&self, name: &str) -> Vec<&Frame> {
        self.timeline.frames.iter().filter(|frame| frame.name() == name).collect()
    }

    /// What became of each: `arrived`, `dropped by drop client>server data[1]`, `again arrived`, `copy arrived by …`.
    pub fn fates(&self, name: &str) -> Vec<String> {
        self.transmissions(name).into_iter().map(fate).collect()
    }

    /// The names of frames from one role to another that arrived, in the order in which they did. Bare ACKs are left out.
    pub fn arrivals(&self, from: &str, to: &str) -> Vec<String> {
        let mut arrived: Vec<_> =
            self.timeline.frames_between(from, to).map(|frame| &self.timeline.frames[frame]).collect();
        arrived.retain(|frame| frame.record.kind != "ACK" && came(frame).is_some());
        arrived.sort_by_key(|frame| came(frame));
        arrived
            .into_iter()
            .map(|frame| frame.record.clone())
            .map(|frame| format!("{}[{}]", frame.kind, frame.nth))
            .collect()
    }

    /// What a role printed, line by line.
    pub fn printed(&self, role: &str) -> Vec<&str> {
        let lines = self.timeline.marks.iter().filter_map(|mark| match mark {
            Mark::Output(output) if output.role == role => Some(output.text.as_str()),
            _ => None,
        });
        lines.collect()
    }

    /// The bytes that a role's calls of this name returned, one behind the other.
    pub fn received(&self, role: &str, name: &str) -> Vec<u8> {
        let calls = self.timeline.calls_named(role, name).map(|call| &self.timeline.calls[call]);
        let data = calls.filter_map(|call| call.exit.as_ref()?.data.as_ref());
        data.flat_map(|data| data.0.clone()).collect()
    }

    /// The same of what it sent.
    pub fn sent(&self, role: &str, name: &str) -> Vec<u8> {
        let calls = self.timeline.calls_named(role, name).map(|call| &self.timeline.calls[call]);
        calls.filter_map(|call| call.enter.data.as_ref()).flat_map(|data| data.0.clone()).collect()
    }

    /// Every program ended by itself, nothing was lost, and each frame has a fate.
    pub fn assert_sound(&self) {
        let end = self.timeline.end.as_ref().expect("an end");
        assert_eq!((end.lost, end.awaited.len(), self.output.status.code()), (0, 0, Some(0)), "{}", self.text());
        for frame in &self.timeline.frames {
            assert_ne!(fate(frame), "under way", "{}\n{}", frame.name(), self.text());
        }
    }
}

/// When a frame arrived.
pub fn came(frame: &Frame) -> Option<u64> {
    frame.carried.as_ref()?.fate.as_ref().filter(|fate| !fate.dropped).map(|fate| fate.t)
}

/// What became of one transmission.
pub fn fate(frame: &Frame) -> String {
    let of = match (frame.record.copy_of.is_some(), frame.record.again) {
        (true, _) => "copy ",
        (_, true) => "again ",
        _ => "",
    };
    let Some(fate) = frame.carried.as_ref().and_then(|carried| carried.fate.as_ref()) else {
        return format!("{of}under way");
    };
    let end = match (fate.dropped, fate.changed) {
        (true, _) => "dropped",
        (_, Some(_)) => "arrived changed",
        _ => "arrived",
    };
    let by = if fate.rules.is_empty() { String::new() } else { format!(" by {}", fate.rules.join(", ")) };
    format!("{of}{end}{by}")
}
