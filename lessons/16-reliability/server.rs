//! The receiver: gets every byte, once and in order, and never learns what that took.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener};
use std::thread;

/// Receives until the client has closed; a `deaf` server receives nothing and stays.
pub fn run(addr: SocketAddr, deaf: bool) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}");
    let (mut stream, client) = listener.accept()?;
    println!("accepted {client}");

    // The kernel acknowledges what arrives, the end included, whether or not we ever ask for it.
    if deaf {
        loop {
            thread::park();
        }
    }
    let mut buffer = [0; 1024];
    loop {
        // Bytes without a gap in front of them. What has come behind a gap waits in the kernel until
        // the gap is filled; what comes twice, or damaged, the kernel throws away.
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            println!("recv = 0: that was everything");
            return Ok(());
        }
        println!("recv = {got}: {:?}", String::from_utf8_lossy(&buffer[..got]));
    }
}
