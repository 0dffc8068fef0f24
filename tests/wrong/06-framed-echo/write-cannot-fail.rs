//! Who has sent a frame is there to take its echo.
//!
//! Rejected by: gone-before-echo

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
        write_frame(stream, &body).expect("the client waits for its echo");
        *frames += 1;
    }
    Ok(())
}

fn read_frame(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];
    let got = stream.read(&mut header)?;
    if got == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut header[got..])?;
    let length = u32::from_be_bytes(header) as usize;
    if length > MAX {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(body))
}

fn write_frame(stream: &mut TcpStream, body: &[u8]) -> io::Result<()> {
    let mut frame = (body.len() as u32).to_be_bytes().to_vec();
    frame.extend(body);
    stream.write_all(&frame)
}
