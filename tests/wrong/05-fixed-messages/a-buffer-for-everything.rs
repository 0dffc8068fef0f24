//! "4096 bytes are enough": the author never makes room, and a recv with room for none returns 0, like an end.
//!
//! Rejected by: many

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut stream = [0; 4096];
    let mut have = 0;
    let mut shown = 0;
    loop {
        let n = connection.read(&mut stream[have..])?;
        if n == 0 {
            break;
        }
        have += n;
        while have - shown >= 4 {
            show(&stream[shown..shown + 4]);
            shown += 4;
        }
    }
    if have > shown {
        println!("cut after {} bytes", have - shown);
        exit(1);
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
