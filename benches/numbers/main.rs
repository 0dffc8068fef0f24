//! The numbers of the design, measured: `cargo bench --bench numbers`, or some rows only: `… -- ping loss`. The rows
//! `steady` and `build` take minutes and have to be named.
//!
//! Ratios are taken side by side in one run on one machine, and are medians; no test asserts a time. What they are
//! measured against, strace and tcpdump, comes from Debian's packages of these names. A row whose other half is missing
//! says so.

mod check;
mod programs;
mod run;
mod screen;
mod synthetic;

use programs::Traffic;
use run::{Scratch, median};
use socket_lab::recording::Recording;
use socket_lab::timeline::{Cause, Timeline};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs of each side of a ratio.
const RUNS: usize = 5;
const ROUND_TRIPS: u64 = 20_000;
const BULK_BYTES: u64 = 1 << 30;
const DATAGRAMS: u64 = 500_000;
const CABLE_ROUND_TRIPS: u64 = 5_000;
const CABLE_BYTES: u64 = 128 << 20;

/// One line of the table.
struct Row {
    what: String,
    measured: String,
    target: &'static str,
    met: Option<bool>,
}

impl Row {
    fn print(&self) {
        let met = match self.met {
            Some(true) => "met",
            Some(false) => "NOT MET",
            None => "",
        };
        println!("{:<58} {:>22}   {:<14} {met}", self.what, self.measured, self.target);
    }
}

fn row(what: impl Into<String>, measured: impl Into<String>, target: &'static str, met: Option<bool>) {
    Row { what: what.into(), measured: measured.into(), target, met }.print();
}

fn main() {
    if programs::become_program() {
        return;
    }
    if let [_, word, file] = &std::env::args().collect::<Vec<_>>()[..]
        && word == "__view"
    {
        return synthetic::view(Path::new(file));
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wants = |word: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == word);
    let scratch = Scratch::new();
    println!("{:<58} {:>22}   {:<14}", "what", "measured", "target");
    if wants("ping") {
        ping_pong(&scratch);
    }
    if wants("loss") {
        loss(&scratch);
    }
    if wants("cable") {
        cable(&scratch);
    }
    if wants("truth") {
        truth(&scratch);
    }
    if wants("lesson") {
        lesson();
    }
    if wants("check") {
        check::check();
    }
    if wants("long") {
        long(&scratch);
    }
    if wants("screen") {
        screen::screen(&scratch);
    }
    // These take minutes, so they are measured only when they are named.
    if wanted.iter().any(|wanted| wanted == "steady") {
        steady();
    }
    if wanted.iter().any(|wanted| wanted == "build") {
        build(&scratch);
    }
}

/// Alternates the sides, so that whatever else the machine does meets all of them alike.
fn ping_pong(scratch: &Scratch) {
    let strace = run::have("strace");
    let (mut bare, mut traced, mut recorded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        bare.push(run::bare(Traffic::PingPong, ROUND_TRIPS));
        if strace {
            traced.push(run::under_strace(Traffic::PingPong, ROUND_TRIPS, &scratch.file("strace.log")));
        }
        recorded.push(run::under_recorder(Traffic::PingPong, ROUND_TRIPS, &scratch.file("ping.jsonl")));
    }
    let (bare, recorded) = (median(bare), median(recorded));
    row(format!("ping-pong, {ROUND_TRIPS} round trips: bare"), milliseconds(bare), "", None);
    row("  recorded: payload, frames, kernel states, to a file", milliseconds(recorded), "", None);
    row("  recorder / bare", times(recorded, bare), "", None);
    if !strace {
        return row("  recorder / strace", "strace is missing", "<= 1.0 x", None);
    }
    let traced = median(traced);
    row("  strace -f --seccomp-bpf -e trace=network -o FILE", milliseconds(traced), "", None);
    row("  recorder / strace", times(recorded, traced), "<= 1.0 x", Some(recorded <= traced));
}

