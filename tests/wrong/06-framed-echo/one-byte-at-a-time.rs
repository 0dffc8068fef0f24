//! A recv costs nothing: one may be made for each byte.
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
    while let Some(body) = read_frame(stream)? {
        write_frame(stream, &body)?;
        *frames += 1;
    }
    Ok(())
}

fn read_frame(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::new();
    while header.len() < 4 {
        match one_byte(stream)? {
            Some(byte) => header.push(byte),
            None if header.is_empty() => return Ok(None),
            None => return Err(ErrorKind::UnexpectedEof.into()),
        }
    }
    let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
    if length > MAX {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut body = Vec::new();
    while body.len() < length {
        body.push(one_byte(stream)?.ok_or(ErrorKind::UnexpectedEof)?);
    }
    Ok(Some(body))
}

fn one_byte(stream: &mut TcpStream) -> io::Result<Option<u8>> {
    let mut byte = [0];
    let got = stream.read(&mut byte)?;
    Ok(if got == 0 { None } else { Some(byte[0]) })
}

fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.extend(body);
    stream.write_all(&frame)
}
