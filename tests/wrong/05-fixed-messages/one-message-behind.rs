//! "A message is over when the next one begins": the author keeps the last one back until another byte comes.
//!
//! Rejected by: at-once

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
        waiting.extend_from_slice(&buffer[..n]);
        while waiting.len() > 4 {
            show(&waiting[..4]);
            waiting.drain(..4);
        }
    }
    match waiting.len() {
        0 => {}
        4 => show(&waiting),
        rest => {
            println!("cut after {rest} bytes");
            exit(1);
        }
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
