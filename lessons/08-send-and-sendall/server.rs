//! The receiver: counts what arrives, and looks whether any line is missing.

use crate::{buffers, talk};
use std::io::{self, Read};

/// Receives until the client is done, or only so many times.
pub fn receive(addr: &str, buffer: usize, leave: Option<usize>) -> io::Result<()> {
    let listener = buffers::listen(addr, buffer)?;
    let (mut stream, _) = listener.accept()?;
    let mut lines = Lines::default();
    let mut room = [0; 16384];
    for _ in 0..leave.unwrap_or(usize::MAX) {
        // Each recv makes room in our receive buffer. Our kernel tells the client's, which sends
        // more; that makes room in the client's send buffer, and a send that waits there goes on.
        let got = stream.read(&mut room)?;
        if got == 0 {
            break;
        }
        lines.take(&room[..got]);
    }
    println!("received {} bytes", lines.received);
    if !lines.torn.is_empty() {
        println!("the last line is torn: {:?}", String::from_utf8_lossy(&lines.torn));
    }
    Ok(())
}

/// Talks first and listens afterwards, like the client.
pub fn talk(addr: &str, buffer: usize, message: &[u8]) -> io::Result<()> {
    let listener = buffers::listen(addr, buffer)?;
    let (stream, _) = listener.accept()?;
    talk::then_listen(stream, message)
}

/// Puts lines together and looks whether their numbers follow one another.
#[derive(Default)]
struct Lines {
    received: usize,
    whole: usize,
    torn: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) {
        self.received += bytes.len();
        for &byte in bytes {
            if byte != b'\n' {
                self.torn.push(byte);
                continue;
            }
            let line = String::from_utf8_lossy(&self.torn).into_owned();
            let expected = format!("line {:04}", self.whole + 1);
            if line != expected {
                println!("expected {expected:?}, received {line:?}");
            }
            // Go on from the number that came: one gap is told once.
            self.whole = line.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(self.whole + 1);
            self.torn.clear();
        }
    }
}
