//! "Who says nothing for a while has left": the author closes on a client that was only thinking.
//!
//! Rejected by: silent-client

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

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
    connection.set_read_timeout(Some(Duration::from_millis(400)))?;
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}
