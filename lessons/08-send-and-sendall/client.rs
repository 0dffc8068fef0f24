//! The sender: hands the same bytes to the kernel in several ways. Some of them are mistakes.

use crate::{buffers, talk};
use std::io::{self, ErrorKind, Write};
use std::net::TcpStream;

/// How a client sends.
#[derive(Clone, Copy)]
pub enum How {
    Wait,
    Try,
    Ignore,
    Talk,
    Both,
}

impl How {
    pub fn named(name: &str) -> Option<How> {
        match name {
            "wait" => Some(How::Wait),
            "try" => Some(How::Try),
            "ignore" => Some(How::Ignore),
            "talk" => Some(How::Talk),
            "both" => Some(How::Both),
            _ => None,
        }
    }
}

pub fn run(addr: &str, buffer: usize, message: &[u8], how: How) -> io::Result<()> {
    let stream = buffers::connect(addr, buffer)?;
    match how {
        How::Wait => wait(stream, message),
        How::Try => try_until_full(stream, message),
        How::Ignore => ignore(stream, message),
        How::Talk => talk::then_listen(stream, message),
        How::Both => talk::and_listen(stream, message),
    }
}

/// What other languages call sendall: sends, looks at the count, sends the rest, until all is taken.
fn wait(mut stream: TcpStream, message: &[u8]) -> io::Result<()> {
    // A send that may wait copies what there is room for and waits for more room, so one call may be
    // enough. Nothing promises that: whatever ends the waiting makes it return with a short count.
    match stream.write_all(message) {
        // Every byte is in our kernel's hands. Whether one of them has arrived, this does not say.
        Ok(()) => println!("write_all took all {} bytes", message.len()),

        // Some bytes may have been taken, some may have arrived; their number has been thrown away.
        // So it is too late to go on, and wrong to start again.
        Err(error) => println!("write_all failed after some bytes, it does not say how many: {error}"),
    }
    Ok(())
}

/// Sends as much as goes without waiting.
fn try_until_full(mut stream: TcpStream, message: &[u8]) -> io::Result<()> {
    // A send that would have to wait now fails instead (EAGAIN), or takes less than it is offered.
    stream.set_nonblocking(true)?;
    let mut rest = message;
    while !rest.is_empty() {
        match stream.write(rest) {
            // These bytes are the kernel's now. The others are still here, and still ours.
            Ok(taken) => {
                println!("send took {taken} of {}", rest.len());
                rest = &rest[taken..];
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                println!("send took nothing: there is no room");
                break;
            }
            Err(error) => return Err(error),
        }
    }
    println!("taken {}, left {}", message.len() - rest.len(), rest.len());
    Ok(())
}

/// Sends 500 lines at a time and never looks at what send returns: the mistake.
fn ignore(mut stream: TcpStream, message: &[u8]) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    let mut said = 0;
    for part in message.chunks(5000) {
        // Of the two things that this call says, how many bytes it took and whether it failed, none
        // is heard. What it did not take is in nobody's hands when `part` goes on to the next.
        let _ = stream.write(part);
        said += part.len();
    }
    println!("sent {said} bytes, I think");
    Ok(())
}
