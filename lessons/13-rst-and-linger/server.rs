//! The one who leaves: listens to as much as it likes, answers, and goes.

use socket2::SockRef;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

/// How a server takes its leave.
#[derive(Clone, Copy)]
pub enum Leave {
    Close,
    Reset,
    Stay,
}

impl Leave {
    pub fn named(name: &str) -> Option<Leave> {
        match name {
            "close" => Some(Leave::Close),
            "reset" => Some(Leave::Reset),
            "stay" => Some(Leave::Stay),
            _ => None,
        }
    }
}

/// Serves one client with at most one recv and one send, and leaves.
pub fn run(addr: SocketAddr, take: usize, reply: &str, leave: Leave) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}");
    let (mut stream, _) = listener.accept()?;

    if take > 0 {
        // With little room this leaves the rest of the request in the queue. Nobody minds, until
        // the socket is closed.
        let mut request = vec![0; take];
        let got = stream.read(&mut request)?;
        println!("recv({take}) = {got}: {:?}", String::from_utf8_lossy(&request[..got]));
    }
    if !reply.is_empty() {
        // Succeeds when the kernel has the bytes. Whether they reach the client also depends on how
        // we close: a FIN is sent behind them and the kernel goes on repeating both until they are
        // acknowledged; after a RST there is no connection left that could repeat anything.
        stream.write_all(reply.as_bytes())?;
        println!("answered {reply:?}");
    }
    match leave {
        // FIN, if everything that has arrived was read. If not, RST: bytes were acknowledged that
        // no program will ever see, and TCP does not hide that from the one who sent them.
        Leave::Close => println!("closing"),

        // RST in any case: with no time to linger, close forgets the connection at once, and with
        // it all bytes that were not yet acknowledged.
        Leave::Reset => {
            SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
            println!("closing with a reset");
        }

        // Whatever ends this process, the kernel closes its sockets, by the same rule as close.
        Leave::Stay => {
            println!("staying");
            loop {
                thread::park();
            }
        }
    }
    Ok(())
}
