//! "The length of a text is the number of its characters." In Python len says so.
//!
//! Rejected by: wide-characters

use chrono::{DateTime, Utc};
use std::io;
use std::net::{SocketAddr, UdpSocket};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let address: SocketAddr = arguments.next().unwrap().parse().unwrap();
    let now = DateTime::from_timestamp(arguments.next().unwrap().parse().unwrap(), 0).unwrap();
    serve(address, now).unwrap();
}

fn serve(address: SocketAddr, now: DateTime<Utc>) -> io::Result<()> {
    let socket = UdpSocket::bind(address)?;
    let mut buffer = [0; 65536];
    loop {
        let (n, sender) = socket.recv_from(&mut buffer)?;
        socket.send_to(&answer(&buffer[..n], now), sender)?;
    }
}

fn answer(request: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let time = match std::str::from_utf8(request) {
        Ok("") => tell_time("%Y-%m-%d %H:%M:%S", now),
        Ok(format) => tell_time(format, now),
        Err(_) => None,
    };
    match time {
        Some(time) if time.chars().count() <= 512 => time.into_bytes(),
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