fn loss(scratch: &Scratch) {
    for (traffic, amount, what) in [
        (Traffic::Bulk, BULK_BYTES, "TCP bulk, 1 GiB in 64 KiB writes"),
        (Traffic::Flood, DATAGRAMS, "UDP flood, 500 000 of 32 bytes by sendmmsg"),
    ] {
        let file = scratch.file("loss.jsonl");
        run::under_recorder(traffic, amount, &file);
        let end = run::end_of(&file);
        let _ = std::fs::remove_file(&file);
        let (frames, lost) = (end["frames"].as_u64().unwrap_or(0), end["lost"].as_u64().unwrap_or(u64::MAX));
        row(format!("{what}: lost by the recorder"), format!("{lost} of {}", frames + lost), "0", Some(lost == 0));
        let file = scratch.file("loss.pcap");
        let dumped = run::have("tcpdump").then(|| run::beside_tcpdump(traffic, amount, &file)).flatten();
        let _ = std::fs::remove_file(&file);
        let measured = dumped.map_or("tcpdump is missing or may not capture".into(), |dumped| {
            format!("{} of {}", dumped.dropped, dumped.captured + dumped.dropped)
        });
        row("  lost by tcpdump -w with its defaults", measured, "", None);
    }
}

/// What a cable without rules adds to a round trip, what it carries, and what it loses: by the stamps of the recording.
fn cable(scratch: &Scratch) {
    let file = scratch.file("cable.jsonl");
    let (mut added, mut loopback, mut cable) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        loopback.push(run::under_recorder(Traffic::PingPong, CABLE_ROUND_TRIPS, &file));
        cable.push(run::over_a_cable(Traffic::PingPong, CABLE_ROUND_TRIPS, &file));
        let frames = run::carried(&file);
        // Pings and pongs alternate: a round trip is two frames in a row.
        let waits: Vec<u64> = frames.iter().filter(|frame| frame.data).map(on_the_cable).collect();
        added.push(median(waits.chunks_exact(2).map(|pair| pair[0] + pair[1]).collect()));
    }
    let added = median(added) as f64 / 1000.0;
    row("cable: added to a round trip", format!("{added:.1} µs"), "<= 20 µs", Some(added <= 20.0));
    let each = |whole: Vec<Duration>| median(whole) / CABLE_ROUND_TRIPS as u32;
    let (loopback, cable) = (each(loopback), each(cable));
    row("  a recorded round trip on a cable", format!("{} µs", cable.as_micros()), "", None);
    row("  the same on a loopback", format!("{} µs", loopback.as_micros()), "", None);
    let (mut rates, mut carried, mut missing) = (Vec::new(), 0, 0);
    for _ in 0..RUNS {
        run::over_a_cable(Traffic::Bulk, CABLE_BYTES, &file);
        let frames = run::carried(&file);
        let data: Vec<_> = frames.iter().filter(|frame| frame.data).collect();
        let begin = data.iter().map(|frame| frame.sent).min().expect("a first segment");
        let end = data.iter().filter_map(|frame| frame.arrived).max().expect("a last one");
        let bits = data.iter().map(|frame| frame.len * 8).sum::<u64>();
        rates.push(bits as f64 / (end - begin) as f64);
        carried += frames.len();
        missing += frames.iter().filter(|frame| frame.arrived.is_none()).count();
        missing += run::end_of(&file)["lost"].as_u64().unwrap_or(u64::MAX) as usize;
    }
    let _ = std::fs::remove_file(&file);
    let rate = median(rates);
    row(
        "cable: TCP bulk, 128 MiB in 64 KiB writes, recorded",
        format!("{rate:.2} Gbit/s"),
        ">= 1 Gbit/s",
        Some(rate >= 1.0),
    );
    row("  frames that did not arrive", format!("{missing} of {carried}"), "0", Some(missing == 0));
}

/// Nanoseconds between coming out of one host and going into the other.
fn on_the_cable(frame: &run::Carried) -> u64 {
    frame.arrived.map_or(0, |arrived| arrived - frame.sent)
}

