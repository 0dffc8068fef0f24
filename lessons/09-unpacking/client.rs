//! The sender: one send, whatever its size. How many segments become of it is TCP's business.

use socket2::SockRef;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

/// Sends that many bytes by one send.
pub fn run(addr: SocketAddr, bytes: usize) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;

    // From the handshake on our kernel knows where it will have to cut: at what the server announced
    // or at what our own interface carries, whichever is smaller, less the options that stand in
    // every segment's header. It tells who asks; hardly any program does.
    let cut = SockRef::from(&stream).tcp_mss()?;
    println!("a segment carries at most {cut} bytes");

    // Copies the bytes into the send buffer (发送缓冲区). What it returns counts bytes taken, not
    // segments: most of them may not even have left.
    let sent = stream.write(&lines(bytes))?;
    println!("send({bytes}) = {sent}; so many full segments would hold it: {}", sent.div_ceil(cut as usize));
    Ok(())
    // The stream goes out of scope and is closed: the bytes still under way arrive all the same,
    // and the end of the stream after them.
}

/// Numbered lines of ten bytes, so that every byte tells where in the message it stood.
fn lines(bytes: usize) -> Vec<u8> {
    let mut text: Vec<u8> = (1..=bytes.div_ceil(10)).flat_map(|n| format!("line {n:04}\n").into_bytes()).collect();
    text.truncate(bytes);
    text
}
