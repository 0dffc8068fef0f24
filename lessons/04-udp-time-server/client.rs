//! The client: every line it reads is a request, an empty one too.

use crate::Knobs;
use std::io::{self, BufRead, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

pub fn run(knobs: &Knobs) -> io::Result<()> {
    // Port 0: the kernel picks a free one. It is the address to which replies will come.
    let socket = match knobs.addr {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?,
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0))?,
    };
    // Requests and replies can be lost, and nobody would tell: without a limit we might wait for
    // ever.
    socket.set_read_timeout(Some(knobs.patience))?;

    if let Some(byte) = knobs.byte {
        ask(&socket, knobs, &[byte])?;
    }
    for line in io::stdin().lock().split(b'\n') {
        ask(&socket, knobs, &line?)?;
    }
    Ok(())
}

fn ask(socket: &UdpSocket, knobs: &Knobs, request: &[u8]) -> io::Result<()> {
    // Succeeds as soon as the datagram is on its way, whether or not anybody is there. No bytes
    // are fine: a datagram without content is still a datagram, with an address to answer to.
    socket.send_to(request, knobs.addr)?;

    let mut buffer = [0; 1024];
    loop {
        match socket.recv_from(&mut buffer) {
            Ok((n, sender)) if sender == knobs.addr => {
                let reply = String::from_utf8_lossy(&buffer[..n]);
                println!("{:?} -> {reply:?}", String::from_utf8_lossy(request));
                return Ok(());
            }
            // Anybody may send to our port. Only what comes from the server is a reply.
            Ok((_, stranger)) => println!("ignored a datagram from {stranger}"),
            // What a timed-out receive reports; other systems say TimedOut.
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                println!("nobody answered within {:?}", knobs.patience);
                return Err(ErrorKind::TimedOut.into());
            }
            Err(error) => return Err(error),
        }
    }
}
