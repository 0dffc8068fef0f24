//! Nagle's algorithm: shows that TCP keeps a small segment back while an earlier one is not
//! acknowledged, and what that costs a program that writes twice before it reads.
//!
//! The messages, both ways: four bytes with the length of the text, most significant first; the
//! text. This file picks the role and reads the knobs; `server.rs` and `client.rs` are the lesson.

mod client;
mod server;

use std::env;
use std::io::{self, Read};
use std::process::ExitCode;

const USAGE: &str = "\
usage: 10-nagle server [--addr A]
       10-nagle client [--addr A] [--rounds N] [--how HOW] [--nodelay]

  --addr A     where the server waits (127.0.0.1:8080)
  --rounds N   how many questions to ask, each when the one before is answered (100)
  --how HOW    how a question, its length and its text, is written:
    two        length and text by two writes (the default)
    one        collected first, then one write
    cork       two writes, the connection corked between them
    more       two writes, the first one saying that more follows
  --nodelay    switch Nagle's algorithm off (TCP_NODELAY)";

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let done = match role.as_str() {
        "server" => serve(args),
        "client" => ask(args),
        _ => None,
    };
    match done {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("{role}: {error}");
            ExitCode::FAILURE
        }
        None => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Runs the server; nothing when there is a knob it does not have.
fn serve(mut args: impl Iterator<Item = String>) -> Option<io::Result<()>> {
    let mut addr = "127.0.0.1:8080".into();
    while let Some(knob) = args.next() {
        match knob.as_str() {
            "--addr" => addr = args.next()?,
            _ => return None,
        }
    }
    Some(server::run(&addr))
}

/// Runs the client; nothing when there is a knob it does not have.
fn ask(mut args: impl Iterator<Item = String>) -> Option<io::Result<()>> {
    let (mut addr, mut rounds, mut how, mut nodelay) = ("127.0.0.1:8080".into(), 100, client::How::Two, false);
    while let Some(knob) = args.next() {
        match knob.as_str() {
            "--addr" => addr = args.next()?,
            "--rounds" => rounds = args.next()?.parse().ok()?,
            "--how" => how = client::How::named(&args.next()?)?,
            "--nodelay" => nodelay = true,
            _ => return None,
        }
    }
    Some(client::run(&addr, rounds, how, nodelay))
}

/// Takes one message, or nothing when the other side has closed between two messages.
fn take(mut stream: impl Read) -> io::Result<Option<String>> {
    let mut length = [0; 4];
    // The end of the stream is in order here, and nowhere else.
    let got = stream.read(&mut length)?;
    if got == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[got..])?;
    let mut text = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut text)?;
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}
