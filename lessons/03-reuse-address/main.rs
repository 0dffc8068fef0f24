//! Who is still holding my port? A server that ends, and the same server started again.
//!
//! In two terminals; then start the server once more, with and without `--reuse`:
//!
//! ```text
//! cargo run --bin 03-reuse-address -- server
//! cargo run --bin 03-reuse-address -- client
//! ```

mod client;
mod holders;
mod server;

use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 03-reuse-address server [--addr IP:PORT] [--closes-first server|client] [--reuse]
       03-reuse-address client [--addr IP:PORT] [--closes-first server|client]";

/// What the server says to each client.
const GREETING: &[u8] = b"hello";

/// Everything that can be told to either program.
struct Knobs {
    role: String,
    addr: SocketAddr,
    /// Who closes the connection first. The two programs must agree.
    client_closes_first: bool,
    /// Server: set SO_REUSEADDR before bind.
    reuse: bool,
}

fn main() -> ExitCode {
    let Some(knobs) = read_knobs() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let outcome = match knobs.role.as_str() {
        "server" => server::run(&knobs),
        _ => client::run(&knobs),
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
        client_closes_first: false,
        reuse: false,
    };
    while let Some(name) = args.next() {
        match (knobs.role.as_str(), name.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            (_, "--closes-first") => {
                let who = args.next().filter(|who| who == "server" || who == "client")?;
                knobs.client_closes_first = who == "client";
            }
            ("server", "--reuse") => knobs.reuse = true,
            _ => return None,
        }
    }
    Some(knobs)
}
