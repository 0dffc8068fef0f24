//! "Asking does not cost anything": the author makes recv return at once, and asks a silent client without a pause.
//!
//! Rejected by: one-client

use std::io::{self, ErrorKind, Read, Write};
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
    connection.set_nonblocking(true)?;
    loop {
        let n = match connection.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(n) => n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        connection.set_nonblocking(false)?;
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
        connection.set_nonblocking(true)?;
    }
}
