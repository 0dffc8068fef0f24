//! book/src/recording.md is for readers in other languages, who have nothing else: it must not fall behind the types.

use serde_json::Value;
use socket_lab::recording::*;
use std::collections::BTreeSet;

const DOCUMENT: &str = include_str!("../book/src/recording.md");

#[test]
fn every_event_and_every_field_has_its_name_in_the_document() {
    let mut names = BTreeSet::new();
    collect(&serde_json::to_value(header()).unwrap(), &mut names);
    for event in events() {
        collect(&serde_json::to_value(event).unwrap(), &mut names);
    }
    let missing: Vec<_> = names.iter().filter(|name| !DOCUMENT.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "book/src/recording.md does not document {missing:?}");
}

#[test]
fn every_reason_for_an_end_is_in_the_document() {
    for reason in [Reason::Done, Reason::Deadline, Reason::Interrupted] {
        let word = serde_json::to_value(reason).unwrap();
        assert!(DOCUMENT.contains(&format!("`{}`", word.as_str().unwrap())), "{word} is not documented");
    }
}

#[test]
fn the_document_speaks_of_the_version_that_is_written() {
    assert!(DOCUMENT.starts_with(&format!("# The recording format, version {VERSION}\n")));
}

#[test]
fn the_documents_examples_are_lines_of_a_recording() {
    let examples: Vec<&str> = DOCUMENT.lines().filter(|line| line.starts_with("{\"")).collect();
    let (header, events) = examples.split_first().expect("the document has examples");
    let file = [&[*header], events].concat().join("\n");
    let recording = Recording::read(file.as_bytes()).expect("the examples can be read");
    let shown: BTreeSet<String> = recording.events.iter().map(name).collect();
    let all: BTreeSet<String> = events_by_name();
    assert_eq!(shown, all, "each event has an example");
}

fn events_by_name() -> BTreeSet<String> {
    events().iter().map(name).collect()
}

