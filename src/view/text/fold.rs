//! A program that spins makes the same call ten thousand times; that is one row and a number, not a wall.
//!
//! Only calls that put nothing on the wire and changed nothing are folded, and only when a pattern of up to three calls
//! of one thread repeats more than four times.

use super::bystanders::{self, Bystanders};
use crate::recording::{Kernel, Nanos, SockId};
use crate::timeline::{Call, Timeline};
use std::collections::HashMap;

const REPEATS: usize = 4;
const LONGEST_PATTERN: usize = 3;

/// One call of a repeated pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fold {
    /// `n` of the last such call: `recv[4..86784]`.
    pub(super) last_nth: u32,
    /// How many times it was made.
    pub(super) times: usize,
    /// When the last of them returned.
    pub(super) until: Nanos,
    /// Position within the pattern and length of the pattern.
    pub(super) place: (usize, usize),
}

/// What is folded: the calls that stand for many, and for every call whether it is left out.
#[derive(Debug)]
pub(super) struct Folds {
    pub(super) shown: HashMap<usize, Fold>,
    pub(super) hidden: Vec<bool>,
    /// Frames that arrive one after another and share a row.
    pub(super) arrivals: Vec<Vec<usize>>,
    /// Tasks that never touched a socket.
    pub(super) bystanders: Bystanders,
}

/// Looks for them. A call that waited is never the first of them: what it waited for belongs between its two rows.
pub(super) fn find(timeline: &Timeline, waits: &[bool]) -> Folds {
    let calls = &timeline.calls;
    let mut folds = Folds {
        shown: HashMap::new(),
        hidden: vec![false; calls.len()],
        arrivals: Vec::new(),
        bystanders: bystanders::find(timeline),
    };
    let mut threads: Vec<Vec<usize>> = Vec::new();
    let mut index: HashMap<(&str, i32), usize> = HashMap::new();
    for (number, call) in calls.iter().enumerate() {
        let thread = *index.entry((call.enter.role.as_str(), call.enter.tid)).or_insert_with(|| {
            threads.push(Vec::new());
            threads.len() - 1
        });
        threads[thread].push(number);
    }
    for thread in &threads {
        fold_thread(calls, waits, thread, &mut folds);
    }
    folds
}

fn fold_thread(calls: &[Call], waits: &[bool], thread: &[usize], folds: &mut Folds) {
    let mut at = 0;
    while at < thread.len() {
        let Some((period, times)) = pattern(calls, waits, &thread[at..]) else {
            at += 1;
            continue;
        };
        for place in 0..period {
            let first = thread[at + place];
            let last = &calls[thread[at + place + (times - 1) * period]];
            let until = last.exit.as_ref().map_or(last.enter.t, |exit| exit.t);
            let fold = Fold { last_nth: last.enter.nth, times, until, place: (place, period) };
            folds.shown.insert(first, fold);
        }
        for &hidden in &thread[at + period..at + period * times] {
            folds.hidden[hidden] = true;
        }
        at += period * times;
    }
}

/// The shortest pattern these calls begin with, and how often it is repeated.
fn pattern(calls: &[Call], waits: &[bool], thread: &[usize]) -> Option<(usize, usize)> {
    if !thread.first().is_some_and(|&first| silent(&calls[first]) && !waits[first]) {
        return None;
    }
    (1..=LONGEST_PATTERN).find_map(|period| {
        let mut length = period.min(thread.len());
        while length < thread.len() && same(&calls[thread[length]], &calls[thread[length - period]]) {
            length += 1;
        }
        let times = length / period;
        (times > REPEATS && thread[..period].iter().all(|&call| silent(&calls[call]))).then_some((period, times))
    })
}

fn silent(call: &Call) -> bool {
    call.exit
        .as_ref()
        .is_some_and(|exit| exit.sock.is_none() && exit.data.as_ref().is_none_or(|data| data.0.is_empty()))
        && call.carried_by.is_empty()
        && call.sources.is_empty()
        && (call.badge.is_none() || call.exit.as_ref().is_some_and(|exit| exit.ret == 0))
        && call.hold.is_none()
        && call.enter.name != "close"
}

fn same(a: &Call, b: &Call) -> bool {
    let (Some(left), Some(right)) = (&a.exit, &b.exit) else {
        return false;
    };
    silent(a)
        && a.enter.name == b.enter.name
        && a.enter.fd == b.enter.fd
        && a.enter.sock == b.enter.sock
        && a.enter.args == b.enter.args
        && a.enter.data == b.enter.data
        && (left.ret, &left.errno, &left.addr, &left.flags, &left.value)
            == (right.ret, &right.errno, &right.addr, &right.flags, &right.value)
        && left.kernel.iter().map(held).eq(right.kernel.iter().map(held))
        && a.restarts.is_empty() == b.restarts.is_empty()
}

/// What the kernel holds for a socket, but for how soon its timer ends: that is another each time.
fn held(kernel: &Kernel) -> (SockId, &str, [u32; 2], Option<u32>) {
    (kernel.sock, &kernel.state, [kernel.recv_queue, kernel.send_queue], kernel.next_datagram)
}
