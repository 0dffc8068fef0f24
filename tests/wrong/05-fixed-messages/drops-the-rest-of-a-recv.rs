//! "What is left over is noise": the author splits each recv into fours, and forgets the beginning of the next message.
//!
//! Rejected by: split

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut buffer = [0; 1024];
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            println!("end");
            return Ok(());
        }
        for message in buffer[..n].chunks_exact(4) {
            show(message);
        }
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
