//! What a line means, how things stand after some events, and which rules do again what was done.

use super::{Answer, Ask, Doing, Fate, Prospect, Situation, Stepper, done};
use crate::recording::Fate as FateEvent;
use crate::recording::*;

fn roles() -> Vec<String> {
    ["server", "client", "client2"].map(str::to_owned).to_vec()
}

fn means(line: &str) -> Result<Answer, String> {
    Answer::parse(line, &roles()).map_err(|error| error.to_string())
}

#[test]
fn a_line_is_a_word_or_two() {
    let role = |name: &str| Answer::Role(name.into());
    for (line, answer) in [
        ("", Answer::Next),
        ("  next ", Answer::Next),
        ("server", role("server")),
        ("s", role("server")),
        ("client", role("client")),
        ("client2", role("client2")),
        ("2", Answer::Frame(2, Fate::Arrive)),
        ("drop 1", Answer::Frame(1, Fate::Drop)),
        ("double 3", Answer::Frame(3, Fate::Duplicate)),
        ("keep 2", Answer::Keep(2)),
        ("until w", Answer::Until("wire".into())),
        ("until se", Answer::Until("server".into())),
        ("go", Answer::Free),
        ("wait", Answer::Wait),
        ("back", Answer::Back),
        ("forward", Answer::Forward),
        ("again", Answer::Again),
        ("save my rules.txt", Answer::Save("my rules.txt".into())),
        ("?", Answer::Help),
        ("q", Answer::Quit),
    ] {
        assert_eq!(means(line), Ok(answer), "{line}");
    }
}

#[test]
fn what_can_be_typed_is_told_in_lines_of_eighty_columns() {
    for (word, does) in super::WORDS {
        assert!(word.len() <= 13 && 16 + does.len() <= 80, "{word}: {does}");
    }
}

#[test]
fn a_program_may_be_called_like_a_word() {
    let roles = ["go", "quit2"].map(str::to_owned);
    assert_eq!(Answer::parse("go", &roles), Ok(Answer::Role("go".into())));
    assert_eq!(Answer::parse("quit", &roles), Ok(Answer::Quit));
}

#[test]
fn what_could_mean_two_things_or_nothing_is_said() {
    for (line, told) in [
        ("c", "`c` could be client or client2"),
        ("peer", "`peer` is no word and no program here: server, client, client2; `?` lists the words"),
        ("0", "`0` is no number of a frame: they count from 1"),
        ("99999999999999999999", "is no number of a frame"),
        ("drop", "`drop` takes the number of a frame on the cable: `drop 1`"),
        ("drop x", "`x` is no number of a frame"),
        ("until", "`until` takes a lane: server, client, client2, wire"),
        ("save", "`save` takes the name of a file"),
        ("go on", "`go` stands alone; `on` is too much"),
        ("1 2", "`1` stands alone; `2` is too much"),
    ] {
        let error = means(line).unwrap_err();
        assert!(error.contains(told), "{line}: {error}");
    }
}

/// A recording that grows: calls of two roles over a loopback or a cable.
struct Run(Recording);

impl Run {
    fn new(wire: &str) -> Run {
        let role = |name: &str| Role { name: name.into(), argv: Vec::new(), host: None };
        let header = Header {
            version: VERSION,
            lab: String::new(),
            title: String::new(),
            epoch_ns: 0,
            kernel: String::new(),
            tier: 0,
            wire: Wire { kind: wire.into(), mtu: 1500, captured: true, note: None, private: true, hosts: Vec::new() },
            roles: vec![role("server"), role("client")],
            schedule: Vec::new(),
            cable: Vec::new(),
            turns: true,
            deadline_ns: 0,
            story: None,
        };
        let mut run = Run(Recording { header, events: Vec::new() });
        for (pid, role) in [(1, "server"), (2, "client")] {
            run.push(Event::Spawn(Spawn { t: 0, role: role.into(), pid }));
        }
        run
    }

    fn push(&mut self, event: Event) {
        self.0.events.push(event);
    }

    /// A call begins and is held.
    fn held(&mut self, call: CallId, role: &str, name: &str, nth: u32) {
        let enter = Enter {
            t: call,
            call,
            role: role.into(),
            pid: 1,
            tid: if role == "server" { 1 } else { 2 },
            name: name.into(),
            nth,
            syscall: name.into(),
            fd: Some(3),
            sock: Some(1),
            args: Args::default(),
            data: None,
            source: None,
        };
        self.push(Event::Enter(enter));
        self.push(Event::Held(Held { t: call, call, rule: BY_HAND.into() }));
    }

