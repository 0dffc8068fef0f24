//! "Less than 4 bytes means that the stream was cut": the author gives up on a message that is still on its way.
//!
//! Rejected by: split

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        match connection.read(&mut message)? {
            4 => show(&message),
            0 => break,
            n => {
                println!("cut after {n} bytes");
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
