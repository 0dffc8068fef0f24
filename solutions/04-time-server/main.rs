//! The UDP time server that nothing kills. In two terminals, with the client of lesson 04:
//!
//! ```text
//! cargo run --bin 04-time-server-solution -- 127.0.0.1:8080 1000000000
//! cargo run --bin 04-udp-time-server -- client
//! ```

use chrono::{DateTime, Utc};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;

/// What an empty request asks for.
const DEFAULT_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// The address of a request may be forged. Whoever lives there gets a reply that he never asked for, so it must be small.
const MAX_REPLY: usize = 512;

/// The reply to a request that cannot be answered.
const BAD_REQUEST: &[u8] = b"bad request";

fn main() -> ExitCode {
    let Some((address, now)) = read_arguments() else {
        eprintln!("usage: 04-time-server ADDRESS SECONDS-SINCE-1970");
        return ExitCode::from(2);
    };
    match serve(address, now) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers every request, for ever. Its clock stands still at `now`.
fn serve(address: SocketAddr, now: DateTime<Utc>) -> io::Result<()> {
    // Bound is ready: from now on the kernel queues what arrives, from anybody. An error here ends the program, and no
    // later one does: this is the only one that the person who starts it can do something about.
    let socket = UdpSocket::bind(address)?;
    println!("telling the time on {address}");

    // A datagram that is longer than the buffer loses its end, and the beginning looks like a whole request. No datagram
    // is longer than this.
    let mut buffer = [0; 65536];
    loop {
        // One call, one whole datagram, with the address of whoever sent it. 0 bytes are a datagram too: nothing ends.
        let (n, sender) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            // Some systems tell here that an earlier reply reached nobody. That is no reason to leave the others alone.
            Err(error) => {
                eprintln!("cannot receive: {error}");
                continue;
            }
        };
        // Only the first n bytes are this request; behind them are the remains of longer ones.
        let reply = answer(&buffer[..n], now);

        // To the sender of this very datagram: there is no connection that would remember who asked. A sender that
        // cannot be reached loses its reply, and nobody else loses anything.
        if let Err(error) = socket.send_to(&reply, sender) {
            eprintln!("cannot answer {sender}: {error}");
        }
    }
}

/// The reply to these bytes. They come from a stranger, so there is one for everything.
fn answer(request: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let time = match std::str::from_utf8(request) {
        Ok("") => tell_time(DEFAULT_FORMAT, now),
        Ok(format) => tell_time(format, now),
        Err(_) => None,
    };
    match time {
        // `len` counts bytes, as the network does, not characters.
        Some(time) if time.len() <= MAX_REPLY => time.into_bytes(),
        _ => BAD_REQUEST.to_vec(),
    }
}

/// The time in this format, or `None` when the format has a percent sign that is none of `%Y %m %d %H %M %S %%`.
fn tell_time(format: &str, now: DateTime<Utc>) -> Option<String> {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter == '%' && !"YmdHMS%".contains(letters.next()?) {
            return None;
        }
    }
    Some(now.format(format).to_string())
}

/// The address and the time from the command line; `None` when they make no sense.
fn read_arguments() -> Option<(SocketAddr, DateTime<Utc>)> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next()?.parse().ok()?;
    let seconds = arguments.next()?.parse().ok()?;
    Some((address, DateTime::from_timestamp(seconds, 0)?))
}
