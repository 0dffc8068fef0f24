//! "First I read everything, then I answer": the author waits for an end that comes only when the client leaves.
//!
//! Rejected by: one-client

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
    let mut request = Vec::new();
    connection.read_to_end(&mut request)?;
    connection.write_all(&request.to_ascii_uppercase())
}
