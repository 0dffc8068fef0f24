//! A UDP time server. Run it, and then the client of lesson 04 in a second terminal:
//!
//! ```text
//! cargo run --bin 04-time-server-exercise -- 127.0.0.1:8080 1000000000
//! cargo run --bin 04-udp-time-server -- client
//! ```

use chrono::{DateTime, Utc};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;

/// What an empty request asks for.
const DEFAULT_FORMAT: &str = "%Y-%m-%d %H:%M:%S";

/// No reply has more bytes.
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
    todo!("a socket at the address; then for each datagram one reply, to whoever sent it")
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
