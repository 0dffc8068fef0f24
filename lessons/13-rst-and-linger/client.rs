//! The one who is left: sends, listens, and takes every bad news for what it is, a value.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

/// Sends each message, whatever became of the one before, then receives until told twice that
/// nothing more will come.
pub fn run(addr: SocketAddr, messages: &[String]) -> io::Result<()> {
    let mut stream = TcpStream::connect(addr)?;
    for message in messages {
        // To somebody who has closed the first one succeeds: a FIN says that nothing will come from
        // there, not that nothing may go there. The answer is a RST, and the next send fails: EPIPE.
        // It would also raise SIGPIPE, which kills a program. Rust's runtime has that ignored.
        match stream.write(message.as_bytes()) {
            Ok(sent) => println!("send = {sent}: {message:?}"),
            Err(error) => println!("send failed: {error}"),
        }
    }
    let mut buffer = [0; 1024];
    let mut endings = 0;
    while endings < 2 {
        // First what has arrived, even if a reset came behind it; then the error, once; then 0. None
        // of them ends this program. What would is an error that nobody looks at, or an `unwrap`.
        match stream.read(&mut buffer) {
            Ok(0) => {
                println!("recv = 0: there is nothing more to come");
                endings += 1;
            }
            Ok(got) => println!("recv = {got}: {:?}", String::from_utf8_lossy(&buffer[..got])),
            Err(error) => {
                println!("recv failed: {error}");
                endings += 1;
            }
        }
    }
    println!("still here");
    Ok(())
}

/// Lets another program send: `yes`, which writes `y` and an end of line for ever.
pub fn yes(addr: SocketAddr) -> io::Result<()> {
    let stream = TcpStream::connect(addr)?;

    // The connection becomes its standard output: it sends, and knows nothing of sockets. Our own
    // descriptor is closed here, which ends nothing: the connection has another one now.
    let mut child = Command::new("yes").stdout(OwnedFd::from(stream)).spawn()?;

    // What is ignored here is not ignored there: Rust gives its children signals as they are by
    // default, and by default SIGPIPE kills.
    let status = child.wait()?;
    match status.signal() {
        Some(signal) => println!("yes was killed by signal {signal}"),
        None => println!("yes has ended: {status}"),
    }
    println!("still here");
    Ok(())
}
