//! A UDP client that is not easily fooled. It asks the server one question for each line that you type:
//!
//! ```text
//! cargo run --bin 04-time-client-solution -- 127.0.0.1:8080
//! ```

use std::io::{self, BufRead, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long to wait for a reply before the question is sent again.
const PATIENCE: Duration = Duration::from_millis(200);

/// How many times a question is sent at most.
const TRIES: u32 = 3;

fn main() -> ExitCode {
    let Some(server) = std::env::args().nth(1).and_then(|text| text.parse().ok()) else {
        eprintln!("usage: 04-time-client ADDRESS");
        return ExitCode::from(2);
    };
    match ask_all(server) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("client: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Reads formats, one a line, asks for each, and prints the reply. Ends at the first question that nobody answers.
fn ask_all(server: SocketAddr) -> io::Result<ExitCode> {
    // Port 0: the kernel picks a free one. It is the address to which replies will come.
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    // One id for each question. A reply that comes when its question is long answered then answers no other one.
    for (id, format) in (1..).zip(io::stdin().lock().lines()) {
        match ask(&socket, server, id, &format?)? {
            Some(text) => println!("{}", String::from_utf8_lossy(&text)),
            None => {
                println!("no answer");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks one question and returns the text of the reply; `None` when it was sent `TRIES` times and nobody answered.
fn ask(socket: &UdpSocket, server: SocketAddr, id: u32, format: &str) -> io::Result<Option<Vec<u8>>> {
    let request = [&id.to_be_bytes(), format.as_bytes()].concat();
    for _ in 0..TRIES {
        // The same bytes, with the same id, each time. The first request may have arrived and its reply may only be
        // late: then it answers this question as well as a reply to the second.
        socket.send_to(&request, server)?;
        if let Some(text) = await_reply(socket, server, id)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

/// The text of the reply with this id, if it comes from this server and before time is up.
fn await_reply(socket: &UdpSocket, server: SocketAddr, id: u32) -> io::Result<Option<Vec<u8>>> {
    // A moment, not a duration: whoever sends us rubbish would otherwise give us new patience with each datagram.
    let deadline = Instant::now() + PATIENCE;
    let mut buffer = [0; 2048];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // To the kernel, a timeout of zero means to wait for ever, so std refuses it.
        if left.is_zero() {
            return Ok(None);
        }
        socket.set_read_timeout(Some(left))?;

        let (n, sender) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) => match error.kind() {
                // Time is up. What Linux calls WouldBlock, other systems call TimedOut.
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Ok(None),
                // A signal came in between: Ctrl-Z and fg are enough. Nothing was received, and nothing is wrong.
                ErrorKind::Interrupted => continue,
                _ => return Err(error),
            },
        };
        // Anybody can send to our port. Only the server's own address says that this is a reply,
        if sender != server {
            continue;
        }
        // and only the id says to which question. A datagram that is too short for an id is no reply.
        match buffer[..n].split_first_chunk() {
            Some((first, text)) if *first == id.to_be_bytes() => return Ok(Some(text.to_vec())),
            _ => continue,
        }
    }
}
