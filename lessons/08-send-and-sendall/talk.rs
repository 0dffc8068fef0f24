//! A dialogue in which nobody waits to be asked: both sides may send at the same time, because the
//! two directions of a connection are two streams.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

/// Says everything, and only then listens.
pub fn then_listen(mut stream: TcpStream, message: &[u8]) -> io::Result<()> {
    say(&stream, message)?;
    listen(&mut stream)
}

/// Listens in one thread while it speaks in another.
pub fn and_listen(stream: TcpStream, message: &[u8]) -> io::Result<()> {
    thread::scope(|scope| {
        let listener = scope.spawn(|| listen(&mut &stream));
        say(&stream, message)?;
        listener.join().unwrap_or_else(|_| Err(io::Error::other("the listener panicked")))
    })
}

fn say(mut stream: &TcpStream, message: &[u8]) -> io::Result<()> {
    // Returns when the last byte is in our send buffer. If the message is larger than the buffers on
    // the way, that is not before the other side has begun to read.
    stream.write_all(message)?;
    println!("said {} bytes", message.len());

    // Ends our direction only: the other side's recv returns 0 after the last byte.
    stream.shutdown(Shutdown::Write)
}

fn listen(stream: &mut impl Read) -> io::Result<()> {
    let mut room = [0; 16384];
    let mut heard = 0;
    loop {
        let got = stream.read(&mut room)?;
        if got == 0 {
            println!("heard {heard} bytes");
            return Ok(());
        }
        heard += got;
    }
}
