//! Its own loops over send and recv, with a buffer on the stack.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::exit;

fn main() {
    let address = std::env::args().nth(1).unwrap_or_default();
    if let Err(error) = fetch(&address) {
        eprintln!("{address}: {error}");
        exit(1);
    }
}

fn fetch(address: &str) -> io::Result<()> {
    let mut request = Vec::new();
    io::stdin().read_to_end(&mut request)?;

    let mut server = TcpStream::connect(address)?;
    let mut sent = 0;
    while sent < request.len() {
        sent += match server.write(&request[sent..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            outcome => outcome?,
        };
    }
    server.shutdown(Shutdown::Write)?;

    let mut buffer = [0; 3000];
    loop {
        match server.read(&mut buffer) {
            Ok(0) => return io::stdout().flush(),
            Ok(n) => io::stdout().write_all(&buffer[..n])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
