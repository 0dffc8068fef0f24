//! "A request is a line": the author answers when a newline comes, and TCP promises none.
//!
//! Rejected by: one-client

use std::io::{self, BufRead, BufReader, Write};
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
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        connection.write_all(&line.to_ascii_uppercase())?;
        line.clear();
    }
    Ok(())
}
