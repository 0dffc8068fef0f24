//! "The buffer is the message": the author sends all of it back, not the n bytes that came.
//!
//! Rejected by: conversation

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
    while connection.read(&mut buffer)? > 0 {
        buffer.make_ascii_uppercase();
        connection.write_all(&buffer)?;
    }
    Ok(())
}
