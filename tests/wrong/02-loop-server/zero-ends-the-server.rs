//! "`break` when the client leaves": the author breaks out of both loops, and the server is gone with its first client.
//!
//! Rejected by: one-client

use std::io::{self, Read, Write};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    let mut buffer = [0; 1024];
    'serving: loop {
        let (mut connection, _) = listener.accept()?;
        loop {
            let n = connection.read(&mut buffer)?;
            if n == 0 {
                break 'serving;
            }
            connection.write_all(&buffer[..n].to_ascii_uppercase())?;
        }
    }
    Ok(())
}
