//! Sockets whose buffers are small, so that they are full soon. Nothing else about them is special.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

/// Waits for clients; every connection it accepts has buffers of the size asked for.
pub fn listen(addr: &str, size: usize) -> io::Result<TcpListener> {
    let (socket, addr) = socket(addr, size)?;

    // The kernel receives for us before we accept, so the sizes must be set here: an accepted
    // socket inherits them from the listener.
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    println!("waiting on {addr}");
    Ok(socket.into())
}

/// Connects with buffers of the size asked for: the first segment already says how much room
/// there is for what the server may send.
pub fn connect(addr: &str, size: usize) -> io::Result<TcpStream> {
    let (socket, addr) = socket(addr, size)?;
    socket.connect(&addr.into())?;
    Ok(socket.into())
}

fn socket(addr: &str, size: usize) -> io::Result<(Socket, SocketAddr)> {
    let addr = addr.to_socket_addrs()?.next().ok_or(ErrorKind::AddrNotAvailable)?;
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_send_buffer_size(size)?;
    socket.set_recv_buffer_size(size)?;

    // Linux doubles what is asked for, since the buffer must also hold what the kernel notes about
    // the bytes; and it has a least size. So this is never a count of bytes that fit.
    println!("send buffer: asked for {size}, got {}", socket.send_buffer_size()?);
    Ok((socket, addr))
}
