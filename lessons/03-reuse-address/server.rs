//! The server: greets one client, closes the connection, ends. Whether its successor gets the port
//! was decided here, by two things: who closed first, and the option set before bind.

use crate::{GREETING, Knobs, holders};
use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};

pub fn run(knobs: &Knobs) -> io::Result<()> {
    let listener = match listen(knobs.addr, knobs.reuse) {
        Ok(listener) => listener,
        Err(error) => {
            if error.kind() == ErrorKind::AddrInUse {
                println!("port {} is in use:", knobs.addr.port());
                holders::print(knobs.addr.port());
            }
            return Err(error);
        }
    };
    println!("listening on {}", knobs.addr);

    let (mut connection, client) = listener.accept()?;
    println!("a connection from {client}");
    connection.write_all(GREETING)?;

    if knobs.client_closes_first {
        // The client sends nothing, so this returns only at its FIN, with 0: the client has
        // closed first, and it is its port that stays taken for a while, not ours.
        let n = connection.read(&mut [0])?;
        println!("the client has closed ({n} bytes)");
    }
    // The side that closes first must remember the connection for a while after its end
    // (TIME-WAIT), so that late segments of it are not taken for those of the next one. On Linux
    // that is 60 seconds, and the memory outlives the program.
    drop(connection);
    println!("closed the connection");
    Ok(())
}

/// A listening socket, made step by step: `TcpListener::bind` would set SO_REUSEADDR unasked.
fn listen(addr: SocketAddr, reuse: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    if reuse {
        // Looked at by bind, so it must come before. The accepted connections inherit it, and so
        // does their TIME-WAIT: it is a permission given to the next server as well.
        socket.set_reuse_address(true)?;
    }
    // Fails with EADDRINUSE if the port is held by a socket that does not permit this one.
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket.into())
}
