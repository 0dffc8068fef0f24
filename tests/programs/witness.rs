//! strace as an independent witness: the same programs make the same calls with the same results under both.

use crate::common::tool;
use crate::harness::{Bench, Run, result};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls strace is asked for. With `-yy` it says what kind of descriptor each is about, so that a `close` or `read` of
/// a file is told from that of a socket.
const WITNESSED: &str = "socket,socketpair,bind,listen,accept,accept4,connect,getsockname,getpeername,sendto,recvfrom,\
                         sendmsg,recvmsg,shutdown,setsockopt,getsockopt,read,write,readv,writev,close,sendfile";

/// Name and result of the calls of each process, processes without any left out, in an order that does not depend on
/// their numbers.
type Sequences = Vec<Vec<(String, String)>>;

/// `recvfrom(4<TCP:[…]>, "one", 4096, 0, NULL, NULL) = 3`. One file holds one thread, so calls are never cut in two.
fn by_strace(files: &Path, prefix: &str) -> Sequences {
    let mut sequences = Vec::new();
    for file in std::fs::read_dir(files).unwrap().map(|file| file.unwrap().path()) {
        if !file.file_name().unwrap().to_string_lossy().starts_with(prefix) {
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        let calls = text.lines().filter_map(|line| {
            let (name, rest) = line.split_once('(')?;
            let of_socket = ["<TCP", "<UDP", "<UNIX", "<socket:"].iter().any(|kind| {
                let number = rest.trim_start_matches(|letter: char| letter.is_ascii_digit());
                number.starts_with(kind)
            });
            let makes =
                ["AF_INET", "AF_UNIX"].iter().any(|family| name.starts_with("socket") && rest.starts_with(family));
            if !of_socket && !makes {
                return None;
            }
            let result = rest.rsplit_once(") ").map_or(rest, |(_, end)| end).trim_start().strip_prefix("= ")?;
            let mut words = result.split_whitespace();
            let number = words.next()?.split('<').next()?;
            // Restarted calls are one call in our recording.
            if number == "?" {
                return None;
            }
            let result = if number == "-1" { words.next()?.to_string() } else { number.to_string() };
            name.chars().all(|letter| letter.is_ascii_alphanumeric()).then(|| (name.to_string(), result))
        });
        sequences.push(calls.collect());
    }
    sorted(sequences)
}

fn by_lab(run: &Run, role: &str) -> Sequences {
    let mut processes: BTreeMap<i32, Vec<(String, String)>> = BTreeMap::new();
    for call in run.timeline.calls.iter().filter(|call| call.enter.role == role && call.exit.is_some()) {
        if WITNESSED.split(',').any(|name| name == call.enter.syscall) {
            processes.entry(call.enter.tid).or_default().push((call.enter.syscall.clone(), result(call)));
        }
    }
    sorted(processes.into_values().collect())
}

fn sorted(mut sequences: Sequences) -> Sequences {
    sequences.retain(|calls| !calls.is_empty());
    sequences.sort();
    sequences
}

/// Runs server and client under the lab, then both under strace in a network of their own, and compares.
fn assert_same(bench: &Bench, server: &str, client: &str) {
    let (Some(strace), Some(_)) = (tool("strace"), tool("ip")) else { return };
    let run = bench.trace(&["--server", server, "--client", client]);
    run.assert_sound();
    let folder = bench.file("strace");
    std::fs::create_dir_all(&folder).unwrap();
    let strace = strace.display();
    let traced = |role: &str, command: &str| {
        format!("{strace} -ff -yy -qq -e signal=none -e trace={WITNESSED} -o {folder}/{role} {command}")
    };
    // The witness listens for the server by trying, so that its own attempts are not in the client's account.
    let script = format!(
        "{} & for n in $(seq 200); do grep -q ':1F90 .* 0A ' /proc/net/tcp && break; sleep 0.02; done; {}; wait",
        traced("server", server),
        traced("client", client)
    );
    let inside = format!("ip link set lo up || exit 1; {script}");
    let status = Command::new("unshare")
        .args(["--user", "--map-current-user", "--net", "--keep-caps", "sh", "-c", &inside])
        .stdout(Stdio::null())
        .status()
        .expect("unshare starts");
    assert!(status.success(), "{status}");
    for role in ["server", "client"] {
        let (theirs, ours) = (by_strace(Path::new(&folder), role), by_lab(&run, role));
        let names: Vec<&str> = theirs.iter().flatten().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"socket") && names.contains(&"close"), "strace saw {names:?} of {role}");
        assert_eq!(ours, theirs, "{role}");
    }
}

#[test]
fn strace_sees_the_same_calls_of_a_forking_server() {
    let bench = Bench::new("witness-forking");
    let (Some(program), Some(peer)) = (bench.c("processes"), bench.c("peer")) else { return };
    assert_same(&bench, &format!("{program} forking 1"), &format!("{peer} say 8080 one two three"));
}

#[test]
fn strace_sees_the_same_calls_of_python() {
    let bench = Bench::new("witness-python");
    let file = crate::harness::source("echo.py");
    assert_same(&bench, &format!("/usr/bin/python3 {file} server"), &format!("/usr/bin/python3 {file} client one two"));
}
