//! Any header and any event, with and without each optional field.

use crate::recording::*;
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> + Clone {
    vec(any::<char>(), 0..6).prop_map(|characters| characters.into_iter().collect())
}

fn hex() -> impl Strategy<Value = Hex> {
    vec(any::<u8>(), 0..20).prop_map(Hex)
}

pub(super) fn header() -> impl Strategy<Value = Header> {
    let host = (text(), text(), text(), text(), any::<u32>()).prop_map(|(name, ipv4, ipv6, mac, mtu)| Host {
        name,
        ipv4,
        ipv6,
        mac,
        mtu,
    });
    let wire = (text(), any::<u32>(), any::<bool>(), of(text()), any::<bool>(), vec(host, 0..3))
        .prop_map(|(kind, mtu, captured, note, private, hosts)| Wire { kind, mtu, captured, note, private, hosts });
    let role = (text(), vec(text(), 0..3), of(text())).prop_map(|(name, argv, host)| Role { name, argv, host });
    let run = (vec(role, 0..3), vec(text(), 0..3), vec(text(), 0..3), any::<bool>(), any::<u64>(), of(story()));
    (text(), text(), any::<u64>(), text(), any::<u8>(), wire, run).prop_map(
        |(lab, title, epoch_ns, kernel, tier, wire, (roles, schedule, cable, turns, deadline_ns, story))| Header {
            turns,
            version: VERSION,
            lab,
            title,
            epoch_ns,
            kernel,
            tier,
            wire,
            roles,
            schedule,
            cable,
            deadline_ns,
            story,
        },
    )
}

fn story() -> impl Strategy<Value = Story> {
    let expect = (text(), text()).prop_map(|(that, says)| Expect { that, says });
    let next = (text(), text()).prop_map(|(run, says)| Next { run, says });
    let choice = (text(), vec(text(), 0..3), of(text()), of(text()));
    let choice = choice.prop_map(|(says, that, why, tempting)| Choice { says, that, why, tempting });
    let prediction = (text(), vec(choice, 0..3)).prop_map(|(question, choices)| Prediction { question, choices });
    let beat = (text(), vec(text(), 0..3), text(), of(any::<u32>()), of(text()));
    let beat = beat.prop_map(|(at, that, says, minutes, speak)| Beat { at, that, says, minutes, speak });
    let lists = (vec(expect, 0..3), vec(next, 0..3), vec(text(), 0..3), vec(prediction, 0..3), vec(beat, 0..3));
    (text(), text(), text(), text(), text(), text(), lists).prop_map(
        |(lesson, variation, title, term, question, so, (expect, next, show, predictions, beats))| Story {
            lesson,
            variation,
            title,
            term,
            question,
            expect,
            so,
            next,
            show,
            predictions,
            beats,
        },
    )
}

/// Every variant has a strategy here; a new one is missing until it is added.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![programs(), calls(), gate(), streams(), frame(), end()]
}

fn programs() -> impl Strategy<Value = Event> {
    let (t, pid) = (any::<u64>(), any::<i32>());
    let addresses = (of(text()), of(text()), any::<bool>(), of(any::<u32>()));
    prop_oneof![
        (t, text(), pid).prop_map(|(t, role, pid)| Event::Spawn(Spawn { t, role, pid })),
        (t, text(), pid, pid, pid).prop_map(|(t, role, pid, tid, parent)| Event::Task(Task {
            t,
            role,
            pid,
            tid,
            parent
        })),
        (t, text(), pid, text()).prop_map(|(t, role, pid, path)| Event::Exec(Exec { t, role, pid, path })),
        (t, any::<u32>(), text(), text(), text(), addresses).prop_map(
            |(t, sock, role, family, kind, (local, remote, listening, peer))| {
                Event::Socket(Socket { t, sock, role, family, kind, local, remote, listening, peer })
            }
        ),
        (t, text(), pid, any::<bool>(), of(any::<i32>()), of(text()), any::<bool>()).prop_map(
            |(t, role, pid, main, code, signal, by_lab)| Event::Ended(Ended {
                t,
                role,
                pid,
                main,
                code,
                signal,
                by_lab
            })
        ),
    ]
}

fn calls() -> impl Strategy<Value = Event> {
    let t = any::<u64>();
    let place = (any::<i32>(), any::<i32>(), of(any::<i32>()), of(any::<u32>()));
    let source = (text(), any::<u32>(), of(text()), of(text()))
        .prop_map(|(file, line, function, text)| Box::new(Source { file, line, function, text }));
    let enter = (t, t, text(), place, text(), any::<u32>(), text(), args(), (of(hex()), of(source))).prop_map(
        |(t, call, role, (pid, tid, fd, sock), name, nth, syscall, args, (data, source))| {
            Event::Enter(Enter { t, call, role, pid, tid, name, nth, syscall, fd, sock, args, data, source })
        },
    );
    let answers = (of(text()), of(text()), of(text()), of(text()));
    let exit = (t, t, any::<i64>(), of(hex()), answers, of(any::<u32>()), any::<bool>(), vec(kernel(), 0..3)).prop_map(
        |(t, call, ret, data, (errno, addr, flags, value), sock, cut, kernel)| {
            Event::Exit(Exit { t, call, ret, errno, data, addr, flags, sock, value, cut, kernel })
        },
    );
    prop_oneof![
        enter,
        exit,
        (t, t).prop_map(|(t, call)| Event::Interrupted(Interrupted { t, call })),
        (t, t).prop_map(|(t, call)| Event::Resumed(Resumed { t, call })),
    ]
}

