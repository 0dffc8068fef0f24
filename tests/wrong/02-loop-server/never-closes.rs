//! "The client closes the connection": the author keeps the sockets of all clients, and closes none.
//!
//! Rejected by: half-close

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    let mut clients = Vec::new();
    loop {
        let (mut connection, _) = listener.accept()?;
        if let Err(error) = serve(&mut connection) {
            eprintln!("{error}");
        }
        clients.push(connection);
    }
}

fn serve(connection: &mut TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}
