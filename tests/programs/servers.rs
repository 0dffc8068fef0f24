//! Servers from the distribution: nginx with curl, redis with its client.

use crate::common::tool;
use crate::harness::{Bench, Run};

const SIZE: usize = 200_000;

fn nginx(name: &str, processes: &str) -> Option<Run> {
    let (nginx, curl) = (tool("nginx")?, tool("curl")?);
    let bench = Bench::new(name);
    let bytes: Vec<u8> = (0..SIZE).map(|n| (n % 253) as u8).collect();
    bench.write("file", &bytes);
    let folder = bench.file("");
    let folder = folder.trim_end_matches('/');
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|what| format!("{what}_temp_path {folder}/{what};"))
        .join("\n");
    let configuration = format!(
        "daemon off;\n{processes}\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n\
         http {{ access_log off; sendfile on; {temporary}\nserver {{ listen 127.0.0.1:8080; root {folder}; }} }}\n"
    );
    let configuration = bench.write("nginx.conf", configuration);
    let server = format!("{} -e stderr -c {configuration}", nginx.display());
    let got = bench.file("got");
    let client = format!("{} --silent --show-error --noproxy '*' -o {got} http://127.0.0.1:8080/file", curl.display());
    let run = bench.trace(&["--server", &server, "--client", &client, "--hex", "none"]);
    assert_eq!(std::fs::read(&got).unwrap_or_default(), bytes, "curl got the file\n{}", run.text());
    Some(run)
}

fn assert_served(run: &Run) {
    run.assert_sound();
    let request = run.call("client.send[1]");
    assert!(request.enter.data.as_ref().unwrap().0.starts_with(b"GET /file HTTP/1.1\r\n"), "{}", run.text());
    // The file went by sendfile, of which no byte was in the server's memory: counted by offset all the same.
    let files = run.calls("server", "sendfile");
    assert_eq!(files.iter().filter_map(|call| call.moved()).sum::<u64>(), SIZE as u64, "{}", run.text());
    assert!(files.iter().all(|call| call.enter.data.is_none()));
    let calls = &run.timeline.calls;
    let by_sendfile = |name: &str| -> usize {
        let spans = run.calls("client", name).into_iter().flat_map(|call| &call.sources);
        spans.filter(|span| calls[span.call].enter.name == "sendfile").map(|span| span.here.len()).sum()
    };
    assert_eq!(by_sendfile("recv") + by_sendfile("recvfrom"), SIZE, "{}", run.text());
    let first = run
        .timeline
        .calls
        .iter()
        .find(|call| call.enter.role == "client" && call.receives() && call.moved() > Some(16));
    assert!(first.unwrap().exit.as_ref().unwrap().data.as_ref().unwrap().0.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

#[test]
fn nginx_answers_curl_from_one_process() {
    let Some(run) = nginx("nginx", "master_process off;") else { return };
    assert_served(&run);
}

#[test]
fn nginx_answers_curl_from_a_worker() {
    let Some(run) = nginx("nginx-workers", "worker_processes 2;") else { return };
    assert_served(&run);
    let (accept, listen) = (run.call("server.accept[1]"), run.call("server.listen[1]"));
    assert_ne!(accept.enter.pid, listen.enter.pid, "a worker accepts on its master's listener\n{}", run.text());
}

#[test]
fn redis_sets_and_gets() {
    let (Some(server), Some(client)) = (tool("redis-server"), tool("redis-cli")) else { return };
    let bench = Bench::new("redis");
    let commands = bench.write("commands", "SET lab 'bytes on a wire'\nGET lab\n");
    let server =
        format!("{} --port 6379 --bind 127.0.0.1 --save '' --appendonly no --dir {}", server.display(), bench.file(""));
    let run = bench.trace(&[
        "--server",
        &server,
        "--client",
        &format!("{} -p 6379", client.display()),
        "--stdin",
        &format!("client={commands}"),
    ]);
    run.assert_sound();
    assert!(run.text().contains("bytes on a wire"), "{}", run.text());
    let sent = |role: &str, what: &[u8]| {
        run.timeline
            .calls
            .iter()
            .any(|call| call.enter.role == role && call.enter.data.as_ref().is_some_and(|data| data.0 == what))
    };
    assert!(sent("client", b"*3\r\n$3\r\nSET\r\n$3\r\nlab\r\n$15\r\nbytes on a wire\r\n"), "{}", run.text());
    assert!(sent("server", b"$15\r\nbytes on a wire\r\n"), "{}", run.text());
}
