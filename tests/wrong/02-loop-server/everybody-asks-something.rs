//! "Who connects wants something": the author looks at the first byte before he looks whether there is one.
//!
//! Rejected by: next-client

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
    let mut n = connection.read(&mut buffer)?;
    println!("a request that begins with {:02x}", buffer[..n][0]);
    while n > 0 {
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
        n = connection.read(&mut buffer)?;
    }
    Ok(())
}
