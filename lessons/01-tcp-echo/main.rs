//! One connection, one request, one reply.
//!
//! In two terminals, the server first:
//!
//! ```text
//! cargo run --bin 01-tcp-echo -- server
//! cargo run --bin 01-tcp-echo -- client --say hello
//! ```

mod client;
mod server;

use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 01-tcp-echo server [--addr IP:PORT] [--reply upper|echo] [--first client|server]
       01-tcp-echo client [--addr IP:PORT] [--say TEXT] [--first client|server]";

/// Everything that can be told to either program.
struct Knobs {
    role: String,
    addr: SocketAddr,
    /// Server: the reply is the request as it came, not in capitals.
    echo: bool,
    /// Client: what it says.
    say: String,
    /// Who speaks first. TCP does not care; the two programs must agree.
    server_first: bool,
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
        echo: false,
        say: "hello".to_string(),
        server_first: false,
    };
    while let Some(name) = args.next() {
        let value = args.next()?;
        match (knobs.role.as_str(), name.as_str(), value.as_str()) {
            (_, "--addr", _) => knobs.addr = value.parse().ok()?,
            ("server", "--reply", "upper" | "echo") => knobs.echo = value == "echo",
            ("client", "--say", _) => knobs.say = value,
            (_, "--first", "client" | "server") => knobs.server_first = value == "server",
            _ => return None,
        }
    }
    Some(knobs)
}
