//! "One send, one recv, one message": the author prints whatever one recv has returned.
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
        show(&buffer[..n]);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
