//! A reply is a line, so reading up to the line end reads it whole.
//!
//! Rejected by: single-bytes

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: one-line IP:PORT <REQUEST >REPLY");
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
    let mut reply = Vec::new();
    BufReader::new(server).read_until(b'\n', &mut reply)?;
    Ok(reply)
}
