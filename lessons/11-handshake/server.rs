//! The server: makes a port that can be connected to, and only then looks who has come.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener};

pub fn run(addr: SocketAddr) -> io::Result<()> {
    // socket, bind, listen: nothing is sent. But from here on the kernel answers every SYN for this
    // port by itself, and the whole handshake is its work. This program is not asked.
    let listener = TcpListener::bind(addr)?;
    println!("listening on {addr}");

    // Takes a finished connection out of the queue, or waits for one. It sends nothing, agrees to
    // nothing, and cannot refuse: the client's connect has returned already.
    let (mut stream, client) = listener.accept()?;
    println!("accepted {client}");

    let mut buffer = [0; 1024];
    loop {
        // What the client sent before we accepted was acknowledged and kept by the kernel. It is
        // here now, as if we had been there all the time.
        let got = stream.read(&mut buffer)?;
        if got == 0 {
            println!("recv = 0: the client has closed");
            return Ok(());
        }
        println!("recv = {got}: {:?}", String::from_utf8_lossy(&buffer[..got]));
    }
}
