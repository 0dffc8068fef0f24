//! The recorded runs that ship with the lab: their views are the golden files, and a run of today shows the same.
//!
//! `LAB_BLESS=1 cargo test --test golden` records every variation again and writes its views; read the difference before
//! committing it.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, recording, root, run, stderr, stdout, timeline, variations};
use socket_lab::timeline::{Mark, Moment, Span, Timeline};
use socket_lab::view::text::masked;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Once;

const WIDTHS: [&str; 3] = ["80", "100", "160"];

fn bundled(lesson: &str, variation: &str, ending: &str) -> PathBuf {
    common::bundled(lesson, variation).with_file_name(format!("{variation}{ending}"))
}

/// Records every variation again and writes its views, when asked to.
fn bless() {
    static ONCE: Once = Once::new();
    if std::env::var_os("LAB_BLESS").is_none() {
        return;
    }
    ONCE.call_once(|| {
        let folder = Folder::new("bless");
        let copy = folder.file("run.jsonl");
        // As an ordinary user, in tier 0: what most readers will have.
        let user = *common::users().first().unwrap();
        let here = format!("{}/", root().display());
        for (lesson, variation) in variations() {
            let file = bundled(&lesson, &variation, ".jsonl");
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            let output = run(user, &[&lesson, "--variation", &variation, "--export", &copy.to_string_lossy()]);
            assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
            // Where the project lies on the machine that recorded is nobody's business.
            fs::write(&file, fs::read_to_string(&copy).unwrap().replace(&here, "")).unwrap();
            for width in WIDTHS {
                let output = replay(&file, width);
                fs::write(bundled(&lesson, &variation, &format!(".{width}.txt")), stdout(&output)).unwrap();
            }
        }
    });
}

fn replay(file: &Path, width: &str) -> Output {
    run(User::Self_, &["replay", &file.to_string_lossy(), "--width", width, "--color", "never"])
}

/// Everything that happened, in its order: calls as they begin and return, frames as they are sent and as they end, holds, what
/// was printed, ends. Left out are times, ports and process ids, and bare ACKs, some of which the kernel sends by a timer.
fn order(timeline: &Timeline) -> Vec<String> {
    let mut order: Vec<(u64, String)> = Vec::new();
    for moment in &timeline.moments {
        match *moment {
            Moment::Enter(call) => {
                let call = &timeline.calls[call];
                order.push((call.enter.t, format!("{} begins", call.name())));
            }
            Moment::Exit(call) => {
                let call = &timeline.calls[call];
                let exit = call.exit.as_ref().expect("it returned");
                let result = exit.errno.clone().unwrap_or_else(|| exit.ret.to_string());
                let source = |span: &Span| format!(" {}[{:?}]", timeline.calls[span.call].name(), span.there);
                let sources: String = call.sources.iter().map(source).collect();
                order.push((exit.t, format!("{} = {result}{sources}", call.name())));
            }
            Moment::Frame(frame) if timeline.frames[frame].record.kind != "ACK" => {
                let frame = &timeline.frames[frame];
                order.push((frame.record.t, format!("{} {} B", frame.name(), frame.packet.payload.len())));
            }
            // Whether an arrival is a moment of its own depends on what else happened then; below stands that of each.
            Moment::Frame(_) | Moment::Arrival(_) => {}
            Moment::Mark(mark) => {
                let what = match &timeline.marks[mark] {
                    Mark::Held(held) => format!("held: {}", held.rule),
                    Mark::Released(released) => format!("released by {}", released.by),
                    Mark::Action(action) => format!("done: {}", action.rule),
                    // What is printed may hold a port, or the name of the run's own folder.
                    Mark::Output(output) => {
                        let words = output.text.split(' ').filter(|word| !word.contains("/lab-"));
                        let text = masked(&words.collect::<Vec<_>>().join(" "));
                        format!("{} prints {text}", output.role)
                    }
                    Mark::Ended(ended) => format!("{} ends {:?} {:?}", ended.role, ended.code, ended.signal),
                    _ => continue,
                };
                order.push((timeline.marks[mark].t(), what));
            }
        }
    }
    for frame in timeline.frames.iter().filter(|frame| frame.record.kind != "ACK") {
        if let Some(fate) = frame.carried.as_ref().and_then(|carried| carried.fate.as_ref()) {
            let end = if fate.dropped { "is dropped" } else { "arrives" };
            order.push((fate.t, format!("{} {end} {}", frame.name(), fate.rules.join(", "))));
        }
    }
    order.sort_by_key(|(t, _)| *t);
    order.into_iter().map(|(_, what)| what).collect()
}