/// What a recording can prove: frames within their call's window, and bytes whose origin is known.
fn truth(scratch: &Scratch) {
    let file = scratch.file("truth.jsonl");
    run::under_recorder(Traffic::PingPong, ROUND_TRIPS, &file);
    let input = BufReader::new(File::open(&file).expect("the recording"));
    let timeline = Timeline::new(Recording::read(input).expect("the recording can be read"));
    let _ = std::fs::remove_file(&file);
    let sends = timeline.calls.iter().filter(|call| call.enter.name == "send" && call.enter.sock.is_some());
    let (mut immediate, mut within) = (0u64, 0u64);
    for call in sends {
        let Some(exit) = &call.exit else { continue };
        let window = call.enter.t..=exit.t;
        immediate += 1;
        let inside = call.carried_by.iter().all(|frame| window.contains(&timeline.frames[*frame].record.t));
        within += u64::from(inside && !call.carried_by.is_empty());
    }
    row(
        "sends whose frames fall in their own call's window",
        share(within, immediate),
        "100 %",
        Some(within == immediate),
    );
    let (mut bytes, mut known) = (0u64, 0u64);
    for call in timeline.calls.iter().filter(|call| call.enter.name == "recv") {
        bytes += call.exit.as_ref().map_or(0, |exit| exit.ret.max(0) as u64);
        known += call.sources.iter().map(|span| span.here.len() as u64).sum::<u64>();
    }
    for frame in &timeline.frames {
        bytes += frame.packet.payload.len() as u64;
        known += frame.sources.iter().map(|span| span.here.len() as u64).sum::<u64>();
    }
    row(
        "payload bytes with a provenance, received and on the wire",
        share(known, bytes),
        "100 %",
        Some(known == bytes),
    );
    let causes = timeline.frames.iter().filter(|frame| frame.cause != Cause::Unknown).count() as u64;
    row("frames with a cause", share(causes, timeline.frames.len() as u64), "", None);
}

/// Every lesson in every variation a hundred times, beside a core that is kept busy.
fn steady() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let course = socket_lab::course::Course::open(root).expect("the course");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let (mut runs, mut missing) = (0u32, 0u32);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                std::hint::spin_loop();
            }
        });
        for lesson in &course.lessons {
            for variation in &lesson.variations {
                for _ in 0..100 {
                    let arguments = [lesson.name.as_str(), "--variation", &variation.name, "--color", "never"];
                    let output = Command::new(env!("CARGO_BIN_EXE_lab")).args(arguments).current_dir(root).output();
                    runs += 1;
                    missing += u32::from(!output.is_ok_and(|output| output.status.success()));
                }
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    let measured = format!("{missing} of {runs}");
    row("runs beside a busy core that miss their phenomenon", measured, "0", Some(missing == 0));
}

/// What a new learner waits for first, beside a course runner that is known for being quick to install.
fn build(scratch: &Scratch) {
    let cargo = |arguments: &[&str], folder: &str| {
        let target = scratch.file(folder);
        let started = Instant::now();
        let status = Command::new("cargo")
            .args(arguments)
            .env("CARGO_TARGET_DIR", &target)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::null())
            .status();
        let took = started.elapsed();
        let _ = std::fs::remove_dir_all(&target);
        status.is_ok_and(|status| status.success()).then_some(took)
    };
    let root = scratch.file("rustlings-root");
    let ours = cargo(&["build", "--bin", "lab"], "build-lab");
    let theirs = cargo(&["install", "rustlings", "--quiet", "--root", &root.to_string_lossy()], "build-rustlings");
    let _ = std::fs::remove_dir_all(&root);
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return row("first build / cargo install rustlings", "one of them failed", "<= 0.7 x", None);
    };
    row("first build of the lab, from nothing", milliseconds(ours), "", None);
    row("  cargo install rustlings", milliseconds(theirs), "", None);
    row("  first build / cargo install rustlings", times(ours, theirs), "<= 0.7 x", Some(ours * 10 <= theirs * 7));
}

