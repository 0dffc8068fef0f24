//! Many clients in one program: a thread for each, because a connect may have to wait.

use crate::server::GREETING;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::thread;

/// Makes that many connections at the same time, and keeps all of them until each was greeted.
pub fn run(addr: SocketAddr, count: usize) -> io::Result<()> {
    let clients: Vec<_> = (1..=count).map(|number| thread::spawn(move || client(addr, number))).collect();

    // Nothing is closed before the last one is done: the streams lie in this list.
    let mut streams = Vec::new();
    for client in clients {
        streams.push(client.join().unwrap_or_else(|_| Err(io::Error::other("a client panicked")))?);
    }
    println!("closing {} connections", streams.len());
    Ok(())
}

/// One client: connects and waits to be greeted.
fn client(addr: SocketAddr, number: usize) -> io::Result<TcpStream> {
    // Returns when the two kernels have shaken hands; whether the server's program has accepted us,
    // or ever will, it does not say. If the server's queue is full, nobody answers at all: our kernel
    // asks again and again, and this waits. Nobody refuses us, and nobody says how many are ahead.
    let mut stream = TcpStream::connect(addr)?;
    println!("client {number}: connected");

    // A greeting is the first word of the server's program. Only now we know that it is our turn.
    let mut greeting = [0; GREETING.len()];
    stream.read_exact(&mut greeting)?;
    println!("client {number}: the server says {}", String::from_utf8_lossy(&greeting));
    Ok(stream)
}
