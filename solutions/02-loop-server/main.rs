//! An upper-case server: every byte comes back, the letters a-z in capitals.
//!
//! A loop over clients around a loop over requests. One descriptor is open at a time besides the listener, and trouble
//! with a client never gets out of the inner loop's function as more than a line of text.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("usage: 02-loop-server ADDRESS");
        return ExitCode::from(2);
    };
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("02-loop-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The outer loop, 链接循环: one client after the other, for ever.
fn run(address: &str) -> io::Result<()> {
    // From here on the kernel completes handshakes by itself. Who comes while we are busy is connected and queued, and
    // may even send. If nobody can listen at this address there is nothing to serve: only this error ends the server.
    let listener = TcpListener::bind(address)?;
    println!("listening on {address}");

    // Each round is one accept. It waits when the queue is empty, and returns a client that may have left already.
    for connection in listener.incoming() {
        // An error of one connection concerns one client. It is told here, and goes no further: no `?`.
        match connection.and_then(serve) {
            Ok(()) => println!("a client has left"),
            Err(error) => println!("a client is lost: {error}"),
        }
    }
    Ok(())
}

/// The inner loop, 通信循环: one request after the other, until this client leaves.
fn serve(mut connection: TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        // Waits until something has come and returns it, were it one byte, or half a character. A client that left by a
        // reset makes it fail with ECONNRESET.
        let n = connection.read(&mut buffer)?;

        // 0 is the end of the client's direction; every further recv would return 0 at once, for ever. The client may
        // have closed, or it may still be reading: either way it has its replies, for we are never behind by more than
        // this round.
        if n == 0 {
            return Ok(());
        }

        // Only the first n bytes came from this client; behind them stands what an earlier recv has left. A byte that is
        // no ASCII letter stays as it is, so a character that was cut in two is whole again at the other end.
        buffer[..n].make_ascii_uppercase();

        // Sends all of them, in several sends if need be, and waits while a slow reader makes room. To a client that has
        // closed the first send still succeeds; its kernel answers with a reset, and the next one fails with EPIPE.
        connection.write_all(&buffer[..n])?;
    }
    // The connection goes out of scope here, on every way out, and is closed: the client receives the end, and the
    // descriptor is free for the next one.
}
