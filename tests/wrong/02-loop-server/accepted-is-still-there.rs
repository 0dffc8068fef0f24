//! "Who was accepted is there": the author asks for the address of a client that was reset while it queued. It has none.
//!
//! Rejected by: gone-before-accept

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    for connection in listener.incoming() {
        let connection = connection?;
        let client = connection.peer_addr()?;
        if let Err(error) = serve(connection) {
            eprintln!("{client} is lost: {error}");
        }
    }
    Ok(())
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
