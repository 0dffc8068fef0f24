//! No text at all: the format is read byte by byte, and the reply is written into 512 bytes that are reused.

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
    let now = ["%Y", "%m", "%d", "%H", "%M", "%S"].map(|format| now.format(format).to_string());
    let socket = UdpSocket::bind(address)?;
    let (mut request, mut reply) = ([0; 2048], [0; 512]);
    loop {
        let Ok((n, sender)) = socket.recv_from(&mut request) else { continue };
        let sent = match write_reply(&request[..n], &now, &mut reply) {
            Some(length) => socket.send_to(&reply[..length], sender),
            None => socket.send_to(b"bad request", sender),
        };
        if let Err(error) = sent {
            eprintln!("{sender}: {error}");
        }
    }
}

/// Writes the reply into `reply` and returns its length, or `None` for a bad request.
fn write_reply(request: &[u8], now: &[String; 6], reply: &mut [u8; 512]) -> Option<usize> {
    let mut length = 0;
    let mut put = |bytes: &[u8]| {
        reply.get_mut(length..length + bytes.len())?.copy_from_slice(bytes);
        length += bytes.len();
        Some(())
    };
    let mut rest = match request {
        b"" => b"%Y-%m-%d %H:%M:%S",
        format => format,
    };
    std::str::from_utf8(rest).ok()?;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            put(&[byte])?;
            continue;
        }
        let (&letter, behind) = rest.split_first()?;
        rest = behind;
        match b"YmdHMS".iter().position(|&known| known == letter) {
            Some(index) => put(now[index].as_bytes())?,
            None if letter == b'%' => put(b"%")?,
            None => return None,
        }
    }
    Some(length)
}
