//! The sender: one send for each message, and not a word to TCP about where a message ends.

use crate::show;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

/// Sends every message; with room to `ask`, takes an answer after each.
pub fn run(addr: &str, messages: &[String], ask: Option<usize>, nodelay: bool) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    if nodelay {
        // Each send then leaves at once. Otherwise TCP may keep small ones back while earlier bytes
        // are not acknowledged, and send them together later (Nagle, lesson 10).
        stream.set_nodelay(true)?;
    }
    for message in messages {
        // Success means that the kernel has copied the bytes behind those of the sends before.
        // Whether they leave in one segment or in several, and when, is TCP's business.
        stream.write_all(message.as_bytes())?;
        println!("sent {} bytes: {}", message.len(), show(message.as_bytes()));

        if let Some(room) = ask {
            let got = take(&mut stream, room)?;
            println!("took for the answer to {message:?}: {}", show(&got));
        }
    }
    if let Some(room) = ask {
        collect_leftovers(stream, room)?;
    }
    // Dropping the stream closes it: the server's recv returns 0 after the last byte, not before.
    Ok(())
}

/// One recv: at most `room` bytes, from wherever the last one stopped. It does not look for the
/// beginning of an answer, because TCP has marked none.
fn take(stream: &mut TcpStream, room: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; room];
    let got = stream.read(&mut buffer)?;
    buffer.truncate(got);
    Ok(buffer)
}

/// Shows what was still in the queue when there were no more questions.
fn collect_leftovers(mut stream: TcpStream, room: usize) -> io::Result<()> {
    // Ends our direction only: the server's recv returns 0, and its own bytes still reach us.
    stream.shutdown(Shutdown::Write)?;
    loop {
        let rest = take(&mut stream, room)?;
        if rest.is_empty() {
            return Ok(());
        }
        println!("left in the queue: {}", show(&rest));
    }
}
