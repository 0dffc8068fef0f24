//! Reliability (可靠传输): shows what TCP does about segments that get lost, overtaken, doubled or
//! damaged, and what its acknowledgment does not promise.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson. Two
//! terminals show a network on which nothing goes wrong; the lab's cable does the rest.
//!
//! ```text
//! cargo run --bin 16-reliability -- server
//! cargo run --bin 16-reliability -- client --send one,two,three
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 16-reliability server [--addr IP:PORT] [--deaf]
       16-reliability client [--addr IP:PORT] [--send a,b]

  --addr IP:PORT   where the server waits (127.0.0.1:8080)
  --deaf           accept, and never call recv
  --send a,b       one send for each word (hello)";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    deaf: bool,
    words: Vec<String>,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr, knobs.deaf),
        _ => client::run(knobs.addr, &knobs.words),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{role}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The knobs of this role, or nothing when there is one it does not have.
fn read(role: &str, mut args: impl Iterator<Item = String>) -> Option<Knobs> {
    let mut knobs = Knobs { addr: SocketAddr::from(([127, 0, 0, 1], 8080)), deaf: false, words: vec!["hello".into()] };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("server", "--deaf") => knobs.deaf = true,
            ("client", "--send") => knobs.words = args.next()?.split(',').map(String::from).collect(),
            _ => return None,
        }
    }
    Some(knobs)
}
