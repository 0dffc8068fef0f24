//! "recv(4) returns 4 bytes": the author looks at the buffer and not at how much of it is new.
//!
//! Rejected by: split

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        let n = connection.read(&mut message)?;
        if n == 0 {
            println!("end");
            return Ok(());
        }
        show(&message);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
