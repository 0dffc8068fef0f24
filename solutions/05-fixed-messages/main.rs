//! A receiver of messages that are exactly 4 bytes long, from a stream that may be cut anywhere.
//!
//! It counts bytes, never recvs: a message is complete when 4 bytes of it are there, however they came.

use std::env;
use std::io::{self, BufReader, Read};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

/// How a stream ends when nothing is wrong with the connection.
enum End {
    /// After a whole message, or before the first one.
    BetweenMessages,
    /// Inside a message, of which this many bytes have come: 1, 2 or 3.
    InsideAMessage(usize),
}

fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("usage: 05-fixed-messages ADDRESS");
        return ExitCode::from(2);
    };
    match accept_one(&address).and_then(receive) {
        Ok(End::BetweenMessages) => {
            println!("end");
            ExitCode::SUCCESS
        }
        Ok(End::InsideAMessage(bytes)) => {
            println!("cut after {bytes} bytes");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("05-fixed-messages: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for the one client of this program.
fn accept_one(address: &str) -> io::Result<TcpStream> {
    let listener = TcpListener::bind(address)?;
    let (connection, _) = listener.accept()?;
    Ok(connection)
}

/// Receives messages and prints each as soon as it is complete, until the stream ends.
fn receive(connection: TcpStream) -> io::Result<End> {
    // Asks the kernel for 8 KiB at a time and hands them out in the portions we ask for: one recv for many messages. It
    // only asks when it has nothing left, so a message that is here never waits for one that is not.
    let mut stream = BufReader::new(connection);
    let mut message = [0; 4];
    loop {
        match fill(&mut stream, &mut message)? {
            4 => show(&message),
            0 => return Ok(End::BetweenMessages),
            some => return Ok(End::InsideAMessage(some)),
        }
    }
}

/// Fills the message from the stream, and says how much of it came: all 4 bytes, or fewer if the stream ended.
///
/// `read_exact` has the same loop inside. But it fails in the same way whether the stream ends after 0 bytes of the
/// message or after 3, and these are a good end and a bad one.
fn fill(stream: &mut impl Read, message: &mut [u8; 4]) -> io::Result<usize> {
    let mut have = 0;
    while have < message.len() {
        // There is room for what is missing and for no more, so the next message stays in the stream. What comes may be
        // less: 1 byte is a normal answer.
        let n = stream.read(&mut message[have..])?;
        // 0 is the end, since room for at least one byte was offered. Asking again would be answered by 0 for ever.
        if n == 0 {
            break;
        }
        have += n;
    }
    Ok(have)
}

/// Prints a message as hex digits, one line for each: `ping` as `70696e67`.
fn show(message: &[u8]) {
    for byte in message {
        print!("{byte:02x}");
    }
    println!();
}
