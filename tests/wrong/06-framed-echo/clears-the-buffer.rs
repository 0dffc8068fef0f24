//! When a frame is complete, the buffer holds that frame and nothing else.
//!
//! Rejected by: glued

use std::io::{self, ErrorKind, Read, Write};
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
    let mut buffer = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let got = stream.read(&mut piece)?;
        if got == 0 && buffer.is_empty() {
            return Ok(());
        }
        if got == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        buffer.extend(&piece[..got]);
        if buffer.len() < 4 {
            continue;
        }
        let length = u32::from_be_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]) as usize;
        if length > MAX {
            return Err(ErrorKind::InvalidData.into());
        }
        if buffer.len() >= 4 + length {
            stream.write_all(&buffer[..4 + length])?;
            *frames += 1;
            buffer.clear();
        }
    }
}
