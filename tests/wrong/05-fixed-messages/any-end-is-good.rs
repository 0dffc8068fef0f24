//! "read_exact fails, so the client has left": the author says `end`, whether 0 bytes of the message had come or 3.
//!
//! Rejected by: cut

use std::io::{self, ErrorKind, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        match connection.read_exact(&mut message) {
            Ok(()) => show(&message),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                println!("end");
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
