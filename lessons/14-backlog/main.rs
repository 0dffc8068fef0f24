//! The backlog (全连接队列): shows what the number given to listen limits, and what it does not.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson. In two
//! terminals, and in a third `ss -lt`, whose Recv-Q and Send-Q are the queue and the number:
//!
//! ```text
//! cargo run --bin 14-backlog -- server --backlog 2 --lazy
//! cargo run --bin 14-backlog -- client --count 5
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 14-backlog server [--addr IP:PORT] [--backlog N] [--lazy]
       14-backlog client [--addr IP:PORT] [--count N] [--wait]

  --addr IP:PORT   where the server waits (127.0.0.1:8080)
  --backlog N      the number given to listen (2)
  --lazy           listen, and never accept anyone
  --count N        how many connections to make and keep (5)
  --wait           be greeted on each before making the next";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    backlog: i32,
    lazy: bool,
    count: usize,
    wait: bool,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr, knobs.backlog, knobs.lazy),
        _ => client::run(knobs.addr, knobs.count, knobs.wait),
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
    let addr = SocketAddr::from(([127, 0, 0, 1], 8080));
    let mut knobs = Knobs { addr, backlog: 2, lazy: false, count: 5, wait: false };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("server", "--backlog") => knobs.backlog = args.next()?.parse().ok()?,
            ("server", "--lazy") => knobs.lazy = true,
            ("client", "--count") => knobs.count = args.next()?.parse().ok()?,
            ("client", "--wait") => knobs.wait = true,
            _ => return None,
        }
    }
    Some(knobs)
}
