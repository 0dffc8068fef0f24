//! Each piece that recv returns can be decoded by itself.
//!
//! Rejected by: cut-character

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: decodes-each-piece IP:PORT <REQUEST >REPLY");
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
    server.write_all(request)?;
    server.shutdown(Shutdown::Write)?;
    let mut reply = String::new();
    let mut buffer = [0; 1024];
    loop {
        let n = server.read(&mut buffer)?;
        if n == 0 {
            return Ok(reply.into_bytes());
        }
        reply += std::str::from_utf8(&buffer[..n]).map_err(io::Error::other)?;
    }
}
