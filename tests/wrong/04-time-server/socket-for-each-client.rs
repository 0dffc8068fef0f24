//! "Each client gets a socket and a thread of its own, as from accept."
//!
//! Rejected by: gone

use chrono::{DateTime, Utc};
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::thread;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let address: SocketAddr = arguments.next().unwrap().parse().unwrap();
    let now = DateTime::from_timestamp(arguments.next().unwrap().parse().unwrap(), 0).unwrap();
    serve(address, now).unwrap();
}

/// Another socket at the same address; the kernel gives it what comes from the address it is connected to.
fn socket_at(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_port(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

fn serve(address: SocketAddr, now: DateTime<Utc>) -> io::Result<()> {
    let door = socket_at(address)?;
    let mut buffer = [0; 65536];
    loop {
        let (n, client) = door.recv_from(&mut buffer)?;
        let socket = socket_at(address)?;
        socket.connect(client)?;
        socket.send(&answer(&buffer[..n], now))?;
        thread::spawn(move || converse(&socket, now));
    }
}

fn converse(socket: &UdpSocket, now: DateTime<Utc>) {
    let mut buffer = [0; 65536];
    loop {
        match socket.recv(&mut buffer) {
            Ok(n) => _ = socket.send(&answer(&buffer[..n], now)),
            Err(error) => eprintln!("{error}"),
        }
    }
}

fn answer(request: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let time = match std::str::from_utf8(request) {
        Ok("") => tell_time("%Y-%m-%d %H:%M:%S", now),
        Ok(format) => tell_time(format, now),
        Err(_) => None,
    };
    match time {
        Some(time) if time.len() <= 512 => time.into_bytes(),
        _ => b"bad request".to_vec(),
    }
}

fn tell_time(format: &str, now: DateTime<Utc>) -> Option<String> {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter == '%' && !"YmdHMS%".contains(letters.next()?) {
            return None;
        }
    }
    Some(now.format(format).to_string())
}
