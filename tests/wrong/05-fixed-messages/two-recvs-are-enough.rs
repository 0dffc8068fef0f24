//! "If it comes in pieces, then in two": the author asks once more for the rest, and does not look again.
//!
//! Rejected by: byte-by-byte

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

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
        if have < 4 {
            let n = connection.read(&mut message[have..])?;
            if n == 0 {
                println!("cut after {have} bytes");
                exit(1);
            }
            have += n;
        }
        show(&message[..have]);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
