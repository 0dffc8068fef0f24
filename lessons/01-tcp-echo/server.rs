//! The server: waits for one client, hears it out, replies, ends.

use crate::Knobs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener};

pub fn run(knobs: &Knobs) -> io::Result<()> {
    // Three calls in one: socket, bind, listen. From here on the kernel answers clients by itself
    // and queues the finished connections, whether or not this program ever asks for one.
    let listener = TcpListener::bind(knobs.addr)?;
    println!("listening on {}", knobs.addr);

    // Sleeps until the queue holds a connection, then takes it out. The connection is a second
    // socket: the listener stays what it was and never carries a byte of data.
    let (mut connection, client) = listener.accept()?;
    println!("a connection from {client}");

    if knobs.server_first {
        connection.write_all(b"hello")?;
        // "That was all from me" - and still able to listen: the two directions are independent,
        // and each one ends by itself.
        connection.shutdown(Shutdown::Write)?;
        println!("said hello");
    }

    // As many recv calls as it takes. The last one returns 0, which means that the client has
    // ended its direction. Nothing else tells where a request ends: TCP does not mark it.
    let mut heard = Vec::with_capacity(1024);
    connection.read_to_end(&mut heard)?;
    println!("heard {}", String::from_utf8_lossy(&heard));

    if !knobs.server_first {
        let reply = if knobs.echo { heard } else { heard.to_ascii_uppercase() };
        // Done when the kernel has taken every byte; the client may not have read one of them yet.
        connection.write_all(&reply)?;
        println!("replied {}", String::from_utf8_lossy(&reply));
    }
    Ok(())
    // Here both sockets go out of scope, which closes them. Closing the connection tells the
    // client that no more will come; closing the listener gives the port back.
}
