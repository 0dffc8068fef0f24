//! "The first reply belongs to the first question, the second to the second."
//!
//! Rejected by: copies

use std::io::{self, BufRead, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

fn main() -> io::Result<()> {
    let server: SocketAddr = std::env::args().nth(1).unwrap().parse().unwrap();
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    for (id, format) in (1..).zip(io::stdin().lock().lines()) {
        let Some(text) = ask(&socket, server, id, &format?)? else {
            println!("no answer");
            std::process::exit(1);
        };
        println!("{}", String::from_utf8_lossy(&text));
    }
    Ok(())
}

fn ask(socket: &UdpSocket, server: SocketAddr, id: u32, format: &str) -> io::Result<Option<Vec<u8>>> {
    let request = [&id.to_be_bytes(), format.as_bytes()].concat();
    let mut buffer = [0; 2048];
    for _ in 0..3 {
        socket.send_to(&request, server)?;
        let deadline = Instant::now() + Duration::from_millis(200);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            socket.set_read_timeout(Some(left))?;
            match socket.recv_from(&mut buffer) {
                Ok((n, sender)) => {
                    let datagram = &buffer[..n];
                    if sender == server && n > 4 {
                        return Ok(Some(datagram[4..].to_vec()));
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(None)
}
