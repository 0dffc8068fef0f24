//! The recorded runs that ship with the lab: their views are the golden files, and a run of today shows the same.
//!
//! `LAB_BLESS=1 cargo test --test golden` records every variation again and writes its views and what the book makes of them;
//! read the difference before committing it. A run that shows what the one before showed keeps its recording.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, recording, root, run, stderr, stdout, timeline, variations};
use socket_lab::book::claims::{Claim, claims};
use socket_lab::book::{self, Recorded};
use socket_lab::course::{Course, Exercise, Exercises, Variation};
use socket_lab::recording::{Held, Recording, Released, Writer};
use socket_lab::timeline::{Mark, Moment, Span, Timeline};
use socket_lab::view::text::{HexBytes, Options, masked, render};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;

const WIDTHS: [&str; 3] = ["80", "100", "160"];

fn bundled(lesson: &str, variation: &str, ending: &str) -> PathBuf {
    common::bundled(lesson, variation).with_file_name(format!("{variation}{ending}"))
}

/// What is to be written again: `LAB_BLESS=1` everything, `LAB_BLESS=parts` only what is made of the recordings;
/// `LAB_LESSON=05-sticky-packets` the runs of one lesson only.
fn bless() {
    static ONCE: Once = Once::new();
    let Some(what) = std::env::var_os("LAB_BLESS") else { return };
    ONCE.call_once(|| {
        let lesson = std::env::var("LAB_LESSON").ok();
        let variations =
            variations().into_iter().filter(|(name, _)| lesson.as_ref().is_none_or(|lesson| lesson == name));
        for (lesson, variation) in variations {
            if what != "parts" {
                record(&lesson, &variation);
            }
            for (file, text) in views(&lesson, &variation) {
                fs::write(file, text).unwrap();
            }
        }
        for (file, text) in generated() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    });
}

/// Records a variation. A run that shows the same as the recorded one does not replace it: else every blessing would change
/// every time and port of the book. What the lesson says about it may have changed.
fn record(lesson: &str, variation: &str) {
    let folder = Folder::new("bless");
    let copy = folder.file("run.jsonl");
    // As an ordinary user, in tier 0: what most readers will have.
    let user = *common::users().first().unwrap();
    let file = bundled(lesson, variation, ".jsonl");
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let output = run(user, &[lesson, "--variation", variation, "--export", &copy.to_string_lossy()]);
    assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
    // Where the project lies on the machine that recorded is nobody's business.
    let text = fs::read_to_string(&copy).unwrap().replace(&format!("{}/", root().display()), "");
    let today = Recording::read(text.as_bytes()).expect("what was just written");
    let before = fs::read(&file).ok().and_then(|before| Recording::read(&before[..]).ok());
    match before {
        Some(mut before) if shows_the_same(&before, &today) => {
            before.header.story = today.header.story;
            let mut text = Vec::new();
            let mut writer = Writer::new(&mut text, &before.header).unwrap();
            before.events.iter().try_for_each(|event| writer.event(event)).unwrap();
            fs::write(&file, text).unwrap();
        }
        _ => fs::write(&file, text).unwrap(),
    }
}

fn shows_the_same(before: &Recording, today: &Recording) -> bool {
    let roles = |recording: &Recording| recording.header.roles.iter().map(|role| role.argv.clone()).collect::<Vec<_>>();
    // The first word of each is where the program lies.
    let arguments =
        |recording: &Recording| roles(recording).into_iter().map(|argv| argv[1..].to_vec()).collect::<Vec<_>>();
    let options =
        Options { width: 160, color: false, hex: HexBytes::Payload, layers: false, kernel: false, noise: false };
    let shown = |recording: &Recording| {
        let timeline = Timeline::new(recording.clone());
        (order(&timeline), conclusions(&render(&timeline, &[], &options)))
    };
    let scratch = |words: Vec<Vec<String>>| {
        words.into_iter().flatten().filter(|word| !word.contains("/lab-")).collect::<Vec<_>>()
    };
    scratch(arguments(before)) == scratch(arguments(today))
        && before.header.wire == today.header.wire
        && before.header.schedule == today.header.schedule
        && before.header.cable == today.header.cable
        && shown(before) == shown(today)
}

