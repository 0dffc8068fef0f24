//! One recv returns the reply: the server sent it with one send.
//!
//! Rejected by: single-bytes

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1) else {
        eprintln!("usage: one-read IP:PORT <REQUEST >REPLY");
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
    let mut reply = vec![0; 1 << 20];
    let n = server.read(&mut reply)?;
    reply.truncate(n);
    Ok(reply)
}