/// A lesson from start to the end of its output, beside its two programs alone.
fn lesson() {
    let lab = Path::new(env!("CARGO_BIN_EXE_lab"));
    let run_lab = || {
        let started = Instant::now();
        let output = Command::new(lab).args(["05", "--color", "never"]).output().expect("the lab starts");
        assert!(output.status.success(), "lab 05 failed: {}", String::from_utf8_lossy(&output.stderr));
        started.elapsed()
    };
    run_lab(); // builds the lesson when that is due
    let program = lab.with_file_name("05-sticky-packets");
    let alone = || {
        let started = Instant::now();
        let run = |arguments: &[&str]| {
            Command::new(&program)
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
                .expect("it starts")
        };
        let mut server = run(&["server", "--recv", "1024"]);
        // Its first line says that it waits: then the client may come.
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        std::io::BufRead::read_line(&mut output, &mut String::new()).expect("a first line");
        let client = run(&["client", "--send", "hello,hai,hahaha"]).wait_with_output().expect("the client ends");
        std::io::copy(&mut output, &mut std::io::sink()).expect("the server's output");
        let server = server.wait().expect("the server ends");
        assert!(client.status.success() && server.success(), "the lesson's programs failed by themselves");
        started.elapsed()
    };
    let times: Vec<_> = (0..RUNS).map(|_| (alone(), run_lab())).collect();
    let alone = median(times.iter().map(|(alone, _)| *alone).collect());
    let lab = median(times.iter().map(|(_, lab)| *lab).collect());
    row("lab 05, start to end of output", milliseconds(lab), "", None);
    row("  its two programs alone", milliseconds(alone), "", None);
    let more = lab.saturating_sub(alone);
    row("  the lab takes more", milliseconds(more), "<= 150 ms", Some(more <= Duration::from_millis(150)));
}

/// Long recordings: the four times the events must take about four times the time.
fn long(scratch: &Scratch) {
    let mut totals = Vec::new();
    for events in [250_000, 1_000_000] {
        let file = scratch.file("long.jsonl");
        synthetic::write(&file, events).expect("a long recording");
        let size = std::fs::metadata(&file).expect("its size").len();
        let own = std::env::current_exe().expect("this program has a path");
        let runs: Vec<Vec<f64>> = (0..RUNS)
            .map(|_| {
                let output = Command::new(&own).arg("__view").arg(&file).output().expect("this program starts");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                let text = String::from_utf8_lossy(&output.stdout);
                text.split_whitespace().map(|number| number.parse().expect("a number")).collect()
            })
            .collect();
        let _ = std::fs::remove_file(&file);
        let middle = |index: usize| median(runs.iter().map(|run| run[index]).collect());
        let whole = middle(4);
        totals.push(whole);
        let million = events == 1_000_000;
        row(
            format!("{events} events, {} MB: everything", size / 1_000_000),
            format!("{whole:.2} s"),
            if million { "<= 2 s" } else { "" },
            million.then_some(whole <= 2.0),
        );
        for (index, stage) in ["read", "timeline", "expectations", "text"].iter().enumerate() {
            row(format!("  {stage}"), format!("{:.2} s", middle(index)), "", None);
        }
        let times_file = middle(5) / size as f64;
        row(
            "  peak memory / file",
            format!("{times_file:.2} x"),
            if million { "<= 3 x" } else { "" },
            million.then_some(times_file <= 3.0),
        );
    }
    let growth = totals[1] / totals[0];
    row("  1 000 000 events / 250 000 events", format!("{growth:.1} x"), "linear: 4 x", Some(growth <= 5.0));
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "nothing to count".into();
    }
    // Never rounded up: 100 % is said of all and of nothing less.
    let hundredths = part * 10_000 / whole;
    format!("{}.{:02} % of {whole}", hundredths / 100, hundredths % 100)
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

fn times(one: Duration, other: Duration) -> String {
    format!("{:.2} x", one.as_secs_f64() / other.as_secs_f64())
}
