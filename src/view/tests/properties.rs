//! Any run gives a page: no panic, no line wider than asked, no escape but our own colours.

use super::run::{Run, addr, hex, info, kernel, len, timer, with};
use super::{Options, plain};
use crate::expectations::Verdict;
use crate::recording::{
    Beat, Changed, Ended, Event, Expect, Held, Limit, Next, Notice, Output, Reason, Refused, Signal, Story, Task, Usage,
};
use crate::timeline::{Moment, Timeline};
use crate::view::Press;
use crate::view::paint::{Paint, Theme};
use crate::view::stage::{Effect, Talk};
use crate::view::text::{HexBytes, render};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

const ROLES: [&str; 5] = ["server", "client", "client2", "a-role-with-a-very-long-name", "客户"];
const NAMES: [&str; 9] = ["send", "recv", "sendto", "recvfrom", "accept", "connect", "close", "setsockopt", "poll"];

/// One step of a run: what happens, to whom, with which bytes.
type Step = (u8, usize, usize, Vec<u8>, String, u32);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let text = prop_oneof!["[ -~]{0,40}", "\\PC{0,20}", any::<String>()];
    let bytes = proptest::collection::vec(any::<u8>(), 0..40);
    let step = (0u8..23, 0..ROLES.len(), 0..NAMES.len(), bytes, text, 0u32..3000);
    proptest::collection::vec(step, 0..40)
}

fn run_of(steps: &[Step], text: &str) -> Run {
    let mut run = match steps.len() % 4 {
        0 => Run::new(text, &ROLES[..3]),
        _ => Run::on_cable(text, &ROLES[..3], &[text, "delay 50ms"]),
    };
    let mut open = Vec::new();
    let story = Story {
        title: text.into(),
        term: text.into(),
        question: text.into(),
        so: text.into(),
        next: vec![Next { run: text.into(), says: text.into() }],
        ..Story::default()
    };
    run.recording.header.story = (!steps.len().is_multiple_of(3)).then_some(story);
    for (what, role, name, bytes, text, number) in steps {
        let (role, t) = (ROLES[*role], run.t);
        let pid = Run::pid(role);
        match what {
            0..=2 => {
                let call = run.enter(role, NAMES[*name], |e| {
                    (e.fd, e.sock, e.args) = (Some(*number as i32), Some(number % 4), len(u64::from(*number)));
                    e.data = hex(bytes).filter(|_| NAMES[*name].starts_with("send"));
                    e.args.addr = Some(text.clone());
                });
                open.push(call);
            }
            3 | 4 => {
                if let Some(call) = open.pop() {
                    run.exit(call, bytes.len() as i64 - 1, |x| {
                        x.data = hex(bytes);
                        x.errno = (bytes.len() == 3).then(|| text.clone());
                        x.addr = (bytes.len() > 20).then(|| text.clone());
                    });
                }
            }
            5 => run.tcp("client", "server", "PA", (*number, 1), bytes),
            6 => run.tcp("server", "client2", "SA", (0, *number), b""),
            7 => run.udp("client", "server", bytes),
            8 => run.unreachable("client"),
            9 => run.frame(None, Some(role), text, bytes.clone()),
            10 => run.push(Event::Output(Output { t, role: role.into(), stream: "stderr".into(), text: text.clone() })),
            11 => run.push(Event::Notice(Notice { t, role: Some(role.into()), text: text.clone() })),
            21 => {
                let (limit, call) = (text.clone(), text.clone());
                let limited = (number % 3 > 0).then(|| role.into());
                run.push(Event::Refused(Refused { t, role: role.into(), pid, call, text: text.clone() }));
                run.push(Event::Limit(Limit { t, role: limited, limit, text: text.clone() }));
            }
            22 => run.push(Event::Usage(Usage {
                t,
                role: role.into(),
                pid,
                when: text.clone(),
                cpu_ms: u64::MAX,
                resident_kib: u64::from(*number),
                peak_kib: u64::MAX,
                sockets: number % 2,
                files: *number,
            })),
            12 => {
                let call = u64::from(*number);
                run.push(Event::Held(Held { t, call, rule: text.clone() }));
                run.push(Event::Signal(Signal { t, role: role.into(), tid: pid, signal: text.clone() }));
                run.push(Event::Task(Task { t, role: role.into(), pid, tid: *number as i32, parent: pid }));
            }
            14 => run.lost(text),
            15 => run.late(
                u64::from(*number) % 9,
                ["delay 50ms", "hold client>server data[1] until client.exit", text][*name % 3],
            ),
            16 => run.under_way(u64::from(*number) % 9),
            17 if run.last() > 0 => run.copied(),
            18 => {
                let state = ["ESTABLISHED", "TIME-WAIT", "LISTEN", text.as_str()][*name % 4];
                let mut held = with(kernel(number % 4, state, *number, 0), info(text, *name as u8, *number, *number));
                held.timer = timer("time-wait", *number);
                run.ends(number % 2 == 0, &[held, kernel(number % 3, text, 0, *number)]);
            }
            19 => run.fate(u64::from(*number) % 9, |fate| {
                fate.changed = Some(Changed { at: *number % 80, was: 1, is: bytes.len() as u8 });
            }),
            20 => run.frame(Some(role), Some("server"), "ARP", {
                let mut arp = vec![0; 42];
                (arp[12], arp[13]) = (8, 6);
                arp
            }),
            _ => {
                let code = Some(*number as i32);
                run.push(Event::Ended(Ended {
                    t,
                    role: role.into(),
                    pid,
                    main: true,
                    code,
                    signal: None,
                    by_lab: false,
                }));
            }
        }
    }
    run.socket(1, "server", "listen", None);
    run.socket(2, "client", "stream", Some("server"));
    run.socket(3, "client2", "dgram", None);
    if steps.len().is_multiple_of(2) {
        run.end(|end| (end.reason, end.awaited) = (Reason::Deadline, vec![text.to_string()]));
    }
    run
}

