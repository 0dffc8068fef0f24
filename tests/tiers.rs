//! Each tier, forced by real denials: a seccomp filter refuses what a locked-down machine refuses.
#![cfg(all(target_os = "linux", feature = "record"))]

mod common;

use common::{Folder, User, lab, recording, run, stderr, stdout};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter,
};
use std::os::unix::process::CommandExt;
use std::process::Output;

/// What the machine is made to refuse.
#[derive(Clone, Copy)]
struct Deny {
    namespaces: bool,
    packet_sockets: bool,
    ptrace: bool,
}

fn filter(deny: Deny) -> BpfProgram {
    let equals = |index: u8, value: i32| {
        SeccompCondition::new(index, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value as u64).unwrap()
    };
    let mut rules = std::collections::BTreeMap::new();
    if deny.namespaces {
        rules.insert(libc::SYS_unshare, Vec::new());
    }
    if deny.packet_sockets {
        let rule = SeccompRule::new(vec![equals(0, libc::AF_PACKET)]).unwrap();
        rules.insert(libc::SYS_socket, vec![rule]);
    }
    if deny.ptrace {
        rules.insert(libc::SYS_ptrace, Vec::new());
    }
    let errno = SeccompAction::Errno(libc::EPERM as u32);
    let arch = std::env::consts::ARCH.try_into().unwrap();
    SeccompFilter::new(rules, SeccompAction::Allow, errno, arch).unwrap().try_into().unwrap()
}

fn under(deny: Deny, user: User, arguments: &[&str]) -> Output {
    let filter = filter(deny);
    let mut command = lab(user, arguments);
    // SAFETY: between fork and exec only prctl and seccomp are called; the filter was made before.
    #[allow(unsafe_code)]
    unsafe {
        command.pre_exec(move || apply_filter(&filter).map_err(std::io::Error::other));
    }
    command.output().expect("the lab starts")
}

#[test]
fn an_unprivileged_user_gets_tier_0_and_root_tier_1() {
    let folder = Folder::new("tiers");
    for user in common::users() {
        let file = folder.file(&format!("{user:?}.jsonl"));
        let output = run(user, &["05", "--export", &file.to_string_lossy()]);
        assert!(output.status.success(), "{}", stderr(&output));
        let root = user == User::Self_ && common::is_root();
        assert_eq!(recording(&file).header.tier, u8::from(root));
        assert_eq!(stderr(&output), "", "the ordinary case says nothing about tiers");
    }
}

#[test]
fn without_namespaces_root_captures_the_shared_loopback_and_says_so() {
    if !common::is_root() {
        return assert!(std::env::var_os("LAB_REQUIRE_TOOLS").is_none(), "this test needs root");
    }
    let deny = Deny { namespaces: true, packet_sockets: false, ptrace: false };
    let folder = Folder::new("tier2");
    let file = folder.file("run.jsonl");
    let output = under(deny, User::Self_, &["05", "--color", "never", "--export", &file.to_string_lossy()]);
    assert!(output.status.success(), "{}\n{}", stdout(&output), stderr(&output));
    let recording = recording(&file);
    assert_eq!(recording.header.tier, 2);
    assert!(recording.header.wire.captured && !recording.header.wire.private);
    assert!(stdout(&output).contains("shared loopback"), "{}", stdout(&output));
    let said = stderr(&output);
    assert!(said.contains("tier 2") && said.contains("EPERM") && said.contains("remedy"), "{said}");
}

#[test]
fn without_namespaces_and_capture_the_calls_are_shown_and_the_wire_says_why_it_is_empty() {
    let deny = Deny { namespaces: true, packet_sockets: true, ptrace: false };
    let folder = Folder::new("tier3");
    let file = folder.file("run.jsonl");
    let output = under(deny, User::Self_, &["05", "--color", "never", "--export", &file.to_string_lossy()]);
    let text = stdout(&output);
    let recording = recording(&file);
    assert_eq!(recording.header.tier, 3);
    assert!(!recording.header.wire.captured);
    assert!(text.contains("frames were not recorded"), "{text}");
    assert!(text.contains("? ") && text.contains("✔"), "what needs frames is open, the rest is seen:\n{text}");
    assert!(output.status.success(), "what cannot be known is no failure\n{text}");
}

#[test]
fn without_ptrace_the_lab_says_what_is_missing_and_exits_3() {
    let deny = Deny { namespaces: false, packet_sockets: false, ptrace: true };
    let output = under(deny, User::Self_, &["05"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("trace a program (ptrace)") && said.contains("EPERM"), "{said}");
    assert!(said.contains("remedy"), "{said}");
    assert!(said.contains("lab replay book/src/runs/05-sticky-packets/late-reader.jsonl"), "{said}");
}

#[test]
fn where_nothing_can_be_recorded_a_talk_is_given_with_the_run_that_ships() {
    let deny = Deny { namespaces: true, packet_sockets: true, ptrace: true };
    let output = under(deny, User::Self_, &["05", "--present"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(text.contains("This machine does not permit recording: what follows is the recorded run"), "{text}");
    assert!(text.contains("recv(1024) = 14 ①②③") && text.contains("No packets stuck together"), "{text}");
}

#[test]
fn the_doctor_finds_the_tier_by_trying() {
    let doctor = |deny| stdout(&under(deny, User::Self_, &["doctor"]));
    let none = Deny { namespaces: false, packet_sockets: false, ptrace: false };
    let best = if common::is_root() { "This machine gives tier 1" } else { "This machine gives tier 0" };
    assert!(doctor(none).contains(best));
    let locked = Deny { namespaces: true, packet_sockets: true, ptrace: false };
    let text = doctor(locked);
    assert!(text.contains("This machine gives tier 3") && text.contains("remedy"), "{text}");
    let closed = Deny { namespaces: true, packet_sockets: true, ptrace: true };
    assert!(doctor(closed).contains("This machine gives tier 4"));
}
