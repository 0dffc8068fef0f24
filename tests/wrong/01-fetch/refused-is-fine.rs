//! Where nobody listens there is nothing to fetch, and that is no failure.
//!
//! Rejected by: nobody

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: refused-is-fine IP:PORT <REQUEST >REPLY");
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
    let mut reply = Vec::new();
    if let Ok(mut server) = TcpStream::connect(address) {
        server.write_all(request)?;
        server.shutdown(Shutdown::Write)?;
        server.read_to_end(&mut reply)?;
    }
    Ok(reply)
}
