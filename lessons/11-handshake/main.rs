//! The handshake (三次握手): shows which segments make a connection, who sends them, and what each
//! side believes after each of them.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson. In two
//! terminals, and before the client a `ss -lt` in a third: the server listens, nobody is connected.
//!
//! ```text
//! cargo run --bin 11-handshake -- server
//! cargo run --bin 11-handshake -- client --say hello
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 11-handshake server [--addr IP:PORT]
       11-handshake client [--addr IP:PORT] [--say TEXT]

  --addr IP:PORT   where the server waits (127.0.0.1:8080)
  --say TEXT       what to send as soon as connect has returned (hello)";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    say: String,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr),
        _ => client::run(knobs.addr, &knobs.say),
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
    let mut knobs = Knobs { addr: SocketAddr::from(([127, 0, 0, 1], 8080)), say: "hello".into() };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("client", "--say") => knobs.say = args.next()?,
            _ => return None,
        }
    }
    Some(knobs)
}
