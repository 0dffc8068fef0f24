//! "There is at least one message": the author takes the end for an error if it comes first.
//!
//! Rejected by: nothing

use std::io::{self, BufReader, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let (connection, _) = TcpListener::bind(address)?.accept()?;
    let mut stream = BufReader::new(connection);
    let mut message = [0; 4];
    stream.read_exact(&mut message)?;
    loop {
        show(&message);
        let mut have = 0;
        while have < 4 {
            let n = stream.read(&mut message[have..])?;
            if n == 0 {
                break;
            }
            have += n;
        }
        match have {
            4 => continue,
            0 => break,
            _ => {
                println!("cut after {have} bytes");
                exit(1);
            }
        }
    }
    println!("end");
    Ok(())
}

fn show(message: &[u8]) {
    println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
}
