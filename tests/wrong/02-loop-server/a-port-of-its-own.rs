//! "8080 is my port": the author listens there, whatever address the program was given.
//!
//! Rejected by: one-client

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:8080")?;
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
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}
