//! Takes a client and goes to sleep.

use std::net::TcpListener;

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let _client = listener.accept().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3600));
}
