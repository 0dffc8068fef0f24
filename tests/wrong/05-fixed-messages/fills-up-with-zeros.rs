//! "The last message is shorter": the author prints what is left of a cut message, and its zeros, as if it were one.
//!
//! Rejected by: cut

use std::io::{self, Read};
use std::net::TcpListener;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    loop {
        let mut message = [0; 4];
        let mut have = 0;
        while have < 4 {
            let n = connection.read(&mut message[have..])?;
            if n == 0 {
                break;
            }
            have += n;
        }
        if have == 0 {
            println!("end");
            return Ok(());
        }
        show(&message);
    }
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
