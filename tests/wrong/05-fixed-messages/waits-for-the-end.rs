//! "First the whole stream, then the messages": the author prints nothing as long as the client stays.
//!
//! Rejected by: at-once

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut stream = Vec::new();
    connection.read_to_end(&mut stream)?;

    let messages = stream.chunks_exact(4);
    let rest = messages.remainder().len();
    for message in messages {
        show(message);
    }
    if rest > 0 {
        println!("cut after {rest} bytes");
        exit(1);
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
