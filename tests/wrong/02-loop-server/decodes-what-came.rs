//! "The bytes of a text are a text": the author decodes each recv by itself, and one ends inside a character.
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
        let text = std::str::from_utf8(&buffer[..n]).unwrap();
        connection.write_all(text.to_ascii_uppercase().as_bytes())?;
    }
}
