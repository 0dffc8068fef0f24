//! Length headers (报头): shows how two programs agree where a message ends on a stream that has no
//! boundaries.
//!
//! The message: four bytes with the length of the JSON, most significant first; the JSON with the
//! file's name and size; the file. This file picks the role and reads the knobs.

mod client;
mod server;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: 06-struct-header server [--addr A] [--dir DIR] [--naive]
       06-struct-header client [--addr A] [--file FILE] [--name NAME] [--first N] [--native]

  --addr A      where the server waits (127.0.0.1:8080)
  --dir DIR     where it stores what it receives (received)
  --naive       take the four bytes of the length with a single recv
  --file FILE   what to send (the letter that comes with the lesson)
  --name NAME   what to call it (the file's own name)
  --first N     send the first N bytes alone, then the rest
  --native      write the length in this machine's byte order";

/// What the client is to send, and how.
pub struct Parcel {
    pub file: PathBuf,
    pub name: Option<String>,
    pub first: usize,
    pub native: bool,
}

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let role = args.next().unwrap_or_default();
    let done = match role.as_str() {
        "server" => serve(args),
        "client" => send(args),
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
fn serve(mut args: impl Iterator<Item = String>) -> Option<std::io::Result<()>> {
    let (mut addr, mut dir, mut naive) = ("127.0.0.1:8080".into(), "received".into(), false);
    while let Some(knob) = args.next() {
        match knob.as_str() {
            "--addr" => addr = args.next()?,
            "--dir" => dir = args.next()?,
            "--naive" => naive = true,
            _ => return None,
        }
    }
    Some(server::run(&addr, Path::new(&dir), naive))
}

/// Runs the client; nothing when there is a knob it does not have.
fn send(mut args: impl Iterator<Item = String>) -> Option<std::io::Result<()>> {
    let mut addr = "127.0.0.1:8080".into();
    let letter = Path::new(env!("CARGO_MANIFEST_DIR")).join("06-struct-header/letter.txt");
    let mut parcel = Parcel { file: letter, name: None, first: 0, native: false };
    while let Some(knob) = args.next() {
        match knob.as_str() {
            "--addr" => addr = args.next()?,
            "--file" => parcel.file = args.next()?.into(),
            "--name" => parcel.name = Some(args.next()?),
            "--first" => parcel.first = args.next()?.parse().ok()?,
            "--native" => parcel.native = true,
            _ => return None,
        }
    }
    Some(client::run(&addr, &parcel))
}
