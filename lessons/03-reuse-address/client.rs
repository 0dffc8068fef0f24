//! The client: reads the greeting and closes, before the server or after it.

use crate::{GREETING, Knobs};
use std::io::{self, Read};
use std::net::TcpStream;

pub fn run(knobs: &Knobs) -> io::Result<()> {
    let mut connection = TcpStream::connect(knobs.addr)?;
    let mut greeting = [0; GREETING.len()];
    connection.read_exact(&mut greeting)?;
    println!("the server says {}", String::from_utf8_lossy(&greeting));

    if !knobs.client_closes_first {
        // Nothing more comes, so this returns 0, and only when the server's FIN is here: the
        // order of the two closes is decided by the protocol, not by who is faster.
        let n = connection.read(&mut [0])?;
        println!("the server has closed ({n} bytes)");
    }
    drop(connection);
    println!("closed the connection");
    Ok(())
}
