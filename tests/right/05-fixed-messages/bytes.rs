//! An iterator over bytes: every fourth one completes a message.

use std::fmt::Write;
use std::io::{self, BufReader, Read};
use std::net::TcpListener;
use std::process::ExitCode;

fn main() -> io::Result<ExitCode> {
    let address = std::env::args().nth(1).expect("an address");
    let (connection, _) = TcpListener::bind(address)?.accept()?;
    let mut line = String::new();
    for byte in BufReader::new(connection).bytes() {
        write!(line, "{:02x}", byte?).expect("a String takes everything");
        if line.len() == 8 {
            println!("{line}");
            line.clear();
        }
    }
    if line.is_empty() {
        println!("end");
        return Ok(ExitCode::SUCCESS);
    }
    println!("cut after {} bytes", line.len() / 2);
    Ok(ExitCode::FAILURE)
}
