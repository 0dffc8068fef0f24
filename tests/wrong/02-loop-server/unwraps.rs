//! "`unwrap` until it works": the author makes an error of one client the end of the server.
//!
//! Rejected by: leaves-by-reset

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

fn main() {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    loop {
        let (connection, _) = listener.accept().unwrap();
        serve(connection);
    }
}

fn serve(mut connection: TcpStream) {
    let mut buffer = [0; 1024];
    loop {
        let n = connection.read(&mut buffer).unwrap();
        if n == 0 {
            break;
        }
        connection.write_all(&buffer[..n].to_ascii_uppercase()).unwrap();
    }
}
