//! "recv fails when the client has left": the author takes a reset for the end, though nobody said that this was all.
//!
//! Rejected by: reset

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
            match connection.read(&mut message[have..]) {
                Ok(0) | Err(_) => break,
                Ok(n) => have += n,
            }
        }
        match have {
            4 => show(&message),
            0 => break,
            _ => {
                println!("cut after {have} bytes");
                exit(1);
            }
        }
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
