//! One thread receives and another replies; a channel of eight requests is between them. A receive waits a tenth of a second
//! at most, as if there was something else to do.

use chrono::{DateTime, Utc};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let address: SocketAddr = arguments.next().unwrap().parse().unwrap();
    let now = DateTime::from_timestamp(arguments.next().unwrap().parse().unwrap(), 0).unwrap();
    serve(address, now).unwrap();
}

fn serve(address: SocketAddr, now: DateTime<Utc>) -> io::Result<()> {
    let socket = UdpSocket::bind(address)?;
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    let replier = socket.try_clone()?;
    let (requests, inbox) = mpsc::sync_channel::<(Vec<u8>, SocketAddr)>(8);
    thread::spawn(move || {
        for (request, sender) in inbox {
            let _ = replier.send_to(&answer(&request, now), sender);
        }
    });
    // One byte more than any request with a short enough reply can have: what is cut is too long in any case.
    let mut buffer = [0; 1025];
    loop {
        if let Ok((n, sender)) = socket.recv_from(&mut buffer) {
            let _ = requests.send((buffer[..n].to_vec(), sender));
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
