//! "A message ends with a newline, which is none of it": the author strips what may be a byte of the message.
//!
//! Rejected by: zeros-and-newlines

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut buffer = [0; 1024];
    let mut waiting = Vec::new();
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        waiting.extend_from_slice(buffer[..n].trim_ascii());
        while waiting.len() >= 4 {
            show(&waiting[..4]);
            waiting.drain(..4);
        }
    }
    if !waiting.is_empty() {
        println!("cut after {} bytes", waiting.len());
        exit(1);
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
