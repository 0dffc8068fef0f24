//! A thread for every client, a BufReader and a BufWriter for the whole conversation.

use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).expect("usage: ADDRESS");
    for stream in TcpListener::bind(address)?.incoming() {
        let stream = stream?;
        thread::spawn(move || {
            let mut frames = 0;
            let word = if echo(&stream, &mut frames).is_ok() { "done" } else { "broken" };
            println!("{word} {frames}");
        });
    }
    Ok(())
}

fn echo(stream: &TcpStream, frames: &mut u32) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = BufWriter::new(stream);
    while !reader.fill_buf()?.is_empty() {
        let mut header = [0; 4];
        reader.read_exact(&mut header)?;
        let length = u32::from_be_bytes(header);
        if length > 1 << 20 {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut body = vec![0; length as usize];
        reader.read_exact(&mut body)?;
        writer.write_all(&header)?;
        writer.write_all(&body)?;
        writer.flush()?;
        *frames += 1;
    }
    Ok(())
}
