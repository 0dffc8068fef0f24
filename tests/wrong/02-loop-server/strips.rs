//! "What comes over a socket has a newline that must be stripped": the author drops blanks that belong to the client.
//!
//! Rejected by: spaces-and-newlines

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
        connection.write_all(&buffer[..n].trim_ascii().to_ascii_uppercase())?;
    }
}
