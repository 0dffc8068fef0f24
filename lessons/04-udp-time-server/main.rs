//! A question, a datagram, a time: no listen, no accept, no connection.
//!
//! In two terminals; type a format such as `%H:%M`, or just Enter:
//!
//! ```text
//! cargo run --bin 04-udp-time-server -- server
//! cargo run --bin 04-udp-time-server -- client
//! ```

mod client;
mod server;

use chrono::{DateTime, Utc};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

const USAGE: &str = "\
usage: 04-udp-time-server server [--addr IP:PORT] [--service time|hello|echo] [--once]
                                 [--clock SECONDS-SINCE-1970]
       04-udp-time-server client [--addr IP:PORT] [--patience MILLISECONDS] [--byte HEX]";

/// What the server answers.
#[derive(Clone, Copy)]
enum Service {
    Time,
    Hello,
    Echo,
}

/// Everything that can be told to either program.
struct Knobs {
    role: String,
    addr: SocketAddr,
    service: Service,
    /// Server: end after one request.
    once: bool,
    /// Server: a clock that stands still, so that two runs print the same.
    clock: Option<DateTime<Utc>>,
    /// Client: how long to wait for a reply.
    patience: Duration,
    /// Client: a first request of this one byte, which no keyboard types.
    byte: Option<u8>,
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
        service: Service::Time,
        once: false,
        clock: None,
        patience: Duration::from_secs(2),
        byte: None,
    };
    while let Some(name) = args.next() {
        match (knobs.role.as_str(), name.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("server", "--service") => {
                knobs.service = match args.next()?.as_str() {
                    "time" => Service::Time,
                    "hello" => Service::Hello,
                    "echo" => Service::Echo,
                    _ => return None,
                }
            }
            ("server", "--once") => knobs.once = true,
            ("server", "--clock") => {
                let seconds = args.next()?.parse().ok()?;
                knobs.clock = Some(DateTime::from_timestamp(seconds, 0)?);
            }
            ("client", "--patience") => {
                // Zero would mean "wait for ever" to the kernel.
                let milliseconds = args.next()?.parse().ok().filter(|&ms| ms > 0)?;
                knobs.patience = Duration::from_millis(milliseconds);
            }
            ("client", "--byte") => knobs.byte = Some(u8::from_str_radix(&args.next()?, 16).ok()?),
            _ => return None,
        }
    }
    Some(knobs)
}
