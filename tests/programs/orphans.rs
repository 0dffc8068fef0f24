//! Nobody is left: whatever ends a run, no process of it survives.

use crate::common::{User, lab, users};
use crate::harness::Bench;
use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Processes that carry the marker in their command line. The environment would do as well, but not everybody may read it.
fn alive(marker: &str) -> Vec<String> {
    let own = std::process::id().to_string();
    let folders = fs::read_dir("/proc").expect("/proc").filter_map(|entry| Some(entry.ok()?.path()));
    folders
        .filter(|folder| folder.file_name().is_some_and(|name| name.to_str() != Some(&own)))
        .filter_map(|folder| Some(String::from_utf8_lossy(&fs::read(folder.join("cmdline")).ok()?).replace('\0', " ")))
        .filter(|line| line.contains(marker))
        .collect()
}

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < until, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Two sessions deep, in the background, with all signals that can be ignored ignored, and threads of Python beside.
fn stubborn(marker: &str) -> [String; 2] {
    let script = "trap '' TERM INT HUP; setsid sh -c \"trap '' TERM; sleep 600 & sleep 601\" & sleep 602";
    let python = "import os,socket,threading,time\nfor _ in range(3): threading.Thread(target=time.sleep,args=(600,)).start()\nos.fork()\ns=socket.socket()\ns.bind(('127.0.0.1',8080))\ns.listen()\ns.accept()";
    [
        format!("/usr/bin/python3 -c \"{python}\" {marker}"),
        format!("sh -c \"{}\" {marker}", script.replace('\\', "\\\\").replace('"', "\\\"")),
    ]
}

fn marker(name: &str, user: User) -> String {
    format!("marker-{name}-{user:?}-{}", std::process::id())
}

#[test]
fn nobody_survives_a_run_that_ends_at_its_deadline() {
    for user in users() {
        let marker = marker("deadline", user);
        let [server, client] = stubborn(&marker);
        let output =
            lab(user, &["trace", "--timeout", "1", "--server", &server, "--client", &client]).output().unwrap();
        assert!(output.status.code().is_some());
        assert_eq!(alive(&marker), [""; 0], "as {user:?}");
    }
}

#[test]
fn nobody_survives_a_lab_that_is_killed_in_the_middle() {
    for user in users() {
        let marker = marker("killed", user);
        let [server, client] = stubborn(&marker);
        let mut command = lab(user, &["trace", "--timeout", "60", "--server", &server, "--client", &client]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // The lab itself carries the marker too, as does its argument list; what counts is the programs.
        wait_until("the programs run", || alive(&marker).iter().filter(|line| !line.contains(" trace ")).count() >= 2);
        std::thread::sleep(Duration::from_millis(200));
        child.kill().unwrap();
        child.wait().unwrap();
        wait_until(&format!("nobody is left (as {user:?}): {:?}", alive(&marker)), || alive(&marker).is_empty());
    }
}

#[test]
fn nobody_survives_a_run_of_programs_that_end_by_themselves() {
    let bench = Bench::new("survivors");
    let (Some(program), Some(peer)) = (bench.c("processes"), bench.c("peer")) else { return };
    let run = bench.trace(&["--server", &format!("{program} prefork 4"), "--client", &format!("{peer} say 8080 one")]);
    run.assert_complete();
    assert_eq!(alive(&program), [""; 0]);
    assert_eq!(alive(&peer), [""; 0]);
}
