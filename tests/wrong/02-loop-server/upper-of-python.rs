//! "Upper case is `upper()`": the author decodes, and ü becomes Ü, ß becomes two letters.
//!
//! Rejected by: only-a-to-z

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    loop {
        let (connection, _) = listener.accept()?;
        if let Err(error) = serve(connection) {
            eprintln!("{error}");
        }
    }
}

fn serve(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        let reply = match std::str::from_utf8(&buffer[..n]) {
            Ok(text) => text.to_uppercase().into_bytes(),
            Err(_) => buffer[..n].to_ascii_uppercase(),
        };
        connection.write_all(&reply)?;
    }
}
