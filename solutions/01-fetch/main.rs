//! Sends what it reads to a server and prints the whole reply, as it came.

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

/// Sends the request and hears the server out. Any `?` in here means that the reply is not whole.
fn fetch(address: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    // Where nobody listens the other side's kernel refuses, and this fails at once.
    let mut server = TcpStream::connect(address)?;

    // The kernel takes as much as it has room for, and a single `write` may return early with a
    // part. This goes on with the rest until all of it is taken, or the server has reset us.
    server.write_all(request)?;

    // "That was all from me": the server's recv returns 0 when it has read the last byte. Without
    // it the server would wait for more, and we for its reply. We can still receive.
    server.shutdown(Shutdown::Write)?;

    // Recv after recv, whatever each one brings, until one returns 0: the server has ended its
    // direction, and only that makes the reply whole. A reset is an error here, not an end.
    let mut reply = Vec::new();
    server.read_to_end(&mut reply)?;
    Ok(reply)
}
