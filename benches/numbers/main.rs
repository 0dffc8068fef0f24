//! The numbers of the design, measured: `cargo bench --bench numbers`, or some rows only: `… -- ping loss`.
//!
//! Ratios are taken side by side in one run on one machine, and are medians; no test asserts a time. What they are
//! measured against, strace and tcpdump, comes from Debian's packages of these names. A row whose other half is missing
//! says so.

mod programs;
mod run;

use programs::Traffic;
use run::{Scratch, median};
use std::time::Duration;

/// Runs of each side of a ratio.
const RUNS: usize = 5;
const ROUND_TRIPS: u64 = 20_000;
const BULK_BYTES: u64 = 1 << 30;
const DATAGRAMS: u64 = 500_000;

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

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1000.0)
}

fn times(one: Duration, other: Duration) -> String {
    format!("{:.2} x", one.as_secs_f64() / other.as_secs_f64())
}
