//! "I have asked, so an answer will come."
//!
//! Rejected by: lost

use std::io::{self, BufRead};
use std::net::{SocketAddr, UdpSocket};

fn main() -> io::Result<()> {
    let server: SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    for (id, format) in (1..).zip(io::stdin().lock().lines()) {
        let Some(text) = ask(&socket, server, id, &format?)? else {
            println!("no answer");
            std::process::exit(1);
        };
        println!("{}", String::from_utf8_lossy(&text));
    }
    Ok(())
}

fn ask(socket: &UdpSocket, server: SocketAddr, id: u32, format: &str) -> io::Result<Option<Vec<u8>>> {
    let request = [&id.to_be_bytes(), format.as_bytes()].concat();
    let mut buffer = [0; 2048];
    socket.send_to(&request, server)?;
    loop {
        let (n, sender) = socket.recv_from(&mut buffer)?;
        let datagram = &buffer[..n];
        if sender == server && datagram.starts_with(&request[..4]) {
            return Ok(Some(datagram[4..].to_vec()));
        }
    }
}
