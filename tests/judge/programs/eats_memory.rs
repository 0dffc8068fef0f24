//! Asks for more and more memory. To fill it as well would take processor time, which has a limit of its own.

use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let _client = listener.accept().unwrap();
    let mut all = Vec::new();
    // Two gigabytes: enough for any limit, and no more than a machine can take if there is none.
    for _ in 0..128 {
        all.push(Vec::<u8>::with_capacity(16 << 20));
    }
    std::hint::black_box(&mut all);
}
