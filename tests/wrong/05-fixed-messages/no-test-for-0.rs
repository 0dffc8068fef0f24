//! "4 bytes will come in the end": the author asks on for what nobody will ever send.
//!
//! Rejected by: cut

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        let mut have = connection.read(&mut message)?;
        if have == 0 {
            println!("end");
            return Ok(());
        }
        while have < 4 {
            have += connection.read(&mut message[have..])?;
        }
        show(&message);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
