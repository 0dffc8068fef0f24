//! A UDP client that is not easily fooled. It asks the server one question for each line that you type:
//!
//! ```text
//! cargo run --bin 04-time-client-exercise -- 127.0.0.1:8080
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
    for format in io::stdin().lock().lines() {
        let id: u32 = todo!("a number that no other question of this program has");
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
    todo!("send id and format, wait for the reply with this id from this server, send again when time is up")
}
