//! The receiver: takes the bytes out of its queue in portions of its own. What it announces at the
//! beginning decides where the other side cuts; what it does afterwards does not.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener};

/// Receives from one client until it is done, offering each recv the same room.
pub fn run(addr: SocketAddr, room: usize, mss: Option<u32>) -> io::Result<()> {
    let listener = listen(addr, mss)?;
    println!("waiting on {addr}");
    let (mut stream, _) = listener.accept()?;

    let mut buffer = vec![0; room];
    loop {
        // The kernel has put the segments together again before we see a byte. What this returns is
        // what lies in the queue, as much as there is room for: it ends where a segment ended only
        // by chance.
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            println!("recv({room}) = 0: the client has closed");
            return Ok(());
        }
        println!("recv({room}) = {got}");
    }
}

/// A listening socket, made step by step, because the option must be there before listen.
fn listen(addr: SocketAddr, mss: Option<u32>) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if let Some(mss) = mss {
        // Connections inherit it, and each of our SYN ACKs says it: send me no segment larger than
        // this (RFC 9293, 3.7.1). Set on an accepted connection it would come too late, for the
        // number is told in the handshake and never again.
        socket.set_tcp_mss(mss)?;
    }
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket.into())
}