fn name(event: &Event) -> String {
    let value = serde_json::to_value(event).unwrap();
    value.as_object().unwrap().keys().next().unwrap().clone()
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                collect(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

fn some() -> Option<String> {
    Some("x".into())
}

fn host() -> Host {
    let text = || "x".to_string();
    Host { name: text(), ipv4: text(), ipv6: text(), mac: text(), mtu: 1 }
}

fn info() -> TcpInfo {
    TcpInfo {
        ca_state: "x".into(),
        retransmits: 1,
        probes: 1,
        backoff: 1,
        rto_us: 1,
        snd_mss: 1,
        unacked: 1,
        sacked: 1,
        lost: 1,
        retrans: 1,
        rtt_us: 1,
        rttvar_us: 1,
        cwnd: 1,
        ssthresh: 1,
        total_retrans: 1,
    }
}

fn header() -> Header {
    Header {
        cable: vec!["x".into()],
        version: VERSION,
        lab: "x".into(),
        title: "x".into(),
        epoch_ns: 1,
        kernel: "x".into(),
        tier: 0,
        wire: Wire { kind: "x".into(), mtu: 1, captured: true, note: some(), private: true, hosts: vec![host()] },
        roles: vec![Role { name: "x".into(), argv: vec!["x".into()], host: some() }],
        schedule: vec!["x".into()],
        turns: true,
        deadline_ns: 1,
        story: Some(Story {
            expect: vec![Expect { that: "x".into(), says: "x".into() }],
            next: vec![Next { run: "x".into(), says: "x".into() }],
            show: vec!["x".into()],
            predictions: vec![Prediction { question: "x".into(), choices: vec![choice()] }],
            beats: vec![Beat {
                at: "x".into(),
                that: vec!["x".into()],
                says: "x".into(),
                minutes: Some(1),
                speak: some(),
            }],
            ..Story::default()
        }),
    }
}

fn choice() -> Choice {
    Choice { says: "x".into(), that: vec!["x".into()], why: some(), tempting: some() }
}

/// One of each, with every field that can be left out filled in. Written out field by field: a new field does not compile
/// here before somebody has looked.
fn events() -> Vec<Event> {
    let (t, pid, tid, call) = (1, 1, 1, 1);
    let role = || "x".to_string();
    let text = || "x".to_string();
    let bytes = || Hex(vec![1]);
    let kernel = || {
        vec![Kernel {
            sock: 1,
            state: text(),
            recv_queue: 1,
            send_queue: 1,
            next_datagram: Some(1),
            timer: Some(Box::new(Timer { kind: text(), left_ms: 1, tries: 1 })),
            info: Some(Box::new(info())),
        }]
    };
    let args = Args {
        addr: some(),
        len: Some(1),
        flags: some(),
        backlog: Some(1),
        kind: some(),
        option: some(),
        value: some(),
        how: some(),
        cut: true,
    };
    vec![
        Event::Spawn(Spawn { t, role: role(), pid }),
        Event::Task(Task { t, role: role(), pid, tid, parent: 1 }),
        Event::Exec(Exec { t, role: role(), pid, path: text() }),
        Event::Socket(Socket {
            t,
            sock: 1,
            role: role(),
            family: text(),
            kind: text(),
            local: some(),
            remote: some(),
            listening: true,
            peer: Some(1),
        }),
        Event::Enter(Enter {
            t,
            call,
            role: role(),
            pid,
            tid,
            name: text(),
            nth: 1,
            syscall: text(),
            fd: Some(1),
            sock: Some(1),
            args,
            data: Some(bytes()),
            source: Some(Box::new(Source { file: text(), line: 1, function: some(), text: some() })),
        }),
        Event::Exit(Exit {
            t,
            call,
            ret: 1,
            errno: some(),
            data: Some(bytes()),
            addr: some(),
            flags: some(),
            sock: Some(1),
            value: some(),
            cut: true,
            kernel: kernel(),
        }),
        Event::Interrupted(Interrupted { t, call }),
        Event::Resumed(Resumed { t, call }),
        Event::Frame(Frame {
            copy_of: Some(1),
            t,
            frame: 1,
            from: some(),
            to: some(),
            kind: text(),
            nth: 1,
            again: true,
            len: 1,
            bytes: bytes(),
        }),
        Event::Fate(Fate {
            t,
            frame: 1,
            dropped: true,
            rules: vec![text()],
            changed: Some(Changed { at: 1, was: 1, is: 1 }),
        }),
        Event::Ends(Ends { t, frame: 1, arrived: true, kernel: kernel() }),
        Event::Held(Held { t, call, rule: text() }),
        Event::Released(Released { t, call, by: text() }),
        Event::Action(Action { t, rule: text(), role: role() }),
        Event::Output(Output { t, role: role(), stream: text(), text: text() }),
        Event::Input(Input { t, role: role(), text: text() }),
        Event::Signal(Signal { t, role: role(), tid, signal: text() }),
        Event::Ended(Ended { t, role: role(), pid, main: true, code: Some(0), signal: some(), by_lab: true }),
        Event::Notice(Notice { t, role: some(), text: text() }),
        Event::Limit(Limit { t, role: some(), limit: text(), text: text() }),
        Event::Refused(Refused { t, role: role(), pid, call: text(), text: text() }),
        Event::Rest(Rest { t, kernel: kernel() }),
        Event::Usage(Usage {
            t,
            role: role(),
            pid,
            when: text(),
            cpu_ms: 1,
            resident_kib: 1,
            peak_kib: 1,
            sockets: 1,
            files: 1,
        }),
        Event::End(End {
            t,
            reason: Reason::Done,
            awaited: vec![text()],
            standing: vec![Standing {
                role: role(),
                tid,
                call: Some(1),
                syscall: some(),
                held: true,
                kernel: kernel(),
            }],
            frames: 1,
            lost: 0,
            clock_step_ns: 0,
        }),
    ]
}
