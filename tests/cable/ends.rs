//! How runs on a cable end: by themselves, at the deadline, interrupted, killed, or not begun. Nothing is left behind.

use crate::common::{User, alive, lab, run, stderr, stdout, users, wait_until};
use crate::harness::{lab as over_cable, program, trace};
use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::process::{Child, Command, Stdio};

/// Two programs that wait for each other for ever, with a word by which their processes are found.
fn hang(user: User, word: &str) -> Option<Child> {
    let (server, client) =
        (program("peer.py", "wait {server}")?, program("peer.py", &format!("hang {{server}} {word}"))?);
    let mut command = lab(user, &["trace", "--wire", "cable", "--color", "never", "--timeout", "100"]);
    command.args(["--server", &server, "--client", &client]).stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the lab starts");
    // Not when nobody runs for a moment: an interpreter that starts waits for its files.
    wait_until("both programs wait in recv", || {
        descendants(child.id()).into_iter().filter(|pid| receives(*pid)).count() == 2
    });
    assert_eq!(alive(&format!("peer.py hang 192.0.2.1 {word}")).len(), 1);
    Some(child)
}

/// True when it sleeps in recv(2): proc_pid_syscall(5).
fn receives(pid: u32) -> bool {
    let text = fs::read_to_string(format!("/proc/{pid}/syscall")).unwrap_or_default();
    text.split(' ').next() == Some(&nix::libc::SYS_recvfrom.to_string())
}

fn parent(pid: u32) -> Option<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").expect("/proc");
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

/// A process's children, theirs, and so on.
fn descendants(of: u32) -> BTreeSet<u32> {
    let parents: Vec<_> = processes().into_iter().filter_map(|pid| Some((pid, parent(pid)?))).collect();
    let mut found = BTreeSet::from([of]);
    while parents.iter().any(|(pid, parent)| found.contains(parent) && found.insert(*pid)) {}
    found.remove(&of);
    found
}

/// The network namespaces that a process is in or holds open: `net:[4026532008]`.
fn namespaces(pid: u32) -> BTreeSet<String> {
    let open =
        fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let all = open.chain([format!("/proc/{pid}/ns/net").into()]);
    let links = all.filter_map(|path| Some(fs::read_link(path).ok()?.to_string_lossy().into_owned()));
    links.filter(|link| link.starts_with("net:")).collect()
}

/// The interfaces of the namespace that the tests run in.
fn interfaces() -> Vec<String> {
    let entries = fs::read_dir("/sys/class/net").expect("/sys/class/net");
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_lab_that_is_killed_leaves_no_process_no_interface_and_no_namespace() {
    let ours = namespaces(std::process::id());
    for (user, word) in users().into_iter().zip(["killed1", "killed2"]) {
        let Some(mut child) = hang(user, word) else { return };
        let mut made: BTreeSet<String> = descendants(child.id()).into_iter().flat_map(namespaces).collect();
        made.retain(|namespace| !ours.contains(namespace));
        assert_eq!(made.len(), 3, "the middle of the cable and two hosts: {made:?}");
        assert!(
            !interfaces().iter().any(|name| name.starts_with("cable") || name.starts_with("lab")),
            "{:?}",
            interfaces()
        );
        child.kill().expect("it is there");
        child.wait().expect("it ends");
        wait_until("no process is left", || alive(word).is_empty());
        let held = || processes().into_iter().flat_map(namespaces).any(|namespace| made.contains(&namespace));
        wait_until("no namespace is left", || !held());
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
        assert!(!made.iter().any(|namespace| mounts.contains(namespace)), "a namespace is mounted: {mounts}");
        assert!(
            !interfaces().iter().any(|name| name.starts_with("cable") || name.starts_with("lab")),
            "{:?}",
            interfaces()
        );
    }
}

#[test]
fn an_interrupted_run_shows_what_happened_so_far() {
    for (user, word) in users().into_iter().zip(["interrupted1", "interrupted2"]) {
        let Some(mut child) = hang(user, word) else { return };
        assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{text}");
        for part in ["SYN ACK", "accept", "connect", "interrupted", "in recv[1]"] {
            assert!(text.contains(part), "no {part} in\n{text}");
        }
        wait_until("no process is left", || alive(word).is_empty());
    }
}

#[test]
fn a_frame_whose_event_never_comes_is_named_with_its_rule_at_the_deadline() {
    let rule = "hold client>server data[1] until client.send[9]";
    let programs = ["wait {server}", "say {server} hello"].map(|words| program("peer.py", words));
    let [Some(server), Some(client)] = programs else { return };
    for user in users() {
        let commands = ["trace", "--server", &server, "--client", &client, "--timeout", "1.5"];
        let run = over_cable(user, &[&commands[..], &["--cable", rule, "--delay", "1ms"]].concat());
        let text = run.text();
        assert!(text.lines().any(|line| line.trim() == format!("still awaited: {rule}")), "{text}");
        assert_eq!(run.timeline.end.as_ref().unwrap().awaited, [rule], "{text}");
        assert_eq!(run.fates("client>server data[1]")[0], "under way", "{text}");
        run.shows(&["server.recv[1] blocks"]);
    }
}

#[test]
fn a_repetition_is_no_further_frame_for_what_waits() {
    // There are three data segments and a repetition, and never a fourth.
    let rules = ["drop client>server data[1]", "hold server>client FIN[1] until client>server data[4]"];
    let options = ["05", "--variation", "prompt-reader", "--timeout", "1.5", "--cable", rules[0], "--cable", rules[1]];
    let run = over_cable(User::Self_, &options);
    assert_eq!(run.fates("client>server data[1]").last().unwrap(), "again arrived", "{}", run.text());
    assert_eq!(run.timeline.end.as_ref().unwrap().awaited, [rules[1]], "{}", run.text());
}

#[test]
fn a_swap_whose_second_frame_never_comes_is_named_too() {
    let rule = "swap client>server datagram[1] client>server datagram[3]";
    let Some(run) = trace(User::Self_, "take {server} 1", "tell {server} 1 2", &[rule]) else { return };
    assert_eq!(run.timeline.end.as_ref().unwrap().awaited, [rule], "{}", run.text());
    assert_eq!(run.printed("server"), ["2"], "{}", run.text());
}

#[test]
fn a_tier_without_namespaces_refuses_a_cable_and_names_the_remedy() {
    for tier in ["2", "3"] {
        let output = run(User::Self_, &["05", "--wire", "cable", "--tier", tier]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(&format!("tier {tier}: could not make hosts and join them by a cable")), "{said}");
        assert!(said.contains("remedy: a cable needs tier 0 or 1: leave --tier out"), "{said}");
        assert_eq!(stdout(&output), "", "nothing ran");
    }
}

#[test]
fn rules_for_the_loopback_and_rules_about_nobody_are_refused_before_anything_runs() {
    for (arguments, reason) in [
        (["--wire", "loopback", "--delay", "5ms"], "--wire cable"),
        (["--wire", "cable", "--drop", "clinet>server data[1]"], "did you mean `client`?"),
        (["--wire", "cable", "--cable", "mtu sever 576"], "did you mean `server`?"),
    ] {
        let output = run(User::Self_, &[&["05"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains(reason) && stdout(&output).is_empty(), "{}", stderr(&output));
    }
}
