//! "What comes over a socket is text": the author decodes it, and cuts the text into fours.
//!
//! Rejected by: any-bytes

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut buffer = [0; 1024];
    let mut text = String::new();
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..n]));
        while text.len() >= 4 {
            let message: String = text.chars().take(4).collect();
            text.drain(..message.len());
            show(message.as_bytes());
        }
    }
    if !text.is_empty() {
        println!("cut after {} bytes", text.len());
        exit(1);
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
