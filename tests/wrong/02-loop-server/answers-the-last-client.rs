//! "There is one connection, and it is called `connection`": the author's threads share it, and the last client gets all.
//!
//! Rejected by: two-at-a-time

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;

static CONNECTION: Mutex<Option<TcpStream>> = Mutex::new(None);

fn main() -> io::Result<()> {
    let address = std::env::args().nth(1).unwrap();
    let listener = TcpListener::bind(address)?;
    loop {
        let (connection, _) = listener.accept()?;
        *CONNECTION.lock().unwrap() = Some(connection.try_clone()?);
        thread::spawn(move || serve(connection));
    }
}

fn serve(mut client: TcpStream) {
    let mut buffer = [0; 1024];
    while let Ok(n @ 1..) = client.read(&mut buffer) {
        if let Some(connection) = CONNECTION.lock().unwrap().as_mut() {
            let _ = connection.write_all(&buffer[..n].to_ascii_uppercase());
        }
    }
    let _ = client.shutdown(std::net::Shutdown::Both);
}
