//! The client: sends each line it reads, waits for its reply, leaves at the end of the input.

use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub fn run(addr: SocketAddr, rst: bool) -> io::Result<()> {
    let mut connection = TcpStream::connect(addr)?;
    // True even while the server is busy with somebody else: its kernel let us in, not its program.
    println!("connected");

    for line in io::stdin().lines() {
        let line = line?;
        // No bytes, no request: nothing would travel, and no reply would ever come.
        if line.is_empty() {
            continue;
        }
        connection.write_all(line.as_bytes())?;
        // A reply is as long as its request, so we know when it is complete, in however many
        // pieces it comes. If the server goes before that, this is an error, not a short reply.
        let mut reply = vec![0; line.len()];
        connection.read_exact(&mut reply)?;
        println!("{line} -> {}", String::from_utf8_lossy(&reply));
    }

    if rst {
        // Makes close throw away whatever is still under way and send a reset instead of a FIN.
        // A program that closes without having read everything leaves in the same way.
        SockRef::from(&connection).set_linger(Some(Duration::ZERO))?;
    }
    println!("leaving");
    Ok(())
    // The connection goes out of scope and is closed: a FIN travels to the server.
}
