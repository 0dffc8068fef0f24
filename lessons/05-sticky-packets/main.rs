//! Sticky packets (粘包): shows that TCP carries bytes and keeps no boundary between two sends.
//!
//! This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson.

mod client;
mod server;

use std::env;
use std::process::ExitCode;

const USAGE: &str = "\
usage: 05-sticky-packets server [--addr A] [--recv 2,10] [--answer]
       05-sticky-packets client [--addr A] [--send hello,hai] [--lines N] [--ask ROOM] [--nodelay]

  --addr A       where the server waits (127.0.0.1:8080)
  --recv 2,10    room offered to each recv; the last number counts from then on (1024)
  --answer       answer each request: menu, price
  --send a,b     one send for each word (hello,hai,hahaha)
  --lines N      instead of words: N lines of ten bytes in one single send
  --ask ROOM     after each send take the answer, by one recv with this much room
  --nodelay      switch off what may glue on the sending side (TCP_NODELAY)";

/// What the knobs say; each role uses its own.
struct Knobs {
    addr: String,
    rooms: Vec<usize>,
    answer: bool,
    messages: Vec<String>,
    ask: Option<usize>,
    nodelay: bool,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let Some(knobs) = read(&role, args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match role.as_str() {
        "server" if knobs.answer => server::answer(&knobs.addr, knobs.rooms[0]),
        "server" => server::receive(&knobs.addr, &knobs.rooms),
        _ => client::run(&knobs.addr, &knobs.messages, knobs.ask, knobs.nodelay),
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
        rooms: vec![1024],
        answer: false,
        messages: words("hello,hai,hahaha"),
        ask: None,
        nodelay: false,
    };
    if !["server", "client"].contains(&role) {
        return None;
    }
    while let Some(knob) = args.next() {
        match (role, knob.as_str()) {
            (_, "--addr") => knobs.addr = args.next()?,
            ("server", "--recv") => {
                knobs.rooms = args.next()?.split(',').map(room).collect::<Option<_>>()?;
            }
            ("server", "--answer") => knobs.answer = true,
            ("client", "--send") => knobs.messages = words(&args.next()?),
            ("client", "--lines") => knobs.messages = vec![lines(args.next()?.parse().ok()?)],
            ("client", "--ask") => knobs.ask = Some(room(&args.next()?)?),
            ("client", "--nodelay") => knobs.nodelay = true,
            _ => return None,
        }
    }
    Some(knobs)
}

/// Room for at least one byte: a recv with room for none returns 0, which would look like the end.
fn room(number: &str) -> Option<usize> {
    number.parse().ok().filter(|&room| room > 0)
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(String::from).collect()
}

/// Numbered lines, so that every byte tells where in the message it stood.
fn lines(count: usize) -> String {
    (1..=count).map(|n| format!("line {n:04}\n")).collect()
}

/// The bytes as text; of a long text the two ends.
fn show(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if bytes.len() <= 40 {
        return format!("{text:?}");
    }
    let head: String = text.chars().take(9).collect();
    let tail: String = text.chars().skip(text.chars().count() - 10).collect();
    format!("{head:?} … {tail:?}")
}
