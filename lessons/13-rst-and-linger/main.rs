//! Rude goodbyes (RST, SO_LINGER): shows the ways in which a connection ends without an agreement,
//! and what the program at the other side gets to hear of it.
//!
//! This file picks the role and reads the knobs; `server.rs`, which leaves, and `client.rs`, which
//! is left, are the lesson. In two terminals:
//!
//! ```text
//! cargo run --bin 13-rst-and-linger -- server --take 5
//! cargo run --bin 13-rst-and-linger -- client
//! ```

mod client;
mod server;

use std::env;
use std::net::SocketAddr;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 13-rst-and-linger server [--addr IP:PORT] [--take N] [--reply TEXT] [--leave close|reset|stay]
       13-rst-and-linger client [--addr IP:PORT] [--send a,b] [--yes]

  --addr IP:PORT   where the server waits (127.0.0.1:8080)
  --take N         take at most so many bytes of the request, by one recv; 0 is no recv (1024)
  --reply TEXT     what to answer; \"\" is nothing (no)
  --leave close    close after the answer (the default)
  --leave reset    the same, with SO_LINGER set to 0 seconds
  --leave stay     answer and do nothing more: for a kill
  --send a,b       one send for each word (order: tea, rice and soup, one send)
  --yes            give the connection to the program `yes` as its standard output";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: SocketAddr,
    take: usize,
    reply: String,
    leave: server::Leave,
    send: Vec<String>,
    yes: bool,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" => server::run(knobs.addr, knobs.take, &knobs.reply, knobs.leave),
        _ if knobs.yes => client::yes(knobs.addr),
        _ => client::run(knobs.addr, &knobs.send),
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
        addr: SocketAddr::from(([127, 0, 0, 1], 8080)),
        take: 1024,
        reply: "no".into(),
        leave: server::Leave::Close,
        send: vec!["order: tea, rice and soup".into()],
        yes: false,
    };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?.parse().ok()?,
            ("server", "--take") => knobs.take = args.next()?.parse().ok()?,
            ("server", "--reply") => knobs.reply = args.next()?,
            ("server", "--leave") => knobs.leave = server::Leave::named(&args.next()?)?,
            ("client", "--send") => knobs.send = args.next()?.split(',').map(String::from).collect(),
            ("client", "--yes") => knobs.yes = true,
            _ => return None,
        }
    }
    Some(knobs)
}
