//! Building the small programs, tracing them, and what every sound run has in common.

use crate::common::{Folder, User, lab, recording, root, stderr, stdout, tool};
use socket_lab::recording::{Event, Reason, Recording};
use socket_lab::timeline::{Call, Cause, Frame, Mark, Timeline};
use std::path::Path;
use std::process::{Command, Output};

/// A folder with what one test builds and writes.
pub struct Bench(Folder);

/// A traced run.
pub struct Run {
    pub recording: Recording,
    pub timeline: Timeline,
    pub output: Output,
}

impl Bench {
    pub fn new(name: &str) -> Bench {
        Bench(Folder::new(&format!("programs-{name}")))
    }

    pub fn file(&self, name: &str) -> String {
        self.0.file(name).to_string_lossy().into_owned()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.file(name), bytes).expect("a file of the test");
        self.file(name)
    }

    /// Builds `tests/programs/NAME.c`; gives the program's path, or nothing where there is no compiler.
    pub fn c(&self, name: &str) -> Option<String> {
        self.c_with(name, &["-O1", "-pthread"])
    }

    pub fn c_with(&self, name: &str, options: &[&str]) -> Option<String> {
        let gcc = tool("gcc")?;
        let program = self.file(name);
        let built =
            Command::new(gcc).args(options).args(["-Wall", "-o", &program]).arg(source(&format!("{name}.c"))).output();
        let built = built.expect("gcc starts");
        assert!(built.status.success(), "{}", stderr(&built));
        Some(program)
    }

    /// Traces with these arguments.
    pub fn trace(&self, arguments: &[&str]) -> Run {
        self.trace_as(User::Self_, arguments)
    }

    pub fn trace_as(&self, user: User, arguments: &[&str]) -> Run {
        let file = self.file("run.jsonl");
        let output = lab(user, &["trace", "--export", &file, "--color", "never", "--timeout", "30"])
            .args(arguments)
            .output()
            .expect("the lab starts");
        assert!(Path::new(&file).is_file(), "no recording\n{}\n{}", stdout(&output), stderr(&output));
        let recording = recording(Path::new(&file));
        Run { timeline: Timeline::new(recording.clone()), recording, output }
    }
}

/// Path of a file beside this one.
pub fn source(name: &str) -> String {
    root().join("tests/programs").join(name).to_string_lossy().into_owned()
}

impl Run {
    /// The text `lab trace` printed, for the message of a failed assertion.
    pub fn text(&self) -> String {
        format!("{}{}", stdout(&self.output), stderr(&self.output))
    }

    /// The call of this name: `server.recv[1]`.
    pub fn call(&self, name: &str) -> &Call {
        let found = self.timeline.calls.iter().find(|call| call.name() == name);
        found.unwrap_or_else(|| panic!("there is no {name} in\n{}", self.text()))
    }

    /// All calls of a role with a name: `server`, `recv`.
    pub fn calls(&self, role: &str, name: &str) -> Vec<&Call> {
        self.timeline.calls.iter().filter(|call| call.enter.role == role && call.enter.name == name).collect()
    }

    /// What a call returned: a number, or the name of an error.
    pub fn returned(&self, name: &str) -> String {
        result(self.call(name))
    }

    /// The calls whose bytes a receiving call got, each once, in order.
    pub fn sources(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> =
            self.call(name).sources.iter().map(|span| self.timeline.calls[span.call].name()).collect();
        names.dedup();
        names
    }

    /// The bytes a role received on stream sockets, whether or not the recorder could see them in its memory.
    pub fn received(&self, role: &str) -> u64 {
        let calls = self.timeline.calls.iter().filter(|call| call.enter.role == role && call.receives());
        calls.filter(|call| !call.has_flag("MSG_PEEK")).filter_map(Call::moved).sum()
    }

    pub fn frames(&self, from: &str, to: &str, kind: &str) -> Vec<&Frame> {
        let is = |role: &Option<String>, name: &str| role.as_deref() == Some(name);
        let frames = self.timeline.frames.iter();
        frames
            .filter(|frame| is(&frame.record.from, from) && is(&frame.record.to, to) && frame.record.kind == kind)
            .collect()
    }

    pub fn notices(&self) -> Vec<&str> {
        let marks = self.timeline.marks.iter();
        marks
            .filter_map(|mark| if let Mark::Notice(notice) = mark { Some(notice.text.as_str()) } else { None })
            .collect()
    }

