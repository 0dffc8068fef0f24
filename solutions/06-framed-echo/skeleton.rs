//! Sends every frame back: four bytes of length, most significant first, and as many bytes of body.
//!
//! The listener and the loop around it are given. README.md says what is missing.

use std::env;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

/// The longest body a client may announce: 1 MiB.
const MAX: usize = 1024 * 1024;

fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("usage: 06-framed-echo ADDRESS");
        return ExitCode::from(2);
    };
    match serve(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot serve at {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Serves one client after the other, for ever.
fn serve(address: &str) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    loop {
        let (mut stream, _) = listener.accept()?;
        let mut frames = 0;

        // One client's fault ends that client's connection and nothing else.
        match converse(&mut stream, &mut frames) {
            Ok(()) => println!("done {frames}"),
            Err(error) => {
                println!("broken {frames}");
                eprintln!("{error}");
            }
        }

        // Here `stream` goes out of scope, and that closes the connection.
    }
}

/// Sends every frame of one client back, and counts them in `frames`.
///
/// `Ok` when the client ended the stream between two frames, an error for everything else.
fn converse(stream: &mut TcpStream, frames: &mut u32) -> io::Result<()> {
    todo!("read a frame, write it, count it, until the client is gone")
}

/// The next frame's body; `None` when the client has ended the stream between two frames.
fn read_frame(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    todo!("the header, then as many bytes as it says, however they arrive")
}

/// Sends one frame.
fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    todo!("four bytes of length, then the body")
}
