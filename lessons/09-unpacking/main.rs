//! Unpacking (拆包): shows where TCP cuts what one send has given it, and who cannot see the cuts.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson. In two
//! terminals:
//!
//! ```text
//! cargo run --bin 09-unpacking -- server
//! cargo run --bin 09-unpacking -- client
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 09-unpacking server [--addr IP:PORT] [--room N] [--mss N]
       09-unpacking client [--addr IP:PORT] [--bytes N]

  --addr IP:PORT   where the server waits (127.0.0.1:8080)
  --room N         room offered to each recv (2000)
  --mss N          announce segments of N bytes at most (what the interface has room for)
  --bytes N        how many bytes to send, in one send (3000)";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    room: usize,
    mss: Option<u32>,
    bytes: usize,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr, knobs.room, knobs.mss),
        _ => client::run(knobs.addr, knobs.bytes),
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
    let mut knobs = Knobs { addr: SocketAddr::from(([127, 0, 0, 1], 8080)), room: 2000, mss: None, bytes: 3000 };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        let value = args.next()?;
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = value.parse().ok()?,
            ("server", "--room") => knobs.room = value.parse().ok().filter(|&room| room > 0)?,
            ("server", "--mss") => knobs.mss = Some(value.parse().ok()?),
            ("client", "--bytes") => knobs.bytes = value.parse().ok().filter(|&bytes| bytes > 0)?,
            _ => return None,
        }
    }
    Some(knobs)
}