    pub fn signals(&self, role: &str) -> Vec<&str> {
        let marks = self.timeline.marks.iter();
        marks
            .filter_map(|mark| match mark {
                Mark::Signal(signal) if signal.role == role => Some(signal.signal.as_str()),
                _ => None,
            })
            .collect()
    }

    /// How the process that a role was started as ended: `0`, `SIGKILL`, `by the lab`.
    pub fn end(&self, role: &str) -> String {
        let mut ends = self.timeline.marks.iter().filter_map(|mark| match mark {
            Mark::Ended(ended) if ended.role == role && ended.main => Some(ended),
            _ => None,
        });
        let ended = ends.next().unwrap_or_else(|| panic!("{role} never ended\n{}", self.text()));
        match (ended.by_lab, ended.code, &ended.signal) {
            (true, ..) => "by the lab".into(),
            (_, Some(code), _) => code.to_string(),
            (_, _, signal) => signal.clone().unwrap_or_default(),
        }
    }

    /// Holds for every run of programs that do nothing wrong: it was recorded to its end without loss or remark, every
    /// role ended well, every byte received is known and is the byte that was sent, and every frame has its cause.
    pub fn assert_sound(&self) {
        self.assert_complete();
        assert_eq!(self.notices(), [""; 0], "{}", self.text());
        for role in &self.recording.header.roles {
            let end = self.end(&role.name);
            let serves = role.name.starts_with("server");
            assert!(end == "0" || (serves && end == "by the lab"), "{} ended {end}\n{}", role.name, self.text());
        }
        self.assert_bytes_known();
        self.assert_frames_explained();
    }

    /// The recording has its last line, in time, and no frame was lost.
    pub fn assert_complete(&self) {
        let Some(Event::End(end)) = self.recording.events.last() else { panic!("no end\n{}", self.text()) };
        assert_eq!((end.reason, end.lost), (Reason::Done, 0), "{:?}\n{}", end.standing, self.text());
        let returned = |call: &&Call| call.exit.as_ref().is_some_and(|exit| exit.t < call.enter.t);
        assert_eq!(self.timeline.calls.iter().find(returned).map(Call::name), None);
    }

    /// Every byte that came out of a connection between two sockets of the run has a sender, and equals what was sent.
    pub fn assert_bytes_known(&self) {
        for call in self.timeline.calls.iter().filter(|call| call.receives()) {
            let Some(moved) = call.moved().filter(|&moved| moved > 0) else { continue };
            let got = call.exit.as_ref().and_then(|exit| exit.data.as_ref()).map_or(&[][..], |data| &data.0);
            let mut known = 0;
            for span in &call.sources {
                assert_eq!(span.here.start, known, "{}: a hole before {span:?}\n{}", call.name(), self.text());
                known = span.here.end;
                let sent = self.timeline.calls[span.call].enter.data.as_ref();
                if let (Some(sent), Some(got)) =
                    (sent.and_then(|sent| sent.0.get(span.there.clone())), got.get(span.here.clone()))
                {
                    assert_eq!(got, sent, "{}: not the bytes of {span:?}", call.name());
                }
            }
            // A datagram that did not fit: its true length is returned, what was kept is shorter.
            let kept = if got.is_empty() { moved as usize } else { got.len() };
            assert_eq!(known, kept, "{} has unknown bytes\n{}", call.name(), self.text());
        }
    }

    /// Every frame has a cause, and every frame with payload the calls whose bytes it carries.
    pub fn assert_frames_explained(&self) {
        for frame in &self.timeline.frames {
            assert_ne!(frame.cause, Cause::Unknown, "{} has no cause\n{}", frame.name(), self.text());
            let payload = frame.packet.payload.len().min(frame.record.bytes.0.len());
            let known: usize = frame.sources.iter().map(|span| span.here.len()).sum();
            assert_eq!(known, payload, "{} carries unknown bytes\n{}", frame.name(), self.text());
        }
    }

    /// Names in the order in which they began, without those of other roles.
    pub fn order(&self, role: &str) -> Vec<String> {
        let calls = self.timeline.calls.iter().filter(|call| call.enter.role == role);
        calls.map(|call| call.enter.name.clone()).collect()
    }

    /// The call that caused a frame.
    pub fn cause(&self, frame: &Frame) -> Option<String> {
        match frame.cause {
            Cause::Call { call, .. } => Some(self.timeline.calls[call].name()),
            _ => None,
        }
    }
}

pub fn result(call: &Call) -> String {
    match &call.exit {
        None => "never".into(),
        Some(exit) => exit.errno.clone().unwrap_or_else(|| exit.ret.to_string()),
    }
}
