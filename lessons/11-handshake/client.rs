//! The client: one connect, in which the kernel does everything.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};

pub fn run(addr: SocketAddr, say: &str) -> io::Result<()> {
    println!("connecting to {addr}");

    // Sends a SYN and sleeps until one of three things: a SYN,ACK comes, and the kernel answers it
    // by ACK and returns; a RST comes, which means that the host is there and nobody listens; or
    // nothing comes, and the kernel repeats the SYN. That may take minutes, and no call shows it.
    let mut stream = TcpStream::connect(addr)?;

    // We are ESTABLISHED, and that is all we know. The server's kernel may not have received our
    // ACK yet; the server's program may never look at us.
    println!("connected: {} -> {addr}", stream.local_addr()?);

    // May leave at once: nothing more than the server's SYN,ACK is needed to send. The segment also
    // carries the acknowledgment again, so it can stand in for a third segment that got lost.
    stream.write_all(say.as_bytes())?;
    println!("sent {say:?}");
    Ok(())
    // The stream goes out of scope, which closes it: another farewell, another lesson.
}
