//! A buffer of its own: big recvs, whole messages from the front, the rest kept for later.

use std::io::{self, Read};
use std::net::TcpListener;
use std::process::exit;

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).expect("an address");
    let (mut connection, _) = TcpListener::bind(address)?.accept()?;
    let mut buffer = [0; 1000];
    let mut have = 0;
    loop {
        let n = connection.read(&mut buffer[have..])?;
        if n == 0 {
            break;
        }
        have += n;
        let whole = have - have % 4;
        for message in buffer[..whole].chunks_exact(4) {
            println!("{}", message.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
        buffer.copy_within(whole..have, 0);
        have -= whole;
    }
    if have == 0 {
        println!("end");
        return Ok(());
    }
    println!("cut after {have} bytes");
    exit(1);
}
