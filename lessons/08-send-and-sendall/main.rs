//! What send returns: shows where bytes go when nobody reads them, that a send may take fewer than
//! it was offered, and what becomes of those it did not take.
//!
//! This file picks the role and reads the knobs; `server.rs`, `client.rs` and `talk.rs` are the
//! lesson, `buffers.rs` makes sockets with small buffers.

mod buffers;
mod client;
mod server;
mod talk;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 08-send-and-sendall server [--addr A] [--buffer N] [--leave N]
       08-send-and-sendall server --talk [--addr A] [--buffer N] [--lines N]
       08-send-and-sendall client [--addr A] [--buffer N] [--lines N] [--how HOW]

  --addr A     where the server waits (127.0.0.1:8080)
  --buffer N   size asked for the socket's send buffer and receive buffer (4500)
  --lines N    what to send: N numbered lines of ten bytes (2000)
  --leave N    close after N recv, whatever has come by then
  --talk       send all lines before receiving anything, instead of receiving only
  --how HOW    how the client sends:
    wait       write_all, waiting for room (the default)
    try        without waiting; what was not taken is offered again, until nothing is taken
    ignore     without waiting, 500 lines at a time; what was not taken is forgotten
    talk       all lines, and only then receive: for a server that talks
    both       send and receive at the same time: for a server that talks";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: String,
    buffer: usize,
    lines: usize,
    leave: Option<usize>,
    talk: bool,
    how: client::How,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let message = lines(knobs.lines);
    let done = match role.as_str() {
        "server" if knobs.talk => server::talk(&knobs.addr, knobs.buffer, &message),
        "server" => server::receive(&knobs.addr, knobs.buffer, knobs.leave),
        _ => client::run(&knobs.addr, knobs.buffer, &message, knobs.how),
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
    let mut knobs = Knobs {
        addr: "127.0.0.1:8080".into(),
        buffer: 4500,
        lines: 2000,
        leave: None,
        talk: false,
        how: client::How::Wait,
    };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?,
            (_, "--buffer") => knobs.buffer = args.next()?.parse().ok()?,
            (_, "--lines") => knobs.lines = args.next()?.parse().ok().filter(|n| *n < 10_000)?,
            ("server", "--leave") => knobs.leave = Some(args.next()?.parse().ok()?),
            ("server", "--talk") => knobs.talk = true,
            ("client", "--how") => knobs.how = client::How::named(&args.next()?)?,
            _ => return None,
        }
    }
    Some(knobs)
}

/// Numbered lines of ten bytes, so that the receiver can tell which bytes are missing.
fn lines(count: usize) -> Vec<u8> {
    (1..=count).flat_map(|n| format!("line {n:04}\n").into_bytes()).collect()
}
