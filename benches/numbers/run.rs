//! Runs the programs bare, under strace, beside tcpdump, and under the recorder; each run gives what it took.

use crate::programs::{LOOPBACK, Traffic, argv};
use socket_lab::recorder::{Plan, PlannedRole, PlannedWire};
use socket_lab::sandbox::tiers_to_try;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Where the runs leave their files; removed at the end.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        let path = std::env::temp_dir().join(format!("lab-numbers-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for temporary files");
        Scratch(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The middle one of several measurements.
pub fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|one, two| one.partial_cmp(two).expect("measurements compare"));
    values[values.len() / 2]
}

/// True when the program can be started.
pub fn have(program: &str) -> bool {
    Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Server and client alone.
pub fn bare(traffic: Traffic, amount: u64) -> Duration {
    let argv = argv("both", traffic, amount, LOOPBACK);
    timed(Command::new(&argv[0]).args(&argv[1..]))
}

/// The same under strace, which follows both and logs their network calls.
pub fn under_strace(traffic: Traffic, amount: u64, log: &Path) -> Duration {
    let mut command = Command::new("strace");
    command.args(["-f", "--seccomp-bpf", "-e", "trace=network", "-o"]).arg(log);
    timed(command.args(argv("both", traffic, amount, LOOPBACK)))
}

fn timed(command: &mut Command) -> Duration {
    let started = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("the program starts");
    assert!(status.success(), "{command:?} failed");
    started.elapsed()
}

/// Server and client under the recorder: a full recording in a file. Gives the time from start to exit.
pub fn under_recorder(traffic: Traffic, amount: u64, recording: &Path) -> Duration {
    recorded(traffic, amount, recording, PlannedWire::Loopback)
}

/// The same on two hosts that a cable without rules joins.
pub fn over_a_cable(traffic: Traffic, amount: u64, recording: &Path) -> Duration {
    recorded(traffic, amount, recording, PlannedWire::Cable)
}

fn recorded(traffic: Traffic, amount: u64, recording: &Path, wire: PlannedWire) -> Duration {
    let address = match wire {
        PlannedWire::Loopback => "127.0.0.1:8080",
        PlannedWire::Cable => "192.0.2.1:8080",
    };
    let address = address.parse().expect("an address");
    let role = |name: &str| PlannedRole {
        name: name.into(),
        host: name.into(),
        argv: argv(name, traffic, amount, address),
        directory: "/".into(),
        ..PlannedRole::default()
    };
    let plan = Plan {
        title: traffic.word().into(),
        roles: vec![role("server"), role("client")],
        deadline_ms: 300_000,
        wire,
        ..Plan::default()
    };
    let line = serde_json::to_string(&plan).expect("a plan is JSON") + "\n";
    for tier in tiers_to_try() {
        let output = File::create(recording).expect("a file for the recording");
        let started = Instant::now();
        let mut recorder = Command::new(env!("CARGO_BIN_EXE_lab"))
            .args(["__recorder", &tier.to_string()])
            .stdin(Stdio::piped())
            .stdout(output)
            .spawn()
            .expect("the recorder starts");
        // Held until the end: a recorder whose orders end stops its run.
        let mut orders = recorder.stdin.take().expect("the recorder has a pipe");
        orders.write_all(line.as_bytes()).expect("the recorder reads its plan");
        let status = recorder.wait().expect("the recorder ends");
        let took = started.elapsed();
        assert!(status.success(), "the recorder failed");
        let mut first = String::new();
        BufReader::new(File::open(recording).expect("the recording")).read_line(&mut first).expect("a first line");
        if first.starts_with("{\"recording\"") {
            return took;
        }
    }
    panic!("this machine permits no tier of recording; see `lab doctor`");
}

/// The last line of a recording, without reading what may be gigabytes before it.
pub fn end_of(recording: &Path) -> serde_json::Value {
    let mut file = File::open(recording).expect("the recording");
    let len = file.metadata().expect("its size").len();
    file.seek(SeekFrom::Start(len.saturating_sub(65_536))).expect("seeking");
    let mut tail = Vec::new();
    file.read_to_end(&mut tail).expect("reading");
    let tail = String::from_utf8_lossy(&tail);
    let last = tail.lines().last().expect("a last line");
    let mut value: serde_json::Value = serde_json::from_str(last).expect("the last line is whole");
    value["end"].take()
}

/// A frame of a cable: how many bytes, when it came out of one host, and when it went into the other (none: it was dropped,
/// or the run ended).
pub struct Carried {
    pub data: bool,
    pub len: u64,
    pub sent: u64,
    pub arrived: Option<u64>,
}

/// The frames of a recording. Reads only the beginnings of its lines, which may be gigabytes in all.
pub fn carried(recording: &Path) -> Vec<Carried> {
    let mut frames: Vec<Carried> = Vec::new();
    let mut input = BufReader::with_capacity(1 << 20, File::open(recording).expect("the recording"));
    let mut line = Vec::new();
    let number = |text: &str, name: &str| -> u64 {
        let (_, rest) = text.split_once(name).expect("the field is there");
        let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse().expect("a number")
    };
    while input.read_until(b'\n', &mut line).expect("reading") > 0 {
        let text = String::from_utf8_lossy(&line[..line.len().min(160)]).into_owned();
        if text.starts_with("{\"frame\":") {
            assert_eq!(
                number(text.trim_start_matches("{\"frame\":"), "\"frame\":"),
                frames.len() as u64 + 1,
                "frames are numbered one by one"
            );
            let data = text.contains("\"kind\":\"data\"");
            frames.push(Carried { data, len: number(&text, "\"len\":"), sent: number(&text, "\"t\":"), arrived: None });
        } else if text.starts_with("{\"fate\":") && !text.contains("\"dropped\":true") {
            let frame = number(&text, "\"frame\":") as usize;
            frames[frame - 1].arrived = Some(number(&text, "\"t\":"));
        }
        line.clear();
    }
    frames
}

/// What tcpdump said at its end.
pub struct Dumped {
    pub captured: u64,
    pub dropped: u64,
}

/// Server and client alone while tcpdump, with its defaults, writes the loopback's frames to a file. None when it is not
/// allowed to capture here.
pub fn beside_tcpdump(traffic: Traffic, amount: u64, file: &Path) -> Option<Dumped> {
    let mut tcpdump = Command::new("tcpdump")
        .args(["-i", "lo", "-w"])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut said = BufReader::new(tcpdump.stderr.take()?);
    let mut line = String::new();
    // It says that it listens once its socket is open.
    while !line.contains("listening on") {
        line.clear();
        if said.read_line(&mut line).ok()? == 0 {
            let _ = tcpdump.wait();
            return None;
        }
    }
    bare(traffic, amount);
    // What is still in its buffer is not lost: time to write it.
    std::thread::sleep(Duration::from_secs(1));
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(tcpdump.id() as i32), nix::sys::signal::Signal::SIGINT).ok()?;
    let mut rest = String::new();
    said.read_to_string(&mut rest).ok()?;
    tcpdump.wait().ok()?;
    let count = |what: &str| {
        let line = rest.lines().find(|line| line.contains(what))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Dumped { captured: count("captured")?, dropped: count("dropped by kernel")? })
}