#[test]
fn a_run_of_today_happens_in_the_order_of_the_recorded_run() {
    bless();
    let folder = Folder::new("golden");
    for (lesson, variation) in variations() {
        let file = bundled(&lesson, &variation, ".jsonl");
        let recorded = order(&Timeline::new(recording(&file)));
        let (today, _) = timeline(User::Self_, &[&lesson, "--variation", &variation], &folder);
        let today = order(&today);
        assert_eq!(today, recorded, "{lesson} {variation} shows something else than its recorded run");
    }
}

/// Not only what the schedule orders: lessons take turns, so all of it is the same.
#[test]
fn a_hundred_runs_of_the_same_schedule_happen_in_the_same_order() {
    let folder = Folder::new("hundred");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let (timeline, _) = timeline(User::Self_, &["05", "--variation", "prompt-reader"], &folder);
        let call = |name: &str| timeline.calls.iter().find(|call| call.name() == name).expect("the call");
        for number in 1..3 {
            let read = call(&format!("server.recv[{number}]")).exit.as_ref().expect("it returned").t;
            let next = call(&format!("client.send[{}]", number + 1));
            let may_run = next.hold.as_ref().map_or(next.enter.t, |hold| hold.until.expect("it was released"));
            assert!(may_run >= read, "send {} ran before recv {number} had returned", number + 1);
        }
        seen.insert(order(&timeline));
    }
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

/// The part of a view that no scheduler changes: everything behind the timeline itself.
fn conclusions(view: &str) -> String {
    let starts = ["on the wire", "in the programs", "ended", "seen"];
    let lines = view.lines().skip_while(|line| !starts.iter().any(|start| line.starts_with(start)));
    let mut ended = false;
    let lines = lines.map(|line| {
        ended = line.starts_with("ended") || (ended && line.starts_with(' '));
        match ended {
            // How much of a send the kernel had taken when the run was ended depends on when acknowledgments came.
            true => line.chars().filter(|letter| !letter.is_ascii_digit()).collect(),
            // So does where it sets PSH: at the end of what it could copy before it had to wait (RFC 9293, 3.9.1).
            false => line.replace("PSH ACK", "ACK"),
        }
    });
    masked(&lines.collect::<Vec<_>>().join("\n"))
}

/// At 160 columns, where nothing has to be left out: what is depends on how wide the timeline became.
#[test]
fn the_bytes_and_the_conclusions_of_a_run_of_today_are_those_of_the_golden_file() {
    bless();
    for (lesson, variation) in variations() {
        let output = run(User::Self_, &[&lesson, "--variation", &variation, "--color", "never", "--width", "160"]);
        let golden = fs::read_to_string(bundled(&lesson, &variation, ".160.txt")).unwrap();
        assert_eq!(conclusions(&stdout(&output)), conclusions(&golden), "{lesson} {variation}");
    }
}

#[test]
fn the_views_of_the_recorded_runs_are_the_golden_files() {
    bless();
    for (lesson, variation) in variations() {
        for width in WIDTHS {
            let output = replay(&bundled(&lesson, &variation, ".jsonl"), width);
            assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
            let golden = bundled(&lesson, &variation, &format!(".{width}.txt"));
            let expected = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
            assert_eq!(stdout(&output), expected, "{} (bless it with LAB_BLESS=1)", golden.display());
        }
    }
}

#[test]
fn the_transcript_in_the_readme_is_a_recorded_run() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let view = bundled("05-sticky-packets", "late-reader", ".80.txt");
    if std::env::var_os("LAB_BLESS").is_some() {
        bless();
        let (before, rest) = readme.split_once("```text\n").unwrap();
        let (_, after) = rest.split_once("```").unwrap();
        let text = fs::read_to_string(&view).unwrap();
        fs::write(root().join("README.md"), format!("{before}```text\n{text}```{after}")).unwrap();
        return;
    }
    assert!(readme.contains(&fs::read_to_string(view).unwrap()), "README.md shows another run");
}