/// The files that are made of a recording, with what they must hold.
fn views(lesson: &str, variation: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let file = bundled(lesson, variation, ".jsonl");
    let folder = Folder::new("views");
    let capture = folder.file("run.pcapng");
    let mut views = Vec::new();
    for (n, width) in WIDTHS.into_iter().enumerate() {
        let mut arguments = vec!["replay", file.to_str().unwrap(), "--width", width, "--color", "never"];
        if n == 0 {
            arguments.extend(["--export", capture.to_str().unwrap()]);
        }
        let output = run(User::Self_, &arguments);
        assert!(output.status.success(), "{lesson} {variation}\n{}{}", stdout(&output), stderr(&output));
        views.push((bundled(lesson, variation, &format!(".{width}.txt")), output.stdout));
    }
    views.push((bundled(lesson, variation, ".pcapng"), fs::read(capture).unwrap()));
    views
}

fn recorded<'a>(lesson: &str, variation: &'a Variation) -> Recorded<'a> {
    let file = common::bundled(lesson, &variation.name);
    Recorded::new(variation, recording(&file)).unwrap_or_else(|error| panic!("{}: {error:#}", file.display()))
}

/// The generated pages and parts of the book, with what they must hold.
fn generated() -> Vec<(PathBuf, String)> {
    let course = Course::open(root()).unwrap();
    let exercises = Exercises::open(root()).unwrap();
    let claims = claims(root()).unwrap();
    let is_lesson = |name: &str| course.lessons.iter().any(|lesson| lesson.name == name);
    let folder = root().join("book/src");
    let mut files = vec![(folder.join("parts/tutorials.md"), book::tutorials(&claims, is_lesson))];
    for lesson in &course.lessons {
        let recorded: Vec<Recorded> = lesson.variations.iter().map(|it| recorded(&lesson.name, it)).collect();
        let exercises: Vec<&Exercise> = exercises.of_lesson(&lesson.name).collect();
        let claims: Vec<&Claim> = claims.iter().filter(|claim| claim.lesson == lesson.name).collect();
        let parts = book::parts(lesson, &recorded, &exercises, &claims);
        files.push((folder.join(format!("parts/{}.md", lesson.name)), parts));
        files.push((folder.join(format!("runs/{}.md", lesson.name)), book::runs(lesson, &recorded)));
    }
    files
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
                    // Who waits for a bare ACK is held only when it came first: that is the kernel's timer's business too.
                    Mark::Held(Held { rule, .. }) if rule.contains(" ACK[") => continue,
                    Mark::Released(Released { by, .. }) if by.contains(" ACK[") => continue,
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
        assert_eq!(
            today.header.story,
            recording(&file).header.story,
            "{lesson} {variation} says or asks something else than its recorded run: LAB_BLESS=1"
        );
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
        for (golden, expected) in views(&lesson, &variation) {
            let is = fs::read(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
            assert!(is == expected, "{} is not what the lab shows (bless it with LAB_BLESS=parts)", golden.display());
        }
    }
}

#[test]
fn the_generated_parts_of_the_book_are_made_of_the_recorded_runs_of_today() {
    bless();
    let mut wanted = BTreeSet::new();
    for (golden, expected) in generated() {
        let is = fs::read_to_string(&golden).unwrap_or_else(|error| panic!("{}: {error}", golden.display()));
        assert!(is == expected, "{} is not what the lab shows (bless it with LAB_BLESS=parts)", golden.display());
        wanted.insert(golden);
    }
    for folder in ["parts", "runs"] {
        let files = fs::read_dir(root().join("book/src").join(folder)).unwrap().map(|file| file.unwrap().path());
        let left: Vec<PathBuf> = files.filter(|file| file.is_file() && !wanted.contains(file)).collect();
        assert!(left.is_empty(), "nobody makes {left:?} any more");
    }
}

#[test]
fn no_recorded_run_is_left_of_a_variation_that_is_gone() {
    let runs = root().join("book/src/runs");
    let endings: Vec<String> =
        [".jsonl", ".pcapng"].iter().map(|it| it.to_string()).chain(WIDTHS.map(|it| format!(".{it}.txt"))).collect();
    let file = |(lesson, variation): &(String, String)| {
        endings.iter().map(|it| bundled(lesson, variation, it)).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<PathBuf> = variations().iter().flat_map(file).collect();
    let folders = fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let found = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
    let left: Vec<PathBuf> = found.filter(|file| !wanted.contains(file)).collect();
    assert!(left.is_empty(), "{left:?}");
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
