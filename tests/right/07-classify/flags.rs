//! By recvmsg, whose flags say that a datagram was cut; how long it was, a look at it has said before.

use socket2::{MaybeUninitSlice, Socket, Type};
use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::{TcpListener, UdpSocket};
use std::thread;
use std::time::Duration;

const MSG_PEEK_AND_TRUNC: i32 = 0x02 | 0x20;

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let socket: Socket = match args[1].as_str() {
        "tcp" => TcpListener::bind(&args[2])?.accept()?.0.into(),
        "udp" => UdpSocket::bind(&args[2])?.into(),
        _ => UdpSocket::bind("127.0.0.1:0")?.into(),
    };
    socket.set_read_timeout(Some(Duration::from_millis(args[4].parse().unwrap())))?;
    if args[1] == "ask" {
        socket.connect(&args[2].parse::<std::net::SocketAddr>().unwrap().into())?;
        socket.send(b"hello")?;
    }
    let room = args[3].parse().unwrap();
    loop {
        let line = look(&socket, room);
        let line = match line {
            Ok(line) => line,
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => continue,
                ErrorKind::WouldBlock => "timeout".into(),
                ErrorKind::ConnectionReset => "reset".into(),
                ErrorKind::ConnectionRefused => "refused".into(),
                _ => return Err(error),
            },
        };
        println!("{line}");
        match line.as_str() {
            "timeout" | "reset" | "end" => return Ok(()),
            "refused" => {
                thread::sleep(Duration::from_millis(100));
                socket.send(b"hello")?;
            }
            _ => {}
        }
    }
}

fn look(socket: &Socket, room: usize) -> io::Result<String> {
    let stream = socket.r#type()? == Type::STREAM;
    let length = if stream { 0 } else { socket.recv_with_flags(&mut [MaybeUninit::uninit()], MSG_PEEK_AND_TRUNC)? };
    let mut buffer = vec![MaybeUninit::uninit(); room];
    let (got, flags) = socket.recv_vectored(&mut [MaybeUninitSlice::new(&mut buffer)])?;
    Ok(match got {
        0 if stream => "end".into(),
        0 => "empty datagram".into(),
        _ if flags.is_truncated() => format!("truncated {got} of {length}"),
        _ => format!("data {got}"),
    })
}
