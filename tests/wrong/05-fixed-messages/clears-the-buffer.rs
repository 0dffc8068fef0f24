//! "What has been printed can go": the author clears the whole buffer, with the beginning of the next message in it.
//!
//! Rejected by: every-cut

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
        if waiting.len() >= 4 {
            for message in waiting.chunks_exact(4) {
                show(message);
            }
            waiting.clear();
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
