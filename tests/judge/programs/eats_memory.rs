//! Asks for more and more memory, and uses it.

use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let _client = listener.accept().unwrap();
    let mut all = Vec::new();
    // Two gigabytes: enough for any limit, and no more than a machine can take if there is none.
    for _ in 0..128 {
        all.push(vec![1u8; 16 << 20]);
    }
    std::hint::black_box(&all);
}
