//! "What is no text yet becomes one when more comes": the author waits for the rest of a character that never comes.
//!
//! Rejected by: any-bytes

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
    let mut request = Vec::new();
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..n]);
        if let Ok(text) = std::str::from_utf8(&request) {
            connection.write_all(text.to_ascii_uppercase().as_bytes())?;
            request.clear();
        }
    }
}
