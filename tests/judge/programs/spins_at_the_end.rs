//! Asks again and again after the end of the stream.

use std::io::Read;
use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let (mut client, _) = listener.accept().unwrap();
    let mut room = [0; 64];
    loop {
        client.read(&mut room).unwrap();
    }
}
