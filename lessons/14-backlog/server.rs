//! The server: chooses how many may wait, and accepts them or not.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

/// What the server says to everybody it accepts.
pub const GREETING: &[u8] = b"welcome";

/// Accepts everybody who comes, and keeps all of them; a `lazy` one accepts nobody.
pub fn run(addr: SocketAddr, backlog: i32, lazy: bool) -> io::Result<()> {
    let listener = listen(addr, backlog)?;
    println!("listening on {addr} with a backlog of {backlog}");

    if lazy {
        // Not accepting keeps nobody out. The kernel completes handshakes by itself and puts the
        // connections into the queue, until that is full.
        loop {
            thread::park();
        }
    }
    let mut clients = Vec::new();
    loop {
        // Takes one connection out of the queue, the oldest; it was complete before. Out there it
        // counts no more: the number of those we keep open is none of the backlog's business.
        let (mut stream, client) = listener.accept()?;
        stream.write_all(GREETING)?;
        clients.push(stream);
        println!("accepted {client}: {} of them now", clients.len());
    }
}

/// A listening socket, made step by step: `TcpListener::bind` would call listen with 128, unasked.
fn listen(addr: SocketAddr, backlog: i32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;

    // From here on clients can connect. The number is a wish: Linux lets one more wait than it says,
    // and takes no number larger than /proc/sys/net/core/somaxconn.
    socket.listen(backlog)?;
    Ok(socket.into())
}
