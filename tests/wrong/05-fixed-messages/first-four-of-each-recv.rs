//! "A recv brings one message": the author takes 4 bytes out of each, and throws away what came with them.
//!
//! Rejected by: glued

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
        show(&buffer[..4]);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
