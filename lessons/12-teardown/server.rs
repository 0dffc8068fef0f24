//! The server: answers one client until it has nothing more to say, and then ends its own direction.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Serves one client and ends; sends what is `late` after the client's end.
pub fn run(addr: SocketAddr, late: &[String], first: bool) -> io::Result<()> {
    let listener = TcpListener::bind(addr)?;
    println!("waiting on {addr}");
    let (mut stream, _) = listener.accept()?;

    while answer(&mut stream)? {
        if first {
            println!("closing first");
            break;
        }
    }
    for word in late {
        // Nothing tells us whether the client only stopped sending or is gone altogether: its FIN
        // looks the same. So this succeeds in either case. If it is gone, its kernel answers by RST,
        // and it is our next call that fails.
        match stream.write(word.as_bytes()) {
            Ok(sent) => println!("send {word:?} = {sent}"),
            Err(error) => {
                println!("send {word:?} failed: {error}");
                break;
            }
        }
    }
    // Ends the other direction. It returns at once: the goodbye is said by the kernel, which is
    // still at it when this program has ended.
    drop(stream);
    println!("closed the connection");

    // Ends the service. Whoever is in the queue, connected but never accepted, is reset; whoever
    // comes later is refused.
    drop(listener);
    println!("closed the listening socket");
    Ok(())
}

/// Answers one message in capitals; false when the client has nothing more to say.
fn answer(stream: &mut TcpStream) -> io::Result<bool> {
    let mut buffer = [0; 1024];

    // 0 is the client's FIN: nothing more will come from there. It is not the end of the connection;
    // from now on it is in CLOSE-WAIT, which lasts until we close, however long that takes.
    let got = stream.read(&mut buffer)?;
    if got == 0 {
        println!("recv = 0: the client has nothing more to say");
        return Ok(false);
    }
    println!("recv = {got}");
    stream.write_all(&buffer[..got].to_ascii_uppercase())?;
    Ok(true)
}
