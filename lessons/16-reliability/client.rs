//! The sender: hands its bytes to the kernel, and does not hear what becomes of them.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

/// Sends each word by a send of its own, and closes.
pub fn run(addr: SocketAddr, words: &[String]) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;

    // Every send leaves at once, in a segment of its own, so that there is more than one to lose.
    // Without this the kernel would keep a small segment back while another is unacknowledged.
    stream.set_nodelay(true)?;

    for word in words {
        // Success says that the kernel has a copy. It keeps the copy until the other kernel has
        // acknowledged it, and repeats it as often as needed: this program takes no part in that.
        stream.write_all(word.as_bytes())?;
        println!("sent {word:?}");
    }
    // Returns at once and without an error, whatever is still unacknowledged. Nobody is left whom
    // the kernel could tell if the rest never arrives, or arrives and is never read.
    drop(stream);
    println!("closed");
    Ok(())
}