    fn goes(&mut self, call: CallId) {
        self.push(Event::Released(Released { t: call, call, by: BY_HAND.into() }));
    }

    fn returns(&mut self, call: CallId) {
        self.push(Event::Exit(Exit { t: call, call, ret: 0, ..Exit::default() }));
    }

    fn frame(&mut self, frame: u64, nth: u32, again: bool) {
        self.copy(frame, nth, again, None);
    }

    fn copy(&mut self, frame: u64, nth: u32, again: bool, copy_of: Option<u64>) {
        self.push(Event::Frame(Frame {
            t: frame,
            frame,
            from: Some("client".into()),
            to: Some("server".into()),
            kind: "datagram".into(),
            nth,
            again,
            copy_of,
            len: 0,
            bytes: Hex(Vec::new()),
        }));
    }

    fn fate(&mut self, frame: u64, dropped: bool) {
        self.push(Event::Fate(FateEvent { t: frame, frame, dropped, rules: vec![BY_HAND.into()], changed: None }));
    }

    fn rest(&mut self, state: &str, recv_queue: u32) {
        let kernel = Kernel {
            sock: 1,
            state: state.into(),
            recv_queue,
            send_queue: 0,
            next_datagram: None,
            timer: None,
            info: None,
        };
        self.push(Event::Rest(Rest { t: 9, kernel: vec![kernel] }));
    }

    fn situation(&self) -> Situation {
        Situation::at(&self.0, self.0.events.len())
    }
}

