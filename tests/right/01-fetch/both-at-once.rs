//! Sends in a thread while it receives, and keeps nothing in memory but one buffer for each direction.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;
use std::thread;

fn main() -> ExitCode {
    let address = std::env::args().nth(1).expect("an address");
    match fetch(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{address}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn fetch(address: &str) -> io::Result<()> {
    let server = TcpStream::connect(address)?;
    thread::scope(|scope| {
        let sender = scope.spawn(|| {
            io::copy(&mut io::stdin().lock(), &mut &server)?;
            server.shutdown(Shutdown::Write)
        });
        // What has come is printed even if the reply then breaks off: the status tells.
        let received = io::copy(&mut &server, &mut io::stdout().lock());
        sender.join().expect("the sender does not panic")?;
        received.map(drop)
    })
}