fn verdicts(text: &str) -> Vec<(Expect, Verdict)> {
    let verdict = |seen| Verdict {
        seen,
        unknown: text.len().is_multiple_of(3),
        evidence: vec![text.to_string(); 3],
        instead: Some(text.to_string()),
    };
    let expect = Expect { that: text.into(), says: text.into() };
    vec![(expect.clone(), verdict(true)), (expect, verdict(text.len().is_multiple_of(2)))]
}

fn sound(page: &str, width: usize) -> Result<(), TestCaseError> {
    for line in page.lines() {
        prop_assert!(line.width() <= width, "wider than {width}: {line:?}");
        prop_assert!(!line.ends_with(' '), "space at the end: {line:?}");
        prop_assert!(!line.chars().any(char::is_control), "control character: {line:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_run_gives_a_page_within_its_width(
        steps in steps(), text in prop_oneof!["[ -~]{0,60}", any::<String>()], width in 0usize..300, which in 0u8..12,
    ) {
        let hex = [HexBytes::Payload, HexBytes::All, HexBytes::None][usize::from(which % 3)];
        let noise = text.len().is_multiple_of(2);
        let options = Options { hex, layers: which & 4 != 0, kernel: which & 8 != 0, noise, ..plain(width) };
        let timeline = run_of(&steps, &text).timeline();
        let page = render(&timeline, &verdicts(&text), &options);
        sound(&page, width.clamp(60, 250))?;
        // The same words with colours, and not a single sequence more than ours.
        let painted = render(&timeline, &verdicts(&text), &Options { color: true, ..options });
        prop_assert_eq!(unpainted(&painted), page);
    }

    #[test]
    fn a_timeline_that_contradicts_itself_gives_a_page(steps in steps(), shuffle in any::<u64>(), width in 60usize..120) {
        let mut timeline = run_of(&steps, "x").timeline();
        let mut seed = shuffle;
        for index in (1..timeline.moments.len()).rev() {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            timeline.moments.swap(index, (seed >> 33) as usize % (index + 1));
        }
        let beyond = [Moment::Enter, Moment::Exit, Moment::Frame, Moment::Arrival, Moment::Mark];
        timeline.moments.extend(beyond.map(|moment| moment(9999)));
        sound(&render(&timeline, &[], &plain(width)), width)?;
        told_at_any_size(timeline, (width as u16, 24))?;
    }

    #[test]
    fn any_run_can_be_told_at_any_size(steps in steps(), text in any::<String>(), size in (0u16..260, 0u16..80)) {
        told_at_any_size(run_of(&steps, &text).timeline(), size)?;
    }
}

/// A talk about the run goes from its cover to its end, and nothing but ink is on its screens.
fn told_at_any_size(mut timeline: Timeline, size: (u16, u16)) -> Result<(), TestCaseError> {
    let mut story = timeline.header.story.clone().unwrap_or_default();
    let expect = |that: &str| Expect { that: that.into(), says: story.so.clone() };
    story.expect = ["count(client.send) > 0", "client>server data[1] is dropped", "server runs"].map(expect).into();
    let events =
        ["client.send[1]", "server.recv", "client>server data[1] arrives", "client.exit", "server.accept[1] goes"];
    let beat = |at: &str| Beat { at: at.into(), says: story.question.clone(), ..Beat::default() };
    // Without any, what is expected makes them.
    if size.0.is_multiple_of(2) {
        story.beats = events.map(beat).into();
    }
    timeline.header.story = Some(story.clone());
    let mut talk = Talk::new(story, None, Paint { theme: Theme::Dark, color: true });
    talk.measure(size);
    prop_assert_eq!(talk.press(Press::End), Some(Effect::Run));
    talk.tells(timeline).expect("the notation");
    for _ in 0..40 {
        let mut buffer = Buffer::empty(Rect::new(0, 0, size.0, size.1));
        talk.paint(&mut buffer);
        prop_assert!(buffer.content.iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
        talk.press(Press::PageDown);
    }
    Ok(())
}

/// The page without the sequences the view itself may write: SGR with digits and semicolons.
fn unpainted(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("\x1b[") {
        out.push_str(&rest[..at]);
        let body = &rest[at + 2..];
        let end = body.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(0);
        assert!(body[end..].starts_with('m'), "not a colour: {:?}", &body[..end + 1]);
        rest = &body[end + 1..];
    }
    out.push_str(rest);
    out
}

#[test]
fn a_hostile_payload_stays_text() {
    let mut run = Run::new("\x1b]0;owned\x07", &["server", "client\x1b[2J"]);
    let call = run.enter("server", "send", |e| (e.data, e.args) = (hex(b"\x1b[2J\r\n\x9b1m"), addr("unix:\x1b[5m")));
    run.exit(call, 9, |_| {});
    let page = render(&run.timeline(), &[], &plain(100));
    assert!(!page.contains('\x1b') && !page.contains('\x07') && !page.contains('\r'));
    assert!(page.contains("\\x1b[2J\\r\\n\\x9b1m"), "{page}");
}

#[test]
fn sockets_of_the_unix_family_have_no_frames_and_the_wire_says_so_once() {
    let mut run = Run::new("18-unix-sockets", &["server", "client"]);
    run.call("client", "socket", 3, |e| e.args.kind = Some("unix stream".into()));
    run.socket(1, "client", "stream", None);
    for event in &mut run.recording.events {
        if let Event::Socket(socket) = event {
            (socket.family, socket.local) = ("unix".into(), Some("unix:/tmp/s".into()));
        }
    }
    let page = render(&run.timeline(), &[], &plain(160));
    assert_eq!(page.matches("no frames: AF_UNIX does not leave the kernel").count(), 1, "{page}");
}

#[test]
fn a_call_that_the_gate_holds_does_not_look_as_if_it_came_back_at_once() {
    let mut run = Run::new("held", &["server", "client"]);
    let call = run.enter("client", "close", |e| e.fd = Some(3));
    let held = Held { t: run.t, call, rule: "client.close[1] after server.exit".into() };
    run.push(Event::Held(held));
    run.call("server", "poll", 1, |_| {});
    run.exit(call, 0, |_| {});
    let page = render(&run.timeline(), &[], &plain(100));
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text:?} in {page}"));
    assert!(at("┌ close 3") < at("held by the schedule: client.close[1]"));
    assert!(at("held by the schedule") < at("poll = 1") && at("poll = 1") < at("└ close"), "{page}");
}

/// Not a claim about seconds: a page of many events must simply not take for ever in a debug build.
#[test]
fn a_long_run_is_cut_in_the_middle_and_says_so() {
    let mut run = Run::new("long", &["server", "client"]);
    for number in 0..6000u32 {
        run.call("client", "send", 1, |e| (e.data, e.args) = (hex(&number.to_be_bytes()), len(4)));
    }
    let page = render(&run.timeline(), &[], &Options { hex: HexBytes::None, ..plain(80) });
    assert!(page.contains("3 500 rows left out"), "{}", &page[..2000]);
    assert!(page.lines().count() < 2700 * 2);
}
