//! The server: one socket for everybody. Its time is UTC.

use crate::{Knobs, Service};
use chrono::{DateTime, Utc};
use std::fmt::Write;
use std::io;
use std::net::UdpSocket;

/// What an empty request asks for.
const DEFAULT_FORMAT: &str = "%Y-%m-%d-%X";

/// A datagram can claim to come from anybody. If a small request could draw a large reply, others
/// would use this server to flood a stranger.
const MAX_REPLY: usize = 512;

pub fn run(knobs: &Knobs) -> io::Result<()> {
    // Bound is ready: what arrives from now on is queued. There is no listen and no accept, for
    // there is no connection that could be accepted.
    let socket = UdpSocket::bind(knobs.addr)?;
    println!("waiting for datagrams on {}", knobs.addr);

    let mut buffer = [0; 2048];
    loop {
        // One call, one datagram, whole: of a longer one the rest would be thrown away. 0 is a
        // datagram without content, not an end: without a connection nothing can end.
        let (n, sender) = socket.recv_from(&mut buffer)?;
        let request = &buffer[..n];
        println!("{n} bytes from {sender}");

        let mut reply = match knobs.service {
            Service::Time => tell_time(request, knobs.clock.unwrap_or_else(Utc::now)),
            Service::Hello => b"hello".to_vec(),
            Service::Echo => request.to_vec(),
        };
        reply.truncate(MAX_REPLY);

        // The address that came with the request is the only thing that tells one client from
        // another. A sender that cannot be answered (anybody can forge one) is no reason to stop.
        if let Err(error) = socket.send_to(&reply, sender) {
            println!("cannot answer {sender}: {error}");
        }
        if knobs.once {
            return Ok(());
        }
    }
}

/// The reply: `now` in the format that was asked for. Bytes come from strangers, so there is a reply
/// for everything; what is not a format comes back as it was.
fn tell_time(request: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let format = match std::str::from_utf8(request) {
        Ok("") => DEFAULT_FORMAT,
        Ok(format) => format,
        Err(_) => return request.to_vec(),
    };
    // Not `to_string`, which panics at a format such as %Q.
    let mut text = String::new();
    match write!(text, "{}", now.format(format)) {
        Ok(()) => text.into_bytes(),
        Err(_) => request.to_vec(),
    }
}
