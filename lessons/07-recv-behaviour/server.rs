//! The receiver: reports every way in which a recv comes back.

use socket2::{MaybeUninitSlice, SockRef};
use std::io::{self, Read, Write};
use std::mem::MaybeUninit;
use std::net::{TcpListener, UdpSocket};

/// Sends back what one client says; when the client is gone, asks the kernel a second time.
pub fn tcp(addr: &str) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("waiting on tcp {addr}");
    let (mut stream, _) = listener.accept()?;
    let mut buffer = [0; 1024];
    let mut endings = 0;
    while endings < 2 {
        // While the queue is empty and the client is there, this waits. There is no message that
        // makes it return 0: only the client's goodbye does.
        match stream.read(&mut buffer) {
            Ok(0) => {
                println!("recv = 0: there is nothing more to come");
                endings += 1;
            }
            Ok(got) => {
                println!("recv = {got}: {:?}", text(&buffer[..got]));
                stream.write_all(&buffer[..got])?;
            }
            // The socket is dead, the program is not: an error is an answer like the others.
            Err(error) => {
                println!("recv failed: {error}");
                endings += 1;
            }
        }
    }
    Ok(())
}

/// Receives datagrams for ever, each with one call that offers `room` bytes.
pub fn udp(addr: &str, room: usize) -> io::Result<()> {
    let socket = UdpSocket::bind(addr)?;
    println!("waiting on udp {addr}");
    let mut buffer = vec![0; room];
    loop {
        // Takes one datagram out of the queue, whole: the bytes there is no room for are thrown
        // away, and this call has no way to tell. 0 is a datagram like any other, with a sender.
        let (got, sender) = socket.recv_from(&mut buffer)?;
        println!("recvfrom = {got} from {sender}: {:?}", text(&buffer[..got]));
    }
}

/// The same by recvmsg, which also hands back what the kernel noted about the datagram.
pub fn udp_flags(addr: &str, room: usize) -> io::Result<()> {
    let socket = UdpSocket::bind(addr)?;
    println!("waiting on udp {addr}");

    // This buffer is only measured, never read: for safe Rust its bytes stay uninitialized.
    let mut buffer = vec![MaybeUninit::uninit(); room];
    loop {
        let mut rooms = [MaybeUninitSlice::new(&mut buffer)];

        // The rest is thrown away here as well, but the kernel marks it: MSG_TRUNC.
        let (got, flags, _) = SockRef::from(&socket).recv_from_vectored(&mut rooms)?;
        let cut = if flags.is_truncated() { "cut short" } else { "whole" };
        println!("recvfrom = {got}: the datagram is {cut}");
    }
}

fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
