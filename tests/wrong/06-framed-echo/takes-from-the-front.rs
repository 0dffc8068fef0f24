//! Taking the first byte off a buffer costs nothing, however long the buffer is.
//!
//! Rejected by: largest

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
    let mut piece = vec![0; 65536];
    loop {
        let got = stream.read(&mut piece)?;
        if got == 0 && buffer.is_empty() {
            return Ok(());
        }
        if got == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        buffer.extend(&piece[..got]);
        while let Some(body) = take_frame(&mut buffer)? {
            write_frame(stream, &body)?;
            *frames += 1;
        }
    }
}

fn take_frame(buffer: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    if buffer.len() < 4 {
        return Ok(None);
    }
    let length = u32::from_be_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]) as usize;
    if length > MAX {
        return Err(ErrorKind::InvalidData.into());
    }
    if buffer.len() < 4 + length {
        return Ok(None);
    }
    for _ in 0..4 {
        buffer.remove(0);
    }
    Ok(Some((0..length).map(|_| buffer.remove(0)).collect()))
}

fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.extend(body);
    stream.write_all(&frame)
}
