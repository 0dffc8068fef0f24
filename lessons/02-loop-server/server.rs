//! The server: a loop over clients around a loop over requests. Its protocol: every byte comes back,
//! letters in capitals.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

pub fn run(addr: SocketAddr) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("listening on {addr}");
    loop {
        // While one client is served nobody calls accept. Others connect all the same: the kernel
        // queues them, and even what they send, until we are back here.
        let (connection, client) = listener.accept()?;
        println!("{client} is here");

        // What goes wrong with one client is the end of that client, not of the server: no `?`.
        match serve(connection) {
            Ok(()) => println!("{client} has left"),
            Err(error) => println!("{client} is lost: {error}"),
        }
    }
}

/// Serves one client until it leaves. The connection is closed when this function returns.
fn serve(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        // Fails with ECONNRESET when the client left by a reset.
        let n = connection.read(&mut buffer)?;
        // 0 is not an empty message (TCP has none): it is the end. The client has closed its
        // direction, and every further recv would return 0 at once, for ever.
        if n == 0 {
            return Ok(());
        }
        // To a client that has gone the first send still succeeds; a later one fails with EPIPE.
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}
