//! The client: many connections in one program, made one after the other and all kept open.

use crate::server::GREETING;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};

/// Makes that many connections. With `wait`, each is greeted before the next is made; without, all
/// of them are made first.
pub fn run(addr: SocketAddr, count: usize, wait: bool) -> io::Result<()> {
    let mut streams = Vec::new();
    for number in 1..=count {
        // Returns when the two kernels have shaken hands; whether the server's program has accepted
        // us, or ever will, it does not say. If the server's queue is full, nobody answers at all:
        // our kernel asks again and again, for two minutes or so, and this waits. Nobody refuses
        // us, and nobody says how many are ahead.
        let mut stream = TcpStream::connect(addr)?;
        println!("connection {number}: made");
        if wait {
            greeted(&mut stream, number)?;
        }
        streams.push(stream);
    }
    if !wait {
        for (index, stream) in streams.iter_mut().enumerate() {
            greeted(stream, index + 1)?;
        }
    }
    println!("closing {count} connections");
    Ok(())
}

/// Takes the server's greeting, the first thing that its program does and not its kernel. Only now
/// we know that we were accepted.
fn greeted(stream: &mut TcpStream, number: usize) -> io::Result<()> {
    let mut greeting = [0; GREETING.len()];
    stream.read_exact(&mut greeting)?;
    println!("connection {number}: the server says {}", String::from_utf8_lossy(&greeting));
    Ok(())
}
