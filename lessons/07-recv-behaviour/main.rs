//! What recv returns: shows the different things that get called "empty": nothing there yet, an
//! empty message, the end, a reset, a message cut short, nobody at the other side.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson.

mod client;
mod server;

use std::env;
use std::io;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 07-recv-behaviour server [--addr A]
       07-recv-behaviour server --udp [--addr A] [--recv N] [--flags]
       07-recv-behaviour client [--addr A] [--send WORD] [--recv N] [--leave close|reset|never]
       07-recv-behaviour client --udp [--addr A] [--send hello,world] [--connect]

  --addr A      where the server waits (127.0.0.1:8080)
  --send a,b    what to send: TCP one word, UDP a datagram for each; \"\" is the empty message
  --recv N      room offered to each recv (1024)
  --leave HOW   close (the default), reset instead of closing, or never leave: for a kill
  --udp         UDP instead of TCP
  --flags       receive by a call that also tells whether a datagram was cut
  --connect     fix the server's address first, then send";

/// What the knobs say; each role uses its own.
struct Knobs {
    udp: bool,
    addr: String,
    room: usize,
    flags: bool,
    words: Vec<String>,
    leave: client::Leave,
    connect: bool,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&role, &knobs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{role}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(role: &str, knobs: &Knobs) -> io::Result<()> {
    match (role, knobs.udp) {
        ("server", false) => server::tcp(&knobs.addr),
        ("server", true) if knobs.flags => server::udp_flags(&knobs.addr, knobs.room),
        ("server", true) => server::udp(&knobs.addr, knobs.room),
        (_, false) => client::tcp(&knobs.addr, &knobs.words[0], knobs.room, knobs.leave),
        (_, true) if knobs.connect => client::udp_connected(&knobs.addr, &knobs.words),
        (_, true) => client::udp(&knobs.addr, &knobs.words),
    }
}

/// The knobs of this role, or nothing when there is one it does not have.
fn read(role: &str, mut args: impl Iterator<Item = String>) -> Option<Knobs> {
    let mut knobs = Knobs {
        udp: false,
        addr: "127.0.0.1:8080".into(),
        room: 1024,
        flags: false,
        words: vec!["hello".into()],
        leave: client::Leave::Close,
        connect: false,
    };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--udp") => knobs.udp = true,
            (_, "--addr") => knobs.addr = args.next()?,
            (_, "--recv") => knobs.room = args.next()?.parse().ok().filter(|&room| room > 0)?,
            ("server", "--flags") => knobs.flags = true,
            ("client", "--send") => {
                knobs.words = args.next()?.split(',').map(String::from).collect();
            }
            ("client", "--leave") => knobs.leave = client::Leave::named(&args.next()?)?,
            ("client", "--connect") => knobs.connect = true,
            _ => return None,
        }
    }
    Some(knobs)
}
