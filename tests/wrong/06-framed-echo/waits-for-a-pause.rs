//! A frame has come whole when no more bytes have come for a while.
//!
//! Rejected by: glued

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

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
    let mut frame = Vec::new();
    let mut piece = vec![0; 65536];
    loop {
        // Without a limit for the first bytes, with a short one for those behind them.
        let pause = if frame.is_empty() { None } else { Some(Duration::from_millis(50)) };
        stream.set_read_timeout(pause)?;
        match stream.read(&mut piece) {
            Ok(0) if frame.is_empty() => return Ok(()),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(got) => frame.extend(&piece[..got]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if frame.len() < 4 {
                    return Err(ErrorKind::InvalidData.into());
                }
                let length = u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]) as usize;
                if length > MAX {
                    return Err(ErrorKind::InvalidData.into());
                }
                frame.truncate(4 + length);
                stream.write_all(&frame)?;
                *frames += 1;
                frame.clear();
            }
            Err(error) => return Err(error),
        }
    }
}
