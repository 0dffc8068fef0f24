//! Serve for ever, one client after the other, and survive each goodbye.
//!
//! In two terminals, or three: a second client connects, and waits until the first has left.
//!
//! ```text
//! cargo run --bin 02-loop-server -- server
//! cargo run --bin 02-loop-server -- client
//! ```

mod client;
mod server;
mod wrong;

use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 02-loop-server server [--addr IP:PORT] [--bug spin|answer]
       02-loop-server client [--addr IP:PORT] [--leave fin|rst]    (reads lines to send)";

/// Everything that can be told to either program.
struct Knobs {
    role: String,
    addr: SocketAddr,
    /// Server: which of the wrong servers to run, if any.
    bug: Option<wrong::Bug>,
    /// Client: leave without a word, by a reset.
    rst: bool,
}

fn main() -> ExitCode {
    let Some(knobs) = read_knobs() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = match (knobs.role.as_str(), knobs.bug) {
        ("server", None) => server::run(knobs.addr),
        ("server", Some(bug)) => wrong::run(knobs.addr, bug),
        _ => client::run(knobs.addr, knobs.rst),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", knobs.role);
            ExitCode::FAILURE
        }
    }
}

/// Reads the command line; `None` when it makes no sense.
fn read_knobs() -> Option<Knobs> {
    let mut args = std::env::args().skip(1);
    let mut knobs = Knobs {
        role: args.next().filter(|role| role == "server" || role == "client")?,
        addr: SocketAddr::from(([127, 0, 0, 1], 8080)),
        bug: None,
        rst: false,
    };
    while let Some(name) = args.next() {
        let value = args.next()?;
        match (knobs.role.as_str(), name.as_str(), value.as_str()) {
            (_, "--addr", _) => knobs.addr = value.parse().ok()?,
            ("server", "--bug", "spin") => knobs.bug = Some(wrong::Bug::Spin),
            ("server", "--bug", "answer") => knobs.bug = Some(wrong::Bug::Answer),
            ("client", "--leave", "fin" | "rst") => knobs.rst = value == "rst",
            _ => return None,
        }
    }
    Some(knobs)
}
