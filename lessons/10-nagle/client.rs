//! The client: asks, waits for the answer, asks again. How it writes a question is the lesson.

use socket2::{SockRef, Socket};
use std::io::{self, BufWriter, Write};
use std::net::TcpStream;

/// How a question is written.
#[derive(Clone, Copy)]
pub enum How {
    Two,
    One,
    Cork,
    More,
}

impl How {
    pub fn named(name: &str) -> Option<How> {
        match name {
            "two" => Some(How::Two),
            "one" => Some(How::One),
            "cork" => Some(How::Cork),
            "more" => Some(How::More),
            _ => None,
        }
    }
}

pub fn run(addr: &str, rounds: usize, how: How, nodelay: bool) -> io::Result<()> {
    let stream = TcpStream::connect(addr)?;
    if nodelay {
        // Every write leaves at once, however small and whatever is on its way.
        stream.set_nodelay(true)?;
    }
    for round in 1..=rounds {
        let text = format!("question {round}");
        let length = u32::try_from(text.len()).map_err(io::Error::other)?.to_be_bytes();
        match how {
            How::Two => two(&stream, &length, text.as_bytes())?,
            How::One => one(&stream, &length, text.as_bytes())?,
            How::Cork => cork(&stream, &length, text.as_bytes())?,
            How::More => more(&stream, &length, text.as_bytes())?,
        }
        let answer = crate::take(&stream)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        println!("{text}: {answer}");
    }
    Ok(())
}

/// The way that looks natural.
fn two(mut stream: &TcpStream, length: &[u8], text: &[u8]) -> io::Result<()> {
    // Nothing is on its way, so these four bytes leave at once, in a segment of their own.
    stream.write_all(length)?;

    // This succeeds at once as well, but the bytes stay in our kernel until the four are
    // acknowledged: a small segment does not follow another one (Nagle). The server has no answer to
    // four bytes, so its kernel has nothing to send an acknowledgment with, and takes its time.
    stream.write_all(text)
}

/// The remedy: the kernel gets the message whole.
fn one(stream: &TcpStream, length: &[u8], text: &[u8]) -> io::Result<()> {
    let mut whole = BufWriter::new(stream);
    whole.write_all(length)?;
    whole.write_all(text)?;

    // Until here nothing has left this program. Who forgets this waits for an answer to a question
    // that was never sent.
    whole.flush()
}

/// Two writes, and word for the kernel where the message ends.
fn cork(mut stream: &TcpStream, length: &[u8], text: &[u8]) -> io::Result<()> {
    let socket = SockRef::from(stream);
    // From here on only full segments leave, even if nothing is on its way.
    socket.set_tcp_cork(true)?;
    stream.write_all(length)?;
    stream.write_all(text)?;

    // Lets out what has collected. Linux does so by itself after 200 ms: a cork forgotten is slow,
    // not deadly.
    socket.set_tcp_cork(false)
}

/// Two writes, the first of which says that it is not the end.
fn more(mut stream: &TcpStream, length: &[u8], text: &[u8]) -> io::Result<()> {
    /// MSG_MORE, see send(2): like a cork, for this one call.
    const MORE: i32 = 0x8000;
    let socket: &Socket = &SockRef::from(stream);
    // Four bytes always fit: the socket's buffer is empty, since the last question was answered.
    socket.send_with_flags(length, MORE)?;
    stream.write_all(text)
}
