//! The server answers each piece of the request, so after each send comes a recv.
//!
//! Rejected by: long-request

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: reply-per-piece IP:PORT <REQUEST >REPLY");
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

fn run(address: &str) -> io::Result<()> {
    let mut request = Vec::new();
    io::stdin().read_to_end(&mut request)?;
    let reply = fetch(address, &request)?;
    io::stdout().write_all(&reply)?;
    io::stdout().flush()
}

fn fetch(address: &str, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut server = TcpStream::connect(address)?;
    let mut reply = Vec::new();
    let mut buffer = vec![0; 65536];
    let mut pieces = request.chunks(buffer.len()).peekable();
    while let Some(piece) = pieces.next() {
        server.write_all(piece)?;
        if pieces.peek().is_some() {
            let n = server.read(&mut buffer)?;
            reply.extend_from_slice(&buffer[..n]);
        }
    }
    server.shutdown(Shutdown::Write)?;
    server.read_to_end(&mut reply)?;
    Ok(reply)
}
