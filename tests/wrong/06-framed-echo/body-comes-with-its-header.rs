//! Header and body may come apart, but never so that both are cut at once.
//!
//! Rejected by: every-cut

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
    while let Some(body) = read_frame(stream)? {
        write_frame(stream, &body)?;
        *frames += 1;
    }
    Ok(())
}

fn read_frame(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; 4 + MAX];
    let mut got = stream.read(&mut buffer)?;
    if got == 0 {
        return Ok(None);
    }
    if got < 4 {
        stream.read_exact(&mut buffer[got..4])?;
        got = 4;
    }
    let length = u32::from_be_bytes([buffer[0], buffer[1], buffer[2], buffer[3]]) as usize;
    if length > MAX {
        return Err(ErrorKind::InvalidData.into());
    }
    if got == 4 {
        stream.read_exact(&mut buffer[4..4 + length])?;
    }
    Ok(Some(buffer[4..4 + length].to_vec()))
}

fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.extend(body);
    stream.write_all(&frame)
}
