//! "`from_utf8_lossy` is how to be safe": the author replaces what he cannot read, in somebody else's bytes.
//!
//! Rejected by: half-a-character

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
        let text = String::from_utf8_lossy(&buffer[..n]);
        connection.write_all(text.to_ascii_uppercase().as_bytes())?;
    }
}
