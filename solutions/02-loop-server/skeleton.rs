//! An upper-case server: every byte comes back, the letters a-z in capitals.
//!
//! ```text
//! cargo run --bin 02-loop-server-exercise -- 127.0.0.1:8080
//! ```

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
    let listener = TcpListener::bind(address)?;
    println!("listening on {address}");

    todo!("accept a client, serve it, and come back here for the next one, whatever has happened")
}

/// The inner loop, 通信循环: one request after the other, until this client leaves.
fn serve(connection: TcpStream) -> io::Result<()> {
    todo!("receive some bytes, change them with make_ascii_uppercase, send them back")
}
