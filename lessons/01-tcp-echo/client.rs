//! The client: connects, speaks, hears the server out, ends.

use crate::Knobs;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

pub fn run(knobs: &Knobs) -> io::Result<()> {
    // Returns when the kernel on the other side has agreed: the server's program need not even
    // have called accept. If no socket listens there, the other side's kernel refuses at once.
    let mut connection = match TcpStream::connect(knobs.addr) {
        Ok(connection) => connection,
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            println!("nobody listens on {}: start the server first", knobs.addr);
            return Err(error);
        }
        Err(error) => return Err(error),
    };
    // A connection has two ends, so we have an address too. We never chose it: connect did.
    println!("connected, my own address is {}", connection.local_addr()?);

    if knobs.server_first {
        hear(&mut connection)?;
        say(&mut connection, &knobs.say)
    } else {
        say(&mut connection, &knobs.say)?;
        hear(&mut connection)
    }
}

fn say(connection: &mut TcpStream, text: &str) -> io::Result<()> {
    connection.write_all(text.as_bytes())?;
    // "That was all from me." Without it the server could not know that the request is complete
    // and would wait for more of it, while we wait for the reply.
    connection.shutdown(Shutdown::Write)?;
    println!("said {text}");
    Ok(())
}

fn hear(connection: &mut TcpStream) -> io::Result<()> {
    // Recv after recv until one returns 0: a reply may come in any number of pieces.
    let mut heard = Vec::with_capacity(1024);
    connection.read_to_end(&mut heard)?;
    println!("heard {}", String::from_utf8_lossy(&heard));
    Ok(())
}
