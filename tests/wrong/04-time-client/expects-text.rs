//! "The server sends text." Whatever comes to the socket need not come from the server, and noise is not text.
//!
//! Rejected by: noise

use std::io::{self, BufRead, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let server: SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect(server)?;
    for (id, format) in (0x4142_4344_u32..).zip(io::stdin().lock().lines()) {
        let Some(text) = ask(&socket, id, &format?)? else {
            println!("no answer");
            std::process::exit(1);
        };
        println!("{text}");
    }
    Ok(())
}

fn ask(socket: &UdpSocket, id: u32, format: &str) -> io::Result<Option<String>> {
    // ABCD, ABCE …: ids that are text themselves.
    let id = String::from_utf8(id.to_be_bytes().to_vec()).unwrap();
    let request = format!("{id}{format}").into_bytes();
    let mut buffer = [0; 65_535];
    for _ in 0..3 {
        socket.send(&request)?;
        let deadline = Instant::now() + Duration::from_millis(200);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            socket.set_read_timeout(Some(left))?;
            match socket.recv(&mut buffer) {
                Ok(n) => {
                    // Dies of the first datagram that is no text, before it has looked for the id.
                    let reply = str::from_utf8(&buffer[..n]).expect("a reply is text");
                    if let Some(time) = reply.strip_prefix(&id) {
                        return Ok(Some(time.to_owned()));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(None)
}
