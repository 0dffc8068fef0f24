//! "A buffer of zeros is an empty buffer": the author takes a message of four zero bytes for none, and so for the end.
//!
//! Rejected by: zeros-and-newlines

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    loop {
        let mut message = [0; 4];
        let mut have = 0;
        while have < 4 {
            let n = connection.read(&mut message[have..])?;
            if n == 0 {
                break;
            }
            have += n;
        }
        if message == [0; 4] {
            println!("end");
            return Ok(());
        }
        if have < 4 {
            println!("cut after {have} bytes");
            exit(1);
        }
        show(&message);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
