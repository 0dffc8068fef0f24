//! `TcpListener::bind` of the standard library, which on Unix sets SO_REUSEADDR by itself.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::exit;

fn main() {
    let address = std::env::args().nth(1).expect("an address");
    let listener = TcpListener::bind(&address).unwrap_or_else(|error| {
        let name = match error.kind() {
            ErrorKind::AddrInUse => "in use",
            ErrorKind::AddrNotAvailable => "not here",
            ErrorKind::PermissionDenied => "not allowed",
            _ => "?",
        };
        println!("{name}");
        exit(1)
    });
    println!("listening");
    let Ok((client, _)) = listener.accept() else { exit(1) };
    drop(listener);
    talk(client);
}

/// Byte by byte up to the line end, the end, or an error.
fn talk(mut client: TcpStream) {
    let _ = client.write_all(b"hello\n");
    let mut byte = [0];
    while let Ok(1) = client.read(&mut byte)
        && byte != *b"\n"
    {}
}
