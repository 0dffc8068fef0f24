//! "When nothing comes for a moment, the message is over": the author takes a slow sender for one that has finished.
//!
//! Rejected by: pause

use std::io::{self, ErrorKind, Read};
use std::net::TcpListener;
use std::process::exit;
use std::time::Duration;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    connection.set_read_timeout(Some(Duration::from_millis(400)))?;
    loop {
        let mut message = [0; 4];
        let mut have = 0;
        while have < 4 {
            match connection.read(&mut message[have..]) {
                Ok(0) => break,
                Ok(n) => have += n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
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
