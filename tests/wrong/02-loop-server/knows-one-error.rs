//! "A client that is gone is ECONNRESET": the author catches this one error, and a send fails with EPIPE.
//!
//! Rejected by: leaves-without-waiting

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    loop {
        let (connection, _) = listener.accept()?;
        match serve(connection) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => eprintln!("{error}"),
            other => other?,
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
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}
