//! A receiver of messages that are exactly 4 bytes long, from a stream that may be cut anywhere.
//!
//! ```text
//! cargo run --bin 05-fixed-messages-exercise -- 127.0.0.1:8080
//! ```

use std::env;
use std::io::{self, Read};
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
    todo!("take 4 bytes at a time out of a stream that knows nothing of your messages")
}

/// Prints a message as hex digits, one line for each: `ping` as `70696e67`.
fn show(message: &[u8]) {
    for byte in message {
        print!("{byte:02x}");
    }
    println!();
}
