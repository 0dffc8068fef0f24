//! What one recv returns is what one send sent: a frame, to be sent back as it came.
//!
//! Rejected by: split-header

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const MAX: usize = 1024 * 1024;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).expect("usage: ADDRESS");
    let listener = TcpListener::bind(address)?;
    loop {
        let (mut stream, _) = listener.accept()?;
        let mut frames = 0;
        match converse(&mut stream, &mut frames) {
            Ok(()) => println!("done {frames}"),
            Err(_) => println!("broken {frames}"),
        }
    }
}

fn converse(stream: &mut TcpStream, frames: &mut u32) -> io::Result<()> {
    let mut buffer = vec![0; 4 + MAX];
    loop {
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..got])?;
        *frames += 1;
    }
}
