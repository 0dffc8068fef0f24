//! "MSG_PEEK waits for the whole message": the author peeks until 4 bytes are there, at full speed.
//!
//! Rejected by: split

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        match connection.peek(&mut message)? {
            0 => break,
            4 => {
                connection.read_exact(&mut message)?;
                show(&message);
            }
            _ => continue,
        }
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
