//! One echo server and its client in each language: what a tutorial prints runs as it stands.

use crate::common::{tool, users};
use crate::harness::{Bench, Run, source};
use std::process::Command;

/// What holds for every echo, whatever the language: the calls in order, every echo from the send before it.
fn assert_echo(run: &Run, words: usize, bytes: u64) {
    run.assert_sound();
    assert_eq!((run.received("server"), run.received("client")), (bytes, bytes), "{}", run.text());
    let sends = run.calls("client", "send");
    assert_eq!(sends.len(), words, "{}", run.text());
    for word in 1..=words {
        let name = format!("client.send[{word}]");
        assert_eq!(run.call(&name).carried_by.len(), 1, "{name}\n{}", run.text());
        let echo = run.timeline.calls.iter().find(|call| {
            call.enter.role == "server" && call.sources.iter().any(|span| run.timeline.calls[span.call].name() == name)
        });
        assert!(echo.is_some(), "nobody received {name}\n{}", run.text());
    }
    let order = run.order("server");
    let place = |name: &str| {
        order.iter().position(|other| other == name).unwrap_or_else(|| panic!("no {name}\n{}", run.text()))
    };
    let places = ["socket", "bind", "listen", "accept", "recv", "send"].map(place);
    assert!(places.is_sorted(), "{order:?}");
    let syn = &run.frames("client", "server", "SYN")[..];
    assert_eq!(syn.len(), 1, "{}", run.text());
    assert_eq!(run.cause(syn[0]).as_deref(), Some("client.connect[1]"));
}

#[test]
fn python_echoes_as_root_and_as_nobody() {
    let Some(_) = tool("python3") else { return };
    let file = source("echo.py");
    // Not `python3` from PATH: that may be a version manager's script, which runs several programs first.
    let python = "/usr/bin/python3";
    // Nobody may not be allowed to read the checkout.
    let bench = Bench::new("python");
    let copy = bench.write("echo.py", std::fs::read(file).unwrap());
    for user in users() {
        let server = format!("{python} {copy} server");
        let client = format!("{python} {copy} client hello 世界");
        let run = bench.trace_as(user, &["--server", &server, "--client", &client]);
        assert_echo(&run, 2, 11);
        assert_eq!(run.sources("client.recv[1]"), ["server.send[1]"]);
        std::fs::remove_file(bench.file("run.jsonl")).unwrap();
    }
}

#[test]
fn a_static_go_program_echoes() {
    let Some(go) = tool("go") else { return };
    let bench = Bench::new("go");
    let program = bench.file("echo");
    let built = Command::new(go)
        .args(["build", "-o", &program, &source("echo.go")])
        .envs([("CGO_ENABLED", "0"), ("GOFLAGS", "-mod=mod"), ("GOTOOLCHAIN", "local"), ("GO111MODULE", "off")])
        .envs([("GOCACHE", bench.file("cache")), ("GOPATH", bench.file("path"))])
        .output()
        .expect("go starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let run = bench.trace(&["--server", &format!("{program} server"), "--client", &format!("{program} client")]);
    assert_echo(&run, 3, 14);
    // The runtime connects without waiting and asks for the outcome.
    assert_eq!(run.returned("client.connect[1]"), "EINPROGRESS");
}

#[test]
fn node_echoes() {
    let Some(node) = tool("node") else { return };
    let bench = Bench::new("node");
    let (node, file) = (node.display(), source("echo.js"));
    let run =
        bench.trace(&["--server", &format!("{node} {file} server"), "--client", &format!("{node} {file} client")]);
    assert_echo(&run, 1, 15);
}

#[test]
fn python_with_asyncio_echoes() {
    let Some(_) = tool("python3") else { return };
    let bench = Bench::new("asyncio");
    let file = source("echo_asyncio.py");
    let command = |what: &str| format!("/usr/bin/python3 {file} {what}");
    let run = bench.trace(&["--server", &command("server"), "--client", &command("client")]);
    run.assert_sound();
    let client = run
        .timeline
        .calls
        .iter()
        .find(|call| call.enter.role == "client" && call.sends() && call.moved() == Some(300_000));
    let parts = run
        .timeline
        .calls
        .iter()
        .filter(|call| call.enter.role == "client" && call.sends() && call.moved() > Some(1000));
    assert!(client.is_some() || parts.count() > 1, "{}", run.text());
}

#[test]
fn a_shell_speaks_through_its_own_redirections() {
    let (Some(bash), Some(_)) = (tool("bash"), tool("python3")) else { return };
    let bench = Bench::new("bash");
    let script = bench.write(
        "client.sh",
        "exec 5<>/dev/tcp/127.0.0.1/8080\necho from bash >&5\nread -r line <&5\necho \"$line\"\nexec 5>&-\n",
    );
    let server = format!("/usr/bin/python3 {} server", source("echo.py"));
    let run = bench.trace(&["--server", &server, "--client", &format!("{} {script}", bash.display())]);
    run.assert_sound();
    assert_eq!(run.received("client"), 10, "{}", run.text());
}

#[test]
fn perl_echoes() {
    let (Some(perl), Some(_)) = (tool("perl"), tool("python3")) else { return };
    let bench = Bench::new("perl");
    let script = bench.write(
        "client.pl",
        "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die; connect($s, sockaddr_in(8080, inet_aton('127.0.0.1'))) or die;\n\
         syswrite($s, 'perl') == 4 or die; sysread($s, my $b, 4) == 4 or die; $b eq 'perl' or die;\n",
    );
    let server = format!("/usr/bin/python3 {} server", source("echo.py"));
    let run = bench.trace(&["--server", &server, "--client", &format!("{} {script}", perl.display())]);
    assert_echo(&run, 1, 4);
}
