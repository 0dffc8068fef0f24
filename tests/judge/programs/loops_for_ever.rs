//! Takes a client, and then computes without an end.

use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let _client = listener.accept().unwrap();
    let mut number = 0u64;
    loop {
        number = std::hint::black_box(number.wrapping_add(1));
    }
}
