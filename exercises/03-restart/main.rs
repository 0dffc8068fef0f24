//! A server for one client that can be started again at once, and that says why if it cannot.
//!
//! README.md tells the task. The talk with the client is done; `listen`, `take_one` and `name` are yours.

use socket2::{Domain, Protocol, Socket, Type};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = std::env::args().nth(1).and_then(|text| text.parse().ok()) else {
        eprintln!("usage: 03-restart IP:PORT");
        return ExitCode::from(2);
    };
    match run(address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{}", name(&error));
            eprintln!("cannot listen on {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// One life of the server: listen, take one client, talk, end.
fn run(address: SocketAddr) -> io::Result<()> {
    let listener = listen(address)?;
    println!("listening");
    let client = take_one(listener)?;
    greet(client);
    Ok(())
}

/// A listening socket on exactly this address.
///
/// Make it step by step with `socket2::Socket`. `TcpListener::bind` would do, on Linux, the very thing that is to be
/// learnt here, without telling.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    todo!("a socket that listens on {address}, also just after its predecessor has ended")
}

/// The first client; afterwards nobody listens any more.
fn take_one(listener: TcpListener) -> io::Result<TcpStream> {
    todo!("one client")
}

/// What the error means for whoever started us.
fn name(error: &io::Error) -> &'static str {
    todo!("one of: in use, not here, not allowed")
}

/// Greets the client and hears it out: until it has said a line, or has gone in whatever way.
fn greet(mut client: TcpStream) {
    // Nothing that goes wrong with a client is a reason to fail: the talk is over, that is all.
    if client.write_all(b"hello\n").is_ok() {
        let _ = BufReader::new(client).read_until(b'\n', &mut Vec::new());
    }
    // The connection is closed here, by us first if the client has not closed it before.
}
