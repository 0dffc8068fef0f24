//! Sends what it reads to a server and prints the whole reply, as it came.
//!
//! README.md tells the task. Reading the request and printing the reply are done; `fetch` is yours.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: 01-fetch IP:PORT <REQUEST >REPLY");
        return ExitCode::from(2);
    };
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("no whole reply from {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The request from our input, the reply to our output.
fn run(address: &str) -> io::Result<()> {
    let mut request = Vec::new();
    io::stdin().read_to_end(&mut request)?;

    let reply = fetch(address, &request)?;

    // Bytes, not text: `println!` would want text and add a line end that the server never sent.
    io::stdout().write_all(&reply)?;
    io::stdout().flush()
}

/// Sends the request and returns the whole reply, or the error that prevented it.
fn fetch(address: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    todo!("connect to {address}, send the request, say that it is complete, receive the whole reply")
}
