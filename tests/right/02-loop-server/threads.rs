//! A thread for each client: all are served at once, and a panic would end only one of them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn main() {
    let address = std::env::args().nth(1).expect("an address");
    let listener = TcpListener::bind(address).expect("bind");
    for connection in listener.incoming().flatten() {
        thread::spawn(move || serve(connection));
    }
}

fn serve(mut connection: TcpStream) {
    let mut buffer = vec![0; 65536];
    while let Ok(n @ 1..) = connection.read(&mut buffer) {
        let reply: Vec<u8> = buffer[..n].iter().map(u8::to_ascii_uppercase).collect();
        if connection.write_all(&reply).is_err() {
            return;
        }
    }
}