fn args() -> impl Strategy<Value = Args> {
    let texts = (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    (texts, of(any::<u64>()), of(any::<i32>()), any::<bool>()).prop_map(
        |((addr, flags, kind, option, value, how), len, backlog, cut)| Args {
            addr,
            len,
            flags,
            backlog,
            kind,
            option,
            value,
            how,
            cut,
        },
    )
}

fn kernel() -> impl Strategy<Value = Kernel> {
    let timer =
        (text(), any::<u32>(), any::<u8>()).prop_map(|(kind, left_ms, tries)| Box::new(Timer { kind, left_ms, tries }));
    let info = (text(), vec(any::<u8>(), 3), vec(any::<u32>(), 11)).prop_map(|(ca_state, small, large)| {
        let [retransmits, probes, backoff] = small[..] else { unreachable!() };
        let [rto_us, snd_mss, unacked, sacked, lost, retrans, rtt_us, rttvar_us, cwnd, ssthresh, total_retrans] =
            large[..]
        else {
            unreachable!()
        };
        Box::new(TcpInfo {
            ca_state,
            retransmits,
            probes,
            backoff,
            rto_us,
            snd_mss,
            unacked,
            sacked,
            lost,
            retrans,
            rtt_us,
            rttvar_us,
            cwnd,
            ssthresh,
            total_retrans,
        })
    });
    let queues = (any::<u32>(), any::<u32>(), of(any::<u32>()));
    (any::<u32>(), text(), queues, of(timer), of(info)).prop_map(
        |(sock, state, (recv_queue, send_queue, next_datagram), timer, info)| Kernel {
            sock,
            state,
            recv_queue,
            send_queue,
            next_datagram,
            timer,
            info,
        },
    )
}

fn gate() -> impl Strategy<Value = Event> {
    let t = any::<u64>();
    prop_oneof![
        (t, t, text()).prop_map(|(t, call, rule)| Event::Held(Held { t, call, rule })),
        (t, t, text()).prop_map(|(t, call, by)| Event::Released(Released { t, call, by })),
        (t, text(), text()).prop_map(|(t, rule, role)| Event::Action(Action { t, rule, role })),
    ]
}

fn streams() -> impl Strategy<Value = Event> {
    let t = any::<u64>();
    prop_oneof![
        (t, text(), text(), text()).prop_map(|(t, role, stream, text)| Event::Output(Output { t, role, stream, text })),
        (t, text(), text()).prop_map(|(t, role, text)| Event::Input(Input { t, role, text })),
        (t, text(), any::<i32>(), text()).prop_map(|(t, role, tid, signal)| Event::Signal(Signal {
            t,
            role,
            tid,
            signal
        })),
        (t, of(text()), text()).prop_map(|(t, role, text)| Event::Notice(Notice { t, role, text })),
        limits(),
    ]
}

fn limits() -> impl Strategy<Value = Event> {
    let t = any::<u64>();
    let numbers = (t, t, t, any::<u32>(), any::<u32>());
    prop_oneof![
        (t, of(text()), text(), text()).prop_map(|(t, role, limit, text)| Event::Limit(Limit { t, role, limit, text })),
        (t, text(), any::<i32>(), text(), text()).prop_map(|(t, role, pid, call, text)| Event::Refused(Refused {
            t,
            role,
            pid,
            call,
            text
        })),
        (t, vec(kernel(), 0..3)).prop_map(|(t, kernel)| Event::Rest(Rest { t, kernel })),
        (t, text(), any::<i32>(), text(), numbers).prop_map(
            |(t, role, pid, when, (cpu_ms, resident_kib, peak_kib, sockets, files))| {
                Event::Usage(Usage { t, role, pid, when, cpu_ms, resident_kib, peak_kib, sockets, files })
            }
        ),
    ]
}

fn frame() -> impl Strategy<Value = Event> {
    let t = any::<u64>();
    let name = (of(text()), of(text()), text(), any::<u32>(), any::<bool>(), of(any::<u64>()));
    let changed = (any::<u32>(), any::<u8>(), any::<u8>()).prop_map(|(at, was, is)| Changed { at, was, is });
    prop_oneof![
        (t, any::<u64>(), name, any::<u32>(), hex()).prop_map(
            |(t, frame, (from, to, kind, nth, again, copy_of), len, bytes)| {
                Event::Frame(Frame { t, frame, from, to, kind, nth, again, copy_of, len, bytes })
            }
        ),
        (t, any::<u64>(), any::<bool>(), vec(text(), 0..3), of(changed))
            .prop_map(|(t, frame, dropped, rules, changed)| Event::Fate(Fate { t, frame, dropped, rules, changed })),
        (t, any::<u64>(), any::<bool>(), vec(kernel(), 0..3))
            .prop_map(|(t, frame, arrived, kernel)| Event::Ends(Ends { t, frame, arrived, kernel })),
    ]
}

fn end() -> impl Strategy<Value = Event> {
    let reason = prop_oneof![Just(Reason::Done), Just(Reason::Deadline), Just(Reason::Interrupted)];
    let standing = (text(), any::<i32>(), of(any::<u64>()), of(text()), any::<bool>(), vec(kernel(), 0..2))
        .prop_map(|(role, tid, call, syscall, held, kernel)| Standing { role, tid, call, syscall, held, kernel });
    let lists = (vec(text(), 0..3), vec(standing, 0..3));
    (any::<u64>(), reason, lists, any::<u64>(), any::<u64>(), any::<i64>()).prop_map(
        |(t, reason, (awaited, standing), frames, lost, clock_step_ns)| {
            Event::End(End { t, reason, awaited, standing, frames, lost, clock_step_ns })
        },
    )
}
