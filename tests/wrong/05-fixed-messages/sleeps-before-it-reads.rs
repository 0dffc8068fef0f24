//! "A pause, and everything has arrived": the author sleeps before each recv, and the network takes longer.
//!
//! Rejected by: split

use std::io::{self, Read};
use std::net::TcpListener;
use std::thread::sleep;
use std::time::Duration;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut message = [0; 4];
    loop {
        sleep(Duration::from_millis(2));
        let n = connection.read(&mut message)?;
        if n == 0 {
            println!("end");
            return Ok(());
        }
        show(&message[..n]);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
