//! Two servers that many tutorials print. Both work, until the first client leaves.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

#[derive(Clone, Copy)]
pub enum Bug {
    /// Does not look at what recv returned.
    Spin,
    /// Takes 0 for an empty message, and answers it.
    Answer,
}

pub fn run(addr: SocketAddr, bug: Bug) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("listening on {addr}");
    loop {
        let (connection, client) = listener.accept()?;
        println!("{client} is here");
        // WRONG: the `?` makes the trouble of one client the end of the server.
        match bug {
            Bug::Spin => spin(connection)?,
            Bug::Answer => answer(connection)?,
        }
    }
}

fn spin(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        // WRONG: once the client has left, recv returns 0 at once, every time. No error will ever
        // end this loop: writing no bytes is not even a call.
        let n = connection.read(&mut buffer)?;
        connection.write_all(&buffer[..n].to_ascii_uppercase())?;
    }
}

fn answer(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 1024];
    loop {
        let n = connection.read(&mut buffer)?;
        if n == 0 {
            // WRONG: nobody pressed Enter on an empty line, the client is gone. Its kernel
            // answers these bytes with a reset, and the send after that fails with EPIPE.
            connection.write_all(b"say something!")?;
        } else {
            connection.write_all(&buffer[..n].to_ascii_uppercase())?;
        }
    }
}