#[test]
fn what_a_call_would_find_is_what_the_kernel_holds_for_it() {
    for (name, state, queued, prospect) in [
        ("recv", "ESTABLISHED", 0, Prospect::Waits),
        ("recv", "ESTABLISHED", 14, Prospect::Bytes(14)),
        ("recv", "CLOSE-WAIT", 2, Prospect::Bytes(2)),
        ("recv", "CLOSE-WAIT", 0, Prospect::End),
        ("accept", "LISTEN", 0, Prospect::Waits),
        ("accept", "LISTEN", 3, Prospect::Connections(3)),
        ("recvfrom", "UNCONNECTED", 0, Prospect::Waits),
        ("send", "ESTABLISHED", 14, Prospect::Open),
    ] {
        let mut run = Run::new("loopback");
        run.held(1, "server", name, 1);
        run.rest(state, queued);
        let situation = run.situation();
        match situation.doing("server") {
            Doing::About { prospect: found, rule: None, .. } => assert_eq!(found, prospect, "{name} {state} {queued}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(situation.waiting("server"), Some(1));
        assert_eq!((situation.doing("client"), situation.waiting("client")), (Doing::Elsewhere, None));
    }
}

#[test]
fn a_frame_is_on_the_cable_until_it_has_a_fate_and_on_a_loopback_never() {
    let mut run = Run::new("cable");
    run.frame(1, 1, false);
    run.frame(2, 2, false);
    run.fate(1, true);
    let names = |run: &Run| run.situation().on_cable().map(|on_cable| on_cable.name()).collect::<Vec<_>>();
    assert_eq!(names(&run), ["client>server datagram[2]"]);
    let mut run = Run::new("loopback");
    run.frame(1, 1, false);
    assert!(names(&run).is_empty());
}

#[test]
fn each_call_waits_for_what_had_happened_when_it_was_let_go() {
    let mut run = Run::new("loopback");
    run.held(1, "server", "recv", 1);
    run.goes(1);
    run.held(2, "client", "send", 1);
    run.goes(2);
    run.returns(1);
    run.returns(2);
    run.held(3, "server", "recv", 2);
    run.held(4, "client", "close", 1);
    run.goes(4);
    let rules = done(&run.0);
    assert_eq!(
        rules.schedule,
        [
            // Nothing had happened before the first: it needs no rule.
            "client.send[1] after server.recv[1] goes",
            "client.close[1] after server.recv[2] enters",
            // Not let go yet: it goes when all of this has happened.
            "server.recv[2] after client.close[1] goes",
        ]
    );
    for rule in &rules.schedule {
        rule.parse::<crate::notation::Rule>().unwrap();
    }
    assert!(rules.cable.is_empty() && rules.left_out.is_empty(), "{rules:?}");
}

#[test]
fn what_became_of_frames_is_a_rule_of_the_cable_where_one_can_say_it() {
    let mut run = Run::new("cable");
    for (frame, nth) in [(1, 1), (2, 2), (3, 3)] {
        run.frame(frame, nth, false);
    }
    run.fate(2, false);
    run.fate(1, true);
    // The first repetition is lost as well, the second is not.
    run.frame(4, 1, true);
    run.fate(4, true);
    run.frame(5, 1, true);
    run.fate(5, false);
    let rules = done(&run.0);
    assert_eq!(
        rules.cable,
        [
            "hold client>server datagram[2] until client>server datagram[3]",
            "drop client>server datagram[1] 2 times",
            "hold client>server datagram[3] until client>server datagram[2] arrives",
        ]
    );
    for rule in &rules.cable {
        rule.parse::<crate::notation::CableRule>().unwrap();
    }
    // The third repetition is lost again: no rule can say that.
    run.frame(6, 1, true);
    run.fate(6, true);
    assert!(done(&run.0).left_out[0].starts_with("client>server datagram[1]: a repetition was dropped"));
}

/// A copy that a rule of the run made would be made twice if it became a rule once more.
#[test]
fn only_what_the_person_doubled_becomes_a_rule() {
    for (by, doubled) in
        [(BY_HAND, vec!["duplicate client>server datagram[1]"]), ("duplicate client>server datagram[1]", vec![])]
    {
        let mut run = Run::new("cable");
        run.frame(1, 1, false);
        run.fate(1, false);
        run.copy(2, 1, true, Some(1));
        run.push(Event::Fate(FateEvent { t: 2, frame: 2, dropped: false, rules: vec![by.into()], changed: None }));
        assert_eq!(done(&run.0).cable, doubled, "{by}");
    }
}

/// Two frames on a cable, a client that waits at the gate.
fn stepper() -> Stepper {
    let mut run = Run::new("cable");
    run.held(1, "client", "send", 1);
    run.frame(1, 1, false);
    run.frame(2, 2, false);
    let mut stepper = Stepper::new(run.0.header.clone());
    run.0.events.into_iter().for_each(|event| stepper.event(event));
    stepper
}

#[test]
fn what_has_waited_longest_goes_first_and_frames_before_calls() {
    let mut stepper = stepper();
    let mut next = || stepper.ask(&Answer::Next);
    assert_eq!(next(), Ok(Ask::Carry(1, Fate::Arrive)));
    assert_eq!(next(), Ok(Ask::Carry(2, Fate::Arrive)));
    assert_eq!(next(), Ok(Ask::Go(1)));
}

#[test]
fn a_frame_that_is_kept_is_passed_by_until_somebody_decides() {
    let mut stepper = stepper();
    assert_eq!(stepper.ask(&Answer::Keep(1)), Err("frame 1 is passed by until you decide".into()));
    assert_eq!(stepper.ask(&Answer::Next), Ok(Ask::Carry(2, Fate::Arrive)));
    assert_eq!(stepper.ask(&Answer::Until("server".into())), Ok(Ask::Go(1)));
    assert_eq!(stepper.ask(&Answer::Frame(1, Fate::Drop)), Ok(Ask::Carry(1, Fate::Drop)));
    assert_eq!(stepper.ask(&Answer::Frame(1, Fate::Drop)), Err("there is no frame 1 on a cable".into()));
}

#[test]
fn until_goes_on_until_something_happens_there_and_no_further() {
    let mut stepper = stepper();
    stepper.event(Event::Released(Released { t: 3, call: 1, by: BY_HAND.into() }));
    assert_eq!(stepper.ask(&Answer::Until("client".into())), Ok(Ask::Carry(1, Fate::Arrive)));
    assert_eq!(stepper.goes_on(), Some(Ok(Ask::Carry(2, Fate::Arrive))));
    stepper.event(Event::Exit(Exit { t: 4, call: 1, ret: 5, ..Exit::default() }));
    assert_eq!(stepper.goes_on(), None);
    // Where nothing is left, that is said, and nobody goes on.
    assert_eq!(stepper.ask(&Answer::Until("server".into())), Err("nothing is left to let go".into()));
    assert!(!stepper.is_going_on());
}

#[test]
fn what_cannot_be_done_now_is_told_with_the_reason() {
    let mut stepper = stepper();
    let server = stepper.ask(&Answer::Role("server".into()));
    assert_eq!(server, Err("server makes no call that could be let go".into()));
    stepper.event(Event::Released(Released { t: 3, call: 1, by: BY_HAND.into() }));
    let client = stepper.ask(&Answer::Role("client".into()));
    assert_eq!(client, Err("client waits in send[1], and only what happens elsewhere ends that".into()));
}
