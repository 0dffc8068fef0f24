//! Panics when the first client comes.

use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let client = listener.accept().unwrap();
    panic!("I did not expect {:?}", client.1.ip());
}
