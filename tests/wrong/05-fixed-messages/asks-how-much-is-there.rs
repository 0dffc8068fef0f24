//! "MSG_PEEK tells how long the message is": the author takes what is in the queue at this moment for one message.
//!
//! Rejected by: glued

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    loop {
        let length = connection.peek(&mut [0; 1024])?;
        if length == 0 {
            println!("end");
            return Ok(());
        }
        let mut message = vec![0; length];
        connection.read_exact(&mut message)?;
        show(&message);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
