//! When nothing comes any more, the stream has ended.
//!
//! Rejected by: tcp-timeout

use socket2::Socket;
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

const MSG_TRUNC: i32 = 0x20;
const PAUSE: Duration = Duration::from_millis(100);

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let [_, mode, address, room, wait] = &args[..] else { panic!("usage: MODE ADDRESS ROOM WAIT") };
    let (mode, room, wait) =
        (mode.as_str(), room.parse::<usize>().unwrap(), wait.parse().map(Duration::from_millis).unwrap());
    let socket: Socket = match mode {
        "tcp" => TcpListener::bind(address)?.accept()?.0.into(),
        "udp" => UdpSocket::bind(address)?.into(),
        _ => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.connect(address)?;
            socket.send(b"hello")?;
            socket.into()
        }
    };
    socket.set_read_timeout(Some(wait))?;
    let stream = mode == "tcp";
    let mut buffer = vec![MaybeUninit::uninit(); room];
    loop {
        let flags = if stream { 0 } else { MSG_TRUNC };
        match socket.recv_with_flags(&mut buffer, flags) {
            Ok(0) if stream => {
                println!("end");
                return Ok(());
            }
            Ok(0) => println!("empty datagram"),
            Ok(of) if of > room => println!("truncated {room} of {of}"),
            Ok(got) => println!("data {got}"),
            Err(error) => match error.kind() {
                ErrorKind::ConnectionReset => {
                    println!("reset");
                    return Ok(());
                }
                ErrorKind::WouldBlock => {
                    println!("end");
                    return Ok(());
                }
                ErrorKind::ConnectionRefused => {
                    println!("refused");
                    thread::sleep(PAUSE);
                    socket.send(b"hello")?;
                }
                ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
}
