//! One buffer of its own for whatever comes, and all complete frames in it answered by one send.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};

const MAX: usize = 1 << 20;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).expect("usage: ADDRESS");
    let listener = TcpListener::bind(address)?;
    loop {
        let (stream, _) = listener.accept()?;
        let mut frames = 0;
        match converse(stream, &mut frames) {
            Some(()) => println!("done {frames}"),
            None => println!("broken {frames}"),
        }
    }
}

/// None for everything that is not a goodbye between two frames.
fn converse(mut stream: TcpStream, frames: &mut usize) -> Option<()> {
    let mut buffer = Vec::new();
    let mut room = [0; 65536];
    loop {
        let got = stream.read(&mut room).ok()?;
        if got == 0 {
            return buffer.is_empty().then_some(());
        }
        buffer.extend_from_slice(&room[..got]);

        let mut complete = 0;
        let mut lie = false;
        while let Some(header) = buffer.get(complete..complete + 4) {
            let length = u32::from_be_bytes(header.try_into().ok()?) as usize;
            lie = length > MAX;
            if lie || buffer.len() < complete + 4 + length {
                break;
            }
            complete += 4 + length;
            *frames += 1;
        }
        stream.write_all(&buffer[..complete]).ok()?;
        buffer.drain(..complete);
        if lie {
            return None;
        }
    }
}
