//! "A connection is for one message": the author reads one and leaves, and the others meet nobody.
//!
//! Rejected by: one-by-one

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    connection.read_exact(&mut message)?;
    show(&message);
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
